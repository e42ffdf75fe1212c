"""The story of the sample data, told by a client that keeps nothing but its ledger; and the figures that come of it."""

from typing import Any

import aiohttp
from tests.faults.checker import settled
from tests.faults.house import House
from tests.faults.ledger import Ledger

from local_platform.sample import CHAPTERS, report
from local_platform.sample.story import PASSWORD, Story
from local_platform.sample.visitor import Visitor
from testkit.platform import ADMINISTRATOR

FIGURES = {
    "agreements counted by the registry": (7, 18, 1),
    "agreements": (7, 18, 1),
    "bank entries": (2, 4),
    "consultations": 24,
    "consultations counted by transfer": 24,
    "publications": [1, 116, 4],
    "events: declared and listed": (5, 4),
    "training": [1, 4, 2, 2, 12, 7, 8],
    "prizes: people and contests": (3, 4),
}
"""What one replica of everything, undisturbed, comes to (tests/journeys)."""


async def tell(house: House, ledger: Ledger) -> None:
    """Tell the whole story from its beginning; the author waits for the year's facts before the report."""
    async with ledger.session() as http:
        story = Story(http, house.platform.base)
        await story.enter(ADMINISTRATOR.login, ADMINISTRATOR.password)
        for step in (step for _, steps in CHAPTERS for step in steps):
            if step is report.draft:
                await settled(house)
            await step(story)


async def figures(house: House) -> dict[str, Any]:
    """Read the figures of the report and of the services behind it, as the author sees them."""
    async with aiohttp.ClientSession() as http:
        author = await Visitor(http, house.platform.base, "october", PASSWORD).sign_in()
        (listed,) = (await author.get("/v1/reports"))["items"]
        shown = await author.get(f"/v1/reports/{listed['id']}")
        year = f"institution_id={shown['institution_id']}&year=2023"
        agreements = await author.get(f"/v1/agreements/counts?{year}")
        consultations = await author.get(f"/v1/consultation-counts?{year}")
    counted = (agreements["signed"], agreements["total"], agreements["addenda"])
    return {
        "agreements counted by the registry": counted,
        "consultations counted by transfer": consultations["total"],
        **_reported({row["key"]: row["value"] for row in shown["indicators"]}),
    }


def _reported(values: dict[str, Any]) -> dict[str, Any]:
    agreements, entries = values["socio.n.agreements"], values["quality.n.bank_entries"]
    events, prizes = values["mgmt.n.events_held"], values["personal.n.prize_winners"]
    return {
        "agreements": (agreements["annual"], agreements["cumulative"], agreements["addenda"]),
        "bank entries": (entries["annual"], entries["cumulative"]),
        "consultations": values["socio.n.consultations"]["number"],
        "publications": [part["count"] for part in values["quality.n.publications_media"]["parts"]],
        "events: declared and listed": (events["total"], sum(part["count"] for part in events["parts"])),
        "training": [part["count"] for part in values["mgmt.q.training_exchange"]["parts"]],
        "prizes: people and contests": (prizes["total"], len(prizes["parts"])),
    }
