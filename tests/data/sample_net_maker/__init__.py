"""Builds the checked-in sample net: synthetic speech, a simulated FM channel, real containers and file names."""
