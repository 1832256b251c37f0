"""Service orders: their life, their visits, their plan."""
