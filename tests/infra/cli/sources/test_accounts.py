"""``earshot sources add bluesky ...``: an account is tried, shown, added with its credential, listed and removed."""

import json
from collections.abc import Iterator

import boto3
import pytest
from click.testing import CliRunner, Result
from moto import mock_aws

from earshot.mentions.sources.social.accounts import SocialAccount, accounts_as_toml, parse_accounts
from earshot.runtime import utc_now
from infra.cli.exit_status import EXIT_UNUSABLE
from infra.cli.main import main
from infra.local.social.bluesky import BlueskyServer
from infra.ops.stack import Stack
from tests.infra.cli.test_brand import STACK
from tests.infra.cli.test_terms import a_source_table

ACCOUNT = "nimbusair.bsky.social"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[BlueskyServer]:
    with mock_aws(), BlueskyServer(ACCOUNT, utc_now) as server:
        session = boto3.Session(region_name="eu-west-1")
        a_source_table(session)
        session.client("secretsmanager").create_secret(Name="SocialSecret")
        stack = Stack(STACK.parameters, STACK.outputs, {**STACK.resources, "SocialSecret": "SocialSecret"})
        monkeypatch.setattr("infra.cli.deployed_stack.open_stack", lambda *_, **__: (session, stack))
        yield server


def run(*arguments: str, piped: str = "") -> Result:
    return CliRunner().invoke(main, ["sources", *arguments, "--local"], input=piped)


def add(server: BlueskyServer, *more: str, password: str = "") -> Result:
    name = f"@{ACCOUNT.title()}"
    return run("add", "bluesky", name, "--host", server.url, "--yes", *more, piped=password or server.password)


def stored() -> object:
    client = boto3.client("secretsmanager", region_name="eu-west-1")
    return json.loads(client.get_secret_value(SecretId="SocialSecret")["SecretString"])


def test_an_account_is_shown_added_listed_and_removed(server: BlueskyServer) -> None:
    server.mention("you lost my bag")
    added = add(server, "--word", "nimbus air")
    assert added.exit_code == 0, added.output
    assert "what is said to it: 1 posts of the last day" in added.stdout
    assert "Jane (@jane.example): @nimbusair.bsky.social you lost my bag" in added.stdout
    assert (stored(), server.password in added.output) == ({"bluesky": {ACCOUNT: server.password}}, False)
    listed = run("list").stdout
    assert f"bluesky {ACCOUNT}: search for nimbus air" in listed
    assert "for NimbusAir: never_run" in listed
    assert "Replaced." in add(server, "--word", "nimbus").stdout
    assert "nimbus air" not in run("list").stdout
    assert run("remove", "bluesky", ACCOUNT).exit_code == 0
    assert stored() == {"bluesky": {}}
    assert run("remove", "bluesky", ACCOUNT).exit_code == EXIT_UNUSABLE


def test_what_cannot_be_added_says_why_and_is_not_stored(server: BlueskyServer) -> None:
    for refused, says in (
        (add(server, password="wrong-password"), "Invalid identifier or password"),
        (add(server, password=" "), "It is empty"),
        (add(server, "--brand", "Zephyr"), "It listens for NimbusAir"),
        (add(server, "--word", 'quo"ted'), "without quotes"),
        (run("add", "bluesky", "not an account", "--yes"), "write it as nimbusair.bsky.social"),
        (run("add", "myspace", ACCOUNT, "--yes"), "write bluesky or mastodon"),
        (run("add", "bluesky", ACCOUNT, "--host", "http://192.168.0.1", "--yes"), "is no address of an API"),
    ):
        assert (refused.exit_code, says in refused.output) == (EXIT_UNUSABLE, True), refused.output
    assert parse_accounts("") == ()
    assert "listens to no feed" in run("list").stdout


def test_what_is_stored_is_read_as_it_was_written() -> None:
    accounts = (
        SocialAccount("bluesky", ACCOUNT, "NimbusAir", ("nimbus air", "#nimbusair"), "https://pds.example"),
        SocialAccount("mastodon", "care@mastodon.social", "Zephyr", ("zéphyr",)),
    )
    assert parse_accounts(accounts_as_toml(accounts)) == accounts
