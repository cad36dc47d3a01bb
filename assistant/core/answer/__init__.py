"""Turn a model's raw reply into text that may be offered."""
