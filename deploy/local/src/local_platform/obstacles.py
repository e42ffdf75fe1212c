"""What keeps the platform from starting, told to a person in one line."""


class Obstacle(Exception):  # noqa: N818 - it is not an error of the program but a fact about the machine
    """Carry one Russian line: what is missing and what to do about it."""
