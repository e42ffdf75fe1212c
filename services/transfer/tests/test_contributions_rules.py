"""What is asked of an announcement, on both sides of each bound."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts.inbound import MAX_BODY_BYTES, ConsultationGivenV1
from transfer.contributions import domain
from transfer.dates import DateInFuture, DateTooEarly
from transfer.integrations.domain import (
    Integration,
    IntegrationEnded,
    IntegrationMissing,
    OriginUnknown,
    TypeNotGranted,
    is_in_force,
    may_tell,
)
from transfer.quarantine.domain import Parcel, parcel

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
GIVEN, RELEASED = "partner.consultation.given.v1", "partner.publication.released.v1"
TERMS = Integration(id="i", institution_id="vesta", name="crm", valid_until=date(2026, 3, 1))


def test_a_body_of_sixty_four_kibibytes_is_read_and_one_byte_more_is_not():
    domain.body_fits(MAX_BODY_BYTES)
    with pytest.raises(domain.BodyTooLarge):
        domain.body_fits(MAX_BODY_BYTES + 1)


def test_a_clock_may_be_five_minutes_ahead_and_no_microsecond_more():
    domain.clock_is_right(NOW + timedelta(minutes=5), now=NOW)
    with pytest.raises(domain.ClockAhead):
        domain.clock_is_right(NOW + timedelta(minutes=5, microseconds=1), now=NOW)


def test_an_integration_is_in_force_on_its_last_day_and_not_after():
    is_in_force(TERMS, today=date(2026, 3, 1))
    with pytest.raises(IntegrationEnded) as ended:
        is_in_force(TERMS, today=date(2026, 3, 2))
    assert "01.03.2026" in ended.value.say("ru")[1]


@pytest.mark.parametrize(("revoked_on", "told"), [(date(2026, 2, 1), "01.02.2026"), (date(2026, 3, 5), "01.03.2026")])
def test_a_revoked_integration_is_not_in_force_although_its_last_day_is_not_over(revoked_on: date, told: str):
    with pytest.raises(IntegrationEnded) as ended:
        is_in_force(replace(TERMS, revoked_on=revoked_on), today=date(2026, 1, 1))
    assert told in ended.value.say("ru")[1]


def test_an_integration_tells_the_types_it_was_granted_and_no_other():
    terms = replace(TERMS, sends=(GIVEN,))
    may_tell(terms, GIVEN)
    with pytest.raises(TypeNotGranted):
        may_tell(terms, RELEASED)


def test_a_partner_speaks_of_its_own_institution_only():
    domain.speaks_for_itself("vesta", "vesta")
    with pytest.raises(domain.InstitutionForeign):
        domain.speaks_for_itself("vesta", "oktyabr")


@pytest.mark.parametrize("routing_key", [None, "", RELEASED, f"{GIVEN}.x"])
def test_a_message_is_routed_as_the_type_it_says_it_is(routing_key: str | None):
    domain.routed_as(GIVEN, GIVEN)
    with pytest.raises(domain.RoutingKeyDiffers) as refused:
        domain.routed_as(GIVEN, routing_key)
    assert refused.value.routing_key == (routing_key or "")


def test_a_type_that_partners_do_not_tell_has_no_model():
    assert domain.model_of(GIVEN) is ConsultationGivenV1
    with pytest.raises(domain.TypeUnknown):
        domain.model_of("transfer.consultation.given.v1")


def test_an_id_that_was_used_takes_the_same_content_again_and_no_other():
    domain.is_the_same("digest", "digest", event_id="c-1")
    with pytest.raises(domain.EventIdReused):
        domain.is_the_same("digest", "other", event_id="c-1")


@pytest.mark.parametrize(
    ("refusal", "event_type", "field"),
    [
        (DateInFuture(day=date(2026, 3, 2)), GIVEN, "given_on"),
        (DateTooEarly(day=date(1999, 12, 31)), RELEASED, "released_on"),
        (DateInFuture(day=date(2026, 3, 2)), None, None),
        (OriginUnknown(user_id="u"), GIVEN, "user_id"),
        (domain.InstitutionForeign(own="a", told="b"), GIVEN, "institution_id"),
        (domain.BodyInvalid(field="kind", problem_ru="", problem_en=""), GIVEN, "kind"),
        (IntegrationMissing(), GIVEN, None),
    ],
)
def test_a_refusal_names_the_field_it_is_about_if_there_is_one(refusal, event_type: str | None, field: str | None):
    assert domain.field_at_fault(refusal, event_type) == field


@pytest.mark.parametrize("said", ["application/json", "Application/JSON", 'application/json; charset="UTF-8"'])
def test_json_may_be_said_in_these_ways(said):
    domain.says_json(said)


@pytest.mark.parametrize(
    "said", [None, "", "text/json", "application/json; charset=cp1251", "application/cloudevents+json"]
)
def test_json_is_not_said_in_these_ways(said):
    with pytest.raises(domain.NotJson):
        domain.says_json(said)


def test_content_is_the_same_however_it_is_written_and_whatever_is_added():
    example = ConsultationGivenV1.example()
    one, added = (ConsultationGivenV1.model_validate(data) for data in (example, example | {"of_v1_1": 1}))
    other = ConsultationGivenV1.model_validate(example | {"topic": "Другое"})
    assert domain.digest(one) == domain.digest(added) != domain.digest(other)


def test_an_id_counts_for_its_integration_only():
    assert domain.contribution_id("a", "1") != domain.contribution_id("b", "1")
    assert domain.contribution_id("a", "bc") != domain.contribution_id("ab", "c")


def test_a_message_is_kept_within_bounds_and_its_attributes_before_other_headers():
    headers: dict[str, object] = {f"a{number}": "x" * 900 for number in range(100)}
    kept = parcel(
        user_id=None,
        routing_key="k",
        content_type=None,
        headers={**headers, "cloudEvents_id": "e-1"},
        body=b"x" * (MAX_BODY_BYTES + 5),
    )
    assert (len(kept.headers), len(kept.body), kept.size) == (40, MAX_BODY_BYTES, MAX_BODY_BYTES + 5)
    assert max(len(header.value) for header in kept.headers) == 500
    assert kept.texts["cloudEvents:id"] == "e-1"
    long = parcel(user_id=None, routing_key=None, content_type=None, headers={"n" * 129: NOW, "o": 5}, body=b"")
    assert [(header.name, header.value) for header in long.headers] == [("n" * 128, NOW.isoformat()), ("o", "5")]


def test_a_message_is_another_one_when_any_part_of_it_is():
    message: dict[str, Any] = {
        "user_id": "u", "routing_key": "k", "content_type": "c", "headers": {"a": "1"}, "body": b"{}",
    }  # fmt: skip
    others = ({"user_id": "v"}, {"routing_key": "l"}, {"content_type": None}, {"headers": {"a": "2"}}, {"body": b"[]"})
    digests = [parcel(**message | other).digest for other in others]
    assert parcel(**message).digest == parcel(**message).digest
    assert len({parcel(**message).digest, *digests}) == 1 + len(others)


OF_DELIVERY: dict[str, object] = {
    "x-delivery-count": 3,
    "x-death": [{"queue": "inbound", "reason": "delivery_limit", "count": 1, "time": NOW}],
    "x-first-death-queue": "inbound",
}


def came(headers: Mapping[str, object], body: bytes = b"{}") -> Parcel:
    return parcel(user_id="u", routing_key="k", content_type="application/json", headers=headers, body=body)


def test_a_message_is_the_same_whatever_the_broker_says_of_its_delivery():
    told: dict[str, object] = {"cloudEvents:id": "e-1", "traceparent": "00-1"}
    first, again = came(told), came(told | OF_DELIVERY)
    assert first.digest == again.digest
    assert (again.texts["x-delivery-count"], again.texts["x-first-death-queue"]) == ("3", "inbound")


def test_headers_of_a_delivery_push_none_of_the_senders_out():
    told: dict[str, object] = {f"z{number:03}": "x" for number in range(60)}
    first, again = came(told), came(told | OF_DELIVERY | {f"x-{number}": "x" for number in range(60)})
    assert first.digest == again.digest
    assert set(first.headers) < set(again.headers)
    assert (len(first.headers), len(again.headers)) == (40, 50)


@pytest.mark.parametrize("other", [{"cloudEvents:id": "e-2"}, {"traceparent": "00-2"}, {"xy": "1"}])
def test_other_headers_of_the_sender_make_another_message(other):
    assert (
        came({"cloudEvents:id": "e-1", "traceparent": "00-1"} | other).digest
        != came({"cloudEvents:id": "e-1", "traceparent": "00-1"}).digest
    )
    assert came({}, b"{}").digest != came({}, b"{ }").digest
