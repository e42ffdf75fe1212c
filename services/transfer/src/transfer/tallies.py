"""How many by what: the counts that several registers give."""

from typing import Any

from chassis.work import Reads


async def tally(
    reads: Reads, collection: str, where: dict[str, Any], *, by: str, amount: int | str = 1
) -> dict[Any, int]:
    """Return the sum of an amount, a number or `$field`, per value of the field `by`; what lacks the field is left out.

    The first name of a dotted `by` may be of a list: each of its items counts.
    """
    groups = await reads.db[collection].aggregate(
        [
            {"$match": where},
            {"$unwind": f"${by.partition('.')[0]}"},
            {"$group": {"_id": f"${by}", "count": {"$sum": amount}}},
            {"$sort": {"_id": 1}},
        ]
    )
    return {group["_id"]: group["count"] for group in groups}
