"""One module for each thing outside the program."""
