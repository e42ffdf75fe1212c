"""The list of what is compiled, and how an operator sees which form is at work (docs/decisions/0025)."""

import tomllib
from importlib import import_module
from pathlib import Path

from prometheus_client import REGISTRY

PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())
LISTED = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]["custom"]["modules"]


def test_what_is_listed_is_there_all_in_one_form_and_the_metric_tells_which():
    modules = [import_module(f"gateway.{name.replace('/', '.')}") for name in LISTED]
    forms = {Path(str(module.__file__)).suffix for module in modules}
    assert forms == ({".so"} if REGISTRY.get_sample_value("gateway_compiled") else {".py"})
