"""From a project to practice elsewhere: card, package, bank, cluster, replication (seeds 000, 001)."""

from typing import Any, NamedTuple

from local_platform.sample.story import Story
from local_platform.sample.visitor import Visitor

TITLE = "Семейная гостиная «Разговор с будущим»"
_MANUAL = {
    "theory": "Подход опирается на ресурсы семьи: перемены удерживаются, когда семья сама выбирает цель встречи.",
    "description": "Технология – цикл из восьми встреч семей, детей и специалистов в гостиной учреждения.",
}
_GUIDELINES: dict[str, Any] = {
    "steps": [
        {"title": "Знакомство", "action": "Специалист встречается с семьей дома и составляет карту ресурсов."},
        {"title": "Встречи", "action": "Восемь встреч в гостиной, раз в две недели."},
        {"title": "Итог", "action": "Семья и специалист сверяют карту ресурсов и решают, что дальше."},
    ],
    "minimal_staff": ["психолог", "социальный педагог"],
    "documents": ["договор с семьей", "карта ресурсов семьи"],
    "resources": ["комната для встреч"],
    "risks": ["семья прекращает встречи"],
}


class Packaged(NamedTuple):
    """A practice to be packaged, by whom and when."""

    key: str
    """Name of the practice in the story."""
    owner: str
    """Login of the author, whose institution has the same key."""
    card: dict[str, Any]
    """Kind, title, target groups and the rest of the practice card."""
    co_author: tuple[str, str]
    """Login and institution key of the author from the other organisation."""
    on: str
    """Day of description, publication and nomination."""


async def package(story: Story, of: Packaged) -> None:
    """Describe a practice, package it completely and put it before the council (A28–A30, A45)."""
    author, key = story.visitor(of.owner), of.key
    described = {
        "institution_id": story.institutions[of.owner], "described_on": of.on, "summary": of.card["title"], **of.card,
    }  # fmt: skip
    practice = (await author.do(f"practice-{key}", "/v1/practices", described))["id"]
    story.made[f"practice-{key}"] = practice
    opened = await author.do(f"package-{key}", "/v1/packages", {"practice_id": practice})
    path = f"/v1/packages/{opened['id']}"
    written = await author.put(f"manual-{key}", f"{path}/manual", _MANUAL, version=opened["version"])
    written = await author.put(f"guidelines-{key}", f"{path}/guidelines", _GUIDELINES, version=written["version"])
    authors = [
        {"person_id": story.people[login], "institution_id": story.institutions[institution]}
        for login, institution in ((of.owner, of.owner), of.co_author)
    ]
    rights = {"authors": authors, "rights": "Права принадлежат авторам совместно; применение свободное"}
    await author.put(f"authors-{key}", f"{path}/authors", rights, version=written["version"])
    await author.do(f"package-{key}-published", f"{path}/publication", {"published_on": of.on})
    nominated = {"practice_id": practice, "nominated_on": of.on}
    story.made[f"entry-{key}"] = (await author.do(f"entry-{key}", "/v1/bank-entries", nominated))["id"]


async def workshop(story: Story) -> None:
    """Show the technology to the system at an innovation workshop, with its summary (A23, A54)."""
    body = {
        "institution_id": story.institutions["vesta"], "kind": "workshop", "scope": "system",
        "title": f"Инновационная мастерская «{TITLE}»", "held_on": "2018-10-18", "venue": "КСЦОН «Веста»",
        "summary": "Площадки увидели две встречи гостиной и разобрали карту ресурсов семьи",
    }  # fmt: skip
    await story.visitor("vesta").do("workshop", "/v1/events", body)


async def package_of_vesta(story: Story) -> None:
    """Package the practice that grew from the project of «Веста», together with the УМЦ."""
    card = {
        "kind": "technology", "title": TITLE, "target_groups": ["families"], "project_id": story.made["project"],
    }  # fmt: skip
    await package(story, Packaged("vesta", "vesta", card, co_author=("umc", "umc"), on="2018-11-15"))


async def cluster(story: Story) -> None:
    """Form the mentor cluster of «Веста» with two sites and a programme of four steps (A05, A55)."""
    vesta = story.visitor("vesta")
    formed = {
        "practice_id": story.made["practice-vesta"], "mentor_institution_id": story.institutions["vesta"],
        "load_limit": 4, "formed_on": "2019-02-10",
    }  # fmt: skip
    made = await vesta.do("cluster", "/v1/clusters", formed)
    story.made["cluster"] = made["id"]
    path = f"/v1/clusters/{made['id']}"
    steps = [{"title": title} for title in ("Знакомство", "Стажировка у ментора", "Первые встречи вместе", "Итоги")]
    await vesta.put("programme", f"{path}/programme", {"steps": steps}, version=made["version"])
    for site in ("site_bratsk", "site_tulun"):
        attached = {"institution_id": story.institutions[site], "attached_on": "2019-02-12"}
        await vesta.do(f"attached-{site}", f"{path}/sites", attached)


async def agree_replications(story: Story) -> None:
    """Agree with both sites on the replication."""
    for login, site in (("bratsk", "site_bratsk"), ("tulun", "site_tulun")):
        body = {
            "practice_id": story.made["practice-vesta"], "site_institution_id": story.institutions[site],
            "mentor_institution_id": story.institutions["vesta"], "agreed_on": "2019-02-15",
        }  # fmt: skip
        agreed = await story.visitor(login).do(f"replication-{site}", "/v1/replications", body)
        story.made[f"replication-{site}"] = agreed["id"]


async def hand_over_seminar(story: Story) -> None:
    """Hold the hand-over seminar of the package (A56); who attended is recorded apart."""
    body = {
        "institution_id": story.institutions["vesta"], "kind": "hand_over_seminar", "scope": "system",
        "title": f"Передача технологии «{TITLE}»", "held_on": "2019-03-01", "venue": "КСЦОН «Веста»",
        "practice_id": story.made["practice-vesta"],
    }  # fmt: skip
    story.made["hand-over"] = (await story.visitor("vesta").do("hand-over", "/v1/events", body))["id"]


async def attend(story: Story) -> None:
    """Record who attended the hand-over seminar: people are counted, not named (A32)."""
    for site in ("site_bratsk", "site_tulun"):
        present = {"institution_id": story.institutions[site], "persons": 3}
        path = f"/v1/events/{story.made['hand-over']}/attendance"
        await story.visitor("vesta").do(f"attendance-{site}", path, present)


async def replicate(story: Story) -> None:
    """Take Братск to its own practice and Тулун to running work (A24, A59, A62)."""
    for login, site in (("bratsk", "site_bratsk"), ("tulun", "site_tulun")):
        visitor, path = story.visitor(login), f"/v1/replications/{story.made[f'replication-{site}']}"
        trained = {"event_id": story.made["hand-over"], "documents": ["manual", "guidelines"]}
        await visitor.do(f"trained-{site}", f"{path}/training", trained)
        await visitor.do(f"started-{site}", f"{path}/start", {"started_on": "2019-03-11"})
    await _report(story.visitor("bratsk"), f"/v1/replications/{story.made['replication-site_bratsk']}")


async def _report(bratsk: Visitor, path: str) -> None:
    adaptations = [
        {"step": 1, "change": "Первая встреча проходит в учреждении", "explanation": "Семьи живут далеко от центра"},
        {"step": 2, "change": "Встречи раз в месяц", "explanation": "Один психолог на два района"},
    ]
    report = {"results": "Цикл прошли 12 семей", "adaptations": adaptations, "reported_on": "2019-12-10"}
    await bratsk.do("reported", f"{path}/report", report)
    own = {
        "kind": "practice", "title": "Семейная гостиная «За чаем»", "target_groups": ["families"],
        "summary": "Гостиная для отдаленных районов", "described_on": "2019-12-20",
    }  # fmt: skip
    await bratsk.do("self-described", f"{path}/self-description", own)
