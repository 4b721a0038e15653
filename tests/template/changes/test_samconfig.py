"""``samconfig.toml``: what `sam deploy --config-env` sends for each stage, beside what only the operator knows."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from infra.paths import ROOT
from tests.template.test_promises import Template

STAGES = ("dev", "staging", "prod")


def _stages() -> dict[str, dict[str, Any]]:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    assert config.pop("version") == 0.1
    return {stage: parts["deploy"]["parameters"] for stage, parts in config.items()}


def test_there_are_three_stages_in_stacks_of_their_own() -> None:
    stages = _stages()
    assert tuple(stages) == STAGES
    assert {stage: settings["stack_name"] for stage, settings in stages.items()} == {
        "dev": "earshot-dev",
        "staging": "earshot-staging",
        "prod": "earshot",  # what --stack of the command names by default
    }
    assert stages["prod"]["confirm_changeset"] is True


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_deploys_what_the_template_takes_and_ends_with_what_is_the_operators(
    stage: str, template: Template
) -> None:
    settings = _stages()[stage]
    assert settings["resolve_s3"] is True
    # Nothing of the template has a name of its own that IAM would have to be asked for.
    assert settings["capabilities"] == "CAPABILITY_IAM"
    *overrides, own = settings["parameter_overrides"]
    assert own == f"file://parameters.{stage}.yaml"
    for name, value in (override.split("=") for override in overrides):
        parameter = template["Parameters"][name]
        assert value in map(str, parameter["AllowedValues"]), name
        assert value != str(parameter["Default"]), f"{name} is that without being asked"


def test_what_is_the_operators_stays_out_of_the_repository(root: Path) -> None:
    text = (root / "samconfig.toml").read_text(encoding="utf-8")
    assert not re.search(r"@|\+\d|arn:|AKIA|secret|token", text, re.IGNORECASE)
    for stage in STAGES:
        asked = ["git", "check-ignore", "--quiet", f"parameters.{stage}.yaml"]
        assert subprocess.run(asked, cwd=root, check=False).returncode == 0
