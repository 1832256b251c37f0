"""Customers, their appliances, what the makers promise for them, and pictures kept as proof."""

from customers.models.people import Address, Appliance, Brand, Category, Customer

__all__ = ["Address", "Appliance", "Brand", "Category", "Customer"]
