"""The compiled form of what every request passes (docs/decisions/0025): a build hook that is off unless asked for."""

from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_PACKAGE = "src/gateway"


class CompiledForm(BuildHookInterface[Any]):
    """Compiles the modules that `pyproject.toml` lists with mypyc; in the wheel they stand before their sources."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile in a folder of its own: nothing is written among the sources."""
        self._folder = TemporaryDirectory()
        made = Path(self._folder.name)
        with chdir(Path(self.root) / "src"):
            _compile([f"gateway/{name}.py" for name in self.config["modules"]], made)
        build_data["pure_python"], build_data["infer_tag"] = False, True
        for path in made.glob("lib/**/*.so"):
            build_data["force_include"][str(path)] = str(path.relative_to(made / "lib"))

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Clean up."""
        self._folder.cleanup()


def _compile(modules: list[str], into: Path) -> None:
    from mypyc.build import mypycify  # noqa: PLC0415 - needed for this form only
    from setuptools import Distribution  # noqa: PLC0415

    # No configuration: the project's checks are not of interest here, only what types there are
    options = ["--config-file=", "--ignore-missing-imports", f"--cache-dir={into / 'cache'}"]
    extensions = mypycify([*options, *modules], target_dir=str(into / "c"), group_name="gateway", debug_level="0")
    command = Distribution({"name": "gateway", "ext_modules": extensions}).get_command_obj("build_ext")
    command.build_lib, command.build_temp = str(into / "lib"), str(into / "o")
    command.ensure_finalized()
    command.run()
