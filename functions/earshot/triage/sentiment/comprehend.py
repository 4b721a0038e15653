"""Amazon Comprehend: the sentiment of posts, in batches.

Limits and prices are those of the service's documentation, 2026-11: 25 documents of 5,000 bytes and one language
to a call; a unit is 100 characters, and a document costs at least three.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

from earshot.triage.judgement import Analyzer, Sentiment

BATCH_DOCUMENTS = 25
DOCUMENT_BYTES = 5_000
UNIT_CHARACTERS = 100
DOCUMENT_UNITS = 3
# In millionths of a dollar: $0.0001 a unit.
UNIT_PRICE = 100

# Throttling is not in the service's model, and arrives under whichever of these names the front end uses.
_THROTTLED = frozenset({"ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded"})
_REFUSED = frozenset(
    {"UnsupportedLanguageException", "InvalidRequestException", "TextSizeLimitExceededException", "ValidationException"}
)
_ZERO_WIDTH_JOINER = "\u200d"


class Comprehend:
    """Measures sentiment with the Comprehend client it is handed; that client's own configuration sets the retries.

    ``units_used`` counts what was billed since this object was made, so that a spend limit can be kept.
    ``unserved`` counts, by error code, the documents that came back without a sentiment.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self.units_used = 0
        self.unserved: Counter[str] = Counter()

    def measure(self, texts: Sequence[tuple[str, str]]) -> list[Sentiment | None]:
        """The sentiment of each (text, Comprehend's language code), in order.

        None where the service gave none: a blank text, a document it refused, a call that it refused, throttled or
        did not answer after the client's own retries. Any other error flies, AccessDenied among them: a missing
        permission must be loud.
        """
        sentiments: list[Sentiment | None] = [None] * len(texts)
        for language, positions in _batches(texts):
            documents = [clip(texts[position][0]) for position in positions]
            for position, sentiment in zip(positions, self._batch(documents, language), strict=True):
                sentiments[position] = sentiment
        return sentiments

    def _batch(self, documents: list[str], language: str) -> list[Sentiment | None]:
        sentiments: list[Sentiment | None] = [None] * len(documents)
        try:
            reply = self._client.batch_detect_sentiment(TextList=documents, LanguageCode=language)
        except ClientError as error:
            if not _is_passing_or_refused(error):
                raise
            self.unserved[error.response["Error"]["Code"]] += len(documents)
            return sentiments
        except (HTTPClientError, ConnectionError) as error:
            self.unserved[type(error).__name__] += len(documents)
            return sentiments
        self.units_used += sum(units(document) for document in documents)
        for result in reply["ResultList"]:
            sentiments[result["Index"]] = _sentiment(result["SentimentScore"])
        for failure in reply.get("ErrorList", ()):
            self.unserved[failure.get("ErrorCode", "Unknown")] += 1
        return sentiments


def units(text: str) -> int:
    """What Comprehend bills for one document of a batch."""
    return max(DOCUMENT_UNITS, -(-len(text) // UNIT_CHARACTERS))


def clip(text: str, limit: int = DOCUMENT_BYTES) -> str:
    """The longest beginning of ``text`` of at most ``limit`` UTF-8 bytes that ends between two characters as read.

    A joined emoji, a skin tone or an accent stays with its base, unless nothing at all would be left. Half a
    surrogate pair, which JSON can carry and UTF-8 cannot, becomes ``?``.
    """
    encoded = text.encode("utf-8", "replace")
    clean = encoded.decode("utf-8")
    if len(encoded) <= limit:
        return clean
    end = fits = len(encoded[:limit].decode("utf-8", "ignore"))
    while end and _continues(clean, end):
        end -= 1
    return clean[: end or fits]


def _continues(text: str, at: int) -> bool:
    """Whether the character at ``at`` belongs to the one before it."""
    character = text[at]
    return (
        character == _ZERO_WIDTH_JOINER
        or text[at - 1] == _ZERO_WIDTH_JOINER
        or unicodedata.category(character) in {"Mn", "Me"}
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    )


def _batches(texts: Sequence[tuple[str, str]]) -> Iterator[tuple[str, list[int]]]:
    """One language and at most 25 positions at a time; blank texts are left out, since one fails its whole call."""
    by_language: defaultdict[str, list[int]] = defaultdict(list)
    for position, (text, language) in enumerate(texts):
        if text.strip():
            by_language[language].append(position)
    for language, positions in by_language.items():
        for start in range(0, len(positions), BATCH_DOCUMENTS):
            yield language, positions[start : start + BATCH_DOCUMENTS]


def _is_passing_or_refused(error: ClientError) -> bool:
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return code in _THROTTLED or code in _REFUSED or status == 429 or status >= 500


def _sentiment(score: dict[str, float]) -> Sentiment:
    return Sentiment(
        positive=score["Positive"],
        negative=score["Negative"],
        neutral=score["Neutral"],
        mixed=score["Mixed"],
        analyzer=Analyzer.COMPREHEND,
    )
