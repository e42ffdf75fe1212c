"""Settings and the documents that tell operators of them: neither has one that the other lacks."""

import re
from functools import partial
from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_settings import BaseSettings
from tests.architecture.sources import PROJECT

from chassis.process import start
from chassis.settings import ServiceSettings
from expertise.settings import ExpertiseSettings
from gateway.live.follower import FollowerSettings
from gateway.settings import GatewaySettings
from registry.settings import RegistrySettings
from reporting.settings import ReportingSettings
from transfer.settings import TransferSettings

COMMON = "deploy/README.md"
READ_BY: dict[str, tuple[type[BaseSettings], ...]] = {
    COMMON: (ServiceSettings,),
    "services/registry/README.md": (RegistrySettings,),
    "services/expertise/README.md": (ExpertiseSettings,),
    "services/transfer/README.md": (TransferSettings,),
    "services/reporting/README.md": (ReportingSettings,),
    "gateway/README.md": (GatewaySettings, FollowerSettings),
}
FOR_TESTS = {"CRASHPOINT"}
OF_COMPOSE = {"PUBLIC_ORIGIN"}
NAMED = re.compile(r"`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`]*)?`")


def names(*kinds: type[BaseSettings]) -> set[str]:
    """Return the variables that settings are read from."""
    return {name.upper() for kind in kinds for name in kind.model_fields}


def untold(text: str, kinds: tuple[type[BaseSettings], ...], *, elsewhere: set[str]) -> set[str]:
    """Return the settings that a document owes to operators and does not name."""
    return {name for name in names(*kinds) - elsewhere - FOR_TESTS if f"`{name}" not in text}


def unread(text: str) -> set[str]:
    """Return what a document names like a setting and no process reads."""
    everything = names(*(kind for kinds in READ_BY.values() for kind in kinds)) | OF_COMPOSE
    return set(NAMED.findall(text)) - everything


@pytest.mark.parametrize("path", READ_BY)
def test_a_document_names_every_setting_of_its_processes_and_none_that_nobody_reads(path: str) -> None:
    text = (PROJECT / path).read_text()
    assert not untold(text, READ_BY[path], elsewhere=set() if path == COMMON else names(*READ_BY[COMMON]))
    assert not unread(text)


def test_a_setting_without_a_word_and_a_word_without_a_setting_are_noticed() -> None:
    assert untold("`MONGO_URL`", (ExpertiseSettings,), elsewhere=names(ServiceSettings) - {"PREFETCH"}) == {"PREFETCH"}
    assert unread("`MONGO_URL`, `READINESS_SECONDS`, `ЧТО_ТО` and `PREFETCH=50`") == {"READINESS_SECONDS"}


@pytest.mark.parametrize("kind", [kind for kinds in READ_BY.values() for kind in kinds])
def test_what_a_setting_is_refused_for_is_told_without_anything_that_was_set(kind: type[BaseSettings]) -> None:
    secrets: dict[str, Any] = {
        name: "amqp://somebody:very-secret@x" for name in kind.model_fields if "url" in name or "key" in name
    }
    with pytest.raises(ValidationError) as refused:
        kind(**secrets, http_port="very-secret")
    assert "very-secret" not in str(refused.value)


BOOTSTRAP = {"oidc_issuer": "http://x", "mongo_url": "x", "rabbitmq_url": "x", "bootstrap_admin_login": "admin"}
WRONG: list[tuple[type[BaseSettings], dict[str, Any], list[str]]] = [
    (
        ServiceSettings,
        {"mongo_url": "mongodb://very-secret", "http_port": "x"},
        ["OIDC_ISSUER: обязательное поле", "RABBITMQ_URL: обязательное поле", "HTTP_PORT: ожидается целое число"],
    ),
    (
        RegistrySettings,
        BOOTSTRAP,
        ["НАСТРОЙКИ: BOOTSTRAP_ADMIN_LOGIN and BOOTSTRAP_ADMIN_PASSWORD go together"],
    ),
]


@pytest.mark.parametrize(("kind", "told", "lines"), WRONG)
def test_wrong_settings_end_the_process_with_a_line_on_each(
    kind: type[BaseSettings], told: dict[str, Any], lines: list[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        start(partial(kind, **told))
    assert str(ended.value).splitlines() == lines
