"""Light networks that paint what heavier ones were trained to."""
