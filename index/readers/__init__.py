"""One module a file format: bytes to a Document, or Unreadable with its reason."""
