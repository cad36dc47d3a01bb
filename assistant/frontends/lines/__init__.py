"""The line-by-line review session."""
