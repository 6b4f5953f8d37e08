"""The demonstration: a sample net from recorders' folders through the whole mesh to a search."""
