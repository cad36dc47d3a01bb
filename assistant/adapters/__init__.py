"""One module for each thing outside the program; none of them imports another."""
