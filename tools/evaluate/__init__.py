"""Measures how well the mesh reads speech, against labelled lines."""
