"""Papers as PDF: receipt, invoice, credit note, quote, workshop slip. Pure: what is printed comes in as plain data."""

from dispatch.papers.masked import masked
from dispatch.papers.render import KINDS, NoFonts, render
from dispatch.papers.words import labels

__all__ = ["KINDS", "NoFonts", "labels", "masked", "render"]
