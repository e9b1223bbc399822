// What the library does beyond its pages: they are read, filtered and printed without it.
