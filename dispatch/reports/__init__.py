"""Figures: what happened and what stands open, each defined once."""
