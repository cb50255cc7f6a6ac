"""Articles, read and written."""
