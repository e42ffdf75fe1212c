"""Pending sign-ins and codes in the database; what a browser or a client holds of them is kept as a digest."""

from datetime import timedelta

from pydantic import TypeAdapter

from chassis.documents import Index
from chassis.work import Work
from registry.authorizations.domain import REQUEST_LIFETIME, Authorization, Code
from registry.digests import digest

REQUESTS, CODES = "authorization_requests", "authorization_codes"
_FORGOTTEN_AT_ONCE = Index([("until", 1)], {"expireAfterSeconds": 0})
REQUESTS_INDEXES = CODES_INDEXES = (_FORGOTTEN_AT_ONCE,)
_SPENT_CODES_ARE_KNOWN_FOR = timedelta(days=1)

_AUTHORIZATION = TypeAdapter(Authorization)
_CODE = TypeAdapter(Code)


async def keep_request(work: Work, handle: str, asked: Authorization) -> None:
    """Keep what was asked for under an unguessable handle."""
    until = work.now + REQUEST_LIFETIME
    await work.db[REQUESTS].insert({"_id": digest(handle), "until": until, **_AUTHORIZATION.dump_python(asked)})


async def request_of(work: Work, handle: str) -> Authorization | None:
    """Return what was asked for, within 10 minutes; the database forgets a little later."""
    found = await work.db[REQUESTS].find_one({"_id": digest(handle)})
    return _AUTHORIZATION.validate_python(found) if found and work.now < found["until"] else None


async def take_request(work: Work, handle: str) -> bool:
    """Forget a pending sign-in; tell whether this was the one to do it."""
    return bool(await work.db[REQUESTS].delete({"_id": digest(handle)}))


async def keep_code(work: Work, code: Code) -> None:
    """Keep a code, also when it is spent: who brings it again has copied it."""
    fields = _CODE.dump_python(code)
    await work.db[CODES].insert({"_id": fields.pop("id"), "until": work.now + _SPENT_CODES_ARE_KNOWN_FOR, **fields})


async def code_of(work: Work, code: str) -> Code | None:
    """Return a code by what the client holds."""
    found = await work.db[CODES].find_one({"_id": digest(code)})
    return _CODE.validate_python({"id": found["_id"], **found}) if found else None


async def spend_code(work: Work, code: Code) -> None:
    """Mark a code as spent; of transactions at once only one is committed with this, the others start again."""
    await work.db[CODES].update({"_id": code.id, "spent": False}, {"$set": {"spent": True}})
