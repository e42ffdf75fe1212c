"""The route table and the services' real documents list the same addresses."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from chassis.app import Service
from chassis.serving import build
from gateway import own
from gateway.__main__ import cli
from gateway.inventory import difference, documented
from gateway.table import Table, listed, read_rows


@pytest.fixture(scope="module")
def documents(real_service: Callable[..., Service]) -> dict[str, dict[str, Any]]:
    """What the four services and the gateway itself document."""
    names = ("registry", "expertise", "transfer", "reporting")
    services = {name: build(real_service(name)).openapi() for name in names}
    return {**services, "gateway": own.document()}


def test_every_address_of_the_services_is_listed_and_every_listed_one_exists(documents):
    assert difference(listed().routes, documents) == []


def test_no_service_documents_an_internal_address(documents):
    paths = [route.path for name, document in documents.items() for route in documented(name, document)]
    assert [path for path in paths if not path.startswith(("/v1/", "/.well-known/", "/oauth/"))] == []


DOCUMENT: dict[str, Any] = {"paths": {"/v1/a": {"get": {"security": [{"t": []}]}, "post": {}}}}


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ("GET /v1/a read\nPOST /v1/a write anonymous", []),
        ("GET /v1/a read", ["+ [registry] POST   /v1/a write anonymous"]),
        ("GET /v1/a read\nPOST /v1/a write anonymous\nGET /v1/b read", ["- [registry] GET    /v1/b read"]),
        (
            "GET /v1/a read anonymous\nPOST /v1/a write anonymous",
            ["+ [registry] GET    /v1/a read", "- [registry] GET    /v1/a read anonymous"],
        ),
    ],
)
def test_a_missing_a_vanished_and_a_too_open_row_are_each_told(rows, lines):
    table = Table(read_rows(f"[registry]\n{rows}\n[transfer]\nGET /v1/c read"))
    assert difference(table.routes, {"registry": DOCUMENT}) == lines


def answering(media: str) -> dict[str, Any]:
    return {"responses": {"200": {"content": {media: {}}}}}


def taking(media: str) -> dict[str, Any]:
    return {"requestBody": {"content": {media: {}}}}


@pytest.mark.parametrize(
    ("method", "operation", "fitting", "unfit"),
    [
        ("get", answering("application/json"), "read screen personal keys token", "stream download write upload"),
        ("get", answering("application/pdf"), "download token", "stream read upload"),
        ("get", answering("text/event-stream"), "stream", "read download token"),
        ("post", taking("application/json"), "write sign-in token", "upload stream download read"),
        ("post", taking("application/pdf"), "upload sign-in token", "write stream"),
    ],
)
def test_a_row_whose_class_takes_other_than_the_service_documents_is_told(method, operation, fitting, unfit):
    documents = {"registry": {"paths": {"/v1/a": {method: operation}}}}
    for name in (*fitting.split(), *unfit.split()):
        row = f"{method.upper()} /v1/a {name} anonymous"
        told = difference(Table(read_rows(f"[registry]\n{row}")).routes, documents)
        assert sorted(line[0] for line in told) == ([] if name in fitting.split() else ["+", "-"]), name


def test_a_folder_of_documents_is_compared_and_what_it_lacks_is_named(tmp_path: Path, documents):
    (tmp_path / "registry.json").write_text(json.dumps(documents["registry"]), encoding="utf-8")
    told = CliRunner().invoke(cli, ["routes", "--documents", str(tmp_path)])
    assert (told.exit_code, told.stdout) == (0, "")
    assert "transfer: описания нет, не сравнивается" in told.stderr
    (tmp_path / "registry.json").write_text(json.dumps({"paths": {}}), encoding="utf-8")
    told = CliRunner().invoke(cli, ["routes", "--documents", str(tmp_path)])
    assert told.exit_code == 1
    assert "- [registry] GET    /v1/institutions read\n" in told.stdout


@pytest.mark.parametrize(
    ("file", "content", "why"),
    [
        ("readme.txt", "", "здесь нет ни одного <сервис>.json"),
        ("registry.json", "{", "registry.json: это не JSON"),
        ("registri.json", "{}", "сравнивать не с чем"),
    ],
)
def test_a_folder_with_nothing_to_compare_is_refused_in_words(tmp_path: Path, file: str, content: str, why: str):
    (tmp_path / file).write_text(content, encoding="utf-8")
    told = CliRunner().invoke(cli, ["routes", "--documents", str(tmp_path)])
    assert (told.exit_code, told.stdout) == (1, "")
    assert why in told.stderr
