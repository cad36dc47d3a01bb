"""The use cases: the only place that puts core and adapters together."""
