"""Drafts as text: the parsed draft, its lists, places, language, and escaping for display."""
