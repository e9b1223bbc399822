"""Read-only pages over published personas: the library, the sheet, comparing, coverage, sharing."""
