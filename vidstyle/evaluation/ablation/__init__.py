"""Ablations of gatys: a grid of options over pairs of pictures, each result scored."""
