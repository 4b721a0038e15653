"""What a request to the reader costs: at most, before it is sent, and exactly, afterwards.

Amounts are in millionths of a US dollar: a price in dollars for a million tokens is that of one token in millionths.
"""

import json
import math
from dataclasses import dataclass

from earshot.triage.reader.form import SCHEMA
from earshot.triage.reader.prompt import RUBRIC

# A model may read a tool as text of its own, with an introduction.
_TOOL_BYTES = 2_000 + len(json.dumps(dict(SCHEMA)))
# Tokens of an answer: one label takes about 30.
_ANSWER_BASE, _ANSWER_LABEL = 200, 60


@dataclass(frozen=True, slots=True)
class Usage:
    """The tokens that one answer took, and how often the request was sent until it came."""

    input_tokens: int
    output_tokens: int
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars for a million tokens that the model reads, and for a million that it writes."""

    input: float
    output: float

    def of(self, usage: Usage) -> int:
        """What an answer cost. Attempts that failed may have been billed too."""
        return self._cost(usage.input_tokens, usage.output_tokens) * usage.attempts

    def most(self, text: str, posts: int, attempts: int) -> int:
        """The most that a sheet of ``posts`` posts can cost. A token is a byte at least."""
        tokens = len(RUBRIC.encode()) + len(text.encode("utf-8", "replace")) + _TOOL_BYTES
        return self._cost(tokens, max_answer_tokens(posts)) * attempts

    def _cost(self, input_tokens: int, output_tokens: int) -> int:
        return math.ceil(input_tokens * self.input + output_tokens * self.output)


def max_answer_tokens(posts: int) -> int:
    """The tokens at which the answer about so many posts is cut."""
    return _ANSWER_BASE + _ANSWER_LABEL * posts
