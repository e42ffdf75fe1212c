"""What is underway today: something that waits for nearly everybody who can sign in, so that no worklist is empty.

Titles and days are made up; days are counted from today, so that what is open is still open.
"""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from local_platform.sample import council
from local_platform.sample.institutions import COUNCIL, PEOPLE
from local_platform.sample.story import Story

_NAMES = {person.login: person.full_name for person in PEOPLE}
_CRITERIA = (
    {"code": "need", "title": "Актуальность для населения", "weight": 50},
    {"code": "transfer", "title": "Возможность тиражирования", "weight": 50},
)


class _Idea(NamedTuple):
    key: str
    title: str
    problem: str
    aim: str


_DRAFTED = _Idea(
    "fathers", "Клуб приемных отцов «Плечо»",
    "Приемные отцы не приходят на занятия школы приемных родителей",
    "Собрать отцов вокруг общего дела с детьми",
)  # fmt: skip
_RETURNED = _Idea(
    "brigade", "Мобильная бригада «Рядом»",
    "До отдаленных поселков специалисты доезжают раз в полгода",
    "Доводить помощь до каждого поселка не реже раза в месяц",
)  # fmt: skip
_SUBMITTED = _Idea(
    "mediators", "Школьные примирители",
    "Ссоры подростков кончаются постановкой на учет",
    "Научить подростков договариваться с помощью ровесников",
)  # fmt: skip
_ADMITTED = _Idea(
    "grandmothers", "Бабушка на час",
    "Родителям детей раннего возраста не с кем оставить ребенка на время занятий",
    "Создать группу наставниц старшего возраста при центре",
)  # fmt: skip

_TO_BE_HEARD = _Idea(
    "theatre", "Семейный театр",
    "Родители и подростки не умеют говорить друг с другом",
    "Дать семьям сцену, на которой можно поменяться ролями",
)  # fmt: skip


async def begin(story: Story) -> None:
    """Leave the work of these days open: a direction, a selection with five applications, a session, an event."""
    today = datetime.now(UTC).date()
    await _propose_direction(story, today)
    await _open_call(story, today)
    await _draft(story, _DRAFTED, today - timedelta(days=3))
    await _return(story, await _submit(story, _RETURNED, today - timedelta(days=12)), today - timedelta(days=2))
    await _submit(story, _SUBMITTED, today - timedelta(days=5))
    admitted = await _admit(story, _ADMITTED, today - timedelta(days=10))
    for expert in ("expert1", "expert2"):
        await _assign(story, admitted, expert, today - timedelta(days=8))
    heard = await _admit(story, _TO_BE_HEARD, today - timedelta(days=15))
    await _prepare_defence(story, heard, today - timedelta(days=11))
    await _call_council(story, today)
    await _plan_event(story, today)
    await _open_report(story, today)
    await _begin_package(story)


async def _propose_direction(story: Story, today: date) -> None:
    title = "Сопровождение молодых людей, выходящих из учреждений"
    proposed = {
        "title": title, "description": f"{title}: направление инновационных проектов",
        "programme": "Институт полиформатного образования", "proposed_on": str(today - timedelta(days=6)),
        "supervisor": {"person_id": story.people["dichina"], "name": _NAMES["dichina"]},
    }  # fmt: skip
    await story.visitor("kletskina").do("underway-direction", "/v1/directions", proposed)


async def _open_call(story: Story, today: date) -> None:
    body = {
        "direction_id": story.made["direction-risk"], "title": f"Отбор инновационных проектов {today.year} года",
        "opens_on": str(today - timedelta(days=40)), "closes_on": str(today + timedelta(days=20)),
        "criteria": _CRITERIA, "scale": {"minimum": 0, "maximum": 100}, "divergence_threshold": 20,
    }  # fmt: skip
    story.made["underway-call"] = (await story.visitor("kletskina").do("underway-call", "/v1/calls", body))["id"]


async def _draft(story: Story, idea: _Idea, on: date) -> str:
    passport = {
        "problem": idea.problem, "aim": idea.aim, "target_group": "Семьи с детьми",
        "novelty": "В области так еще не работают", "expected_result": "Тридцать семей за год",
    }  # fmt: skip
    team = {
        "member_ids": [story.people["vesta"]], "lead_id": story.people["vesta"],
        "supervisor_id": story.people["umc"], "since": str(on),
    }  # fmt: skip
    body = {
        "call_id": story.made["underway-call"], "institution_id": story.institutions["vesta"],
        "drafted_on": str(on), "title": idea.title, "passport": passport, "team": team,
    }  # fmt: skip
    drafted = await story.visitor("vesta").do(f"underway-{idea.key}", "/v1/applications", body)
    return f"/v1/applications/{drafted['id']}"


async def _submit(story: Story, idea: _Idea, on: date) -> str:
    path = await _draft(story, idea, on - timedelta(days=4))
    await story.visitor("vesta").do(f"underway-{idea.key}-in", f"{path}/submission", {"submitted_on": str(on)})
    return path


async def _return(story: Story, path: str, on: date) -> None:
    remark = {"remark": "Назовите поселки и число семей в каждом", "returned_on": str(on)}
    await story.visitor("kletskina").do("underway-returned", f"{path}/return", remark)


async def _admit(story: Story, idea: _Idea, on: date) -> str:
    path = await _submit(story, idea, on - timedelta(days=10))
    await story.visitor("kletskina").do(f"underway-{idea.key}-admitted", f"{path}/admission", {"admitted_on": str(on)})
    return path


async def _assign(story: Story, path: str, expert: str, on: date) -> str:
    body = {
        "application_id": path.rpartition("/")[2], "expert_id": story.people[expert], "assigned_on": str(on)
    }  # fmt: skip
    assigned = await story.visitor("kletskina").do(f"underway-{expert}", "/v1/reviews", body)
    return f"/v1/reviews/{assigned['id']}"


async def _prepare_defence(story: Story, path: str, on: date) -> None:
    opinion = {"favourable": True, "text": "Проект соответствует направлению", "signed_on": str(on)}
    await story.visitor("nizovtseva").do("underway-opinion", f"{path}/opinion", opinion)
    marks = {"marks": [{"criterion": criterion["code"], "value": 80} for criterion in _CRITERIA]}
    for expert in ("expert3", "expert4"):
        reviewer, review = story.visitor(expert), await _assign(story, path, expert, on)
        await reviewer.put(f"underway-{expert}-marks", review, marks, version=(await reviewer.get(review))["version"])
        await reviewer.do(f"underway-{expert}-done", f"{review}/completion", {"completed_on": str(on)})
    story.made["underway-application"] = path.rpartition("/")[2]


async def _call_council(story: Story, today: date) -> None:
    body = {
        "title": f"Экспертный совет социального технопарка, {today.year} год", "chair_id": story.people[COUNCIL[0]],
        "since": f"{today.year}-01-01", "until": f"{today.year + 1}-12-31",
        "members": [{"person_id": story.people[login], "name": _NAMES[login]} for login in COUNCIL],
        "quorum": {"numerator": 2, "denominator": 3},
    }  # fmt: skip
    story.made["underway-council"] = (await story.visitor("kletskina").do("underway-council", "/v1/councils", body))[
        "id"
    ]
    agenda = [("project", story.made["underway-application"])]
    await council.schedule(story, "underway-session", "underway-council", agenda, on=str(today + timedelta(days=14)))


async def _plan_event(story: Story, today: date) -> None:
    body = {
        "institution_id": story.institutions["umc"], "kind": "workshop", "scope": "system",
        "title": "Как написать паспорт инновационного проекта", "venue": "УМЦ",
        "planned_on": str(today - timedelta(days=1)),
    }  # fmt: skip
    await story.visitor("consultant").do("underway-event", "/v1/events", body)


async def _open_report(story: Story, today: date) -> None:
    body = {"institution_id": story.institutions["vesta"], "year": today.year, "theme": "Семейные технологии"}
    await story.visitor("vesta").do("underway-report", "/v1/reports", body)


async def _begin_package(story: Story) -> None:
    bratsk = story.visitor("bratsk")
    (own,) = (await bratsk.get(f"/v1/practices?institution_id={story.institutions['site_bratsk']}"))["items"]
    await bratsk.do("underway-package", "/v1/packages", {"practice_id": own["id"]})
