"""The second stage: a language engine judges what the rules doubt."""
