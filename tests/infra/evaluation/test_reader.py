"""``evaluate --reader``: the price is told before anybody is asked, and the gain is shown.

The stand-in answers with the labels of a second annotator of the same posts. That shows how an answer reaches the
figures; what a real model would answer it does not show.
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from infra.cli.main import main
from infra.local.bedrock_api import BedrockApi, BedrockFault, Label

pytestmark = pytest.mark.slow

POSTS = Path(__file__).parent / "two_annotators.csv"
MODEL = "global.amazon.nova-2-lite-v1:0"


def second_annotator() -> dict[str, Label]:
    with POSTS.open(encoding="utf-8", newline="") as file:
        return {row["text"]: Label(row["second"], row["reason"]) for row in csv.DictReader(file)}


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[BedrockApi]:
    monkeypatch.setattr("infra.evaluation.results.files.draw", lambda *_: None)
    with BedrockApi(second_annotator()) as api:
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", api.url)
        yield api


def evaluate(out: Path, *options: str, answer: str = "") -> Result:
    command = ["evaluate", str(POSTS), "--out", str(out), "--brand", "NimbusAir", "--reader", MODEL, *options]
    return CliRunner().invoke(main, command, input=answer)


def test_what_alerts_follows_the_reader_and_the_gain_is_shown(api: BedrockApi, tmp_path: Path) -> None:
    result = evaluate(tmp_path, "--yes")
    assert result.exit_code == 0, result.output
    found = json.loads((tmp_path / "reader.json").read_text("utf-8"))
    assert found["answered"] == found["asked"] > 20
    assert found["with_reader"]["urgent posts that alert"] > found["without"]["urgent posts that alert"] + 0.2
    assert found["with_reader"]["alerts that are urgent"] > found["without"]["alerts that are urgent"]
    assert found["with_reader"]["intent macro f1"] > found["without"]["intent macro f1"]
    assert 0 < found["spent_usd"] < 0.05
    assert "urgent posts that alert" in result.stdout
    assert {request.model for request in api.requests} == {MODEL}


def test_the_price_is_told_before_anything_is_sent(api: BedrockApi, tmp_path: Path) -> None:
    result = evaluate(tmp_path, answer="n\n")
    assert result.exit_code == 1
    assert f"{MODEL} reads" in result.stderr
    assert "at most $" in result.stderr
    assert "Send their texts to Amazon Bedrock?" in result.stderr
    assert api.requests == []
    assert list(tmp_path.iterdir()) == []


def test_beyond_its_limit_it_is_not_asked_and_the_figures_are_those_without(api: BedrockApi, tmp_path: Path) -> None:
    result = evaluate(tmp_path, "--yes", "--reader-limit", "0")
    found = json.loads((tmp_path / "reader.json").read_text("utf-8"))
    assert api.requests == []
    assert found["with_reader"] == found["without"]
    assert (found["answered"], found["spent_usd"]) == (0, 0)
    assert "without an answer: the reader was not asked: its budget for this month is spent" in result.stdout


def test_a_model_that_refuses_is_told_with_its_reason(api: BedrockApi, tmp_path: Path) -> None:
    api.inject(BedrockFault.ACCESS_DENIED, 9)
    result = evaluate(tmp_path, "--yes")
    assert result.exit_code == 0
    assert "the reader refused to be asked (An error occurred (AccessDeniedException)" in result.stdout
