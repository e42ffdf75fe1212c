from registry.people.store import PEOPLE
from testkit import Client


async def test_everyone_sees_the_name_as_on_documents_and_few_the_rest(begun, client: Client):
    person = await begun.person("Низовцева Ольга Викторовна", email="nizovtseva@example.org", phone="+73952000000")
    seen = {
        name: (await reader.get(f"/v1/people/{person}")).expect(200)
        for name, reader in {
            "self": client.acting_as(person),
            "official": client.acting_as("o-1", roles=("official",)),
            "expert": client.acting_as("e-1", roles=("expert",)),
        }.items()
    }
    assert {view["short_name"] for view in seen.values()} == {"О. В. Низовцева"}
    assert seen["self"]["email"] == seen["official"]["email"] == "nizovtseva@example.org"
    assert [seen["expert"][field] for field in ("full_name", "email", "phone")] == [None, None, None]


async def test_a_search_by_name_tells_no_more_than_the_short_name(begun, client: Client):
    await begun.person("Перёплетова Ирина Олеговна")
    expert = client.acting_as("e-1", roles=("expert",))
    found = (await expert.get("/v1/people", starts_with="переп")).expect(200)["items"]
    assert [(person["short_name"], person["full_name"]) for person in found] == [("И. О. Перёплетова", None)]
    assert (await expert.get("/v1/people", starts_with="Ирина")).expect(200)["items"] == []


async def test_a_corrected_name_replaces_the_whole_record(begun):
    person = await begun.person("Иванова Анна", email="ivanova@example.org")
    path, body = f"/v1/people/{person}", {"full_name": "Петрова Анна Львовна"}
    assert (await begun.curator.put(path, body)).code == "if-match-required"
    corrected = (await begun.curator.put(path, body, if_match='"v1"')).expect(200)
    assert (corrected["short_name"], corrected["email"]) == ("А. Л. Петрова", None)
    assert (await begun.curator.put(path, body, if_match='"v1"')).code == "stale-version"


async def test_only_those_who_keep_people_enter_and_correct_them(begun, client: Client):
    person = await begun.person()
    head = client.acting_as("h-1", memberships={"i-1": ("head",)})
    assert (await head.post("/v1/people", {"full_name": "Новый Человек"})).code == "not-permitted"
    assert (await head.put(f"/v1/people/{person}", {"full_name": "Иной"}, if_match="*")).code == "not-permitted"


async def test_an_unknown_person_is_refused_by_its_code(curator: Client):
    assert (await curator.get("/v1/people/nobody")).code == "person-unknown"


async def test_a_name_without_letters_and_a_phone_with_words_are_refused(curator: Client):
    answer = await curator.post("/v1/people", {"full_name": "--- ---", "phone": "звоните"})
    assert {error["field"] for error in answer.expect(422)["errors"]} == {"full_name", "phone"}


async def test_me_knows_a_caller_whom_the_registry_does_not(client: Client):
    me = (await client.acting_as("keycloak-7", roles=("curator",)).get("/v1/me")).expect(200)
    assert (me["subject"], me["person"], me["roles"]) == ("keycloak-7", None, ["curator"])


def test_the_search_of_people_has_its_index():
    assert [index.keys[0][0] for index in PEOPLE.indexes] == ["beginnings"]
