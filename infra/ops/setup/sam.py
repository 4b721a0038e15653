"""The SAM CLI in a process of its own. No secret is in its arguments or its environment."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import yaml

from earshot.errors import EarshotError
from infra.paths import ROOT

# What the caller may have set for other commands, and no deployment needs.
_SECRETS = ("X_BEARER_TOKEN",)
_FILE = "file://"
_SECTION = re.compile(r"^Parameters:\n(?P<body>(?:(?:[ ].*|\s*)\n)+)", re.MULTILINE)
_NAME = re.compile(r"^  ([A-Za-z0-9]+):", re.MULTILINE)
_OVERRIDE = re.compile(r"(?:ParameterKey=(?P<long>[^,]+),ParameterValue|(?P<short>[A-Za-z0-9]+))=(?P<value>.*)")


class SamError(EarshotError):
    """The SAM CLI is missing, or failed: what it printed says why."""


@dataclass(frozen=True, slots=True)
class SamConfig:
    """One environment of ``samconfig.toml``: what ``sam deploy`` reads there. ``name`` None: there is no such file."""

    name: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    root: Path = ROOT

    @property
    def parameters(self) -> dict[str, str]:
        """The template's parameters that it sets, those in the operator's own file last. SamError: it is no YAML."""
        given: Any = self.settings.get("parameter_overrides", ())
        if isinstance(given, Mapping):
            return {str(name): str(value) for name, value in cast("Mapping[str, object]", given).items()}
        texts = map(str, cast("list[object]", given)) if isinstance(given, list | tuple) else [str(given)]
        found: dict[str, str] = {}
        try:
            words = [word for text in texts for word in shlex.split(text)]
        except ValueError as error:
            raise SamError(f"parameter_overrides of environment {self.name!r} cannot be read: {error}.") from None
        for word in words:
            if word.startswith(_FILE):
                found |= _parameters_in(self.root / word.removeprefix(_FILE))
            elif match := _OVERRIDE.fullmatch(word):
                found[match["long"] or match["short"]] = match["value"]
        return found


def read_config(name: str | None, root: Path = ROOT) -> SamConfig:
    """The environment ``name`` of the checked-in configuration, SAM's ``default`` for None.

    SamError: it is named and not there, or the file is no TOML.
    """
    file = root / "samconfig.toml"
    try:
        document = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
    except (OSError, ValueError) as error:
        raise SamError(f"{file} cannot be read: {error}") from None
    wanted = name or "default"
    if wanted not in document:
        if name is not None:
            there = ", ".join(one for one in document if isinstance(document[one], dict)) or "none"
            raise SamError(f"{file.name} has no environment {name!r}: there are {there}.")
        return SamConfig()
    settings = _table(document, wanted, "global", "parameters") | _table(document, wanted, "deploy", "parameters")
    for setting in ("stack_name", "region"):
        if not isinstance(settings.get(setting, ""), str):
            raise SamError(f"{file.name}: {setting} of environment {wanted!r} must be a text.")
    return SamConfig(wanted, settings, root)


def _table(document: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The table of these names, empty where there is none. SamError: it is no table."""
    found: Any = document
    for name in names:
        found = cast("Mapping[str, Any]", found).get(name, {})
        if not isinstance(found, dict):
            raise SamError(f"samconfig.toml: [{'.'.join(names)}] must be a table: names with their values.")
    return cast("dict[str, Any]", found)


def _parameters_in(file: Path) -> dict[str, str]:
    """The parameters in an operator's own file, which need not be there."""
    try:
        # Each value as it is written: YAML would make 14155550123 of +14155550123, and False of off.
        text = file.read_text("utf-8-sig") if file.exists() else ""
        given: object = yaml.load(text, yaml.BaseLoader) or {}  # noqa: S506 - it makes texts only
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise SamError(f"{file} cannot be read: {error}") from None
    named = cast("Mapping[object, object]", given).items() if isinstance(given, Mapping) else [("", None)]
    found: dict[str, str] = {}
    for name, value in named:
        parts = cast("list[object]", value if isinstance(value, list) else [value])
        if not all(isinstance(part, str) for part in parts):
            raise SamError(f"{file} must hold one parameter a line, such as BrandHandles: AcmeAir.")
        # SAM joins a list like this, too.
        found[str(name)] = ",".join(text for part in parts if (text := str(part).strip()))
    return found


def parameters_of_template(root: Path = ROOT) -> frozenset[str]:
    """The names of the template's parameters."""
    section = _SECTION.search((root / "template.yaml").read_text("utf-8"))
    if section is None:
        raise SamError("template.yaml has no parameters: this is no checkout of Earshot.")
    return frozenset(_NAME.findall(section["body"]))


def deploy_arguments(
    stack: str, region: str, config: SamConfig, parameters: Mapping[str, str], *, confirm: bool
) -> list[str]:
    """The arguments of ``sam deploy``. ``confirm``: it shows what changes, and asks.

    What the configuration sets is left to it, but for the parameters: an argument replaces all of them.
    """
    words = ["deploy", "--stack-name", stack, "--region", region, "--no-fail-on-empty-changeset"]
    words.append("--confirm-changeset" if confirm else "--no-confirm-changeset")
    if config.name is not None:
        words += ["--config-env", config.name]
    if not {"s3_bucket", "resolve_s3"} & config.settings.keys():
        words.append("--resolve-s3")
    if "capabilities" not in config.settings:
        words += ["--capabilities", "CAPABILITY_IAM"]
    overrides = [f"{name}={_quoted(value)}" for name, value in (config.parameters | dict(parameters)).items()]
    return [*words, "--parameter-overrides", *overrides] if overrides else words


def run_sam(executable: str | None, arguments: list[str], root: Path = ROOT) -> None:
    """Run the SAM CLI in the checkout; what it prints is shown. SamError where it fails."""
    if executable is None:
        raise SamError("The SAM CLI is not installed: make .venv-sam installs it.")
    environ = {name: value for name, value in os.environ.items() if name not in _SECRETS} | {"SAM_CLI_TELEMETRY": "0"}
    try:
        ended = subprocess.run([executable, *arguments], cwd=root, env=environ, check=False)
    except OSError as error:
        raise SamError(f"The SAM CLI cannot be started ({error}): make .venv-sam installs it.") from None
    if ended.returncode != 0:
        raise SamError(
            f"sam {arguments[0]} failed ({ended.returncode}): see what it printed above, and run earshot deploy again "
            "when the cause is mended. A stack whose first deployment failed (ROLLBACK_COMPLETE) is deleted before: "
            "sam delete."
        )


def _quoted(value: str) -> str:
    escaped = value.replace('"', '\\"')
    return f'"{escaped}"'
