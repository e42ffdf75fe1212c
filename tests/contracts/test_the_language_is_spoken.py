"""The published language and the services that speak it are the same size: nothing unheard, nothing unsaid."""

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType

import pytest

from chassis.app import Service
from contracts.catalogue import CATALOGUE, OWNERS
from contracts.fact import Fact
from contracts.streams import FACTS, INBOUND, PUBLIC

PutTogether = Callable[[str], Service]
Told = Mapping[str, list[str]]
PROJECT = Path(__file__).resolve().parents[2]
NAMES = [owner.__name__.rpartition(".")[2] for owner in OWNERS]
BY_CLASS = {model.__name__: event_type for event_type, model in CATALOGUE.items()}


def subscriptions(put_together: PutTogether, names: Iterable[str] = NAMES) -> dict[str, set[str]]:
    return {name: set(put_together(name).known) for name in names}


def told(service: str, root: Path = PROJECT) -> Told:
    """Return the types whose models the service's source constructs, and where."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for file in sorted((root / "services" / service / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and (name := _called(node.func)) in BY_CLASS:
                found[BY_CLASS[name]].append(f"{file.relative_to(root)}:{node.lineno}")
    return found


def _called(called: ast.expr) -> str:
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""


def foreign(service: str, types: Told) -> Told:
    return {event_type: places for event_type, places in types.items() if event_type.partition(".")[0] != service}


def test_every_published_type_has_at_least_one_subscriber(put_together: PutTogether) -> None:
    heard = set().union(*subscriptions(put_together).values())
    assert not CATALOGUE.keys() - heard, "unroutable: the relay would hold them back for ever"


def test_without_reporting_some_types_would_have_no_subscriber(put_together: PutTogether) -> None:
    heard = set().union(*subscriptions(put_together, [name for name in NAMES if name != "reporting"]).values())
    assert CATALOGUE.keys() - heard


def test_services_subscribe_to_published_types_only(put_together: PutTogether) -> None:
    heard = set().union(*subscriptions(put_together).values())
    assert not heard - CATALOGUE.keys()


@pytest.mark.parametrize("service", NAMES)
def test_a_service_tells_only_what_it_owns(service: str) -> None:
    assert not foreign(service, told(service))


@pytest.mark.parametrize("owner", OWNERS, ids=NAMES)
def test_every_published_type_is_told_by_its_owner(owner: ModuleType) -> None:
    service = owner.__name__.rpartition(".")[2]
    published = {name for name in CATALOGUE if name.partition(".")[0] == service}
    assert not published - told(service).keys(), "a type that nobody tells is no part of the language"


def test_no_service_has_a_fact_that_is_not_in_the_catalogue(put_together: PutTogether) -> None:
    subscriptions(put_together)
    published = {model for stream in (FACTS, PUBLIC, INBOUND) for model in stream.models.values()}
    inside = {model for model in _facts(Fact) if model.__module__.partition(".")[0] in (*NAMES, "contracts", "gateway")}
    assert not {model for model in inside if "type" in vars(model)} - published


def _facts(kind: type[Fact]) -> list[type[Fact]]:
    return [each for model in kind.__subclasses__() for each in (model, *_facts(model))]


def test_a_service_that_tells_a_sibling_s_fact_is_noticed(tmp_path: Path) -> None:
    room = tmp_path / "services" / "transfer" / "src" / "transfer" / "room"
    room.mkdir(parents=True)
    (room / "domain.py").write_text(
        "fact = registry.InstitutionRenamedV1(institution_id='1', name='n', short_name='s')\n"
    )
    assert list(foreign("transfer", told("transfer", tmp_path))) == ["registry.institution.renamed.v1"]
