"""Finds what belongs together and what is urgent."""
