"""The template as it is written, as SAM expands it, and the SAM CLI that the Makefile installs."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from samtranslator.translator.transform import transform

from infra.paths import ROOT
from infra.template_yaml import parse_template


@pytest.fixture(scope="session")
def root() -> Path:
    """Where the project lies."""
    return ROOT


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    """``template.yaml`` as it is written, its tags in the long form (``{"Ref": ...}``)."""
    return json.loads(json.dumps(parse_template((ROOT / "template.yaml").read_text(encoding="utf-8"))))


@pytest.fixture(scope="session")
def expanded(template: dict[str, Any]) -> dict[str, Any]:
    """What CloudFormation gets: SAM's own transform finds mistakes that no linter finds."""
    return _expand(template, {})


@pytest.fixture(scope="session")
def expand(template: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    """What CloudFormation gets with these values for parameters, and the defaults for all others."""
    return lambda **parameters: _expand(template, parameters)


def _expand(template: dict[str, Any], parameters: dict[str, str]) -> dict[str, Any]:
    source = json.loads(json.dumps(template))
    location = {"Bucket": "bucket", "Key": "code.zip"}
    source["Globals"]["Function"]["CodeUri"] = location
    for layer in ("DependenciesLayer", "EncoderLayer", "FeedLayer"):
        source["Resources"][layer]["Properties"]["ContentUri"] = location
    given = {name: str(parameter.get("Default", "given")) for name, parameter in source["Parameters"].items()}
    given |= parameters
    with patch.dict(os.environ, {"AWS_DEFAULT_REGION": "us-east-1"}):
        return transform(source, given, _NoManagedPolicies())


@pytest.fixture(scope="session")
def resources(expanded: dict[str, Any]) -> Callable[[str], dict[str, dict[str, Any]]]:
    """The properties of the expanded resources of a type, by logical id."""

    def of_type(kind: str) -> dict[str, dict[str, Any]]:
        found = {name: item for name, item in expanded["Resources"].items() if item["Type"] == kind}
        assert found, f"The template has no {kind}."
        return {name: item.get("Properties", {}) for name, item in found.items()}

    return of_type


@pytest.fixture(scope="session")
def sam() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the SAM CLI in the project and answers what it said; fails the test where the command failed."""
    command = ROOT / ".venv-sam" / "bin" / "sam"
    assert command.exists(), f"{command} is missing: run `make .venv-sam`."

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        quiet = {"SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "us-east-1"}
        done = subprocess.run(
            [str(command), *arguments],
            cwd=ROOT,
            env=os.environ | quiet | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    return run


@pytest.fixture(scope="session")
def built(sam: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory that `sam build` filled, with layers for this machine and its Python, which can be tried here.

    It is built once in a run of the tests: whichever of their processes comes first builds it, and others wait for it.
    """
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    directory = shared / "sam-build"
    with (shared / "sam-build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (directory / "template.yaml").exists():
            # Whether the runtime's own Python is here or not: what is compared are sources.
            here = {"LAYER_PLATFORM": "host", "PACKAGER": sys.executable, "COMPILER": "none"}
            sam("build", "--build-in-source", "--build-dir", str(directory), **here)
    return directory


@pytest.fixture(scope="session")
def sam_python() -> Callable[[str], str]:
    """Runs a line of Python in the environment of the SAM CLI and answers what it printed."""

    def run(line: str) -> str:
        python = ROOT / ".venv-sam" / "bin" / "python"
        assert python.exists(), f"{python} is missing: run `make .venv-sam`."
        return subprocess.run([str(python), "-c", line], capture_output=True, text=True, check=True).stdout

    return run


@pytest.fixture(scope="session")
def make() -> Callable[..., None]:
    """Runs a target of the Makefile with these variables."""
    assert shutil.which("make"), "GNU make is missing: install it, for the packages are built with it."

    def run(target: str, **variables: str) -> None:
        settings = [f"{name}={value}" for name, value in variables.items()]
        done = subprocess.run(
            ["make", "--silent", target, *settings], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    return run


class _NoManagedPolicies:
    """The template names no managed policy of AWS, so there are none to look up."""

    def load(self) -> dict[str, str]:
        return {}
