"""The faces of the product: pages only; every rule lives below."""
