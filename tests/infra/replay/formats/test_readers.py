"""Every command that reads posts reads the same files: classify, evaluate and backtest as replay does."""

import gzip
import io
import json

import pytest

from earshot.triage.terms.terms import Terms
from infra.evaluation.classify import classify_lines
from infra.evaluation.labelled import read_labelled
from infra.replay.formats.reader import is_foreign, read_texts
from tests.infra.cli.invoke import run
from tests.infra.replay.recordings import as_csv, row

LOST, THANKS = "@NimbusAir you lost my bag, nobody answers", "@NimbusAir thank you, lovely crew!"
POST = {"id": "1", "text": LOST, "author_id": "5", "created_at": "2026-11-20T09:00:00Z", "lang": "en"}
V2 = POST | {"edit_history_tweet_ids": ["1"], "author": {"id": "5", "username": "lena"}}
VIEW = {
    "uri": "at://did:plc:a/app.bsky.feed.post/k",
    "author": {"did": "did:plc:a", "handle": "ola.example"},
    "record": {"text": LOST, "createdAt": "2026-11-20T09:00:00Z"},
}
AIRLINES = f'tweet_id,airline_sentiment,name,text,tweet_created\n1,negative,lena,"{LOST}",2026-11-20 09:00:00 +0000\n'


@pytest.mark.parametrize(
    ("content", "post_id"),
    [
        (as_csv([row(1, text=LOST)]).encode(), "1"),
        (as_csv([row(1, text=LOST)]).replace(",2026", ";2026").encode("utf-16"), None),
        (gzip.compress(json.dumps(POST).encode()), "1"),
        (json.dumps(V2).encode(), "1"),
        (json.dumps([V2], indent=1).encode(), "1"),
        (json.dumps({"data": [POST], "meta": {}}).encode(), "1"),
        (json.dumps(VIEW).encode(), VIEW["uri"]),
        (AIRLINES.encode(), "1"),
    ],
)
def test_classify_reads_what_replay_reads(content: bytes, post_id: str | None) -> None:
    out, notes = io.BytesIO(), list[str]()
    bad = classify_lines(io.BytesIO(content), out, "lexicon", Terms(frozenset({"nimbusair"})), note=notes.append)
    if post_id is None:
        assert (len(bad), out.getvalue()) == (1, b"")
        return
    (judged,) = map(json.loads, out.getvalue().splitlines())
    assert (bad, judged["id"], judged["intent"]) == ([], post_id, "complaint")


@pytest.mark.parametrize(
    "line", [b'{"id": 1, "text": "x"}', b"{half", b'["a"]', b'"text"', b"[" * 9_999, b"", b"words"]
)
def test_lines_of_our_own_are_read_one_by_one(line: bytes) -> None:
    assert not is_foreign(line + b"\n")


def test_classify_says_how_it_read_a_file(tmp_path) -> None:
    file = tmp_path / "posts.json"
    file.write_text(json.dumps([VIEW]))
    answer = run("classify", "--brand", "NimbusAir", "--input", str(file))
    assert (answer.exit_code, "is read as Bluesky's posts" in answer.stderr) == (0, True)


def test_labelled_posts_may_have_another_format(tmp_path) -> None:
    file = tmp_path / "labelled.jsonl"
    praise = V2 | {"id": "2", "text": THANKS, "label": "praise", "edit_history_tweet_ids": ["2"]}
    file.write_text(json.dumps(V2 | {"label": "complaint"}) + "\n" + json.dumps(praise) + "\n")
    found = read_labelled(file)
    assert [(post.id, post.text, post.label) for post in found.posts] == [
        ("1", LOST, "complaint"),
        ("2", THANKS, "praise"),
    ]
    assert "X API v2" in found.notes[0]
    file.with_suffix(".csv").write_text(AIRLINES + f'2,positive,ren,"{THANKS}",2026-11-20 09:00:00 +0000\n')
    assert [post.label for post in read_labelled(file.with_suffix(".csv")).posts] == ["complaint", "praise"]


def test_a_post_within_another_counts_once(tmp_path) -> None:
    user = {"id_str": "5", "screen_name": "lena"}
    tweet = {"id_str": "1", "created_at": "Fri Nov 20 09:00:00 +0000 2026", "full_text": LOST, "user": user}
    file = tmp_path / "tweets.jsonl"
    file.write_text(json.dumps(tweet | {"id_str": "2", "retweeted_status": tweet}) + "\n" + json.dumps(tweet) + "\n")
    assert [row.values["id"] for row in read_texts(file).good] == ["2", "1"]


def test_accounts_on_other_networks_stand_behind_that_on_x() -> None:
    for brand in ("nimbusair.bsky.social", "NimbusAir+nimbus air.com"):
        assert "is no handle on X" in " ".join(run("classify", "--brand", brand).output.split())
    answer = run("classify", "--brand", "NimbusAir+nimbusair.bsky.social+nimbus@mastodon.social", typed="")
    assert answer.exit_code == 0
