"""Customers, their appliances, what the makers promise for them, and pictures kept as proof."""

from customers.models.people import Address, Appliance, Brand, Category, Customer
from customers.models.photo import Photo
from customers.models.policy import Evidence, ProductModel, Shop, WarrantyPolicy

__all__ = [
    "Address",
    "Appliance",
    "Brand",
    "Category",
    "Customer",
    "Evidence",
    "Photo",
    "ProductModel",
    "Shop",
    "WarrantyPolicy",
]
