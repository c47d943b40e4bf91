"""Optical flow, warping and occlusion, and pairs of pictures with known motion."""
