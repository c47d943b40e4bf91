"""Published networks that vidstyle is compared with; their weights come from the shared data."""
