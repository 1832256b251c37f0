"""A day lived through by invented people, over the real HTTP API: whoever has a next step (H-N1) takes it."""
