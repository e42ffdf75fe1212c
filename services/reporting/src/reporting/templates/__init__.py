"""Report templates as data, and the counting of their values from evidence."""
