"""What an operator may say of limits."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from gateway.limits.policies import RATE_CLASSES, Kind
from gateway.settings import GatewaySettings
from gateway.table import CLASSES


@pytest.fixture
def settings(gateway_env):
    def read(**more: Any) -> GatewaySettings:
        return GatewaySettings(**{name.lower(): value for name, value in {**gateway_env(), **more}.items()})

    return read


def test_every_class_of_the_route_table_has_a_rate_class_and_none_is_left_over():
    assert {each.rate for each in CLASSES} == {each.name for each in RATE_CLASSES}


def test_streams_leave_half_of_the_connections_to_requests_unless_an_operator_says_otherwise(settings):
    said = settings()
    assert 2 * said.gateway_streams_in_all <= said.gateway_client_connections


def test_networks_of_trusted_proxies_are_listed_with_commas(settings):
    read = settings(gateway_trusted_proxies="10.0.0.0/8, fd00::/8").gateway_trusted_proxies
    assert [str(network) for network in read] == ["10.0.0.0/8", "fd00::/8"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"gateway_limits": {"reads": {"subject": [1, 1]}}},
        {"gateway_limits": {"read": {"people": [1, 1]}}},
        {"gateway_limits": {"read": {"subject": [0, 1]}}},
        {"gateway_limits_factor": 0},
        {"gateway_trusted_proxies": "10.0.0.1/8"},
        {"gateway_trusted_proxies": "the ingress"},
    ],
    ids=json.dumps,
)
def test_a_setting_that_means_nothing_ends_the_start(settings, wrong: dict[str, Any]):
    with pytest.raises(ValidationError):
        settings(**wrong)


def test_the_readme_tells_the_limits_that_are_in_the_code():
    text = (Path(__file__).parents[1] / "README.md").read_text()
    told = re.findall(r"^\| `([a-z-]+)`[^|]*\| (\d+) \| (\d+|—) \| (\d+|—) \|$", text, re.MULTILINE)
    kinds: tuple[Kind, ...] = ("address", "subject", "partner")
    for name, *numbers in told:
        policies = next(each.policies for each in RATE_CLASSES if each.name == name)
        for kind, number in zip(kinds, numbers, strict=True):
            assert number in ("—", str(policies[kind].limit)), (name, kind)
    assert {name for name, *_ in told} == {each.name for each in RATE_CLASSES}
