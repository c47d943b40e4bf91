"""Puts the networks of finished training runs into the package."""
