"""Whole jobs, put together from parts: what the commands call, and what a library user calls."""
