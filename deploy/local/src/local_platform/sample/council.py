"""Open sessions of the two expert councils (A18, C05): quorum, votes, verdicts, protocol."""

from dataclasses import dataclass
from typing import Any

from local_platform.sample.institutions import COUNCIL, PEOPLE
from local_platform.sample.story import Story

PRESENT = ("perelomova", "expert1", "expert2", "expert3", "expert4", "expert5")
"""Six of nine: exactly two thirds, none of them with an interest in the application of «Веста»."""
_VOLOGDA_COUNCIL = ("ryndin", "expert6", "expert7")
_NAMES = {person.login: person.full_name for person in PEOPLE}


async def form(story: Story) -> None:
    """Form the council of the technopark (nine members) and that of the Vologda department (three)."""
    for key, title, members, since, until in (
        ("council", "Экспертный совет социального технопарка", COUNCIL, "2018-01-01", "2020-12-31"),
        (
            "council-vologda",
            "Экспертный совет по инновационной деятельности",
            _VOLOGDA_COUNCIL,
            "2022-01-01",
            "2026-12-31",
        ),
    ):
        body = {
            "title": title, "chair_id": story.people[members[0]], "since": since, "until": until,
            "members": [{"person_id": story.people[login], "name": _NAMES[login]} for login in members],
            "quorum": {"numerator": 2, "denominator": 3},
        }  # fmt: skip
        story.made[key] = (await story.visitor("kletskina").do(key, "/v1/councils", body))["id"]


async def schedule(story: Story, key: str, council: str, items: list[tuple[str, str]], *, on: str) -> None:
    """Schedule a session; items are (`project` or `practice`, id)."""
    body = {
        "council_id": story.made[council], "title": "Открытая защита инновационных проектов", "held_on": on,
        "items": [{"subject_kind": kind, "subject_id": subject_id} for kind, subject_id in items],
    }  # fmt: skip
    story.made[key] = (await story.visitor("secretary").do(key, "/v1/sessions", body))["id"]


async def register_presence(story: Story, key: str, present: tuple[str, ...]) -> None:
    """Record who is present."""
    secretary, path = story.visitor("secretary"), f"/v1/sessions/{story.made[key]}"
    version = (await secretary.get(path))["version"]
    body = {"present_ids": [story.people[login] for login in present]}
    await secretary.put(f"{key}-presence-{len(present)}", f"{path}/presence", body, version=version)


@dataclass(frozen=True)
class Hearing:
    """How a session ends: every present member votes for every item."""

    votes: int
    items: int
    protocol: str
    chair: str
    approved_on: str
    remarks: tuple[str, ...] = ()
    remarks_due_on: str | None = None


async def hear(story: Story, key: str, hearing: Hearing) -> None:
    """Open the session, support every item unanimously, perhaps with remarks, close it and approve the protocol."""
    secretary, path = story.visitor("secretary"), f"/v1/sessions/{story.made[key]}"
    await secretary.do(f"{key}-opened", f"{path}/opening", {})
    for item in range(1, hearing.items + 1):
        decided: dict[str, Any] = {
            "item": item, "tally": {"votes_for": hearing.votes, "votes_against": 0, "abstained": 0},
            "remarks": hearing.remarks, "remarks_due_on": hearing.remarks_due_on,
        }  # fmt: skip
        await secretary.do(f"{key}-decided-{item}", f"{path}/decisions", decided)
    await secretary.do(f"{key}-closed", f"{path}/closing", {})
    protocol = {"number": hearing.protocol, "approved_on": hearing.approved_on}
    await story.visitor(hearing.chair).do(f"{key}-protocol", f"{path}/approval", protocol)


async def defend_with_remarks(story: Story) -> None:
    """Hear the project of «Веста» for the first time: supported with a remark that is to be answered in a month."""
    await schedule(story, "defence", "council", [("project", story.made["application"])], on="2018-04-20")
    await register_presence(story, "defence", PRESENT)
    remark = ("Назовите, как измеряется результат",)
    await hear(story, "defence", Hearing(len(PRESENT), 1, "1", "perelomova", "2018-04-25", remark, "2018-05-20"))


async def defend_again(story: Story) -> None:
    """Hear the answered project again, and find the project that its support began."""
    await schedule(story, "defence-again", "council", [("project", story.made["application"])], on="2018-05-25")
    await register_presence(story, "defence-again", PRESENT)
    await hear(story, "defence-again", Hearing(len(PRESENT), 1, "2", "perelomova", "2018-05-30"))
    vesta = story.institutions["vesta"]
    found = await story.visitor("kletskina").get(f"/v1/projects?institution_id={vesta}")
    story.made["project"] = found["items"][0]["id"]


async def hear_practice(story: Story) -> None:
    """Let the council decide on the packaged practice of «Веста» for the bank (A37)."""
    await schedule(story, "bank-session", "council", [("practice", story.made["practice-vesta"])], on="2018-12-14")
    await register_presence(story, "bank-session", PRESENT)
    await hear(story, "bank-session", Hearing(len(PRESENT), 1, "3", "perelomova", "2018-12-20"))


async def hear_vologda(story: Story, year: int, practices: tuple[str, ...]) -> None:
    """Let the Vologda council decide on the practices of a year (C16)."""
    items = [("practice", story.made[f"practice-{practice}"]) for practice in practices]
    key = f"vologda-session-{year}"
    await schedule(story, key, "council-vologda", items, on=f"{year}-12-12")
    await register_presence(story, key, _VOLOGDA_COUNCIL)
    await hear(story, key, Hearing(3, len(items), str(year - 2021), "ryndin", f"{year}-12-18"))
