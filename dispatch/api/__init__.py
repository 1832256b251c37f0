"""The API: one address per verb of the trade, errors as problem documents."""
