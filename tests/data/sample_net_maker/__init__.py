"""Builds the checked-in sample net: synthetic speech, simulated FM, real containers and names."""
