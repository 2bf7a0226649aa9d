"""What is shown and changes nothing: findings, hovers, proposals, lenses, symbols, pages."""
