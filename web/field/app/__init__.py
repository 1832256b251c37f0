"""The technician's phone as an app that works without a signal: what it reads, and how it sends what was done."""
