"""The technician's pages, made for a phone."""
