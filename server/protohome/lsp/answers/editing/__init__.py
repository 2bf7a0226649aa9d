"""What changes documents: fixes of findings, commands of menus and lenses, renames."""
