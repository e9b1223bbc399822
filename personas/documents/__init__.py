"""One persona as one document: its schema, how it is dumped, planned against what is there, and applied."""
