"""What no import shows: commits and publications in rooms, swallowed errors, tests that prove nothing."""

import ast
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from tests.architecture.purity import CLOCK
from tests.architecture.sources import Source, dotted, imports, production, services, tests

TRANSPORT = {
    "ack", "basic_publish", "commit", "commit_transaction", "nack", "publish", "start_session", "start_transaction",
    "with_transaction",
}  # fmt: skip
BROAD = {"Exception", "BaseException"}
SLEEPS = {"anyio.sleep", "asyncio.sleep", "time.sleep", "sleep"}
SILENCERS = {
    "pytest.importorskip", "pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail", "pytest.skip", "pytest.xfail",
    "unittest.skip",
}  # fmt: skip
MOCKS = {"mock", "unittest.mock", "pytest_mock", "respx", "aioresponses", "mongomock", "mongomock_motor", "freezegun"}
PATCHERS = {"monkeypatch", "mocker"}
VAGUE = re.compile(r"(^|_)(should|success|successfully)(_|$)|_works$")
FEWEST_WORDS = 5
THE_WAIT = Path("tests/testkit/src/testkit/waiting.py")
"""The one place that may sleep: `eventually`."""


def rooms_neither_commit_nor_publish_nor_acknowledge(root: Path) -> list[str]:
    """Report a service that does by itself what the chassis does for it.

    `domain.publish(package)` is the business's word: a call of an own module is not meant.
    """
    found = []
    for source in services(root):
        own = {name.rpartition(".")[2] for _, name in imports(source) if name.startswith(f"{source.service}.")}
        for node in source.nodes:
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr in TRANSPORT and dotted(called.value) not in own:
                found.append(source.at(node, f"calls .{called.attr}()"))
    return found


def refusals_are_typed(root: Path) -> list[str]:
    """Report `HTTPException` below the routes."""
    return [
        source.at(node, "HTTPException below the routes: raise a DomainError")
        for source in services(root)
        if source.role != "routes"
        for node in source.nodes
        if isinstance(node, ast.Name | ast.Attribute) and dotted(node).rpartition(".")[2] == "HTTPException"
    ]


def services_swallow_nothing(root: Path) -> list[str]:
    """Report a bare or broad `except` and a broad `suppress` in a service: the edge is in the chassis."""
    found = []
    for source in services(root):
        for node in source.nodes:
            if isinstance(node, ast.ExceptHandler) and (node.type is None or _names(node.type) & BROAD):
                found.append(source.at(node, "catches everything"))
            suppressed = node.args if isinstance(node, ast.Call) and dotted(node.func).endswith("suppress") else []
            if any(_names(argument) & BROAD for argument in suppressed):
                found.append(source.at(node, "suppresses everything"))
    return found


def _names(node: ast.expr) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def waiting_can_be_called_off(root: Path) -> list[str]:
    """Report `asyncio.wait_for` in production: until Python 3.12 it swallows a cancellation that comes just as it ends.

    A task that was told to stop once and goes on holds up the end of its process. `asyncio.timeout` does not.
    """
    return [
        source.at(node, "asyncio.wait_for: wait under asyncio.timeout")
        for source in production(root)
        for node in source.nodes
        if isinstance(node, ast.Name | ast.Attribute) and dotted(node) == "asyncio.wait_for"
    ]


def tests_mock_nothing(root: Path) -> list[str]:
    """Report a test that replaces what can be run."""
    found = []
    for source in tests(root):
        found += [source.at(node, f"imports {name}") for node, name in imports(source) if name in MOCKS]
        for node in source.nodes:
            if isinstance(node, ast.arg) and node.arg in PATCHERS:
                found.append(source.at(node, f"asks for {node.arg}"))
    return found


def tests_are_never_silenced(root: Path) -> list[str]:
    """Report a skipped test or an expected failure."""
    return [
        source.at(node, f"{dotted(node)} hides a test")
        for source in tests(root)
        for node in source.nodes
        if isinstance(node, ast.Attribute) and dotted(node) in SILENCERS
    ]


def tests_wait_by_deadline_never_by_sleep(root: Path) -> list[str]:
    """Report a sleep anywhere in tests but in the test kit's `eventually`; giving way by sleep(0) is no wait."""
    return [
        source.at(node, f"{dotted(node.func)}: wait with testkit.eventually")
        for source in tests(root)
        if source.path != THE_WAIT
        for node in source.nodes
        if isinstance(node, ast.Call) and dotted(node.func) in SLEEPS and not _is_zero(node)
    ]


def _is_zero(call: ast.Call) -> bool:
    return len(call.args) == 1 and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0


def tests_read_the_clock_when_they_run(root: Path) -> list[str]:
    """Report a moment taken while a file is imported: the test that uses it may run minutes, or a midnight, later.

    Meant are the clock itself and a function of the tests that asks it, in a module, a class, a decorator or a default.
    """
    asking = {
        f"{source.role}.{node.name}"
        for source in tests(root)
        for node in source.tree.body
        if isinstance(node, ast.FunctionDef) and any(_asks(part, CLOCK) for part in ast.walk(node))
    }
    found = []
    for source in tests(root):
        clocks = CLOCK | _known(source, asking)
        for node in _run_at_import(source.tree):
            if isinstance(node, ast.Call) and _asks(node, clocks):
                found.append(source.at(node, f"{dotted(node.func)} at import: take the moment in the test"))
    return found


def _known(source: Source, functions: Collection[str]) -> set[str]:
    """Return the functions that a file defines or imports, by the name it calls them."""
    imported = {".".join(module.split(".")[-2:]) for _, module in imports(source)}
    return {name for role, _, name in (one.partition(".") for one in functions)
            if role == source.role or f"{role}.{name}" in imported}  # fmt: skip


def _asks(node: ast.AST, names: Collection[str]) -> bool:
    return isinstance(node, ast.Call) and dotted(node.func) in names


def _run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            at_once = [*child.decorator_list, *child.args.defaults, *filter(None, child.args.kw_defaults)]
            yield from (part for expression in at_once for part in _run_at_import(expression))
        elif not (isinstance(child, ast.Lambda) or _is_main(child)):
            yield from _run_at_import(child)


def _is_main(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "__main__" in ast.unparse(node.test)


def tests_are_named_by_sentences(root: Path) -> list[str]:
    """Report a test name of fewer than five words, or one that claims instead of telling."""
    found = []
    for source, node in _test_functions(root):
        words = node.name.removeprefix("test_")
        if len(words.split("_")) < FEWEST_WORDS:
            found.append(source.at(node, f"{node.name} is no sentence: at least {FEWEST_WORDS} words"))
        if VAGUE.search(words):
            found.append(source.at(node, f"{node.name} claims instead of telling what happens"))
    return found


def _test_functions(root: Path) -> Iterator[tuple[Source, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for source in tests(root):
        if source.role.startswith("test_"):
            for node in source.nodes:
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                    yield source, node
