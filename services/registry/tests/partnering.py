"""A partner as tests of integrations meet it: its institution, its contact, its broker account."""

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from services.registry.tests.conftest import Begun
from testkit import Client

HELD, GIVEN = "transfer.event.held.v1", "transfer.consultation.given.v1"
TOLD, ATTENDED = "partner.consultation.given.v1", "partner.attendance.recorded.v1"
_names = itertools.count(1)
YEAR_END = (datetime.now(UTC).date() + timedelta(days=365)).isoformat()


def terms(contact: str, **fields: Any) -> dict[str, Any]:
    """What a partner is granted."""
    told = {"receives": [HELD], "sends": [TOLD], "contact_person_id": contact, "valid_until": YEAR_END}
    return told | fields


@dataclass(frozen=True)
class Partnership:
    """An institution that may be integrated, and who grants it."""

    administrator: Client
    institution: str
    contact: str
    name: str = field(default_factory=lambda: f"omsk-{next(_names)}")

    @classmethod
    async def begun(cls, begun: Begun, administrator: Client) -> "Partnership":
        """Enter an institution and somebody who works there."""
        institution, person = await begun.institution("Ресурсный центр"), await begun.person()
        body = {"person_id": person, "institution_id": institution, "roles": ["specialist"], "valid_from": "2020-01-01"}
        (await administrator.post("/v1/memberships", body)).expect(201)
        return cls(administrator, institution, person)

    def body(self, **fields: Any) -> dict[str, Any]:
        """What a grant of it says."""
        return terms(self.contact) | {"institution_id": self.institution, "name": self.name} | fields

    async def grant(self, **fields: Any) -> dict[str, Any]:
        """Grant it; the answer has the password."""
        granted: dict[str, Any] = (await self.administrator.post("/v1/integrations", self.body(**fields))).expect(201)
        return granted
