"""Whether everything runs, told to people: each line says ok, look at it, or broken, and what to do."""
