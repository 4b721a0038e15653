"""The form in which the reader answers, and the check of each answer against it.

Pydantic is loaded with this module, so that it is imported where a model is asked and nowhere else: cold starts depend
on it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from earshot.triage.judgement import Intent
from earshot.triage.reader.answer import GROUNDS, Answer

TOOL = "label_posts"
# Keywords that each family of models knows; what they leave open is checked below.
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "labels": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "post": {"type": "integer", "description": "the number of the post"},
                    "intent": {"type": "string", "enum": [str(intent) for intent in Intent]},
                    "urgent": {"type": "string", "enum": ["y", "n"]},
                    "reason": {"type": "string", "enum": [*GROUNDS, "-"]},
                },
                "required": ["post", "intent", "urgent", "reason"],
            },
        }
    },
    "required": ["labels"],
}


class _Label(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    post: int
    intent: Literal["complaint", "question", "praise", "opportunity", "other"]
    urgent: Literal["y", "n"]
    reason: Literal["M", "F", "J", "L", "R", "C", "D", "O", "-"]

    @property
    def answer(self) -> Answer | None:
        """The answer; None where it contradicts itself."""
        intent, is_urgent = Intent(self.intent), self.urgent == "y"
        if is_urgent != (self.reason in GROUNDS) or (is_urgent and intent is not Intent.COMPLAINT):
            return None
        return Answer(intent, self.reason if is_urgent else None)


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    labels: list[Any]


def read_answers(given: object, count: int) -> list[Answer | None]:
    """The answer for each of the posts 1 to ``count``; None where there is none that keeps the form.

    A number that was not asked for is passed over, and a post that is labelled twice has no answer.
    """
    try:
        labels = [label for item in _Form.model_validate(given).labels if (label := _label(item)) is not None]
    except ValidationError:
        labels = []
    times = Counter(label.post for label in labels)
    answers: list[Answer | None] = [None] * count
    for label in labels:
        if 1 <= label.post <= count and times[label.post] == 1:
            answers[label.post - 1] = label.answer
    return answers


def _label(item: object) -> _Label | None:
    try:
        return _Label.model_validate(item)
    except ValidationError:
        return None


def numbers_of(answers: Sequence[Answer | None], numbers: Sequence[int]) -> list[Answer | None]:
    """The answers of the posts with these numbers."""
    return [answers[number - 1] for number in numbers]
