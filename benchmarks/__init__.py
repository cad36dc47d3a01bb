"""Figures that are measured rather than promised."""
