"""Builders and the running service for the tests of reporting."""

import uuid
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from chassis.app import prepare
from chassis.mongo import Mongo
from chassis.receive import Disposition, Receiver
from contracts.catalogue import CATALOGUE
from contracts.envelope import Envelope
from contracts.fact import Fact
from reporting.settings import ReportingSettings
from reporting.wiring import wire
from testkit import Answer, Client, Issuer, running_service

Announced = tuple[Envelope, Fact]


@dataclass
class Announcer:
    """Puts facts into envelopes as the owning services do: the sequence of a subject grows with each fact about it."""

    seed: int = 0
    sequences: dict[str, int] = field(default_factory=dict)

    def __call__(self, fact: Fact, subject: str | None = None, *, at: datetime | None = None) -> Announced:
        subject = subject or next(str(value) for value in fact.model_dump().values())
        self.sequences[subject] = self.sequences.get(subject, 0) + 1
        self.seed += 1
        envelope = Envelope(
            id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.seed}{subject}")),
            source=f"/{fact.type.split('.')[0]}",
            type=fact.type,
            subject=subject,
            time=at or datetime(2024, 1, 10, 9, tzinfo=UTC),
            sequence=self.sequences[subject],
        )
        return envelope, fact


@dataclass
class Running:
    """The service in this process with a database of its own, and its inbox."""

    client: Client
    mongo: Mongo
    receiver: Receiver

    async def hears(self, announced: Announced) -> Disposition:
        envelope, fact = announced
        return await self.receiver.receive(envelope.headers(), fact.model_dump_json().encode())

    async def hears_all(self, announced: Iterable[Announced]) -> None:
        for one in announced:
            assert await self.hears(one) in ("applied", "duplicate"), one

    async def documents(self, collection: str) -> list[dict[str, Any]]:
        return await self.mongo.plain[collection].find({"_id": {"$gte": ""}})


@pytest.fixture
def announce() -> Announcer:
    return Announcer()


@asynccontextmanager
async def _reporting(mongo_url: str, issuer: Issuer, port: int) -> AsyncIterator[Running]:
    settings = ReportingSettings(
        mongo_url=SecretStr(mongo_url),
        rabbitmq_url=SecretStr("amqp://127.0.0.1:1"),
        http_port=port,
        environment="test",
        **issuer.settings,
    )
    service = wire(settings)
    async with running_service(service, issuer) as client:
        mongo = Mongo(mongo_url)
        await prepare(service, mongo)
        yield Running(client, mongo, Receiver(mongo, settings, "reporting", service.known))
        await mongo.close()


@pytest.fixture
async def running(mongo_url: str, issuer: Issuer, free_port: Callable[[], int]) -> AsyncIterator[Running]:
    async with _reporting(mongo_url, issuer, free_port()) as running:
        yield running


@pytest.fixture(scope="module")
async def informed(
    module_mongo_url: str, issuer: Issuer, free_port: Callable[[], int], year_2023: list[Announced]
) -> AsyncIterator[Running]:
    """The service after it has heard everything of 2023, shared by the tests of a module."""
    async with _reporting(module_mongo_url, issuer, free_port()) as running:
        await running.hears_all(year_2023)
        yield running


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


def vologda_year() -> list[Announced]:
    """Every fact behind the report of the resource centre for 2023 (seed 002), as the services announce them."""
    announce = Announcer()
    years = (_who_is_who(), _registry_year(), _expertise_year(), _events_year(), _transfer_year(), _publications())
    return [announce(fact, subject) for facts in years for fact, subject in facts]


@pytest.fixture(scope="session")
def year_2023() -> list[Announced]:
    return vologda_year()


NO_DATA = {"kind": "no_data"}
DECLARED: list[dict[str, Any]] = [
    {"key": "mgmt.q.initiative_incentives", "value": {"kind": "count_list", "total": 13, "parts": [
        {"title": "12 рабочих совещаний по методической деятельности и деятельности Ресурсного центра", "count": 12},
        {"title": "проведение опроса специалистов, направленного на определение динамики удовлетворенности "
                  "мероприятиями Ресурсного центра, изменение мотивации их участия в инновационной деятельности"}]},
     "explanation": "Опрос проведён учреждением, событий о нём нет"},
    {"key": "mgmt.q.training_exchange", "explanation": "Один специалист участвовал несколько раз"},
    {"key": "mgmt.n.events_held", "value": {"kind": "count_list", "total": 5},
     "explanation": "Пятое мероприятие проведено совместно с университетом"},
    {"key": "mgmt.n.recipients_involved", "value": NO_DATA},
    {"key": "mgmt.n.specialists_involved", "value": {"kind": "int", "number": 23}},
    {"key": "personal.q.motivation", "text": (
        "Специалисты, участвующие в деятельности Ресурсного центра, активно участвуют в деятельности "
        "опорно-методической площадки Организации, предлагают новые формы и методы работы, проекты и проектные "
        "решения, участвуют в мероприятиях методического характера, что подтверждается результатами опроса")},
    {"key": "personal.q.satisfaction", "value": {"kind": "percent", "number": 100}},
    {"key": "personal.q.effectiveness", "text": (
        "Совместная работа сотрудников организаций социального обслуживания в рамках опорно-методической площадки "
        "Организации, динамичность процессов профессионального обмена опытом, взаимодействия и сотрудничества "
        "свидетельствует о системной и стабильной работе в сфере методического обеспечения. Обучение специалистов "
        "технологиям проектирования, использование методических мероприятий для распространения лучшего опыта "
        "позволило сформировать у специалистов организаций мотивационно-ценностное отношение к инновационной "
        "деятельности, способствовало развитию методического сотрудничества, интегрированности сотрудников "
        "организаций социального обслуживания в профессиональное сообщество")},
    {"key": "personal.n.participants_scientific", "value": {"kind": "int", "number": 20}},
    {"key": "personal.n.prize_winners", "explanation": "Двое получили награды в двух конкурсах"},
    {"key": "socio.q.extra_resources", "value": NO_DATA},
    {"key": "socio.q.low_cost_forms", "value": NO_DATA},
]  # fmt: skip
PROPOSALS = (
    "в 2024 году необходимо продолжить деятельность опорно-методической площадки (ресурсного центра) по теме "
    f"«{THEME}»."
)


@dataclass
class People:
    """Those who write, agree, approve and look on."""

    author: Client
    head: Client
    official: Client
    curator: Client
    stranger: Client
    minister_elsewhere: Client


def _people(client: Client) -> People:
    return People(
        author=client.acting_as("specialist", memberships={OCTOBER: ("specialist",)}),
        head=client.acting_as("verevokina", memberships={OCTOBER: ("head",)}),
        official=client.acting_as("ryndin", roles=("official",), memberships={DEPARTMENT: ("head",)}),
        curator=client.acting_as("curator", roles=("curator",)),
        stranger=client.acting_as("elsewhere", memberships={VESTA: ("head", "specialist")}),
        minister_elsewhere=client.acting_as("minister", roles=("official",), memberships={IRKUTSK: ("head",)}),
    )


@pytest.fixture
def people(running: Running) -> People:
    return _people(running.client)


@pytest.fixture(scope="module")
def readers(informed: Running) -> People:
    return _people(informed.client)


@dataclass
class Draft:
    """A report on its way; `say` declares, the rest are the steps of the workflow."""

    people: People
    path: str

    async def shown(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.people.author.get(self.path)).expect(200)
        return found

    async def row(self, key: str) -> dict[str, Any]:
        rows = {row["key"]: row for row in (await self.shown())["indicators"]}
        found: dict[str, Any] = rows[key]
        return found

    async def say(self, *indicators: dict[str, Any], **fields: Any) -> Answer:
        etag = (await self.people.author.get(self.path)).etag
        return await self.people.author.patch(self.path, {"indicators": indicators, **fields}, if_match=etag)

    async def fill_in(self) -> None:
        (await self.say(*DECLARED, proposals=PROPOSALS)).expect(200)

    async def submit(self, day: str | None = "2024-01-12") -> Answer:
        return await self.people.author.post(f"{self.path}/submission", {"submitted_on": day})

    async def agree(self, day: str | None = "2024-01-15") -> Answer:
        return await self.people.head.post(f"{self.path}/agreement", {"agreed_on": day})

    async def approve(self, day: str | None = "2024-01-15", **fields: Any) -> Answer:
        return await self.people.official.post(f"{self.path}/approval", {"approved_on": day, **fields})

    async def supplement(self, text: str, day: str, **fields: Any) -> Answer:
        body = {"text": text, "supplemented_on": day, **fields}
        return await self.people.head.post(f"{self.path}/addenda", body)

    async def through_approval(self) -> None:
        await self.fill_in()
        (await self.submit()).expect(200)
        (await self.agree()).expect(200)
        (await self.approve()).expect(200)


async def _open(people: People) -> Draft:
    opened = await people.author.post("/v1/reports", {"institution_id": OCTOBER, "year": 2023})
    return Draft(people, f"/v1/reports/{opened.expect(201)['id']}")


@pytest.fixture
async def drafted(running: Running, people: People, year_2023: list[Announced]) -> Draft:
    """A report just opened, after everything of 2023 has been heard."""
    await running.hears_all(year_2023)
    return await _open(people)


@pytest.fixture(scope="module")
async def approved(informed: Running, readers: People) -> Draft:
    """An approved report, shared by the tests of a module that only read it."""
    draft = await _open(readers)
    await draft.through_approval()
    return draft
