"""What is often said on a node, for speech recognisers."""
