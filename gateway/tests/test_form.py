"""The list of what is compiled, and how an operator sees which form is at work (docs/decisions/0025)."""

import ast
import builtins
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

GATEWAY = Path(__file__).parents[1]
PROJECT = tomllib.loads((GATEWAY / "pyproject.toml").read_text())
LISTED = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]["custom"]["modules"]
PLAIN = {"BaseException", "Exception", "ValueError", "IndexError", "LookupError", "dict"}
"""Of the built-in classes those that a compiled one may be made of."""


def test_what_is_listed_is_there_all_in_one_form_and_the_metric_tells_which():
    modules = [import_module(f"gateway.{name.replace('/', '.')}") for name in LISTED]
    forms = {Path(str(module.__file__)).suffix for module in modules}
    assert forms == ({".so"} if REGISTRY.get_sample_value("gateway_compiled") else {".py"})


def not_to_be_compiled(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        inside = [each for each in ast.walk(node) if each is not node]
        if isinstance(node, ast.AsyncFunctionDef) and any(isinstance(each, ast.Yield) for each in inside):
            yield f"{node.lineno}: an asynchronous generator"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            classes = [each for each in inside if isinstance(each, ast.ClassDef)]
            yield from (f"{each.lineno}: a class inside a function" for each in classes)
        if isinstance(node, ast.ClassDef):
            bases = {ast.unparse(base) for base in node.bases}
            yield from (f"{node.lineno}: a {base}" for base in bases - PLAIN if hasattr(builtins, base))


@pytest.mark.parametrize("name", LISTED)
def test_what_is_listed_has_nothing_that_the_compiler_refuses(name: str):
    assert not list(not_to_be_compiled((GATEWAY / "src" / "gateway" / f"{name}.py").read_text()))


@pytest.mark.parametrize("text", ["async def f(): yield 1", "class Late(OSError): ...", "def f():\n class Inner: ..."])
def test_what_the_compiler_refuses_is_noticed_without_it(text: str):
    assert list(not_to_be_compiled(text))
