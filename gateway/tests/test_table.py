"""The route table finds one row or none."""

import tracemalloc

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chassis.problem import Problem
from gateway.strictness import check_path
from gateway.table import Table, listed, read_rows

ROWS = """
[registry]
GET  /v1/people/{person_id}            read
GET  /v1/people/me                     read
POST /v1/people/{person_id}/statuses   write   # several words of explanation
GET  /v1/people/me/card                read
POST /v1/sign-in                       sign-in anonymous
"""


CARDS = {"people", "me", "accounts", "clients", "api-keys", "integrations", "quarantine", "contributions", "webhooks"}
"""What tells of contacts, logins, what partners sent or how they get in; names with an office are elsewhere too."""


def test_what_no_client_may_keep_are_the_cards_of_people_and_of_access_and_nothing_that_only_names_somebody():
    personal = {route.path.split("/")[2] for route in listed().routes if route.limits.name == "personal"}
    assert personal == CARDS
    names = ("memberships", "appointments", "councils", "institutions/{institution_id}/overview")
    kept = {route.limits.cache for route in listed().routes if route.method == "GET" and route.path[4:] in names}
    assert kept == {"revalidate"}


@pytest.fixture(scope="module")
def table():
    return Table(read_rows(ROWS))


@pytest.mark.parametrize(
    ("method", "path", "template"),
    [
        ("GET", "/v1/people/42", "/v1/people/{person_id}"),
        ("GET", "/v1/people/me", "/v1/people/me"),
        ("POST", "/v1/people/me/statuses", "/v1/people/{person_id}/statuses"),
        ("GET", "/v1/people/me/card", "/v1/people/me/card"),
        ("GET", f"/v1/people/{'a' * 128}", "/v1/people/{person_id}"),
    ],
)
def test_a_literal_segment_wins_over_a_parameter_and_dead_ends_are_left(table, method, path, template):
    match = table.match(method, path)
    assert (match.route.path, match.path) == (template, path)


@pytest.mark.parametrize(
    "path",
    ["/v1/people", "/v1/people/", "/v1/people/a/b", "/v1/people/a%20b", "/v1/people/" + "a" * 129, "/v1/people/@", "/"],
)
def test_a_path_that_no_row_describes_is_unknown(table, path):
    with pytest.raises(Problem, match="no-such-address"):
        table.match("GET", path)


def test_what_was_asked_before_is_found_again_and_the_memory_of_it_is_bounded(table):
    first = table.find("GET", "/v1/people/0")
    tracemalloc.start()
    for number in range(20_000):
        assert table.find("GET", f"/v1/people/{number}").path == f"/v1/people/{number}"
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 2_000_000  # twice as much without a bound
    assert table.find("GET", "/v1/people/0") == first
    assert table.find("GET", "/v1/people/me").route.path == "/v1/people/me"
    assert table.find("DELETE", "/v1/people/0") is None


def test_the_methods_of_an_address_are_named_when_another_is_tried(table):
    with pytest.raises(Problem) as refusal:
        table.match("DELETE", "/v1/people/me")
    assert refusal.value.headers == {"Allow": "GET, HEAD"}


def test_only_a_row_that_says_so_is_anonymous(table):
    assert [route.path for route in table.routes if route.anonymous] == ["/v1/sign-in"]


def test_only_the_pages_of_signing_in_and_out_have_a_content_policy_of_their_own():
    pages = {route.path for route in listed().routes if route.page}
    assert pages == {"/oauth/authorize", "/oauth/sign-in", "/oauth/end-session"}


@pytest.mark.parametrize(
    "rows",
    [
        "GET /v1/a read",
        "[registry]\nGET /v1/a",
        "[registry]\nGET /v1/a unheard-of",
        "[registry]\nGET /v1/a read public",
        "[registry]\nGET /v1/a read page=all",
        "[registry]\nGET /v1/a read anonymous role=curator",
        "[registry]\nGET /v1/a read anonymous scope=things",
        "[registry]\nGET /v1/a read role=",
        "[registry]\nGET /v1/a read role=curator,Root",
        "[registry]\nGET /v1/a read scope=a scope=b",
        "[registry]\nGET /v1/a read deprecated=soon",
        "[registry]\nGET /v1/a read sunset=2027-02-30",
        "[registry]\nGET v1/a read",
        "[registry]\nGET /v1/{rest:path} read",
        "[registry]\nGET /v1/{a}/b read\nGET /v1/{c}/b read",
        "[registry]\nGET /v1/a read\n[transfer]\nGET /v1/a read",
    ],
)
def test_a_row_of_another_form_or_a_second_owner_stops_the_start(rows):
    with pytest.raises(ValueError, match=r"route table|listed twice"):
        Table(read_rows(rows))


def test_a_row_may_ask_for_a_role_or_a_scope_and_announce_its_end():
    row = "GET /v1/a read role=curator,official deprecated=2027-01-31 sunset=2027-07-31"
    route, scoped, both = read_rows(
        f"[registry]\n{row}\nGET /v1/b read scope=reports:read\nGET /v1/c read role=a scope=b"
    )
    assert (route.roles, route.scope, scoped.scope) == (frozenset({"curator", "official"}), "", "reports:read")
    assert (both.roles, both.scope) == (frozenset({"a"}), "b")
    assert route.notices == ((b"deprecation", b"@1801353600"), (b"sunset", b"Sat, 31 Jul 2027 00:00:00 GMT"))
    assert scoped.notices == ()


@given(st.lists(st.text(max_size=6), min_size=1, max_size=4).map(lambda parts: "/v1/" + "/".join(parts)))
@example("/v1/people/..")
@example("/v1/people/.")
@example("/v1/people/a%2fb")
@example("/v1/people/a\n")
def test_whatever_is_found_needs_no_further_check(path):
    table = Table(read_rows(ROWS))
    match = table.find("GET", path)
    if match is not None:
        check_path(path.encode("latin-1"))
        assert match.path == path


@settings(max_examples=200)
@given(
    st.from_regex(r"/v1/people/[a-z.]{1,4}(/card|/statuses)?", fullmatch=True),
    st.sampled_from(["GET", "HEAD", "POST", "PUT"]),
)
def test_both_ways_to_look_agree(path, method):
    table = Table(read_rows(ROWS))
    found = table.find(method, path)
    try:
        allowed = table.methods(path)
    except Problem:
        allowed = []
    assert (found is not None) is (method in allowed)


def test_the_served_table_is_well_formed():
    assert listed().routes
