"""The published language of the platform: facts that services announce and partners read."""

__version__ = "1.0.0"
