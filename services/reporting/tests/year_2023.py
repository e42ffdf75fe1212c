"""Every fact behind the report of the resource centre for 2023 (seed 002): the tests ask for it as `year_2023`."""

from typing import Any

from contracts.catalogue import CATALOGUE
from contracts.fact import Fact

OCTOBER = "0190a000-0000-7000-8000-0000000000c1"
DEPARTMENT = "0190a000-0000-7000-8000-0000000000c2"
VESTA = "0190a000-0000-7000-8000-0000000000c3"
IRKUTSK = "0190a000-0000-7000-8000-0000000000c4"
THEME = "Социальное проектирование в организациях социального обслуживания"
COUNCIL_OFFICE = (
    "руководитель Экспертного совета по инновационной деятельности Департамента социальной защиты населения"
)
CONSULTATIVE_TOPIC = (
    "Социальное проектирование в деятельности организаций социального обслуживания: эффективные практики "
    "социального проектирования в организации трудовой занятости инвалидов"
)
INTERNSHIP_TOPIC = (
    "Социальное проектирование в деятельности организаций социального обслуживания: "
    "опыт и возможности развития проектов"
)
EXTERNAL_EVENTS = (
    "VI Всероссийский онлайн форум «Россия – территория заботы»",
    "семинар «Гид по долговременному уходу»",
    "круглый стол «Наставничество как ракурс профессионального роста молодых специалистов»",
    "конференция «Социальная работа во время испытаний»",
    "онлайн круглый стол «Реализация индивидуальной программы реабилитации и абилитации инвалида»",
    "круглый стол «Организация физкультурно-оздоровительной работы с получателями социальных услуг»",
    "круглый стол «Тенденции и перспективы развития социальных партнерств»",
)
LEARNING = (
    ("professional_education", 1), ("qualification", 4), ("programmes", 2), ("retraining", 2),
    ("seminars_webinars", 12), ("conferences_forums", 7), ("consultative_sessions", 8),
)  # fmt: skip
AWARDS = (
    ("Третий отбор лучших практик активного долголетия на платформе АСИ «Смартека»", "Почитай мне", ("w-1",)),
    ("Второй Всероссийский отраслевой конкурс «Учреждение устойчивого инновационного развития»", None, ("w-1", "w-2")),
    ("Всероссийский конкурс «Лучший официальный сайт организации социального обслуживания России в 2023 году»",
     "Будь в курсе", ("w-3",)),
    ("региональный этап XIII Всероссийского чемпионата по компьютерному многоборью", "Будь в курсе", ("w-3",)),
)  # fmt: skip


def _example(event_type: str, **fields: Any) -> Fact:
    model = CATALOGUE[event_type]
    return model.model_validate({**model.example(), "institution_id": OCTOBER, **fields})


def _registry_year() -> list[tuple[Fact, str]]:
    """Acts with amendments; 11 agreements in force from before, 1 ended before, 7 new ones, 1 addendum."""
    acts = [
        ("act-1", "745/п", "2018-12-29", "Об утверждении Положения о методической деятельности"),
        ("act-2", "821/п", "2019-12-25", "О Методическом совете"),
    ]
    facts = [
        (_example("registry.act.issued.v1", act_id=key, kind="order", number=n, issued_on=day, title=title), key)
        for key, n, day, title in acts
    ]
    facts += [
        (_example("registry.act.amended.v1", act_id="act-2", number=number, amended_on=day), "act-2")
        for number, day in (("233/п", "2020-08-25"), ("122/1-п", "2022-05-04"), ("9/п", "2024-01-09"))
    ]
    days = [f"2021-{month:02}-10" for month in range(1, 13)] + [f"2023-{month:02}-10" for month in range(2, 9)]
    for number, day in enumerate(days):
        key = f"agreement-{number}"
        facts.append(
            (_example("registry.agreement.signed.v1", agreement_id=key, number=str(number), signed_on=day), key)
        )
    ended = _example("registry.agreement.terminated.v1", agreement_id="agreement-0", terminated_on="2022-06-01")
    added = _example(
        "registry.addendum.signed.v1", addendum_id="a-1", agreement_id="agreement-3", signed_on="2023-05-05"
    )
    return [*facts, (ended, "agreement-0"), (added, "a-1")]


def _expertise_year() -> list[tuple[Fact, str]]:
    grant = _example("expertise.entry.filed.v1", entry_id="entry-1", filed_on="2023-11-01", result_due="2024-02-15")
    contest = _example(
        "expertise.entry.filed.v1",
        entry_id="entry-2",
        kind="contest",
        contest="Активное долголетие 2023",
        organiser="АНО «Национальные приоритеты»",
        project_title="Уроки Мужества",
        filed_on="2023-10-01",
        result_due="2024-02-01",
    )
    awards = [
        _example("expertise.award.granted.v1", award_id=f"award-{n}", contest=contest_name, project_title=project,
                 winner_ids=winners, granted_on=f"2023-0{n + 4}-01")
        for n, (contest_name, project, winners) in enumerate(AWARDS)
    ]  # fmt: skip
    return [(grant, "entry-1"), (contest, "entry-2"), *((award, f"award-{n}") for n, award in enumerate(awards))]


def _events_year() -> list[tuple[Fact, str]]:
    held = [
        ("round_table", "Опыт организации социальной работы на территории Вологодской области", False,
         "Институт машиностроения, энергетики и транспорта Вологодского государственного университета"),
        ("consultative_session", CONSULTATIVE_TOPIC, True, None),
        ("internship", INTERNSHIP_TOPIC, False, "Организация"),
        ("internship", INTERNSHIP_TOPIC, False, "Организация"),
        ("practical_class", "Написание проекта и оформление заявки на грант", False, None),
        ("practical_class", "Написание проекта и оформление заявки на грант", False, None),
        *[("meeting", f"Рабочее совещание {month}", False, None) for month in range(1, 13)],
    ]  # fmt: skip
    return [
        (_example("transfer.event.held.v1", event_id=f"event-{n}", kind=kind, title=title, online=online, venue=venue,
                  held_on=f"2023-{n % 12 + 1:02}-15", practice_id=None), f"event-{n}")
        for n, (kind, title, online, venue) in enumerate(held)
    ]  # fmt: skip


def _transfer_year() -> list[tuple[Fact, str]]:
    facts: list[tuple[Fact, str]] = []
    fields: dict[str, Any]
    for n, channel in enumerate(["in_person"] * 9 + ["zoom"] * 6 + ["whatsapp"] * 4 + ["phone"] * 5):
        key = f"consultation-{n}"
        fields = {"consultation_id": key, "channel": channel, "given_on": f"2023-{n % 3 + 10}-{n + 1:02}"}
        facts.append((_example("transfer.consultation.given.v1", **fields), key))
    for n, (form, persons) in enumerate(LEARNING):
        fields = {"participation_id": f"learning-{n}", "form": form, "persons": persons, "title": None}
        facts.append(
            (_example("transfer.participation.recorded.v1", took_place_on="2023-09-01", **fields), f"learning-{n}")
        )
    for n, title in enumerate(EXTERNAL_EVENTS):
        fields = {"participation_id": f"external-{n}", "form": "external_event", "persons": 3, "title": title}
        facts.append(
            (_example("transfer.participation.recorded.v1", took_place_on="2023-09-02", **fields), f"external-{n}")
        )
    for n, (title, day) in enumerate(
        (("Будь в курсе", "2021-03-01"), ("Тропа здоровья", "2022-03-01"), ("Уроки Мужества", "2023-03-01"),
         ("Почитай мне", "2023-04-01"))
    ):  # fmt: skip
        fields = {"entry_id": f"bank-{n}", "title": title, "activated_on": day}
        facts.append((_example("transfer.bank_entry.activated.v1", **fields), f"bank-{n}"))
    material = f"методические материалы по результатам проведения консультативной площадки «{CONSULTATIVE_TOPIC}»"
    facts.append(
        (_example("transfer.material.issued.v1", material_id="m-1", title=material, issued_on="2023-06-01"), "m-1")
    )
    return facts


def _publications() -> list[tuple[Fact, str]]:
    """One article, 100 posts on the site corrected to 60 and 56 in the network, four talks."""
    released = [
        ("p-journal", "journal", 1), ("p-site", "site", 100), ("p-vk", "social_network", 56), ("p-talk", "talk", 4),
    ]  # fmt: skip
    facts = [
        (_example("transfer.publication.released.v1", publication_id=key, channel=channel, count=count,
                  outlet="журнал «Работник социальной службы», № 3 2023 года" if channel == "journal" else None,
                  released_on="2023-08-01", practice_id=None), key)
        for key, channel, count in released
    ]  # fmt: skip
    corrected = _example("transfer.publication.corrected.v1", publication_id="p-site", channel="site", count=60,
                         outlet=None, released_on="2023-08-01", practice_id=None)  # fmt: skip
    return [*facts, (corrected, "p-site")]


def _who_is_who() -> list[tuple[Fact, str]]:
    """The centre, the department, an institution of another region, the offices of those who sign."""
    named = [
        (OCTOBER, "АУ СО ВО «Октябрьский дом-интернат для престарелых и инвалидов»", "social_service", "RU-VLG"),
        (DEPARTMENT, "Департамент социальной защиты населения Вологодской области", "ministry", "RU-VLG"),
        (VESTA, "ОГБУСО «КСЦОН „Веста“»", "social_service", "RU-IRK"),
        (IRKUTSK, "Министерство социального развития Иркутской области", "ministry", "RU-IRK"),
    ]
    offices = [
        ("o-1", "verevokina", "Н. Л. Веревокина", OCTOBER, "директор", True),
        ("o-2", "ryndin", "Н. Л. Рындин", DEPARTMENT,
         "начальник Департамента социальной защиты населения Вологодской области", False),
        ("o-3", "ryndin", "Н. Л. Рындин", DEPARTMENT, COUNCIL_OFFICE, False),
        ("o-4", "minister", "И. И. Иванов", IRKUTSK, "министр", False),
    ]  # fmt: skip
    facts = [
        (_example("registry.institution.registered.v1", institution_id=key, name=name, short_name=name[:60], kind=kind,
                  region=region), key)
        for key, name, kind, region in named
    ]  # fmt: skip
    facts += [
        (_example("registry.person.appointed.v1", appointment_id=key, person_id=person, person_name=name,
                  institution_id=place, office=office, acting=acting, since="2023-06-01", until=None), key)
        for key, person, name, place, office, acting in offices
    ]  # fmt: skip
    status = _example("registry.status.granted.v1", kind="resource_centre", theme=THEME, valid_from="2023-01-01",
                      valid_until="2023-12-31")  # fmt: skip
    return [*facts, (status, "status-1")]


def vologda_year() -> list[tuple[Fact, str]]:
    """Return the facts, each with its subject, in the order of the services that announce them."""
    years = (_who_is_who(), _registry_year(), _expertise_year(), _events_year(), _transfer_year(), _publications())
    return [told for year in years for told in year]
