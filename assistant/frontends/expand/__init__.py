"""The `expand` command without questions: diff, JSON Lines, filter, or accept everything.

Only the document or the diff goes to stdout; every message goes to stderr.
"""
