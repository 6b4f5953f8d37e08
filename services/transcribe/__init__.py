"""Turns recordings into transcripts."""
