"""The admin of outlets: what people carry, check, lend out and keep in stock."""

from technicians.admin import checklists, outlets, stock, tokens  # noqa: F401 - importing registers
