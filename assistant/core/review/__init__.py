"""The author's decisions as events and the state they lead to."""
