"""A living example: an outlet's day, moved along by the real actions, with times relative to now."""
