"""A live run as a web page: its picture, its controls, and the same for programs."""
