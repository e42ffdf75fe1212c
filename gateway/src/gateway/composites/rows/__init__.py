"""What the screens take of the services' records. Each row says where the whole record is read."""
