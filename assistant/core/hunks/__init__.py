"""Make, apply, move, compare and split hunks."""
