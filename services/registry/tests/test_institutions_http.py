import pytest

from registry.institutions.store import INSTITUTIONS
from testkit import Client

MINISTRIES = (
    "социального развития, опеки и попечительства",
    "образования",
    "здравоохранения",
    "молодежной политики",
    "спорта",
    "культуры",
)


@pytest.mark.seed("A01")
async def test_the_centre_is_the_core_and_six_ministries_take_part(begun, client: Client):
    centre = await begun.institution(
        "УМЦ", name="ОГБУ ДПО «Учебно-методический центр развития социального обслуживания»", kind="methodical_centre"
    )
    for field in MINISTRIES:
        await begun.institution(
            f"Министерство {field}", name=f"Министерство {field} Иркутской области", kind="ministry"
        )
    order = await begun.act(centre)
    core = {"institution_id": centre, "kind": "core", "act_id": order, "valid_from": "2018-01-15"}
    (await begun.curator.post("/v1/statuses", core)).expect(201)

    expert = client.acting_as("expert-1", roles=("expert",))
    ministries = (await expert.get("/v1/institutions", kind="ministry")).expect(200)["items"]
    assert [found["short_name"] for found in ministries] == [f"Министерство {field}" for field in MINISTRIES]
    roles = (await expert.get("/v1/statuses", institution_id=centre, on="2018-06-01")).expect(200)["items"]
    assert [(found["institution_name"], found["kind"]) for found in roles] == [("УМЦ", "core")]


async def test_an_institution_is_registered_once_under_its_identifiers(begun, curator: Client):
    body = {
        "name": "АНО «Забота»", "short_name": "Забота", "kind": "ngo", "ownership": "private", "inn": "7704253064",
        "ogrn": "1037704003270", "oktmo": "25701000", "municipality": "город Иркутск", "region": "RU-IRK",
        "member_since": "2019-02-01",
    }  # fmt: skip
    answer = await curator.post("/v1/institutions", body)
    assert answer.expect(201)["version"] == 1
    assert answer.etag == '"v1"'
    assert (await curator.post("/v1/institutions", body)).code == "already-exists"
    assert (await curator.post("/v1/institutions", body | {"inn": "7734250209"})).code == "identifier-invalid"
    arabic_digits = await curator.post("/v1/institutions", body | {"inn": "٧٧٠٤٢٥٣٠٦٤"})
    assert arabic_digits.expect(422)["errors"][0]["field"] == "inn"


@pytest.mark.parametrize("typed", ["берёз", "БЕРЕЗ", "ксцон «берез", "центр «Бер"])
async def test_type_ahead_finds_a_name_from_any_of_its_words(begun, client: Client, typed: str):
    known = (await begun.curator.get("/v1/institutions", starts_with="берёзка")).expect(200)["items"]
    if not known:
        await begun.institution("КСЦОН «Берёзка»", name="Комплексный социальный центр «Берёзка»")
    found = (await begun.curator.get("/v1/institutions", starts_with=typed)).expect(200)["items"]
    assert [institution["short_name"] for institution in found] == ["КСЦОН «Берёзка»"]


async def test_type_ahead_treats_signs_of_expressions_as_plain_text(begun):
    await begun.institution("Центр (№ 7)")
    assert (await begun.curator.get("/v1/institutions", starts_with=".*")).expect(200)["items"] == []
    assert (await begun.curator.get("/v1/institutions", starts_with="№ 7")).expect(200)["items"] != []


async def test_words_are_found_in_any_grammatical_form(begun):
    await begun.institution("СРЦН", name="Социально-реабилитационный центр для несовершеннолетних")
    found = (await begun.curator.get("/v1/institutions", text="несовершеннолетним")).expect(200)["items"]
    assert [institution["short_name"] for institution in found] == ["СРЦН"]


async def test_pages_of_a_filtered_list_follow_each_other_without_gaps(begun):
    names = [f"Колледж {number}" for number in range(5)]
    for name in names:
        await begun.institution(name, kind="education", municipality="Братский район")
    seen: list[str] = []
    cursor = None
    while True:
        page = (
            await begun.curator.get("/v1/institutions", municipality="Братский район", limit=2, cursor=cursor)
        ).expect(200)
        seen += [found["short_name"] for found in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == names


async def test_municipalities_of_a_region_are_listed_with_their_members(begun):
    for municipality, oktmo in (
        ("город Омск", "52701000"),
        ("Любинский район", "52629000"),
        ("город Омск", "52701000"),
    ):
        await begun.institution("Центр", region="RU-OMS", municipality=municipality, oktmo=oktmo)
    coverage = (await begun.curator.get("/v1/institutions/coverage", region="RU-OMS")).expect(200)
    assert coverage["municipalities"] == [
        {"municipality": "Любинский район", "oktmo": "52629000", "institutions": 1},
        {"municipality": "город Омск", "oktmo": "52701000", "institutions": 2},
    ]


async def test_the_head_renames_the_own_institution_by_the_version_that_was_read(begun, client: Client):
    own, other = await begun.institution("Старое имя"), await begun.institution()
    head = client.acting_as("head-1", memberships={own: ("head",)})
    names = {"name": "Новое полное имя", "short_name": "Новое имя"}
    assert (await head.patch(f"/v1/institutions/{own}", names)).code == "if-match-required"
    assert (await head.patch(f"/v1/institutions/{own}", names, if_match='"v9"')).expect(412)
    assert (await head.patch(f"/v1/institutions/{own}", names, if_match='"v1"')).expect(200)[
        "short_name"
    ] == "Новое имя"
    assert (await head.patch(f"/v1/institutions/{other}", names, if_match='"v1"')).code == "not-permitted"
    found = (await head.get("/v1/institutions", starts_with="новое")).expect(200)["items"]
    assert [institution["id"] for institution in found] == [own]


async def test_an_institution_read_again_unchanged_is_not_sent_again(begun):
    path = f"/v1/institutions/{await begun.institution()}"
    answer = await begun.curator.get(path)
    assert (await begun.curator.get(path, headers={"If-None-Match": answer.etag})).status == 304


async def test_an_unknown_institution_is_refused_in_both_languages(curator: Client):
    answer = await curator.get("/v1/institutions/nowhere")
    assert answer.expect(404)["title"] == "Учреждение не найдено"
    assert answer.code == "institution-unknown"
    english = await curator.get("/v1/institutions/nowhere", headers={"Accept-Language": "en"})
    assert english.json["title"] == "Institution not found"


async def test_nobody_sees_the_registry_without_a_token(client: Client):
    for path in ("institutions", "people", "acts", "appointments", "memberships", "statuses", "agreements", "me"):
        assert (await client.get(f"/v1/{path}")).code == "unauthenticated"


async def test_without_a_key_file_there_are_no_accounts_and_no_sign_in(client: Client, curator: Client):
    assert (await client.post("/v1/sign-in", {"login": "x", "password": "y"})).status == 404
    assert (await client.get("/.well-known/jwks.json")).status == 404
    assert (await curator.get("/v1/accounts")).status == 404


async def test_a_specialist_cannot_enter_an_institution(client: Client):
    specialist = client.acting_as("p-1", memberships={"i-1": ("specialist",)})
    body = {
        "name": "АНО «Забота»", "short_name": "Забота", "kind": "ngo", "ownership": "private", "inn": "7704253064",
        "ogrn": "1037704003270", "oktmo": "25701000", "municipality": "город Иркутск", "region": "RU-IRK",
        "member_since": "2019-02-01",
    }  # fmt: skip
    assert (await specialist.post("/v1/institutions", body)).code == "not-permitted"


def test_every_search_of_institutions_has_an_index():
    leading = {index.keys[0][0] for index in INSTITUTIONS.indexes}
    assert {"kind", "region", "municipality", "beginnings", "name"} <= leading
