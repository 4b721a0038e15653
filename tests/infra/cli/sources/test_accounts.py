"""``earshot sources add bluesky ...``: an account is tried, shown, added with its credential, listed and removed."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner, Result
from moto import mock_aws

from earshot.errors import EarshotError
from earshot.mentions.sources.social.accounts import SocialAccount, accounts_as_toml, parse_accounts, usual_words
from earshot.mentions.sources.social.secret import SESSIONS
from earshot.mentions.sources.youtube.units_table import UnitsTable
from earshot.runtime import utc_now
from infra.cli.exit_status import EXIT_UNUSABLE
from infra.cli.main import main
from infra.local.social.bluesky import BlueskyServer
from infra.local.social.reddit import RedditServer
from infra.local.social.youtube import YouTubeServer
from infra.ops.access.secrets import DeployedSecrets
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


def sessions() -> Any:
    return boto3.client("secretsmanager", region_name="eu-west-1")


def fails(*_: object) -> None:
    raise EarshotError("AWS is out")


def stored() -> object:
    return json.loads(sessions().get_secret_value(SecretId="SocialSecret")["SecretString"])


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


def test_what_breaks_off_while_an_account_is_removed_is_done_again(
    server: BlueskyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert add(server).exit_code == 0
    sessions().put_secret_value(
        SecretId="SocialSecret",
        SecretString=json.dumps({f"bluesky#{ACCOUNT}": {"refresh": "r"}, "bluesky#other.example": {}}),
        VersionStages=[SESSIONS],
    )
    with monkeypatch.context() as broken:
        broken.setattr(DeployedSecrets, "set_credential", fails)
        assert run("remove", "bluesky", ACCOUNT).exit_code != 0
    assert run("remove", "bluesky", ACCOUNT).exit_code == 0
    assert stored() == {"bluesky": {}}
    # What it had signed in with would be good for weeks.
    held = sessions().get_secret_value(SecretId="SocialSecret", VersionStage=SESSIONS)["SecretString"]
    assert json.loads(held) == {"bluesky#other.example": {}}


def test_a_second_account_searches_for_what_the_first_does_not(server: BlueskyServer) -> None:
    assert add(server, "--word", "nimbusair").exit_code == 0
    with BlueskyServer("help.example", utc_now) as other:
        where = ("--host", other.url, "--yes")
        added = run("add", "bluesky", "help.example", *where, piped=other.password)
        assert added.exit_code == 0, added.output
    listed = run("list").stdout
    assert "bluesky help.example: what is said to it" in listed
    assert listed.count("search for nimbusair") == 1


def test_communities_of_reddit_are_read_beside_the_account(server: BlueskyServer) -> None:
    with RedditServer(utc_now) as reddit:
        reddit.submit("nimbusair lost my bag")
        where = ("--place", "r/Travel", "--own-place", "NimbusAir", "--host", reddit.url, "--yes")
        added = run("add", "reddit", "NimbusAir_Care", *where, piped=reddit.credential)
    assert added.exit_code == 0, added.output
    assert "submissions in r/travel: 1 posts of the last day" in added.stdout
    assert stored() == {"reddit": {"nimbusair_care": reddit.credential}}
    listed = run("list").stdout
    assert "reddit nimbusair_care: comments in r/nimbusair" in listed
    for refused, says in (
        (add(server, "--place", "travel"), "Bluesky has no places"),
        (run("add", "https://blog.example", "--place", "travel"), "are for accounts"),
        (run("add", "reddit", "care", "--word", "#late", "--yes", piped="a"), "has no hashtags"),
    ):
        assert (refused.exit_code != 0, says in refused.output) == (True, True), refused.output


def test_what_cannot_be_added_says_why_and_is_not_stored(server: BlueskyServer) -> None:
    for refused, says in (
        (add(server, password="wrong-password"), "Invalid identifier or password"),
        (add(server, password=" "), "It is empty"),
        (add(server, "--brand", "Zephyr"), "It listens for NimbusAir"),
        (add(server, "--word", 'quo"ted'), "without quotes"),
        (run("add", "bluesky", "not an account", "--yes"), "write it as nimbusair.bsky.social"),
        (run("add", "myspace", ACCOUNT, "--yes"), "write bluesky, mastodon"),
        (run("add", "bluesky", ACCOUNT, "--host", "http://192.168.0.1", "--yes"), "is no address of an API"),
    ):
        assert (refused.exit_code, says in refused.output) == (EXIT_UNUSABLE, True), refused.output
    assert parse_accounts("") == ()
    assert "listens to no feed" in run("list").stdout


def test_what_is_stored_is_read_as_it_was_written() -> None:
    accounts = (
        SocialAccount("bluesky", ACCOUNT, "NimbusAir", ("nimbus air", "#nimbusair"), "https://pds.example"),
        SocialAccount("mastodon", "care@mastodon.social", "Zephyr", ("zéphyr",)),
        SocialAccount("reddit", "care", "Zephyr", ("zéphyr",), "", ("travel",), ("zephyr",)),
    )
    assert parse_accounts(accounts_as_toml(accounts)) == accounts


def test_terms_of_x_that_are_no_search_elsewhere_are_left_out() -> None:
    others = [SocialAccount("bluesky", ACCOUNT, "NimbusAir", ("Nimbus Air",))]
    words = ('nimbus air" (late OR delay)', "x" * 101, "nimbus air", "nimbusair")
    assert usual_words(words, others) == ("nimbusair",)


def test_who_may_not_book_units_of_youtube_is_told_what_is_missing(
    server: BlueskyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> bool:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "UpdateItem")

    monkeypatch.setattr(UnitsTable, "book", refuses)
    with YouTubeServer("nimbusair", utc_now) as youtube:
        refused = run("add", "youtube", "nimbusair", "--host", youtube.url, "--yes", piped=youtube.key)
    assert (refused.exit_code, "need dynamodb:UpdateItem" in refused.output) == (EXIT_UNUSABLE, True), refused.output
