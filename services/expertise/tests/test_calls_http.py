from typing import Any

from contracts.expertise import CallOpenedV1


async def test_a_call_is_opened_for_an_agreed_direction(council, open_call):
    call = await open_call()

    shown = (await council.specialist.get(f"/v1/calls/{call['id']}")).expect(200)

    assert shown["eligibility"] == {
        "status_kinds": ["rip"], "institution_kinds": [], "team_supervisor_status_kinds": ["core"],
    }  # fmt: skip
    [fact] = await council.announced(CallOpenedV1, call_id=call["id"])
    assert (fact["direction_id"], fact["closes_on"]) == (call["direction_id"], "2018-03-30")


async def test_a_call_for_a_direction_under_agreement_is_refused(council, direction_of, call_of):
    proposed = (await council.curator.post("/v1/directions", direction_of())).expect(201)
    answer = await council.curator.post("/v1/calls", call_of(proposed["id"]))
    assert (answer.status, answer.code) == (409, "direction-not-agreed")


async def test_only_the_curator_opens_a_call(council, agreed_direction, call_of):
    direction = await agreed_direction()
    for person in (council.official, council.head, council.secretary):
        assert (await person.post("/v1/calls", call_of(direction["id"]))).code == "not-permitted"


async def test_calls_are_found_by_direction_and_by_open_day(council, open_call):
    call = await open_call(opens_on="2019-05-01", closes_on="2019-05-31")

    for day, found in (
        ("2019-04-30", []),
        ("2019-05-01", [call["id"]]),
        ("2019-05-31", [call["id"]]),
        ("2019-06-01", []),
    ):
        page = await council.specialist.get("/v1/calls", open_on=day)
        assert [item["id"] for item in page.expect(200)["items"]] == found
    page = await council.specialist.get("/v1/calls", direction_id=call["direction_id"])
    assert [item["id"] for item in page.expect(200)["items"]] == [call["id"]]


async def test_bad_rules_of_a_call_are_refused_with_their_codes(council, agreed_direction, call_of):
    direction = await agreed_direction()
    half = [{"code": "novelty", "title": "Новизна", "weight": 50}]
    refusals: dict[str, dict[str, Any]] = {
        "weights-incomplete": {"criteria": half},
        "criteria-repeated": {"criteria": half * 2},
        "scale-empty": {"scale": {"minimum": 5, "maximum": 5}},
        "dates-out-of-order": {"closes_on": "2018-02-04"},
    }
    for code, changes in refusals.items():
        answer = await council.curator.post("/v1/calls", call_of(direction["id"], **changes))
        assert (answer.status, answer.code) == (409, code)
    assert (await council.curator.get("/v1/calls/nothing")).code == "call-unknown"
