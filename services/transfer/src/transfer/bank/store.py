"""The bank in the database."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from chassis.work import Work
from transfer.bank.domain import BankEntry, EntryUnknown

BANK = Aggregates(
    BankEntry,
    collection="bank_entries",
    missing=lambda entry_id: EntryUnknown(entry_id=entry_id),
    indexes=[
        Index([("practice_id", 1)], {"unique": True}),
        Index([("institution_id", 1), ("_id", 1)]),
        Index([("state", 1), ("_id", 1)]),
        Index([("kind", 1), ("_id", 1)]),
        Index([("target_groups", 1), ("_id", 1)]),
        Index([("activated_on", 1), ("_id", 1)]),
    ],
)


async def is_in_bank(work: Work, practice_id: str) -> bool:
    """Tell whether the practice has an active entry."""
    return any(entry.state == "active" for entry in await BANK.find(work, {"practice_id": practice_id}))
