"""Pictures of personas, drawn on the server as small SVG; none needs a script to be seen, read or printed."""
