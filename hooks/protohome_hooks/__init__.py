"""Entry points for pre-commit and prek."""
