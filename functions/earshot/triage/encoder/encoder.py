"""The encoder as triage asks it: texts in, scores out. It owns its file of weights and numpy, and nothing else."""

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from earshot.triage.encoder.pieces import END, START, PieceTokenizer
from earshot.triage.encoder.scores import EncoderInput, EncoderScores, StakeKind, read_nothing
from earshot.triage.encoder.word_pieces import WordPieceTokenizer
from earshot.triage.judgement import Intent

if TYPE_CHECKING:
    from earshot.triage.encoder.network import Network

# In a checkout the weights are beside this file; on AWS a setting says where the classifier's own layer has them.
WEIGHTS_FILE = Path(__file__).with_name("weights.npz")
# The outputs of the network, in order: the intents, urgency, the stakes, and displeasure.
OUTPUTS = (*map(str, Intent), "urgent", *map(str, StakeKind), "displeased")


class Part(StrEnum):
    """The networks in the file: one reads English, one all other languages. Each is loaded when it is needed."""

    ENGLISH = "english"
    OTHERS = "others"

    @classmethod
    def for_language(cls, language: str | None) -> "Part":
        """The one that reads posts in a language."""
        return cls.ENGLISH if language in (None, "en") else cls.OTHERS


class Tokenizer(Protocol):
    """Cuts a text into the numbers of its first ``most`` pieces."""

    def encode(self, text: str, most: int) -> list[int]: ...


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
        alone = [replace(post, answers="", earlier=()) for post in posts if post.answers or post.earlier]
        rows = self._read_once([*posts, *alone])
        own = iter(rows[len(posts) :])
        return [
            [(told + said) / 2 for told, said in zip(row, next(own), strict=True)]
            if post.answers or post.earlier
            else row
            for post, row in zip(posts, rows, strict=False)
        ]

    def _read_once(self, posts: Sequence[EncoderInput]) -> list[list[float]]:
        """The outputs for each post. Copies are read once: many paste what others have written."""
        rows: list[list[float]] = [[]] * len(posts)
        for part in Part:
            places = [place for place, post in enumerate(posts) if Part.for_language(post.language) is part]
            if not places:
                continue
            model = self._model(part)
            numbers = [tuple(sequence(model.tokenizer, posts[place])) for place in places]
            different = list(dict.fromkeys(numbers))
            outputs: list[list[float]] = model.network.read(different).tolist()
            read = dict(zip(different, outputs, strict=True))
            for place, one in zip(places, numbers, strict=True):
                rows[place] = read[one]
        return rows

    def _model(self, part: Part) -> "_Model":
        """Loaded for the first post that it reads: a fifth of a second, which no other function should pay."""
        there = self._file.stat()
        return _load(self._file, part, there.st_mtime_ns, there.st_size)


@dataclass(frozen=True, slots=True)
class _Model:
    network: "Network"
    tokenizer: Tokenizer


@lru_cache(maxsize=2 * len(Part))
def _load(file: Path, part: Part, modified: int, size: int) -> _Model:
    """A model in a file; once for all encoders of a process, as long as the file has this time and size."""
    import numpy

    from earshot.triage.encoder.network import Network

    begin = f"{part}."
    with numpy.load(file, allow_pickle=False) as stored:
        names = [name for name in stored.files if name.startswith(begin)]
        arrays: dict[str, Any] = {name.removeprefix(begin): stored[name] for name in names}
    pieces: list[str] = json.loads(arrays.pop("pieces").tobytes())
    scores = arrays.pop("piece_scores", None)
    tokenizer = WordPieceTokenizer(pieces) if scores is None else PieceTokenizer(pieces, scores.tolist())
    return _Model(Network(arrays), tokenizer)


def sequence(tokenizer: Tokenizer, post: EncoderInput) -> list[int]:
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
