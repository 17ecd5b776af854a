"""The page in a real browser, from the real server over a real index."""
