"""The year 2023 of the resource centre «Октябрьский дом-интернат…», as its report tells it (seed 002)."""

from typing import Any

from local_platform.sample.council import hear_vologda
from local_platform.sample.passing_on import Packaged, package
from local_platform.sample.story import Story
from local_platform.sample.visitor import Visitor

METHODICAL_SESSION = (
    "Социальное проектирование в деятельности организаций социального обслуживания: эффективные практики "
    "социального проектирования в организации трудовой занятости инвалидов"
)
_COURAGE_ARTICLE = (
    "«Уроки мужества» – это путь к постижению добра, исторической правды и уважению к памяти тех, кто ценой "
    "невероятных усилий завоевал для нас мир и свободу...»"
)
_HOME = "Октябрьский дом-интернат"
_AGREEMENTS_BEFORE = 11
_AGREEMENTS_OF_YEAR = 7
_MEETINGS = 12
_CONSULTATIONS = (("in_person", 10), ("zoom", 6), ("whatsapp", 4), ("phone", 4))
_TRAINING = (
    ("professional_education", 1), ("qualification", 4), ("programmes", 2), ("retraining", 2),
    ("seminars_webinars", 12), ("conferences_forums", 7), ("consultative_sessions", 8),
)  # fmt: skip
_EXTERNAL_EVENTS = (
    "VI Всероссийский онлайн форум «Россия – территория заботы»",
    "семинар «Гид по долговременному уходу»",
    "круглый стол «Наставничество как ракурс профессионального роста молодых специалистов»",
    "конференция «Социальная работа во время испытаний»",
    "онлайн круглый стол «Реализация индивидуальной программы реабилитации и абилитации инвалида (ребенка-инвалида): взаимодействие с учреждениями образования»",
    "круглый стол «Организация физкультурно-оздоровительной работы с получателями социальных услуг, в том числе через реализацию инновационных проектов и программ»",
    "круглый стол «Тенденции и перспективы развития социальных партнерств»",
)
_AWARDS: tuple[dict[str, Any], ...] = (
    {"contest": {"name": "отбор лучших практик активного долголетия на платформе АСИ «Смартека»", "edition": "Третий отбор",
                 "organiser": "Агентство стратегических инициатив"}, "project_title": "Почитай мне"},
    {"contest": {"name": "Второй Всероссийский отраслевой конкурс «Учреждение устойчивого инновационного развития»",
                 "organiser": "Оргкомитет отраслевого конкурса"}},
    {"contest": {"name": "Всероссийский конкурс сайтов среди организаций социального обслуживания «Лучший официальный сайт "
                         "организации социального обслуживания России в 2023 году»", "organiser": "Оргкомитет конкурса сайтов"},
     "project_title": "Будь в курсе"},
    {"contest": {"name": "общекомандное первенство регионального этапа XIII Всероссийского чемпионата по компьютерному "
                         "многоборью среди пенсионеров", "organiser": "Оргкомитет чемпионата"}, "project_title": "Будь в курсе"},
)  # fmt: skip
_WINNERS = ("october", "verevokina", "october", "trainer")
"""Three people, four prizes: one of them won twice."""


async def bank(story: Story) -> None:
    """Bring four socially significant projects into the bank: two in 2022, two in 2023 (C16, I14).

    The seed names the two of 2023 and «Будь в курсе»; the fourth title is made up.
    """
    by_year = {
        2022: {"informed": "Будь в курсе", "active": "Активный возраст"},
        2023: {"courage": "Уроки Мужества", "reading": "Почитай мне"},
    }
    for year, projects in by_year.items():
        for key, title in projects.items():
            card = {"kind": "project", "title": title, "target_groups": ["elderly", "disabled"]}
            co_author = ("ryndin", "department")
            await package(story, Packaged(key, "october", card, co_author, on=f"{year}-11-10"))
        await hear_vologda(story, year, tuple(projects))


async def documents_and_agreements(story: Story) -> None:
    """Enter the orders of I01 (C06) and 18 agreements: 11 before the year, 7 in it, one addendum (C22)."""
    head, author = story.visitor("verevokina"), story.visitor("october")
    october = story.institutions["october"]
    regulations = {
        "institution_id": october, "kind": "order", "number": "745/п", "issued_on": "2018-12-29",
        "title": "Об утверждении Положения о методической деятельности",
    }  # fmt: skip
    await head.do("act-745", "/v1/acts", regulations)
    council = {
        "institution_id": october, "kind": "order", "number": "821/п", "issued_on": "2019-12-25",
        "title": "О Методическом совете",
    }  # fmt: skip
    issued = await head.do("act-821", "/v1/acts", council)
    for act_number, amended_on in (("233/п", "2020-08-25"), ("122/1-п", "2022-05-04")):
        amendment = {"number": act_number, "amended_on": amended_on}
        await head.do(f"act-821-{amended_on}", f"/v1/acts/{issued['id']}/amendments", amendment)
    for number in range(1, _AGREEMENTS_BEFORE + 1):
        await _agreement(story, author, f"{number}/2022", f"2022-{number:02}-10")
    signed = [
        await _agreement(story, author, f"{number}/2023", f"2023-{number + 2:02}-15")
        for number in range(1, _AGREEMENTS_OF_YEAR + 1)
    ]
    addendum = {"number": "1", "subject": "Продление срока сотрудничества", "signed_on": "2023-11-20"}
    await author.do("addendum-1", f"/v1/agreements/{signed[0]}/addenda", addendum)


async def _agreement(story: Story, author: Visitor, number: str, signed_on: str) -> str:
    partner = "Вологодский государственный университет" if number == "1/2023" else f"Партнёр по договору № {number}"
    body = {
        "institution_id": story.institutions["october"], "number": number, "partner": partner,
        "subject": "Сотрудничество в социальном проектировании", "signed_on": signed_on,
    }  # fmt: skip
    agreement_id: str = (await author.do(f"agreement-{number}", "/v1/agreements", body))["id"]
    return agreement_id


async def events_of_the_year(story: Story) -> None:
    """Hold 12 meetings, the four listed events of I05, two practical classes; issue the materials of I08 (C10–C15)."""
    author, october = story.visitor("october"), story.institutions["october"]
    for month in range(1, _MEETINGS + 1):
        meeting = {
            "institution_id": october, "kind": "meeting", "scope": "institution", "title": "Рабочее совещание",
            "held_on": f"2023-{month:02}-20", "venue": _HOME,
        }  # fmt: skip
        await author.do(f"meeting-{month}", "/v1/events", meeting)
    projects = "Социальное проектирование в деятельности организаций социального обслуживания: опыт и возможности развития проектов"
    held: tuple[dict[str, Any], ...] = (
        {"kind": "round_table", "title": "Опыт организации социальной работы на территории Вологодской области", "held_on": "2023-04-12",
         "venue": "Институт машиностроения, энергетики и транспорта Вологодского государственного университета"},
        {"kind": "consultative_session", "title": METHODICAL_SESSION, "held_on": "2023-05-25", "online": True},
        {"kind": "internship", "title": projects, "held_on": "2023-09-14", "venue": _HOME},
        {"kind": "internship", "title": projects, "held_on": "2023-10-19", "venue": _HOME},
        {"kind": "practical_class", "title": "Написание проекта: цели, задачи, результативность", "held_on": "2023-06-08", "venue": _HOME},
        {"kind": "practical_class", "title": "Оформление заявки на грант", "held_on": "2023-06-22", "venue": _HOME},
    )  # fmt: skip
    for number, event in enumerate(held):
        made = await author.do(f"event-{number}", "/v1/events", {"institution_id": october, "scope": "system", **event})
        story.made[f"event-{event['kind']}"] = made["id"]
    material = {
        "institution_id": october, "event_id": story.made["event-consultative_session"], "issued_on": "2023-05-30",
        "title": f"методические материалы по результатам проведения областной методической консультативной площадки по теме «{METHODICAL_SESSION}»",
    }  # fmt: skip
    await author.do("material-1", "/v1/materials", material)


async def work_of_the_year(story: Story) -> None:
    """Record participations (C12, C21), 24 consultations by channel (C23) and publications (C18)."""
    author, october = story.visitor("october"), {"institution_id": story.institutions["october"]}
    for form, persons in _TRAINING:
        taken = {"form": form, "persons": persons, "took_place_on": "2023-11-15"}
        await author.do(f"training-{form}", "/v1/participations", october | taken)
    for number, title in enumerate(_EXTERNAL_EVENTS, start=1):
        taken = {"form": "external_event", "title": title, "persons": 2, "took_place_on": f"2023-{number + 2:02}-05"}
        await author.do(f"external-{number}", "/v1/participations", october | taken)
    number = 0
    for channel, count in _CONSULTATIONS:
        for _ in range(count):
            number += 1
            given = {
                "kind": "innovation_experience", "channel": channel, "given_on": f"2023-{5 + number % 7:02}-{number:02}",
                "topic": "Применение социального проектирования",
            }  # fmt: skip
            await author.do(f"consultation-{number}", "/v1/consultations", october | given)
    await _publications(story, author)


async def _publications(story: Story, author: Visitor) -> None:
    published: tuple[dict[str, Any], ...] = (
        {"channel": "journal", "title": _COURAGE_ARTICLE, "outlet": "журнал «Работник социальной службы», № 3 2023 года",
         "level": "federal", "released_on": "2023-03-30"},
        {"channel": "social_network", "title": "Официальный сайт и официальная группа в социальной сети «ВКонтакте»",
         "level": "regional", "count": 116, "released_on": "2023-12-29"},
        {"channel": "talk", "title": "Выступления на круглых столах и областной методической консультативной площадке",
         "level": "regional", "count": 4, "released_on": "2023-10-19"},
    )  # fmt: skip
    for publication in published:
        body = {"institution_id": story.institutions["october"], **publication}
        await author.do(f"publication-{publication['channel']}", "/v1/publications", body)


async def contests_of_the_year(story: Story) -> None:
    """File the entries of I11–I13 (T6: two results are due in February 2024) and the four awards of I20 (T5)."""
    author, october = story.visitor("october"), {"institution_id": story.institutions["october"]}
    entries: tuple[dict[str, Any], ...] = (
        {"kind": "grant", "filed_on": "2023-11-30", "result_due": "2024-02-28",
         "contest": {"name": "Спорт для всех 2024", "organiser": "Благотворительный фонд Владимира Потанина"}},
        {"kind": "contest", "filed_on": "2023-10-16", "result_due": "2024-02-29", "project_title": "Уроки Мужества",
         "contest": {"name": "Активное долголетие 2023", "organiser": "АНО «Национальные приоритеты»",
                     "edition": "Четвертый отбор лучших практик активного долголетия на платформе АСИ «Смартека»"}},
    )  # fmt: skip
    for number, entry in enumerate(entries):
        story.made[f"contest-{number}"] = (await author.do(f"contest-{number}", "/v1/entries", october | entry))["id"]
    for number, (award, winner) in enumerate(zip(_AWARDS, _WINNERS, strict=True)):
        granted = {
            "result": "призовое место",
            "granted_on": "2023-11-24",
            "winner_ids": [story.people[winner]],
            **award,
        }
        await author.do(f"award-{number}", "/v1/awards", october | granted)
