"""Finds who spoke: callsigns in transcripts."""
