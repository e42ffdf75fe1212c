"""What partners told and was not taken in, each with the reason."""
