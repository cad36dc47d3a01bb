"""The author's measured habits."""
