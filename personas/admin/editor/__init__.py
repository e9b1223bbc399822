"""The editor of a persona: one place at a time, and always the whole beside it."""
