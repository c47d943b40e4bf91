"""Frames, their colour and time, and where they come from and go to."""
