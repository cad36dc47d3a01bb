"""Build what is sent to the model for a gap."""
