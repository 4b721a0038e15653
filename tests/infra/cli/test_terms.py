"""``earshot terms``, and terms in a replay: checked here, put where the deployed classifier looks, and shown."""

import csv
import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import boto3
import pytest
from click.testing import Result
from moto import mock_aws

from earshot.errors import EarshotError
from infra.cli.exit_status import EXIT_UNUSABLE
from infra.ops.settings.terms import DeployedTerms
from infra.ops.stack import Stack
from infra.terminal import COLUMNS
from tests.deployed import Running, replaying_on
from tests.fakes import START, a_mention
from tests.infra.cli.invoke import run

GOOD = """# What our night shift asked for.
products = ["Nimbus Plus"]
vip_authors = ["@Mayor_of_Leeds", "12345"]
always_urgent = ["blue lantern"]
never_urgent = ["#NimbusQuiz", "prize’s draw"]
disabled_rules = ["cue.joke"]"""
BAD = """
always = ["blue lantern"]
never_urgent = ["x"]
disabled_rules = ["cue.jok"]
"""
STACK = Stack(parameters={"BrandHandles": "NimbusAir"}, outputs={"SourceTableName": "sources"}, resources={})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "terms.toml"
    found.write_text(GOOD, "utf-8")
    return found


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    found = tmp_path / "bad.toml"
    found.write_text(BAD, "utf-8")
    return found


# ------------------------------------------------------------------------------------------------------------ check


def test_check_tells_what_is_in_the_file(file: Path) -> None:
    answer = run("terms", "check", str(file), "--brand", "@NimbusAir", "--brand", "NimbusCare")
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert answer.stdout.splitlines() == [
        "Terms of @nimbusair, @nimbuscare",
        "  products          1  Nimbus Plus",
        "  competitors       0",
        "  vip_authors       2  12345, mayor_of_leeds",
        "  always_urgent     1  blue lantern",
        "  never_urgent      2  #NimbusQuiz, prize’s draw",
        "  disabled_rules    1  cue.joke",
        "  voices            0",
    ]


def test_of_several_brands_each_has_voices_of_its_own(file: Path) -> None:
    brands = ["--brand", "NimbusAir", "--brand", "CordialCable"]
    file.write_text('[voices]\nNimbusAir = ["@anna"]\nCordialCable = ["@bo", "@cy"]', "utf-8")
    assert run("terms", "check", str(file), *brands).stdout.endswith("  voices            3  anna, bo, cy\n")
    file.write_text('voices = ["@anna"]', "utf-8")
    assert "'voices' must say for which brand each speaks" in run("terms", "check", str(file), *brands).stderr
    assert run("terms", "check", str(file), *brands[:2]).exit_code == 0


def test_check_tells_all_that_is_wrong(bad: Path) -> None:
    answer = run("terms", "check", str(bad), "--brand", "NimbusAir")
    assert (answer.exit_code, answer.stdout) == (EXIT_UNUSABLE, "")
    first, *problems = answer.stderr.splitlines()
    assert first == f"{bad} cannot be used:"
    for problem, named in zip(problems, ["'always'", "'never_urgent'", "'disabled_rules'"], strict=True):
        assert problem.startswith(f"  - {named} ")


def test_long_lists_are_cut_to_the_line(file: Path) -> None:
    file.write_text(f"products = {json.dumps([f'blue lantern {number}' for number in range(20)])}", "utf-8")
    lines = run("terms", "check", str(file), "--brand", "NimbusAir").stdout.splitlines()
    assert max(map(len, lines)) == COLUMNS
    assert lines[1].endswith("…")


def test_check_wants_to_know_the_brand(file: Path) -> None:
    answer = run("terms", "check", str(file))
    assert answer.exit_code == EXIT_UNUSABLE
    assert "--brand" in answer.stderr


def test_a_file_in_utf_16_is_named_and_a_byte_order_mark_is_borne(file: Path) -> None:
    file.write_bytes(GOOD.encode("utf-8-sig"))
    assert run("terms", "check", str(file), "--brand", "NimbusAir").exit_code == 0
    file.write_bytes(GOOD.encode("utf-16"))
    answer = run("terms", "check", str(file), "--brand", "NimbusAir")
    assert answer.exit_code == EXIT_UNUSABLE
    assert str(file) in answer.stderr
    assert "UTF-8" in answer.stderr


# ----------------------------------------------------------------------------------------------------- put and show


@pytest.fixture(params=["stack", "local"])
def where(request: pytest.FixtureRequest, running: Running, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The options that lead to the embedded cloud: as a stack of AWS, and as what `earshot run` has started."""
    if request.param == "stack":
        return ["--stack", "earshot"]
    monkeypatch.setattr("infra.local.engine.engine.RUN_PORT", running.cloud.engine.port)
    return ["--local"]


@pytest.mark.engine
def test_what_was_put_is_shown_as_it_is_in_the_file(where: list[str], file: Path, tmp_path: Path) -> None:
    answer = run("terms", "put", str(file), *where)
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert answer.stdout.startswith("Terms of @nimbusair\n  products          1  Nimbus Plus\n")
    assert "In force in stack 'earshot' within a minute." in answer.stdout
    shown = run("terms", "show", *where)
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert shown.stdout == GOOD + "\n"
    file.write_text(shown.stdout, "utf-8")
    assert run("terms", "put", str(file), *where).exit_code == 0
    assert run("terms", "show", *where).stdout == shown.stdout


@pytest.mark.engine
def test_what_cannot_be_used_is_refused_and_the_last_one_stays(where: list[str], file: Path, bad: Path) -> None:
    run("terms", "put", str(file), *where)
    answer = run("terms", "put", str(bad), *where)
    assert (answer.exit_code, answer.stdout) == (EXIT_UNUSABLE, "")
    assert f"{bad} cannot be used:" in answer.stderr
    assert run("terms", "show", *where).stdout == GOOD + "\n"


@pytest.mark.engine
def test_where_none_were_put_nothing_is_shown_and_it_is_said(where: list[str]) -> None:
    answer = run("terms", "show", *where)
    assert (answer.exit_code, answer.stdout) == (0, "")
    assert answer.stderr == "No terms were put into stack 'earshot': put some with `earshot terms put FILE`.\n"


@pytest.mark.engine
def test_the_deployed_classifier_follows_what_was_put(running: Running, file: Path) -> None:
    running.classify(a_mention("1", "landed, and off past the blue lantern"))
    run("terms", "put", str(file))
    running.clock.advance(minutes=1)
    running.classify(a_mention("2", "landed, and off past the blue lantern", conversation_id="2"))
    severities = {one.mention.id: str(one.judgement.severity) for one in running.stored.mentions}
    assert severities == {"1": "low", "2": "high"}


@pytest.mark.engine
@pytest.mark.parametrize("command", [["put", "FILE"], ["show"]])
def test_a_stack_that_is_not_there_is_named(running: Running, file: Path, command: list[str]) -> None:
    arguments = [str(file) if word == "FILE" else word for word in command]
    answer = run("terms", *arguments, "--stack", "nowhere")
    assert (answer.exit_code, answer.stdout) == (EXIT_UNUSABLE, "")
    assert answer.stderr.startswith("No stack 'nowhere' can be read in eu-west-1 (")
    assert "--stack" in answer.stderr


def test_where_no_embedded_cloud_runs_it_says_how_to_start_one(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Another test may be running one in this checkout.
    monkeypatch.setattr("infra.local.engine.engine._PORT_FILE", tmp_path / "port")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setattr("infra.local.engine.engine.RUN_PORT", taken.getsockname()[1])
        answer = run("terms", "put", str(file), "--local")
    assert (answer.exit_code, answer.stdout) == (EXIT_UNUSABLE, "")
    assert "earshot run" in answer.stderr


def test_without_a_region_or_with_no_credentials_it_says_how_to_choose(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    no_credentials = run("terms", "put", str(file))
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    no_region = run("terms", "put", str(file))
    for answer in (no_credentials, no_region):
        assert (answer.exit_code, answer.stdout) == (EXIT_UNUSABLE, "")
        assert "AWS_PROFILE and AWS_REGION" in answer.stderr


def test_an_invalid_file_is_refused_before_anything_is_put(
    bad: Path, aws: boto3.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which brands may have voices is known from the stack."""
    a_source_table(aws)
    monkeypatch.setattr("infra.cli.deployed_stack.open_stack", lambda *_, **__: (aws, STACK))
    monkeypatch.setattr("infra.ops.settings.terms.DeployedTerms.put", lambda *_: pytest.fail("the terms were put"))
    answer = run("terms", "put", str(bad))
    assert (answer.exit_code, f"{bad} cannot be used:" in answer.stderr) == (EXIT_UNUSABLE, True)


# ------------------------------------------------------------------------------------------------- what AWS refuses


@pytest.fixture
def aws() -> Iterator[boto3.Session]:
    with mock_aws():
        yield boto3.Session(region_name="eu-west-1")


def test_a_stack_of_something_else_is_told_from_earshots(aws: boto3.Session) -> None:
    with pytest.raises(EarshotError, match=r"no output 'SourceTableName', so it is not Earshot's: .* --stack"):
        DeployedTerms(aws, replace(STACK, outputs={}))


def test_a_table_that_refuses_is_named_with_what_is_needed(aws: boto3.Session) -> None:
    terms = DeployedTerms(aws, STACK)
    with pytest.raises(EarshotError, match=r"table sources cannot be read \(.*dynamodb:GetItem"):
        terms.read()
    with pytest.raises(EarshotError, match=r"table sources cannot be put \(.*dynamodb:PutItem"):
        terms.put(GOOD, START)


def a_source_table(session: boto3.Session) -> None:
    session.client("dynamodb").create_table(
        TableName="sources",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def test_a_text_that_dynamodb_does_not_take_leaves_the_last_one(aws: boto3.Session) -> None:
    a_source_table(aws)
    terms = DeployedTerms(aws, STACK)
    terms.put(GOOD, START)
    with pytest.raises(EarshotError, match="400 KB"):
        terms.put(GOOD + "#" * 420_000, START)
    assert terms.read() == GOOD


# ---------------------------------------------------------------------------------------------------------- replay

CHATTER = "landed with Nimbus, and off past the blue lantern"


def replay(folder: Path, *options: str, numbers: tuple[int, ...] = (1,)) -> tuple[Result, dict[str, str]]:
    """Replay the same chatter under these numbers; each post's severity by its id."""
    posts = folder / "posts.csv"
    with posts.open("w", encoding="utf-8", newline="") as written:
        rows = [[number, f"2026-11-02T09:{number:02}:00Z", f"u{number}", CHATTER] for number in numbers]
        csv.writer(written).writerows([["id", "created_at", "author_id", "text"], *rows])
    result = run("replay", str(posts), "--brand", "NimbusAir", "--out", str(folder / "out"), *options)
    mentions = folder / "out" / "mentions.jsonl"
    found = [json.loads(line) for line in mentions.read_text("utf-8").splitlines()] if mentions.exists() else []
    return result, {one["id"]: one["severity"] for one in found}


@pytest.mark.engine
def test_a_replay_follows_the_terms_that_it_is_given_and_no_others(
    running: Running, tmp_path: Path, file: Path
) -> None:
    with replaying_on(running.cloud):
        answer, severities = replay(tmp_path, "--terms", str(file))
        assert (answer.exit_code, severities) == (0, {"1": "high"})
        assert json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))["alerts"]["total"] > 0
        answer, severities = replay(tmp_path, numbers=(1, 2))
    assert (answer.exit_code, severities) == (0, {"1": "high", "2": "low"})


def test_a_replay_refuses_terms_that_cannot_be_used_before_it_begins(tmp_path: Path, bad: Path) -> None:
    answer, severities = replay(tmp_path, "--terms", str(bad))
    assert (answer.exit_code, severities) == (EXIT_UNUSABLE, {})
    assert f"{bad} cannot be used:" in answer.stderr
    assert not (tmp_path / "out").exists()


def test_a_file_that_says_nothing_deletes_no_term(tmp_path: Path) -> None:
    empty = tmp_path / "empty.toml"
    empty.write_text("# not saved yet\n", "utf-8")
    answer = run("terms", "put", str(empty))
    assert (answer.exit_code, answer.stdout) == (EXIT_UNUSABLE, "")
    assert "says nothing, and every term would be deleted" in answer.stderr
