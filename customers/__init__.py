"""Who owns what: customers, where they live, the appliances they own."""
