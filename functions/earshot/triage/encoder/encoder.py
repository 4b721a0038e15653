"""The encoder as triage asks it: texts in, scores out. It owns its file of weights and numpy, and nothing else."""

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from earshot.triage.encoder.pieces import END, START, PieceTokenizer
from earshot.triage.encoder.scores import EncoderInput, EncoderScores, StakeKind, read_nothing
from earshot.triage.judgement import Intent

if TYPE_CHECKING:
    from earshot.triage.encoder.network import Network

# In a checkout the weights are beside this file; on AWS a setting says where the classifier's own layer has them.
WEIGHTS_FILE = Path(__file__).with_name("weights.npz")
# The outputs of the network, in order: the intents, urgency, the stakes, and displeasure.
OUTPUTS = (*map(str, Intent), "urgent", *map(str, StakeKind), "displeased")
# How many pieces are read of a post, of the post that it answers, and of its author's earlier posts: the sentence
# that tells most is mostly among the first forty words.
POST_PIECES, CONTEXT_PIECES = 62, 30


class Encoder:
    """Reads posts. ``on_failure`` is told once why it cannot, with the exception at hand; then it reads nothing."""

    def __init__(self, on_failure: Callable[[Exception], None], file: Path = WEIGHTS_FILE) -> None:
        self._on_failure = on_failure
        self._file = file
        self._failed = False

    def read(self, posts: Sequence[EncoderInput]) -> list[EncoderScores | None]:
        """The scores of each post, in order: the same for a post alone and in any company. None: none was read."""
        if self._failed or not posts:
            return read_nothing(posts)
        try:
            rows = self._rows(posts)
        except Exception as error:  # noqa: BLE001 - whatever fails here, the other voices judge
            self._failed = True
            self._on_failure(error)
            return read_nothing(posts)
        return [_scores(row) for row in rows]

    def _rows(self, posts: Sequence[EncoderInput]) -> list[list[float]]:
        """The outputs for each post. One with a thread is read alone as well, and both count the same.

        Otherwise a mere answer ("it is NA4471") would be as urgent as what it answers.
        """
        model = self._model
        alone = [EncoderInput(post.text) for post in posts if post.answers or post.earlier]
        rows = _read_once(model, [*posts, *alone])
        own = iter(rows[len(posts) :])
        return [
            [(told + said) / 2 for told, said in zip(row, next(own), strict=True)]
            if post.answers or post.earlier
            else row
            for post, row in zip(posts, rows, strict=False)
        ]

    @cached_property
    def _model(self) -> "_Model":
        """Loaded for the first post: a third of a second, which no other function should pay."""
        there = self._file.stat()
        return _load(self._file, there.st_mtime_ns, there.st_size)


@dataclass(frozen=True, slots=True)
class _Model:
    network: "Network"
    tokenizer: PieceTokenizer


def _read_once(model: _Model, posts: Sequence[EncoderInput]) -> list[list[float]]:
    """The outputs for each post. Copies are read once: many paste what others have written."""
    numbers = [tuple(sequence(model.tokenizer, post)) for post in posts]
    different = list(dict.fromkeys(numbers))
    rows: list[list[float]] = model.network.read(different).tolist()
    read = dict(zip(different, rows, strict=True))
    return [read[post] for post in numbers]


@lru_cache(maxsize=2)
def _load(file: Path, modified: int, size: int) -> _Model:
    """The model in a file; once for all encoders of a process, as long as the file has this time and size."""
    import numpy

    from earshot.triage.encoder.network import Network

    with numpy.load(file, allow_pickle=False) as stored:
        arrays: dict[str, Any] = {name: stored[name] for name in stored.files}
    pieces: list[str] = json.loads(arrays.pop("pieces").tobytes())
    return _Model(Network(arrays), PieceTokenizer(pieces, arrays.pop("piece_scores").tolist()))


def sequence(tokenizer: PieceTokenizer, post: EncoderInput) -> list[int]:
    """The numbers that the network reads for a post, as it is trained on them."""
    numbers = [START, *tokenizer.encode(post.text, POST_PIECES), END]
    if post.answers or post.earlier:
        before = " ".join(post.earlier[-2:])
        numbers += [*tokenizer.encode(post.answers, CONTEXT_PIECES), END]
        numbers += [*tokenizer.encode(before, CONTEXT_PIECES), END]
    return numbers


def _scores(row: Sequence[float]) -> EncoderScores:
    output = dict(zip(OUTPUTS, row, strict=True))
    intents = {intent: output[intent] for intent in Intent}
    others = {intent: value for intent, value in intents.items() if intent is not Intent.COMPLAINT}
    rest = _log_sum(others.values())
    return EncoderScores(
        complaint=intents[Intent.COMPLAINT] - rest,
        others={intent: value - rest for intent, value in others.items()},
        urgent=output["urgent"],
        stake=max(StakeKind, key=lambda stake: output[stake]),
        displeased=output["displeased"],
    )


def _log_sum(values: Iterable[float]) -> float:
    numbers = list(values)
    largest = max(numbers)
    return largest + math.log(sum(math.exp(value - largest) for value in numbers))
