"""Commands for the kit's maintainers."""
