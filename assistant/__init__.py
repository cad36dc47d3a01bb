"""Finishes Markdown drafts in the author's own voice, as diffs to accept or reject."""

__version__ = "0.1.0"
