"""The groups of people that the rooms name in their policies, and what clients may do for them."""

CURATOR = frozenset({"curator"})
"""The methodical centre (УМЦ): records for everybody."""

OVERSEERS = frozenset({"curator", "official", "administrator"})
"""Those who see the work of all institutions."""

MAY_TELL, MAY_READ_REFUSALS = "contributions.write", "quarantine.read"
"""Scopes: a membership counts for a partner's system only with them."""

STAFF = frozenset({"head", "specialist"})
"""Those who record for their own institution."""
