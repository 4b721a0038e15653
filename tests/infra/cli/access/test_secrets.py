"""``earshot secrets``: stored where the functions read them, checked first, and never shown."""

import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from earshot.alerting.links.signing_secret import SigningSecret
from earshot.alerting.webhooks.target_secret import TargetSecret
from earshot.api.auth.submission_secrets import LABEL, SubmissionSecrets
from earshot.mentions.sources.x.token import XToken
from infra.cli.exit_status import EXIT_UNUSABLE
from infra.cli.main import main
from infra.ops.access.secrets import SecretError, SecretName, checked_bearer_token
from infra.ops.stack import Stack
from tests.deployed import Running
from tests.fakes import FakeClock
from tests.infra.cli.invoke import run

TOKEN = "AAAAAAAAAAAAAAAAAAAAAMLheAAAAAAA0%2BuSeid%2BULvsea4JtiGRiSDSJSI%3DEUifiRBkKG5E2XzMDjRfl76ZC9Ub0wnz4XsNi"
SLACK = '[{"kind": "slack", "url": "https://hooks.slack.example/services/T0/B0/xyzzy"}]'
STACK = Stack(parameters={}, outputs={}, resources={name.logical_id: name.logical_id for name in SecretName})


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    """The secrets of a stack on moto, which the commands find; that of the links has the value that AWS made."""
    with mock_aws():
        session = boto3.Session(region_name="eu-west-1")
        client = session.client("secretsmanager")
        client.create_secret(Name="XSecret")
        client.create_secret(Name="WebhookSecret")
        client.create_secret(Name="SocialSecret")
        client.create_secret(Name="LinkSecret", SecretString="k" * 64)
        monkeypatch.setattr("infra.cli.deployed_stack.open_stack", lambda *_, **__: (session, STACK))
        yield session


def piped(text: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["secrets", *arguments], input=text)


def stored(session: boto3.Session, name: str, label: str = "AWSCURRENT") -> str | None:
    client = session.client("secretsmanager")
    try:
        return client.get_secret_value(SecretId=name, VersionStage=label)["SecretString"]
    except client.exceptions.ResourceNotFoundException:
        return None


def test_the_token_that_is_piped_in_is_what_fetch_reads(aws: boto3.Session) -> None:
    answer = piped(f"  {TOKEN}\n", "set", "x")
    assert (answer.exit_code, TOKEN in answer.output) == (0, False)
    assert XToken(aws.client("secretsmanager"), "XSecret", FakeClock())() == TOKEN


def test_a_token_is_typed_unseen_where_nothing_is_piped(aws: boto3.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def prompt(_: str, *, hide_input: bool, type: type) -> str:
        asked.append(hide_input)
        return TOKEN

    monkeypatch.setattr("infra.cli.commands.deployed.access.secrets._is_terminal", lambda: True)
    monkeypatch.setattr("click.prompt", prompt)
    assert (run("secrets", "set", "x").exit_code, asked) == (0, [True])
    assert stored(aws, "XSecret") == json.dumps({"bearer_token": TOKEN})
    assert "--file" in run("secrets", "set", "webhooks").stderr


def test_webhooks_come_from_a_file_and_are_named_without_their_addresses(aws: boto3.Session, tmp_path: Path) -> None:
    file = tmp_path / "targets.json"
    file.write_text(SLACK, "utf-8")
    answer = run("secrets", "set", "webhooks", "--file", str(file))
    assert answer.exit_code == 0
    assert answer.stdout.startswith("Stored: slack target 1 (")
    assert "xyzzy" not in answer.output
    (target,) = TargetSecret(aws.client("secretsmanager"), "WebhookSecret", FakeClock()).current().usable
    assert target.url.endswith("xyzzy")
    assert piped("[]", "set", "webhooks").output.startswith("Stored: no target.")


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        ("x", "", "is empty"),
        ("x", f"Bearer {TOKEN}", "without the word 'Bearer'"),
        ("x", "1234567890-AbCdEfGhIjKlMnOpQrStUvWxYz", "access token of a user"),
        ("x", '{"token": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}', "give the bearer token alone"),
        ("x", f"{TOKEN[:50]}\n{TOKEN[50:]}", "cannot be a bearer token"),
        ("x", "YOUR_X_TOKEN", "cannot be a bearer token"),
        ("mentions", "", "cannot sign posts"),
        ("mentions", "whsec_dG9vIHNob3J0", "`earshot secrets rotate mentions` makes one"),
        ("webhooks", "{}", "not a list"),
        ("webhooks", "xyzzy", "not JSON"),
        ("webhooks", SLACK.replace("slack", "slak", 1), "Target 1 has a 'kind' other than"),
    ],
)
def test_what_cannot_be_used_is_not_stored_and_not_quoted(aws: boto3.Session, name: str, text: str, wrong: str) -> None:
    answer = piped(text, "set", name)
    assert (answer.exit_code, wrong in answer.output) == (EXIT_UNUSABLE, True)
    assert len(text) < 20 or text[:20] not in answer.output
    secret, label = {
        "x": ("XSecret", "AWSCURRENT"),
        "webhooks": ("WebhookSecret", "AWSCURRENT"),
        "mentions": ("LinkSecret", LABEL),
    }[name]
    assert stored(aws, secret, label) is None


@given(st.text(min_size=8, max_size=60))
@pytest.mark.slow
def test_no_error_quotes_what_was_given(text: str) -> None:
    told = ""
    try:
        checked_bearer_token(text)
    except SecretError as error:
        told = str(error)
    assert len(text.strip()) < 8 or text.strip() not in told


def test_a_secret_on_the_command_line_is_refused(aws: boto3.Session) -> None:
    answer = run("secrets", "set", "x", TOKEN)
    assert (answer.exit_code, TOKEN in answer.output) == (EXIT_UNUSABLE, False)
    assert "shell's history" in answer.stderr
    assert stored(aws, "XSecret") is None


def test_a_rotation_leaves_the_key_before_and_a_second_one_ends_it(aws: boto3.Session) -> None:
    clock = FakeClock()
    keys = SigningSecret(aws.client("secretsmanager"), "LinkSecret", clock)
    (first,) = keys()
    assert run("secrets", "rotate", "links").exit_code == 0
    clock.advance(minutes=5)
    second, before = keys()
    assert (before, len(second), second.isalnum()) == (first, 64, True)
    answer = run("secrets", "rotate", "links")
    assert second.decode() not in answer.output
    clock.advance(minutes=5)
    third, before = keys()
    assert (before, first in (third, before)) == (second, False)


def test_the_secret_that_signs_posts_is_made_shown_once_rotated_and_switched_off(aws: boto3.Session) -> None:
    clock = FakeClock()
    keys = SubmissionSecrets(aws.client("secretsmanager"), "LinkSecret", clock)
    assert keys() == ()
    first = run("secrets", "rotate", "mentions").stdout.strip()
    assert keys() == ()
    clock.advance(seconds=15)
    assert keys(fresh=True) == (first,)
    second = run("secrets", "rotate", "mentions").stdout.strip()
    clock.advance(minutes=5)
    assert keys() == (second, first)
    own = "whsec_" + "A" * 40
    answer = piped(f" {own}\n", "set", "mentions")
    clock.advance(minutes=5)
    assert (keys(), own in answer.output) == ((own, second), False)
    assert piped("off", "set", "mentions").output.startswith("Off.")
    clock.advance(minutes=5)
    assert keys() == ()
    third = run("secrets", "rotate", "mentions").stdout.strip()
    clock.advance(minutes=5)
    assert keys() == (third,)
    # Links are signed with another version of the same secret, which none of this has changed.
    assert stored(aws, "LinkSecret") == "k" * 64
    assert run("secrets", "rotate", "links").exit_code == 0
    clock.advance(minutes=5)
    assert keys() == (third,)


def test_the_list_says_what_is_filled_and_when_and_shows_no_value(aws: boto3.Session) -> None:
    lines = run("secrets", "list").stdout.splitlines()
    assert [line.split(":")[0].split() for line in lines[:2]] == [["x", "empty"], ["webhooks", "empty"]]
    assert lines[2].startswith("links     changed 20")
    piped(TOKEN, "set", "x")
    answer = run("secrets", "list")
    assert answer.stdout.splitlines()[0].startswith("x         changed 20")
    assert TOKEN not in answer.output
    assert "kkkk" not in answer.output


def test_what_aws_refuses_is_named_with_the_permission(aws: boto3.Session) -> None:
    aws.client("secretsmanager").delete_secret(SecretId="XSecret", ForceDeleteWithoutRecovery=True)
    for answer in (piped(TOKEN, "set", "x"), run("secrets", "list")):
        assert answer.exit_code == EXIT_UNUSABLE
        assert "'x' (XSecret) cannot be" in answer.output
        assert "secretsmanager:" in answer.output


@pytest.mark.engine
def test_the_deployed_stacks_secrets_are_set_and_listed(running: Running) -> None:
    """On the embedded cloud, as with ``--local``."""
    assert piped(TOKEN, "set", "x").exit_code == 0
    assert piped(SLACK, "set", "webhooks").exit_code == 0
    assert run("secrets", "rotate", "links").exit_code == 0
    listed = run("secrets", "list").stdout.splitlines()
    unset = ("social", "mentions")
    assert [" changed 20" in line for line in listed if not line.startswith(unset)] == [True, True, True]
    piped("[]", "set", "webhooks")
