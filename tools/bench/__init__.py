"""`make bench`: what the whole stack does on this machine. Prints JSON; never a test."""
