"""An innovation of КСЦОН «Веста» from idea to a neighbour's practice: directions, call, application, defence (seeds 000, 001)."""

from local_platform.sample.story import Story

TITLE = "Семейная гостиная «Разговор с будущим»"
_DIRECTIONS = (
    ("foster", "Работа с замещающими семьями", "dichina", "Дичина Н. Ю."),
    ("risk", "Работа с семьями СОП и ТЖС", "nizovtseva", "Низовцева О. В."),
    ("disabled", "Работа с семьями, имеющими детей с ОВЗ и инвалидностью", "bashirova", "Баширова Т. Б."),
)
_CRITERIA = (
    {"code": "novelty", "title": "Новизна", "weight": 30},
    {"code": "need", "title": "Актуальность для населения", "weight": 30},
    {"code": "transfer", "title": "Возможность тиражирования", "weight": 40},
)
MARKS = {
    "expert1": (40, 35, 39),
    "expert2": (70, 75, 70),
    "expert3": (72, 70, 75),
}
"""The first two differ by more than the call's threshold, so a third expert marks too."""


async def directions(story: Story) -> None:
    """Agree the three directions with the ministry; the second was returned once (A03, A13, B09–B12)."""
    umc, ministry = story.visitor("kletskina"), story.visitor("pletan")
    for key, title, supervisor, name in _DIRECTIONS:
        proposed = {
            "title": title, "description": f"{title}: направление инновационных проектов", "proposed_on": "2018-01-20",
            "programme": "Институт полиформатного образования",
            "supervisor": {"person_id": story.people[supervisor], "name": name},
        }  # fmt: skip
        path = f"/v1/directions/{(await umc.do(f'direction-{key}', '/v1/directions', proposed))['id']}"
        story.made[f"direction-{key}"] = path.rpartition("/")[2]
        if key == "risk":
            returned = {"remark": "Уточните целевую группу", "returned_on": "2018-01-23"}
            await ministry.do(f"direction-{key}-returned", f"{path}/return", returned)
            again = proposed | {"description": "Целевая группа уточнена", "proposed_on": "2018-01-24"}
            await umc.do(f"direction-{key}-again", f"{path}/resubmission", again)
        await ministry.do(f"direction-{key}-agreed", f"{path}/agreement", {"agreed_on": "2018-02-01"})


async def open_call(story: Story) -> None:
    """Open the call of direction 2 with weighted criteria."""
    body = {
        "direction_id": story.made["direction-risk"], "title": "Отбор инновационных проектов 2018 года",
        "opens_on": "2018-02-05", "closes_on": "2018-03-30", "criteria": _CRITERIA,
        "scale": {"minimum": 0, "maximum": 100}, "divergence_threshold": 20,
    }  # fmt: skip
    story.made["call"] = (await story.visitor("kletskina").do("call", "/v1/calls", body))["id"]


async def draft_application(story: Story) -> None:
    """Draft the application of «Веста» with its creative team under a specialist of the УМЦ (A15, A51)."""
    body = {
        "call_id": story.made["call"], "institution_id": story.institutions["vesta"], "drafted_on": "2018-02-06",
        **_content(story),
    }  # fmt: skip
    drafted = await story.visitor("vesta").do("application", "/v1/applications", body)
    story.made["application"] = drafted["id"]


def _content(story: Story) -> dict[str, object]:
    passport = {
        "problem": "Семьи в СОП и ТЖС обращаются за помощью поздно",
        "target_group": "Семьи с детьми, находящиеся в СОП и ТЖС",
        "novelty": "Цикл встреч семей и специалистов вместо разовых консультаций",
        "expected_result": "Половина семей гостиной снята с учёта за год",
        "aim": "Создать постоянно действующую семейную гостиную",
    }
    team = {
        "member_ids": [story.people["vesta"], story.people["vesta_head"]], "lead_id": story.people["vesta"],
        "supervisor_id": story.people["umc"], "since": "2018-02-01",
    }  # fmt: skip
    return {"title": TITLE, "passport": passport, "team": team}


async def submit_and_admit(story: Story) -> None:
    """Submit, be returned once, submit again, be admitted; the supervisor signs an opinion (B12)."""
    vesta, umc = story.visitor("vesta"), story.visitor("kletskina")
    path = f"/v1/applications/{story.made['application']}"
    await vesta.do("application-submitted", f"{path}/submission", {"submitted_on": "2018-03-01"})
    returned = {"remark": "Уточните показатели результата", "returned_on": "2018-03-05"}
    await umc.do("application-returned", f"{path}/return", returned)
    await vesta.do("application-again", f"{path}/submission", {"submitted_on": "2018-03-12"})
    await umc.do("application-admitted", f"{path}/admission", {"admitted_on": "2018-03-20"})
    opinion = {"favourable": True, "text": "Проект соответствует направлению", "signed_on": "2018-03-25"}
    await story.visitor("nizovtseva").do("application-opinion", f"{path}/opinion", opinion)


async def consult(story: Story) -> None:
    """Let a specialist of the УМЦ advise on the project: she may not judge it afterwards (A42, A43)."""
    given = {
        "institution_id": story.institutions["umc"],
        "consultant_id": story.people["consultant"],
        "recipient_institution_id": story.institutions["vesta"],
        "application_id": story.made["application"],
        "kind": "project_design",
        "channel": "in_person",
        "topic": "Показатели результата проекта",
        "given_on": "2018-03-07",
    }
    await story.visitor("consultant").do("consultation-project", "/v1/consultations", given)


async def answer_remarks(story: Story) -> None:
    """Change the application as the council asked."""
    vesta, path = story.visitor("vesta"), f"/v1/applications/{story.made['application']}"
    version = (await vesta.get(path))["version"]
    await vesta.put("application-answered", path, _content(story), version=version)


async def review(story: Story) -> None:
    """Let three experts mark the application; the first two diverge (F4)."""
    for expert in MARKS:
        await assign(story, expert)
    for expert, marks in MARKS.items():
        reviewer, path = story.visitor(expert), f"/v1/reviews/{story.made[f'review-{expert}']}"
        values = [{"criterion": c["code"], "value": value} for c, value in zip(_CRITERIA, marks, strict=True)]
        version = (await reviewer.get(path))["version"]
        await reviewer.put(f"marks-{expert}", path, {"marks": values}, version=version)
        await reviewer.do(f"review-{expert}-done", f"{path}/completion", {"completed_on": "2018-03-28"})


async def assign(story: Story, expert: str) -> None:
    """Assign an expert of the council to the application."""
    body = {
        "application_id": story.made["application"], "expert_id": story.people[expert], "assigned_on": "2018-03-21"
    }  # fmt: skip
    assigned = await story.visitor("kletskina").do(f"review-{expert}", "/v1/reviews", body)
    story.made[f"review-{expert}"] = assigned["id"]
