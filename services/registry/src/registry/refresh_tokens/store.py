"""Families of refresh tokens in the database, and the digests of the tokens they have left behind."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from chassis.work import Work
from registry.digests import digest
from registry.refresh_tokens.domain import ABSOLUTE, Family, FamilyUnknown

SPENT = "spent_refresh_tokens"
SPENT_INDEXES = (Index([("until", 1)], {"expireAfterSeconds": 0}),)

FAMILIES = Aggregates(
    Family,
    collection="refresh_families",
    missing=lambda family_id: FamilyUnknown(family_id=family_id),
    indexes=[
        Index([("current", 1)], {"unique": True}),
        Index([("signed_in_at", 1)], {"expireAfterSeconds": int(ABSOLUTE.total_seconds())}),
    ],
)


async def family_of(work: Work, token: str) -> tuple[Family | None, bool]:
    """Return the family of a token, and whether the token is its good one; a token of none has no family."""
    found = await work.db[FAMILIES.collection].find_one({"current": digest(token)})
    if found:
        return FAMILIES.read(found), True
    spent = await work.db[SPENT].find_one({"_id": digest(token)})
    return (await family_with(work, spent["family_id"]) if spent else None), False


async def family_with(work: Work, family_id: str) -> Family | None:
    """Return a family by its id."""
    found = await work.db[FAMILIES.collection].find_one({"_id": family_id})
    return FAMILIES.read(found) if found else None


async def keep_spent(work: Work, family: Family) -> None:
    """Remember the token that a family leaves behind, as long as the family may live.

    A thief who goes on refreshing keeps it alive; the owner may come back with the spent token on any day of these.
    """
    row = {"_id": family.current, "family_id": family.id, "until": family.signed_in_at + ABSOLUTE}
    await work.db[SPENT].insert(row)
