"""Optical flow, warping and occlusion, scene cuts, fades, the stabiliser, and known motion."""
