"""A region with one partner: its institution, its people, its system with an account at the broker and a key."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aio_pika
import aiohttp

from contracts.inbound import CATALOGUE
from local_platform.sample.identifiers import inn, ogrn
from local_platform.sample.story import PASSWORD, Story
from services.registry.tests.partnering import Partner
from testkit import today
from testkit.platform import ADMINISTRATOR, Platform

NAME = "october-house"
_INSTITUTIONS = {"department": "ministry", "october": "social_service"}
_PEOPLE: tuple[tuple[str, str, str, str], ...] = (
    ("ryndin", "Рындин Николай Львович", "official", "department"),
    ("verevokina", "Веревокина Нина Леонидовна", "", "october"),
    ("contact", "Смирнова Юлия Алексеевна", "", "october"),
    ("curator", "Клецкина Светлана Александровна", "curator", ""),
)


@dataclass
class System:
    """The partner's system: whatever it does, it does with its own account at the broker or its own key."""

    base: str
    broker: Partner
    key: str
    institution: str
    integration: str

    def event(self, event_type: str, number: str, /, **data: Any) -> dict[str, Any]:
        """Return a CloudEvents event of the institution with some fields of one's own."""
        return {
            "specversion": "1.0",
            "id": number,
            "source": "/crm",
            "type": event_type,
            "time": datetime.now(UTC).isoformat(),
            "data": CATALOGUE[event_type].example() | {"institution_id": self.institution} | data,
        }

    async def tell(self, *events: Mapping[str, Any]) -> None:
        """Publish events, in binary mode, each confirmed by the broker."""
        async with self.broker.channel() as channel:
            inbound = await channel.get_exchange("inbound", ensure=False)
            for event in events:
                attributes = {f"cloudEvents:{name}": value for name, value in event.items() if name != "data"}
                message = aio_pika.Message(
                    json.dumps(event["data"]).encode(),
                    headers=attributes,
                    content_type="application/json",
                    user_id=self.broker.user,
                    delivery_mode=2,
                )
                await inbound.publish(message, routing_key=event["type"], mandatory=True)

    async def send(self, method: str, path: str, body: object = None) -> tuple[int, dict[str, Any]]:
        """Ask the gateway with the key; return status and JSON."""
        async with (
            aiohttp.ClientSession(headers={"X-Api-Key": self.key}) as http,
            http.request(method, self.base + path, json=body) as answer,
        ):
            return answer.status, await answer.json(content_type=None)

    async def feed(self) -> list[dict[str, Any]]:
        """Return every public event there is."""
        events = list[dict[str, Any]]()
        page: dict[str, Any] = {"more": True, "next": ""}
        while page["more"]:
            after = f"&after={page['next']}" if page["next"] else ""
            status, page = await self.send("GET", f"/v1/feed?limit=200{after}")
            assert status == 200, page
            events += page["items"]
        return events


@dataclass
class Region:
    """People who are signed in at the gateway, and the partner's system."""

    platform: Platform
    story: Story
    system: System
    event: str
    seen: dict[str, Any] = field(default_factory=dict)
    """What was there before the partner told anything."""

    async def get(self, login: str, path: str) -> dict[str, Any]:
        """Read as a person."""
        return await self.story.visitor(login).get(path)


async def founded(platform: Platform, http: aiohttp.ClientSession) -> Region:
    """Enter the region and let the partner in, as its administrator and its ministry do."""
    story = Story(http, platform.base)
    await story.enter(ADMINISTRATOR.login, ADMINISTRATOR.password)
    await _institutions(story)
    await _people(story)
    await _offices(story)
    meeting = {
        "institution_id": story.institutions["department"], "kind": "training_seminar", "scope": "system",
        "title": "Социальное проектирование", "venue": "Вологда", "held_on": "2023-11-20",
    }  # fmt: skip
    event = (await story.visitor("curator").do("seminar", "/v1/events", meeting))["id"]
    return Region(platform, story, await _system(platform, story), event)


async def _institutions(story: Story) -> None:
    for number, (key, kind) in enumerate(_INSTITUTIONS.items(), start=1):
        card = {
            "name": f"Учреждение {key}", "short_name": key, "kind": kind, "ownership": "state", "inn": inn(35, number),
            "ogrn": ogrn(35, number), "oktmo": "19701000", "municipality": "Вологда", "region": "RU-VLG",
            "member_since": "2017-09-01",
        }  # fmt: skip
        entered = await story.visitor("administrator").do(key, "/v1/institutions", card)
        story.institutions[key] = entered["id"]


async def _people(story: Story) -> None:
    administrator = story.visitor("administrator")
    for login, full_name, role, institution in _PEOPLE:
        person = (await administrator.do(f"person-{login}", "/v1/people", {"full_name": full_name}))["id"]
        story.people[login] = person
        if institution:
            roles = ["specialist"] if login == "contact" else ["head"]
            body = {"person_id": person, "institution_id": story.institutions[institution], "roles": roles,
                    "valid_from": "2017-09-01"}  # fmt: skip
            await administrator.do(f"membership-{login}", "/v1/memberships", body)
        account = {"login": login, "password": PASSWORD, "person_id": person, "roles": [role] if role else []}
        await administrator.do(f"account-{login}", "/v1/accounts", account)
        await story.enter(login, PASSWORD)


async def _offices(story: Story) -> None:
    """Make the partner's institution a site for implementation, and give the signatories of its report an office."""
    ryndin, department = story.visitor("ryndin"), story.institutions["department"]
    act = {"institution_id": department, "kind": "order", "number": "12-01", "issued_on": "2022-12-26",
           "title": "О площадках"}  # fmt: skip
    basis = (await ryndin.do("act", "/v1/acts", act))["id"]
    status = {"institution_id": story.institutions["october"], "kind": "site", "act_id": basis,
              "valid_from": "2023-01-01"}  # fmt: skip
    await ryndin.do("status", "/v1/statuses", status)
    for login, place, office in (("ryndin", department, "начальник Департамента"),
                                 ("verevokina", story.institutions["october"], "директор")):  # fmt: skip
        body = {"person_id": story.people[login], "institution_id": place, "office": office, "since": "2022-01-10"}
        await ryndin.do(f"office-{login}", "/v1/appointments", body)


async def _system(platform: Platform, story: Story) -> System:
    administrator, institution = story.visitor("administrator"), story.institutions["october"]
    last_day = (today() + timedelta(days=30)).isoformat()
    terms = {"institution_id": institution, "name": NAME, "contact_person_id": story.people["contact"],
             "valid_until": last_day, "receives": ["*"], "sends": sorted(CATALOGUE)}  # fmt: skip
    granted = await administrator.do("integration", "/v1/integrations", terms)
    key = {"name": "Обмен", "institution_id": institution, "institution_roles": ["specialist"], "expires_on": last_day,
           "scopes": ["feed.read", "quarantine.read", "contributions.write"]}  # fmt: skip
    opened = await administrator.do("key", "/v1/api-keys", key)
    broker = Partner.of(platform.vhost.partners, granted)
    return System(platform.base, broker, opened["key"], institution, granted["id"])


async def reported(region: Region) -> dict[str, Any]:
    """Take the institution's report of 2023 through its approval; what no event tells is declared as unknown."""
    story, author = region.story, region.story.visitor("contact")
    body = {"institution_id": story.institutions["october"], "year": 2023}
    path = f"/v1/reports/{(await author.do('report', '/v1/reports', body))['id']}"
    draft = await author.until(path, lambda found: _value(found, "socio.n.consultations") == 1)
    unknown = [{"key": row["key"], "value": {"kind": "no_data"}} for row in draft["indicators"] if not row["value"]]
    await author.patch("unknown", path, {"indicators": unknown}, version=draft["version"])
    told = await author.get(path)
    odd = [{"key": row["key"], "explanation": "Так и есть"} for row in told["indicators"] if row["warnings"]]
    if odd:
        await author.patch("explained", path, {"indicators": odd}, version=told["version"])
    await author.do("submitted", f"{path}/submission", {"submitted_on": "2024-01-12"})
    await story.visitor("verevokina").do("agreed", f"{path}/agreement", {"agreed_on": "2024-01-15"})
    await story.visitor("ryndin").do("approved", f"{path}/approval", {"approved_on": "2024-01-15"})
    return {**await author.get(path), "path": path}


def _value(report: Mapping[str, Any], key: str) -> int | None:
    found = {row["key"]: row["value"] or {} for row in report["indicators"]}
    number: int | None = found[key].get("number")
    return number
