"""What reporting keeps of institutions: names, offices and their holders, themes of statuses. Read copies only."""
