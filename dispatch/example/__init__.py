"""An outlet that could be real: its master data, its people, and a day of orders made from a seed.

Everything here is made up by this package: streets and districts exist, coordinates are approximate, and nobody has
these names and numbers.
"""
