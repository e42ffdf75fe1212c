"""Answers remembered by Idempotency-Key, in the transaction of the change itself."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.responses import Response

from chassis.documents import Database, Index
from chassis.errors import Words
from chassis.problem import Problem

COLLECTION = "idempotency"
_KEEP_SECONDS = 48 * 3600
INDEXES = (Index([("at", 1)], {"expireAfterSeconds": _KEEP_SECONDS}),)

KEY_REUSED = Problem(
    422, "idempotency-key-reused", Words("Ключ уже использован", "The key was used before"),
    Words("Этот Idempotency-Key принадлежит другому запросу.", "This Idempotency-Key belongs to another request."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Memory:
    """Where the answer to one request is remembered: by who asks, what of, under which key."""

    id: str
    asked: str
    """Keyed digest of the content: what a body holds, a password say, cannot be guessed from it without the key."""

    @classmethod
    def of(cls, key: str, scope: str, content: bytes) -> "Memory":
        """Return the memory of a request; `scope` names caller, method and path."""
        return cls(
            hashlib.sha256(f"{scope}|{key}".encode()).hexdigest(),
            hmac.new(key.encode(), content, hashlib.sha256).hexdigest(),
        )

    async def recall(self, db: Database) -> Response | None:
        """Return the answer given before. Raises: KEY_REUSED when the key came with another content."""
        earlier = await db[COLLECTION].find_one({"_id": self.id})
        if earlier is None:
            return None
        if not hmac.compare_digest(earlier["asked"], self.asked):
            raise KEY_REUSED
        headers = {"ETag": earlier["etag"], "Idempotency-Replayed": "true"}
        return Response(earlier["body"], earlier["status"], headers, "application/json")

    async def keep(self, db: Database, response: Response) -> None:
        """Remember the answer for 48 hours."""
        await db[COLLECTION].insert(
            {
                "_id": self.id,
                "asked": self.asked,
                "status": response.status_code,
                "etag": response.headers["etag"],
                "body": bytes(response.body),
                "at": datetime.now(UTC),
            }
        )
