"""The registry: who is who in the technopark, and on what basis."""
