"""What partners tell: taken in once, by the ordinary use cases, with its origin."""
