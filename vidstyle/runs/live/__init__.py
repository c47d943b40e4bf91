"""A live run and its parts."""
