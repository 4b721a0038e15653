"""The encoder, ahead of a replay: a second process reads the posts of the file while the first judges and stores.

A post is read the same to the last bit, alone and in any company, so that it does not matter who reads it when. What
turns out to be asked otherwise than the file let expect, the classifier's own encoder reads.
"""

import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import cast

from earshot.cases.conversation.replies import AwaitedPost
from earshot.cases.thread import with_thread
from earshot.mentions.mention import Mention
from earshot.triage.encoder.encoder import Encoder
from earshot.triage.encoder.scores import ChangedEncoder, Encode, EncoderInput, EncoderScores
from earshot.triage.language.detector import resolve

# What is read together: more would be no faster, and the first post would wait longer.
TOGETHER = 16
# For fewer posts than this a process takes longer to start than it saves.
LEAST_POSTS = 100


class EncoderAhead:
    """The scores of ``inputs``, which ``answers`` receives in their order, some at a time."""

    def __init__(self, inputs: Sequence[EncoderInput], answers: Connection) -> None:
        self._expected = [inputs[start : start + TOGETHER] for start in range(0, len(inputs), TOGETHER)]
        self._expected.reverse()
        self._to_come = set(inputs)
        self._known: dict[EncoderInput, EncoderScores | None] = {}
        self._answers = answers

    def around(self, here: Encode) -> Encode:
        """An encoder that knows what was read ahead, and lets ``here`` read the rest."""

        def read(posts: Sequence[EncoderInput]) -> list[EncoderScores | None]:
            while self._to_come and (self._answers.poll() or not self._to_come.isdisjoint(posts)):
                self._receive()
            others = [post for post in dict.fromkeys(posts) if post not in self._known]
            self._known |= zip(others, here(others), strict=True)
            return [self._known[post] for post in posts]

        return read

    def _receive(self) -> None:
        try:
            scores: list[EncoderScores | None] = self._answers.recv()
        except (EOFError, OSError):
            # The process has ended, for whatever reason, perhaps in the middle of an answer: nothing more comes.
            self._to_come.clear()
            return
        part = self._expected.pop()
        self._known |= zip(part, scores, strict=True)
        self._to_come.difference_update(part)


@contextmanager
def encoder_ahead(mentions: Sequence[Mention]) -> Generator[ChangedEncoder]:
    """What makes of the classifier's encoder one that has read these mentions ahead; for few mentions it stays."""
    inputs = inputs_of(mentions)
    if len(inputs) < LEAST_POSTS:
        yield lambda here: here
        return
    context = get_context("spawn")
    ours, theirs = cast("tuple[Connection, Connection]", context.Pipe(duplex=False))
    process = context.Process(target=_work, args=(theirs, inputs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield EncoderAhead(inputs, ours).around
    finally:
        process.terminate()
        process.join()
        ours.close()


def inputs_of(mentions: Sequence[Mention]) -> list[EncoderInput]:
    """What the classifier will ask about these mentions, each once, in their order, as far as it can be foreseen."""
    by_key = {mention.key: mention for mention in mentions}
    customers = (mention for mention in mentions if not mention.own and not mention.is_repost)
    asked = (with_thread(one, resolve(one.text, one.language), by_key, _NothingStored()) for one in customers)
    return list(dict.fromkeys(asked))


class _NothingStored:
    def post(self, key: str) -> AwaitedPost:
        return AwaitedPost(key)


def _work(answers: Connection, inputs: Sequence[EncoderInput]) -> None:
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    encoder = Encoder(_fail)
    for start in range(0, len(inputs), TOGETHER):
        answers.send(encoder.read(inputs[start : start + TOGETHER]))


def _fail(error: Exception) -> None:
    """End this process: the classifier's own encoder fails alike, and tells it."""
    raise error
