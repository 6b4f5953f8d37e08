"""`tsn`, the command line of operators and users."""
