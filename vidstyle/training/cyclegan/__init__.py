"""Training of two generators against two discriminators (Zhu et al. 2017, arXiv:1703.10593)."""
