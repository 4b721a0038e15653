"""The ``earshot`` command: what it says of itself, what it does with bad input, and how it ends."""

import json
import os
import pty
import subprocess
import sys

import click
import pytest
from botocore.exceptions import ClientError, NoRegionError
from click.testing import CliRunner

from earshot.errors import EarshotError
from infra.cli.bad_rows import SHOWN_BAD_ROWS
from infra.cli.exit_status import EXIT_INCOMPLETE, EXIT_UNUSABLE
from infra.cli.main import INTERRUPTED, main
from infra.paths import ROOT

KEYS = {"id", "language", "sentiment", "intent", "complaint_score", "urgent_score", "urgency", "severity", "reasons"}
POSTS = [
    {"id": "1", "text": "@NimbusAir you lost my bag and nobody answers, this is a disgrace"},
    {"id": "2", "text": "@NimbusAir what a lovely flight, thank you all!"},
    {"id": "3", "text": "@NimbusAir mein Koffer ist weg, das ist eine Frechheit", "lang": "de", "followers": 250000},
]


def run(*arguments: str, **options) -> object:
    return CliRunner().invoke(main, list(arguments), **options)


def lines(*posts: object) -> bytes:
    return b"".join(json.dumps(post).encode() + b"\n" for post in posts)


@pytest.mark.parametrize("command", [None, *sorted(main.commands)])
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_explains_itself(command, option):
    answer = run(*([command] if command else []), option)
    assert answer.exit_code == 0
    assert len(answer.output.split("Options:")[0].split()) > 8
    assert "\x1b" not in answer.output


def test_help_names_every_command_and_shows_how_to_begin():
    text = run("--help").output
    assert all(f"  {command} " in text for command in main.commands)
    assert "earshot replay posts.csv --brand NimbusAir --out replayed" in text


def test_an_unknown_command_or_option_is_refused_with_a_hint():
    assert run("listen").exit_code == EXIT_UNUSABLE
    answer = run("classify", "--analyser", "lexicon")
    assert answer.exit_code == EXIT_UNUSABLE
    assert "--analyzer" in answer.output


def test_a_message_of_ours_is_shown_without_a_traceback(monkeypatch):
    def refuse(*_):
        raise EarshotError("No stack 'nowhere' can be read: name it with --stack.")

    monkeypatch.setattr("infra.cli.commands.deployed.dead_letters._dead_letters", refuse)
    answer = run("dead-letters", "--stack", "nowhere")
    assert answer.exit_code == EXIT_UNUSABLE
    assert answer.stderr == "No stack 'nowhere' can be read: name it with --stack.\n"
    assert answer.stdout == ""


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (NoRegionError(), "AWS cannot be asked or refuses (You must specify a region.)"),
        (ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "Query"), "(AccessDenied)"),
        (PermissionError(13, "Permission denied", "/read/only"), "/read/only: Permission denied."),
        (OSError(28, "No space left on device"), "No space left on device."),
    ],
)
def test_what_no_command_expected_of_aws_or_of_a_file_is_a_message_too(monkeypatch, error, said):
    def refuse(*_):
        raise error

    monkeypatch.setattr("infra.cli.commands.deployed.dead_letters._dead_letters", refuse)
    answer = run("dead-letters")
    assert (answer.exit_code, said in answer.stderr) == (EXIT_UNUSABLE, True)
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize(("cause", "status"), [(EOFError, EXIT_UNUSABLE), (KeyboardInterrupt, INTERRUPTED)])
def test_a_question_that_nobody_answers_is_not_half_a_success(monkeypatch, cause, status):
    def no_answer(_):
        raise cause

    def ask(*_):
        with monkeypatch.context() as patched:
            patched.setattr("click.termui.visible_prompt_func", no_answer)
            click.prompt("Who is on call")

    monkeypatch.setattr("infra.cli.commands.deployed.dead_letters._dead_letters", ask)
    assert run("dead-letters").exit_code == status


def test_posts_are_judged_from_standard_input():
    answer = run("classify", "--brand", "NimbusAir", input=lines(*POSTS))
    assert (answer.exit_code, answer.stderr) == (0, "")
    judged = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [one["id"] for one in judged] == ["1", "2", "3"]
    assert [one["intent"] for one in judged] == ["complaint", "praise", "complaint"]
    assert [one["language"] for one in judged] == ["en", "en", "de"]
    for one in judged:
        assert set(one) >= KEYS
        assert 0 <= one["complaint_score"] <= 1
        assert 0 <= one["urgency"] <= 100
        assert one["severity"] in ("critical", "high", "normal", "low")
        assert all(set(reason) == {"rule", "points", "text"} for reason in one["reasons"])
        assert one["urgency"] == min(100, max(0, sum(reason["points"] for reason in one["reasons"])))


def test_the_language_is_read_whatever_it_is_called():
    judged = run("classify", input=lines({"id": "1", "text": "ok", "language": "de"})).stdout
    assert json.loads(judged)["language"] == "de"


def test_posts_are_judged_from_a_file_as_from_standard_input(tmp_path):
    file = tmp_path / "posts.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + lines(*POSTS) + b"\n\n")
    assert run("classify", "--input", str(file)).stdout == run("classify", input=lines(*POSTS)).stdout


@pytest.mark.slow
def test_more_posts_than_one_chunk_holds_come_out_in_order():
    posts = [{"id": number, "text": f"@NimbusAir question {number}?"} for number in range(1201)]
    judged = [json.loads(line)["id"] for line in run("classify", input=lines(*posts)).stdout.splitlines()]
    assert judged == list(range(1201))


BAD = {
    b"{half": "not JSON",
    b'["a list"]': "not a JSON object",
    b'{"text": "no id"}': "no 'id'",
    b'{"id": "1"}': "no 'text'",
    b'{"id": "1", "text": 5}': "no 'text'",
    b'{"id": "1", "text": "x", "followers": "many"}': "'followers'",
    b'{"id": "1", "text": "x", "lang": 5}': "'lang'",
    b'{"id": "1", "text": "x", "language": 5}': "'language'",
    b'{"id": "1", "text": "x", "lang": "fr", "language": "de"}': "'language' is 'de'",
    b'{"id": "1", "text": "\xff"}': "not UTF-8",
}


@pytest.mark.parametrize(("bad", "problem"), BAD.items(), ids=BAD.values())
def test_a_bad_line_is_named_with_its_remedy_and_the_good_ones_go_through(tmp_path, bad, problem):
    file = tmp_path / "posts.jsonl"
    file.write_bytes(lines(POSTS[0]) + bad + b"\n" + lines(POSTS[1]))
    answer = run("classify", "--input", str(file))
    assert answer.exit_code == EXIT_INCOMPLETE
    assert [json.loads(line)["id"] for line in answer.stdout.splitlines()] == ["1", "2"]
    first, last = answer.stderr.splitlines()
    assert first.startswith(f"{file}:2: ")
    assert problem in first
    assert first.count(".") >= 2  # what is wrong, and what to do
    assert last == "1 row was left out."


def test_of_many_bad_lines_a_screenful_is_named_and_all_are_counted():
    answer = run("classify", input=b"{\n" * (SHOWN_BAD_ROWS + 7) + lines(POSTS[0]))
    assert answer.exit_code == EXIT_INCOMPLETE
    named = answer.stderr.splitlines()
    assert named[0].startswith("<stdin>:1: ")
    assert named[SHOWN_BAD_ROWS:] == ["... and 7 more", f"{SHOWN_BAD_ROWS + 7} rows were left out."]


@pytest.mark.parametrize("text", [b"[" * 100_000, b'{"id": "1", "text": "x", "followers": ' + b"9" * 5000 + b"}"])
def test_a_line_that_no_parser_bears_is_a_bad_line_like_any_other(text):
    answer = run("classify", input=text + b"\n" + lines(POSTS[0]))
    assert answer.exit_code == EXIT_INCOMPLETE
    assert answer.stdout.count("\n") == 1


def test_nothing_in_is_nothing_out():
    assert run("classify", input=b"").stdout == ""


def test_a_file_that_is_not_there_is_named():
    answer = run("classify", "--input", "nowhere.jsonl")
    assert answer.exit_code == EXIT_UNUSABLE
    assert "nowhere.jsonl" in answer.stderr


def test_colours_are_for_terminals_alone():
    command = [sys.executable, "-c", "from infra.cli.main import main; main()", "classify"]
    paths = os.pathsep.join([str(ROOT), str(ROOT / "functions")])
    environ = {**os.environ, "PYTHONPATH": paths, "TERM": "xterm"}
    piped = subprocess.run(command, input=b"{\n", capture_output=True, env=environ, check=False)
    assert b"\x1b" not in piped.stderr
    ours, theirs = pty.openpty()
    try:
        shown = subprocess.run(command, input=b"{\n", stdout=subprocess.PIPE, stderr=theirs, env=environ, check=False)
        os.close(theirs)
        assert b"\x1b[" in os.read(ours, 10_000)
    finally:
        os.close(ours)
    assert shown.returncode == piped.returncode == EXIT_INCOMPLETE


@pytest.mark.parametrize("command", ["classify", "replay", "backtest", "terms", "evaluate"])
def test_a_handle_that_x_cannot_have_is_named_with_the_remedy(command, tmp_path):
    file = tmp_path / "posts.jsonl"
    file.write_bytes(lines(*POSTS))
    arguments = ["terms", "check"] if command == "terms" else [command]
    answer = run(*arguments, str(file), "--brand", "NimbusAir+Nimbus-Air")
    assert answer.exit_code == 2
    assert "'Nimbus-Air'" in answer.output
    assert "copy it from the profile" in " ".join(answer.output.split())
