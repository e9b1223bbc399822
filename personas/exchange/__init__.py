"""Files in, files out: thin readers and writers around documents."""
