"""What keeps the platform from starting, told to a person in one line."""


class Obstacle(Exception):
    """Carry one Russian line: what is missing and what to do about it."""
