"""Files to snapshot: read, clean, cut, encode, publish. Knows nothing of ``search``."""
