"""The SAM CLI as `earshot deploy` calls it: what samconfig.toml says stays, and SAM reads what was meant."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from infra.ops.setup.sam import SamConfig, SamError, deploy_arguments, read_config, run_sam
from infra.paths import ROOT

CONFIG = """
version = 0.1
[default.deploy.parameters]
stack_name = "earshot"
[prod.global.parameters]
stack_name = "earshot-prod"
[prod.deploy.parameters]
region = "eu-central-1"
capabilities = "CAPABILITY_IAM"
resolve_s3 = true
parameter_overrides = 'RetentionDays=400 DigestTimezone="Europe/Berlin" SearchTerms="nimbus air,\\"the cloud\\""'
[dev.deploy.parameters]
parameter_overrides = ["RetentionDays=7", "ParameterKey=PollRate,ParameterValue=rate(5 minutes)"]
[dict.deploy.parameters.parameter_overrides]
RetentionDays = 7
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "samconfig.toml").write_text(CONFIG)
    return tmp_path


def test_an_environment_is_read_as_sam_reads_it(root: Path) -> None:
    prod = read_config("prod", root)
    assert (prod.settings["stack_name"], prod.settings["region"]) == ("earshot-prod", "eu-central-1")
    assert prod.parameters == {
        "RetentionDays": "400",
        "DigestTimezone": "Europe/Berlin",
        "SearchTerms": 'nimbus air,"the cloud"',
    }
    assert read_config(None, root).settings == {"stack_name": "earshot"}
    assert read_config("dict", root).parameters == {"RetentionDays": "7"}
    with pytest.raises(SamError, match="no environment 'production'"):
        read_config("production", root)


def test_without_a_configuration_there_is_none(tmp_path: Path) -> None:
    assert read_config(None, tmp_path) == SamConfig()
    (tmp_path / "samconfig.toml").write_text("= no toml")
    with pytest.raises(SamError, match=r"samconfig.toml cannot be read"):
        read_config(None, tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prod = 3", r"\[prod.*\] must be a table"),
        ("[prod.deploy]\nparameters = 3", r"\[prod.deploy.parameters\] must be a table"),
        ("[prod.deploy.parameters]\nregion = 3", "region of environment 'prod' must be a text"),
        ("[prod.deploy.parameters]\nparameter_overrides = 'A=\"open'", "'prod' cannot be read: No closing quotation"),
    ],
)
def test_a_configuration_that_cannot_be_meant_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "samconfig.toml").write_text(text)
    with pytest.raises(SamError, match=said):
        _ = read_config("prod", tmp_path).parameters


def test_what_an_operator_writes_into_their_own_file_is_meant_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "samconfig.toml").write_text('[prod.deploy.parameters]\nparameter_overrides = ["file://mine.yaml"]')
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "\ufeffOnCallPhone: +14155550123\nSmsDeliveryStatus: on\nDigestHour: 08\nLeadEmail:\nBrandHandles: [A, B]\n"
    )
    assert read_config("prod", tmp_path).parameters == {
        "OnCallPhone": "+14155550123",
        "SmsDeliveryStatus": "on",
        "DigestHour": "08",
        "LeadEmail": "",
        "BrandHandles": "A,B",
    }
    mine.write_text("")
    assert read_config("prod", tmp_path).parameters == {}
    for wrong in ("- a", "a text", "BrandHandles: [[a]]", "{", "a: &a [*a]"):
        mine.write_text(wrong)
        with pytest.raises(SamError, match=r"mine\.yaml (?:cannot be read|must hold)"):
            _ = read_config("prod", tmp_path).parameters


def test_arguments_add_what_the_configuration_leaves_open(root: Path) -> None:
    plain = deploy_arguments("earshot", "eu-west-1", SamConfig(), {"BrandHandles": "A+B"}, confirm=False)
    assert plain == [
        *("deploy", "--stack-name", "earshot", "--region", "eu-west-1", "--no-fail-on-empty-changeset"),
        *("--no-confirm-changeset", "--resolve-s3", "--capabilities", "CAPABILITY_IAM"),
        *("--parameter-overrides", 'BrandHandles="A+B"'),
    ]
    prod = deploy_arguments("earshot-prod", "eu-central-1", read_config("prod", root), {}, confirm=True)
    assert ("--resolve-s3" in prod, "--capabilities" in prod) == (False, False)
    assert prod[prod.index("--config-env") + 1] == "prod"
    assert 'RetentionDays="400"' in prod[prod.index("--parameter-overrides") :], "an argument replaces all of them"


def test_a_missing_or_failing_sam_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SamError, match=r"make \.venv-sam"):
        run_sam(None, ["build"])
    with pytest.raises(SamError, match=r"make \.venv-sam"):
        run_sam(str(tmp_path / "sam"), ["build"])
    with pytest.raises(SamError, match=r"sam deploy failed \(1\)"):
        run_sam("/bin/false", ["deploy"])


# What SAM's own parser makes of the arguments; it takes them apart with regular expressions.
READ_BY_SAM = """
import json, sys
from samcli.cli.types import CfnParameterOverridesType
print(json.dumps(CfnParameterOverridesType().convert(json.load(sys.stdin), None, None)))
"""


@pytest.mark.sam
def test_sam_reads_the_values_that_were_meant(root: Path) -> None:
    meant = {
        "BrandHandles": "NimbusAir+NimbusHelp,OtherAir",
        "SearchTerms": 'nimbus air,"the cloud" it\'s=here, Нимбус',
        "PollRate": "rate(2 minutes)",
        "LeadEmail": "",
        "SmsPartPrices": "+1=0.01,+44=0.05",
    }
    words = deploy_arguments("earshot", "eu-west-1", SamConfig(), meant, confirm=False)
    given = json.dumps(words[words.index("--parameter-overrides") + 1 :])
    command = [ROOT / ".venv-sam" / "bin" / "python", "-c", READ_BY_SAM]
    environ = os.environ | {"SAM_CLI_TELEMETRY": "0"}
    answer = subprocess.run(command, input=given, env=environ, capture_output=True, text=True, check=True)
    assert json.loads(answer.stdout) == meant
