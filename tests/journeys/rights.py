"""What is open to whom, of the routes that address one record; what is not listed here is nobody's but its owners'."""

from typing import Any, Literal, NamedTuple

Kind = Literal["specialist", "expert", "official"]
STRANGERS: dict[str, dict[Kind, str]] = {
    "vologda": {"specialist": "bratsk", "expert": "expert4", "official": "pletan"},
    "irkutsk": {"specialist": "october", "expert": "expert4", "official": "ryndin"},
}
REFUSED = (403, 404)


class Record(NamedTuple):
    """One record of the story: the region it belongs to, and who finds it in which list."""

    region: str
    login: str
    listing: str


RECORDS = {
    "institution_id": Record("vologda", "october", "/v1/institutions?region=RU-VLG&kind=social_service"),
    "person_id": Record("vologda", "october", "/v1/people?starts_with=Смирнова"),
    "act_id": Record("vologda", "october", "/v1/acts?institution_id={october}"),
    "appointment_id": Record("vologda", "october", "/v1/appointments?institution_id={october}"),
    "membership_id": Record("vologda", "october", "/v1/memberships?institution_id={october}"),
    "status_id": Record("vologda", "october", "/v1/statuses?institution_id={october}"),
    "agreement_id": Record("vologda", "october", "/v1/agreements?institution_id={october}"),
    "account_id": Record("vologda", "administrator", "/v1/accounts"),
    "client_id": Record("vologda", "administrator", "/v1/clients"),
    "api_key_id": Record("vologda", "administrator", "/v1/api-keys"),
    "integration_id": Record("vologda", "administrator", "/v1/integrations"),
    "direction_id": Record("irkutsk", "kletskina", "/v1/directions"),
    "call_id": Record("irkutsk", "kletskina", "/v1/calls"),
    "application_id": Record("irkutsk", "vesta", "/v1/applications"),
    "review_id": Record("irkutsk", "expert1", "/v1/reviews"),
    "verdict_id": Record("irkutsk", "vesta", "/v1/verdicts"),
    "project_id": Record("irkutsk", "vesta", "/v1/projects?institution_id={vesta}"),
    "council_id": Record("irkutsk", "secretary", "/v1/councils"),
    "session_id": Record("irkutsk", "secretary", "/v1/sessions"),
    "award_id": Record("vologda", "october", "/v1/awards"),
    "practice_id": Record("vologda", "october", "/v1/practices?institution_id={october}"),
    "package_id": Record("vologda", "october", "/v1/packages"),
    "edition_id": Record("vologda", "october", "/v1/package-editions?institution_id={october}"),
    "event_id": Record("vologda", "october", "/v1/events?institution_id={october}&scope=institution"),
    "consultation_id": Record("vologda", "october", "/v1/consultations?institution_id={october}"),
    "publication_id": Record("vologda", "october", "/v1/publications?institution_id={october}"),
    "material_id": Record("vologda", "october", "/v1/materials?institution_id={october}"),
    "participation_id": Record("vologda", "october", "/v1/participations"),
    "cluster_id": Record("irkutsk", "vesta", "/v1/clusters"),
    "replication_id": Record("irkutsk", "tulun", "/v1/replications"),
    "report_id": Record("vologda", "october", "/v1/reports"),
    "webhook_id": Record("vologda", "administrator", "/v1/webhooks"),
    "/v1/entries/{entry_id}": Record("vologda", "october", "/v1/entries"),
    "/v1/bank-entries/{entry_id}": Record("vologda", "october", "/v1/bank-entries?institution_id={october}"),
}
OPEN = {
    "GET /v1/institutions/{institution_id}",
    "GET /v1/institutions/{institution_id}/overview",
    "GET /v1/people/{person_id}",
    "GET /v1/acts/{act_id}",
    "GET /v1/acts/{act_id}/edition",
    "GET /v1/appointments/{appointment_id}",
    "GET /v1/statuses/{status_id}",
    "GET /v1/directions/{direction_id}",
    "GET /v1/calls/{call_id}",
    "GET /v1/verdicts/{verdict_id}",
    "GET /v1/projects/{project_id}",
    "GET /v1/projects/{project_id}/milestones",
    "GET /v1/projects/{project_id}/timeline",
    "GET /v1/councils/{council_id}",
    "GET /v1/sessions/{session_id}",
    "GET /v1/sessions/{session_id}/protocol",
    "GET /v1/practices/{practice_id}",
    "GET /v1/package-editions/{edition_id}",
    "GET /v1/publications/{publication_id}",
    "GET /v1/materials/{material_id}",
    "GET /v1/bank-entries/{entry_id}",
}
"""Registers, open defence and its decisions, what is published: for everybody who has signed in."""
OPEN_TO: dict[Kind, set[str]] = {
    "specialist": set(),
    "expert": {"GET /v1/agreements/{agreement_id}"},
    "official": {
        "GET /v1/institutions/{institution_id}/updates",
        "GET /v1/memberships/{membership_id}",
        "GET /v1/agreements/{agreement_id}",
        "GET /v1/applications/{application_id}",
        "GET /v1/applications/{application_id}/timeline",
        "GET /v1/entries/{entry_id}",
        "GET /v1/awards/{award_id}",
        "GET /v1/events/{event_id}",
        "GET /v1/consultations/{consultation_id}",
        "GET /v1/participations/{participation_id}",
        "GET /v1/clusters/{cluster_id}",
        "GET /v1/replications/{replication_id}",
        "POST /v1/directions/{direction_id}/return",
        "POST /v1/directions/{direction_id}/agreement",
        "POST /v1/directions/{direction_id}/closing",
        "PUT /v1/councils/{council_id}",
    },
}
"""What ministries do for the whole technopark; directions and councils belong to no region."""
ASKED = {
    "GET /v1/acts/{act_id}/edition": "?on=2024-01-01",
    "GET /v1/applications/{application_id}/conflicts": "?person_id=expert&on=2018-03-21",
}
GIVEN: dict[str, dict[str, Any]] = {
    "POST /v1/webhooks/{webhook_id}/redelivery": {"since": "2026-01-31T09:00:00Z"},
    "POST /v1/sessions/{session_id}/decisions": {
        "item": 1, "tally": {"votes_for": 6, "votes_against": 0, "abstained": 0}
    },
}  # fmt: skip
INDICATOR = "socio.n.consultations"
NO_RECORD = {
    "GET /v1/reports/totals/{year}": "a year belongs to nobody; whose reports are summed up, reporting's tests show",
    **dict.fromkeys(
        (
            "GET /v1/quarantine/{entry_id}",
            "POST /v1/quarantine/{entry_id}/retry",
            "POST /v1/quarantine/{entry_id}/discard",
        ),
        "only what the broker brought is kept there; another partner is refused in transfer's test_quarantine_http",
    ),
}
"""Routes with a parameter that addresses no record, each with the reason why it is not tried by strangers."""
ANONYMOUS = {
    "GET /.well-known/openid-configuration", "GET /.well-known/jwks.json", "POST /v1/sign-in", "GET /oauth/authorize",
    "POST /oauth/authorize", "POST /oauth/sign-in", "POST /oauth/token", "POST /oauth/revoke",
    "GET /oauth/end-session", "POST /oauth/end-session",
}  # fmt: skip
"""Everything that somebody who has not signed in may ask for: the ways to sign in and out, and the keys."""
