"""The groups of people that the rooms name in their policies."""

CURATOR = frozenset({"curator"})
"""The methodical centre (УМЦ): records for everybody."""

OVERSEERS = frozenset({"curator", "official", "administrator"})
"""Those who see the work of all institutions."""

STAFF = frozenset({"head", "specialist"})
"""Those who record for their own institution."""
