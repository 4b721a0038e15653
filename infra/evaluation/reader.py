"""The reader, measured on labelled posts: what asking would cost, the answers, and the figures with and without it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Self

from earshot.mentions.budget import MILLION
from earshot.runtime import utc_now
from earshot.triage.judgement import ALERTING, Judgement
from earshot.triage.reader.answer import Reading, Silence
from earshot.triage.reader.bedrock import BedrockModel
from earshot.triage.reader.budgeted import BudgetedReader
from earshot.triage.reader.price import Prices, Usage
from earshot.triage.reader.prompt import MAX_POSTS, RUBRIC, PostToRead
from earshot.triage.reader.selection import is_worth_reading
from infra.aws_session import caller_session
from infra.evaluation.ablation import key_figures
from infra.evaluation.labelled import LabelledPost

ATTEMPTS = 2
# Posts that are given to the reader together, and the seconds that it has for them.
_CHUNK, _SECONDS = 4 * MAX_POSTS, 120.0
# A token is about four characters, and a label about 30 tokens.
_CHARACTERS, _LABEL = 4, 30


@dataclass(slots=True)
class Purse:
    """What this run has booked, in millionths of a dollar."""

    booked: int = 0

    def spend(self, service: str, month: str, millionths: int) -> int:
        """Book an amount; returns the new total."""
        self.booked += millionths
        return self.booked


@dataclass(frozen=True, slots=True)
class MeasuredReader:
    """A reader for labelled posts. ``why_silent`` counts the posts without an answer by the reason."""

    reader: BudgetedReader
    purse: Purse
    why_silent: dict[str, int] = field(default_factory=dict[str, int])

    @classmethod
    def of(cls, model_id: str, prices: Prices, limit: float) -> Self:
        """The reader with the caller's own AWS credentials, for at most ``limit`` dollars."""
        from botocore.config import Config

        config = Config(
            connect_timeout=5, read_timeout=60, retries={"mode": "standard", "total_max_attempts": ATTEMPTS}
        )
        client = caller_session().client("bedrock-runtime", config=config)
        purse, why_silent = Purse(), dict[str, int]()

        def report(posts: int, silence: Silence | None, detail: str) -> None:
            if silence is not None:
                why = f"{silence} ({detail})" if detail else str(silence)
                why_silent[why] = why_silent.get(why, 0) + posts

        model = BedrockModel(client, model_id, ATTEMPTS)
        reader = BudgetedReader(model, purse, round(limit * MILLION), prices, utc_now, lambda: token_hex(8), report)
        return cls(reader, purse, why_silent)

    def read(self, posts: Sequence[LabelledPost]) -> dict[str, Reading]:
        """The readings of posts, by their ids."""
        found: dict[str, Reading] = {}
        for start in range(0, len(posts), _CHUNK):
            chunk = posts[start : start + _CHUNK]
            readings = self.reader.read([PostToRead(post.text) for post in chunk], _SECONDS)
            found |= {post.id: reading for post, reading in zip(chunk, readings, strict=True)}
        return found

    def price(self, posts: Sequence[LabelledPost]) -> str:
        """What reading these posts costs, about and at most."""
        asked = [PostToRead(post.text) for post in posts]
        requests = -(-len(asked) // MAX_POSTS)
        characters = requests * (len(RUBRIC) + 1_500) + sum(100 + len(post.text) for post in asked)
        about = self.reader.prices.of(Usage(characters // _CHARACTERS, _LABEL * (len(asked) + 2 * requests)))
        prices = f"${self.reader.prices.input:g} and ${self.reader.prices.output:g} for a million tokens"
        return (
            f"about ${about / MILLION:.4f}, at most ${self.reader.most(asked) / MILLION:.4f} by {prices}; "
            f"it stops at ${self.reader.limit / MILLION:.2f}"
        )


def worth_reading(posts: Sequence[LabelledPost], judgements: Sequence[Judgement]) -> list[LabelledPost]:
    """The posts that the reader would be asked about."""
    pairs = zip(posts, judgements, strict=True)
    return [post for post, judged in pairs if post.text.strip() and is_worth_reading(judged)]


@dataclass(frozen=True, slots=True)
class Gain:
    """The figures without the reader and with it, by name, and how many posts it was asked about and answered."""

    asked: int
    answered: int
    spent_usd: float
    why_silent: Mapping[str, int]
    without: Mapping[str, float]
    with_reader: Mapping[str, float]

    def write(self, out: Path) -> None:
        """Write ``reader.json`` into the folder ``out``."""
        names = ("asked", "answered", "spent_usd", "why_silent", "without", "with_reader")
        text = json.dumps({name: getattr(self, name) for name in names}, indent=2)
        (out / "reader.json").write_text(text + "\n", encoding="utf-8")

    def __str__(self) -> str:
        lines = [
            f"The reader was asked about {self.asked:,} posts, answered {self.answered:,}, ${self.spent_usd:.4f} spent"
        ]
        lines += [f"  {count:,} without an answer: {why}" for why, count in self.why_silent.items()]
        lines.append(f"  {'':<32}{'without':>9}{'with it':>9}{'gain':>9}")
        for name, before in self.without.items():
            after = self.with_reader[name]
            lines.append(f"  {name:<32}{before:>9.3f}{after:>9.3f}{after - before:>+9.3f}")
        return "\n".join(lines)


def gain(
    posts: Sequence[LabelledPost],
    without: Sequence[Judgement],
    with_reader: Sequence[Judgement],
    reader: MeasuredReader,
    readings: Mapping[str, Reading],
) -> Gain:
    """What the readings changed, in figures."""
    answered = sum(not isinstance(reading.answer, Silence) for reading in readings.values())
    return Gain(
        len(readings),
        answered,
        reader.purse.booked / MILLION,
        dict(reader.why_silent),
        _figures(posts, without),
        _figures(posts, with_reader),
    )


def _figures(posts: Sequence[LabelledPost], judgements: Sequence[Judgement]) -> dict[str, float]:
    """The key figures, and how well what alerts somebody agrees with what is labelled urgent."""
    found = {name.replace("_", " "): figure for name, figure in key_figures(posts, judgements).items()}
    known = [(post.urgent, judged.severity in ALERTING) for post, judged in zip(posts, judgements, strict=True)]
    urgent = sum(label is True for label, _ in known)
    alerted = sum(alerts for label, alerts in known if label is not None)
    right = sum(alerts for label, alerts in known if label)
    if urgent:
        found["urgent posts that alert"] = right / urgent
        found["alerts that are urgent"] = right / alerted if alerted else 0.0
    return found
