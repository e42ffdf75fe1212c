"""The event catalogue for partners: pages and JSON, made of the contracts alone."""
