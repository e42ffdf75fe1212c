"""Who takes part: the institutions, people, acts and statuses of seeds 000–002.

Names, offices, dates and numbers of acts are the seeds'; identifiers, the implementation sites' names and the members
of the council beyond the seeds' authors are made up.
"""

from typing import NamedTuple

from local_platform.accounts import Account
from local_platform.sample.identifiers import inn, ogrn
from local_platform.sample.story import PASSWORD, Story
from local_platform.sample.visitor import Visitor

THEME = "Социальное проектирование в организациях социального обслуживания"


class _Institution(NamedTuple):
    key: str
    name: str
    short_name: str
    kind: str
    oktmo: str
    municipality: str


class _Person(NamedTuple):
    login: str
    full_name: str
    role: str
    """What the person is, for the table of accounts."""
    roles: tuple[str, ...] = ()
    institution: str = ""
    member_roles: tuple[str, ...] = ()


IRKUTSK = (
    _Institution("ministry", "Министерство социального развития, опеки и попечительства Иркутской области", "Минсоцразвития Иркутской области", "ministry", "25701000", "Иркутск"),
    _Institution("education", "Министерство образования Иркутской области", "Минобразования Иркутской области", "ministry", "25701000", "Иркутск"),
    _Institution("health", "Министерство здравоохранения Иркутской области", "Минздрав Иркутской области", "ministry", "25701000", "Иркутск"),
    _Institution("youth", "Министерство по молодежной политике Иркутской области", "Минмолодежи Иркутской области", "ministry", "25701000", "Иркутск"),
    _Institution("sport", "Министерство спорта Иркутской области", "Минспорт Иркутской области", "ministry", "25701000", "Иркутск"),
    _Institution("culture", "Министерство культуры Иркутской области", "Минкультуры Иркутской области", "ministry", "25701000", "Иркутск"),
    _Institution("umc", "ОГБУ ДПО «Учебно-методический центр развития социального обслуживания»", "УМЦ", "methodical_centre", "25701000", "Иркутск"),
    _Institution("srcn", "СРЦН г. Иркутска", "СРЦН г. Иркутска", "social_service", "25701000", "Иркутск"),
    _Institution("cpd_right", "ЦПД Правобережного округа", "ЦПД Правобережного округа", "social_service", "25701000", "Иркутск"),
    _Institution("cpd_usolye", "ЦПД г. Усолья-Сибирское", "ЦПД г. Усолья-Сибирское", "social_service", "25736000", "Усолье-Сибирское"),
    _Institution("cpd_lenin", "ЦПД Ленинского района", "ЦПД Ленинского района", "social_service", "25701000", "Иркутск"),
    _Institution("vesta", "КСЦОН «Веста» г. Ангарск", "КСЦОН «Веста»", "social_service", "25703000", "Ангарск"),
    _Institution("iddi", "ИДДИ № 2 г. Иркутск", "ИДДИ 2", "social_service", "25701000", "Иркутск"),
    _Institution("site_bratsk", "Комплексный центр социального обслуживания населения г. Братска", "КЦСОН г. Братска", "social_service", "25714000", "Братск"),
    _Institution("site_tulun", "Комплексный центр социального обслуживания населения г. Тулуна", "КЦСОН г. Тулуна", "social_service", "25732000", "Тулун"),
    _Institution("site_zima", "Комплексный центр социального обслуживания населения г. Зимы", "КЦСОН г. Зимы", "social_service", "25720000", "Зима"),
    _Institution("site_cheremkhovo", "Комплексный центр социального обслуживания населения г. Черемхово", "КЦСОН г. Черемхово", "social_service", "25745000", "Черемхово"),
)  # fmt: skip
VOLOGDA = (
    _Institution("department", "Департамент социальной защиты населения Вологодской области", "Департамент соцзащиты Вологодской области", "ministry", "19701000", "Вологда"),
    _Institution("october", "АУ СО ВО «Октябрьский дом-интернат для престарелых и инвалидов»", "Октябрьский дом-интернат", "social_service", "19624000", "Вологодский муниципальный округ"),
)  # fmt: skip
RIPS = ("srcn", "cpd_right", "cpd_usolye", "cpd_lenin", "vesta", "iddi")
SITES = ("site_bratsk", "site_tulun", "site_zima", "site_cheremkhovo")

PEOPLE = (
    _Person("pletan", "Плетан Татьяна Ивановна", "министерство, Иркутск", ("official",), "ministry", ("head",)),
    _Person("kletskina", "Клецкина Светлана Александровна", "директор УМЦ, куратор", ("curator",), "umc", ("head",)),
    _Person("umc", "Соколова Ирина Викторовна", "специалист УМЦ, руководит ВТК", ("expert",), "umc", ("specialist",)),
    _Person("consultant", "Сергеева Лидия Марковна", "специалист УМЦ, консультирует проекты", ("expert",), "umc", ("specialist",)),
    _Person("secretary", "Белова Ольга Петровна", "секретарь экспертного совета", ("secretary",)),
    _Person("dichina", "Дичина Н. Ю.", "научный руководитель, направление 1", ("supervisor",)),
    _Person("nizovtseva", "Низовцева О. В.", "научный руководитель, направление 2", ("supervisor",)),
    _Person("bashirova", "Баширова Т. Б.", "научный руководитель, направление 3", ("supervisor",)),
    _Person("perelomova", "Переломова Наталья Анатольевна", "председатель экспертного совета", ("expert",)),
    *(
        _Person(f"expert{number}", name, "эксперт", ("expert",))
        for number, name in enumerate(
            (
                "Орлова Марина Сергеевна", "Громов Павел Андреевич", "Лебедева Анна Юрьевна", "Титов Егор Ильич",
                "Зайцева Елена Олеговна", "Марков Денис Львович", "Фомина Вера Ивановна",
            ),
            start=1,
        )
    ),
    _Person("vesta", "Кузнецова Дарья Николаевна", "специалист КСЦОН «Веста»", (), "vesta", ("specialist",)),
    _Person("vesta_head", "Андреева Лариса Павловна", "руководитель КСЦОН «Веста»", (), "vesta", ("head",)),
    _Person("bratsk", "Попова Нина Васильевна", "специалист площадки, Братск", (), "site_bratsk", ("specialist",)),
    _Person("tulun", "Чернова Алла Игоревна", "специалист площадки, Тулун", (), "site_tulun", ("specialist",)),
    _Person("october", "Смирнова Юлия Алексеевна", "специалист ресурсного центра", (), "october", ("specialist",)),
    _Person("trainer", "Васильев Олег Юрьевич", "инструктор дома-интерната", (), "october", ("specialist",)),
    _Person("verevokina", "Веревокина Н. Л.", "и. о. директора дома-интерната", (), "october", ("head",)),
    _Person("ryndin", "Рындин Н. Л.", "начальник Департамента, Вологда", ("official",), "department", ("head",)),
)  # fmt: skip
COUNCIL = ("perelomova", "umc", *(f"expert{number}" for number in range(1, 8)))
"""Nine members, the chair first."""


async def register(story: Story) -> None:
    """Enter institutions, people, their memberships and accounts; sign everybody in."""
    administrator = story.visitor("administrator")
    for region, number, found in _numbered():
        body = {
            "name": found.name, "short_name": found.short_name, "kind": found.kind, "ownership": "state",
            "inn": inn(region, number), "ogrn": ogrn(region, number), "oktmo": found.oktmo,
            "municipality": found.municipality, "region": "RU-IRK" if region == 38 else "RU-VLG",
            "member_since": "2017-09-01",
        }  # fmt: skip
        entered = await administrator.do(f"institution-{found.key}", "/v1/institutions", body)
        story.institutions[found.key] = entered["id"]
    for person in PEOPLE:
        await _person(story, administrator, person)


async def _person(story: Story, administrator: Visitor, person: _Person) -> None:
    entered = await administrator.do(f"person-{person.login}", "/v1/people", {"full_name": person.full_name})
    story.people[person.login] = entered["id"]
    if person.institution:
        body = {
            "person_id": entered["id"], "institution_id": story.institutions[person.institution],
            "roles": list(person.member_roles), "valid_from": "2017-09-01",
        }  # fmt: skip
        await administrator.do(f"membership-{person.login}", "/v1/memberships", body)
    account = {
        "login": person.login, "password": PASSWORD, "person_id": entered["id"], "roles": list(person.roles)
    }  # fmt: skip
    await administrator.do(f"account-{person.login}", "/v1/accounts", account)
    story.accounts.append(Account(person.login, PASSWORD, entered["full_name"], person.role))
    await story.enter(person.login, PASSWORD)


def _numbered() -> list[tuple[int, int, _Institution]]:
    irkutsk = [(38, number, found) for number, found in enumerate(IRKUTSK, start=1)]
    return irkutsk + [(35, number, found) for number, found in enumerate(VOLOGDA, start=1)]


class _Act(NamedTuple):
    key: str
    institution: str
    number: str
    issued_on: str
    title: str


class _Status(NamedTuple):
    institution: str
    kind: str
    act: str
    valid_from: str
    theme: str | None = None
    valid_until: str | None = None


async def grant_statuses(story: Story) -> None:
    """Grant core, РИП, site and resource-centre statuses, each on the basis of an act (A04, B03, B04, C01)."""
    pletan, ryndin = story.visitor("pletan"), story.visitor("ryndin")
    for act in (
        _Act("core", "ministry", "53-1/мпр", "2017-09-01", "О создании социального технопарка"),
        _Act("rip", "ministry", "53-10/мпр", "2018-01-15", "О признании региональными инновационными площадками"),
        _Act("site", "ministry", "53-44/мпр", "2019-02-01", "Об учреждениях по внедрению инноваций"),
    ):
        await _issue(story, pletan, act)
    await _issue(
        story,
        ryndin,
        _Act("centre", "department", "12-01", "2022-12-26", "Об опорно-методических площадках на 2023 год"),
    )
    await _grant(story, pletan, _Status("umc", "core", "core", "2017-09-01"))
    for key in RIPS:
        await _grant(story, pletan, _Status(key, "rip", "rip", "2018-01-15"))
    for key in SITES:
        await _grant(story, pletan, _Status(key, "site", "site", "2019-02-01"))
    await _grant(story, ryndin, _Status("october", "resource_centre", "centre", "2023-01-01", THEME, "2023-12-31"))


async def _issue(story: Story, by: Visitor, act: _Act) -> None:
    body = {
        "institution_id": story.institutions[act.institution], "kind": "order", "number": act.number,
        "issued_on": act.issued_on, "title": act.title,
    }  # fmt: skip
    story.acts[act.key] = (await by.do(f"act-{act.key}", "/v1/acts", body))["id"]


async def _grant(story: Story, by: Visitor, status: _Status) -> None:
    body = {
        "institution_id": story.institutions[status.institution], "kind": status.kind,
        "act_id": story.acts[status.act], "valid_from": status.valid_from, "theme": status.theme,
        "valid_until": status.valid_until,
    }  # fmt: skip
    granted = await by.do(f"status-{status.institution}-{status.kind}", "/v1/statuses", body)
    story.statuses[status.institution] = granted["id"]


async def appoint(story: Story) -> None:
    """Put the office holders of the seeds in their offices (T9: an acting director, a person with two offices)."""
    ryndin = story.visitor("ryndin")
    october, department = story.institutions["october"], story.institutions["department"]
    offices = (
        ("verevokina", october, "директор", None, True, "2023-12-20"),
        ("ryndin", department, "начальник Департамента социальной защиты населения Вологодской области", None, False, "2022-01-10"),
        ("ryndin", department, "руководитель Экспертного совета по инновационной деятельности Департамента социальной защиты населения", "Экспертный совет по инновационной деятельности", False, "2022-01-10"),
    )  # fmt: skip
    for number, (login, institution, office, body, acting, since) in enumerate(offices):
        appointed = {
            "person_id": story.people[login], "institution_id": institution, "office": office, "body": body,
            "acting": acting, "since": since,
        }  # fmt: skip
        await ryndin.do(f"appointment-{number}", "/v1/appointments", appointed)


async def extend_centre(story: Story) -> None:
    """Extend the status of the resource centre for 2024, as its approved report proposed (C25)."""
    ryndin = story.visitor("ryndin")
    act = _Act("centre-2024", "department", "12-07", "2024-01-22", "Об опорно-методических площадках на 2024 год")
    await _issue(story, ryndin, act)
    body = {"act_id": story.acts["centre-2024"], "valid_until": "2024-12-31"}
    await ryndin.do("status-october-2024", f"/v1/statuses/{story.statuses['october']}/extension", body)
