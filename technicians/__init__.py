"""Who can do what, when, with what: outlets, people, skills, shifts, kits."""
