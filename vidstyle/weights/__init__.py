"""Where weights come from: shipped, a folder of the user's, the cache or a download."""
