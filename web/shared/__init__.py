"""The look and the parts that every face of the product uses."""
