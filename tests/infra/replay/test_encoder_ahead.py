"""The encoder ahead of a replay: the same scores, whoever read them, and however its process ends."""

import os
from collections.abc import Sequence
from datetime import timedelta
from multiprocessing import Pipe
from typing import Any

import pytest

from earshot.cases.conversation.replies import AwaitedPost
from earshot.cases.stored_mention import StoredMention
from earshot.cases.thread import with_thread
from earshot.mentions.mention import Mention
from earshot.triage.encoder.encoder import Encoder
from earshot.triage.encoder.scores import EncoderInput, EncoderScores, StakeKind
from earshot.triage.language.detector import resolve
from infra.replay.processes.encoder_ahead import LEAST_POSTS, TOGETHER, EncoderAhead, encoder_ahead, inputs_of
from tests.fakes import START, a_judgement, a_mention, an_own_post


def scores(post: EncoderInput) -> EncoderScores:
    return EncoderScores(float(len(post.text)), {}, 0.0, StakeKind.MONEY, 0.0)


class Own:
    """The classifier's own encoder, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[EncoderInput] = []

    def __call__(self, posts: Sequence[EncoderInput]) -> list[EncoderScores | None]:
        self.asked += posts
        return [scores(post) for post in posts]


def pipe() -> tuple[Any, Any]:
    """Where the classifier receives, and where the other process sends."""
    return Pipe(duplex=False)


POSTS = [EncoderInput(f"post {'x' * number}") for number in range(3 * TOGETHER)]


def test_what_was_read_ahead_is_not_read_again() -> None:
    ours, theirs = pipe()
    for start in range(0, len(POSTS), TOGETHER):
        theirs.send([scores(post) for post in POSTS[start : start + TOGETHER]])
    own, unforeseen = Own(), EncoderInput("an edit")
    read = EncoderAhead(POSTS, ours).around(own)
    asked = [POSTS[-1], unforeseen, POSTS[0], POSTS[0]]
    assert read(asked) == [scores(post) for post in asked]
    assert read([unforeseen]) == [scores(unforeseen)]
    assert own.asked == [unforeseen]


def test_what_a_process_that_has_ended_did_not_read_is_read_here() -> None:
    ours, theirs = pipe()
    theirs.send([scores(post) for post in POSTS[:TOGETHER]])
    theirs.close()
    own = Own()
    assert EncoderAhead(POSTS, ours).around(own)(POSTS) == [scores(post) for post in POSTS]
    assert own.asked == POSTS[TOGETHER:]


def test_an_answer_that_breaks_off_is_read_here() -> None:
    ours, theirs = pipe()
    # A message begins with its length: of a hundred bytes three come.
    os.write(theirs.fileno(), (100).to_bytes(4, "big") + b"abc")
    theirs.close()
    own = Own()
    assert EncoderAhead(POSTS, ours).around(own)(POSTS) == [scores(post) for post in POSTS]
    assert own.asked == POSTS


def test_few_posts_start_no_process() -> None:
    own = Own()
    with encoder_ahead([a_mention(str(number), f"post {number}") for number in range(LEAST_POSTS - 1)]) as changed:
        assert changed(own) is own


def test_what_will_be_asked_is_what_the_classifier_asks_of_its_table() -> None:
    customer = a_mention("1", "my bag is gone")
    answer = an_own_post("2", in_reply_to_id="1", created_at=START + timedelta(minutes=1))
    more = a_mention("3", "NA4471", in_reply_to_id="2", created_at=START + timedelta(minutes=2))
    repost = a_mention("4", "my bag is gone", reposted_id="1")
    posts = [customer, answer, more, repost]
    expected = [with_thread(one, resolve(one.text, one.language), {}, Stored(posts)) for one in (customer, more)]
    assert inputs_of(posts) == expected
    assert expected[1].answers == answer.text


class Stored:
    """A table that holds the posts."""

    def __init__(self, posts: Sequence[Mention]) -> None:
        self._posts = {post.key: post for post in posts}

    def post(self, key: str) -> StoredMention | AwaitedPost:
        post = self._posts.get(key)
        return AwaitedPost(key) if post is None else StoredMention(post, a_judgement(), START)


@pytest.mark.slow
def test_another_process_reads_the_same_to_the_last_bit() -> None:
    mentions = [a_mention(str(number), f"post {number}: my bag is gone") for number in range(LEAST_POSTS)]
    own, before = Own(), os.environ.get("OPENBLAS_NUM_THREADS")
    with encoder_ahead(mentions) as changed:
        read = changed(own)(inputs_of(mentions)[:3])
    assert own.asked == []
    assert read == Encoder(lambda error: pytest.fail(str(error))).read(inputs_of(mentions)[:3])
    assert os.environ.get("OPENBLAS_NUM_THREADS") == before
