"""The manager's figures: what they mean, how they are kept, and which orders stand behind them."""
