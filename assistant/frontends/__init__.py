"""Turn input into calls and results into what is seen; they decide nothing."""
