"""Amazon Comprehend: the sentiment of posts, in batches.

Limits and prices are those of the service's documentation in 2026-11: a call takes 25 documents of 5,000 bytes in one
language; a unit is 100 characters, and a document is billed as three units at least.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError
from botocore.parsers import ResponseParserError

from earshot.aws.guard import CallOutOfTimeError, CircuitOpenError, UnansweredError
from earshot.triage.judgement import Analyzer, Sentiment

if TYPE_CHECKING:
    from types_boto3_comprehend import ComprehendClient
    from types_boto3_comprehend.literals import LanguageCodeType
    from types_boto3_comprehend.type_defs import SentimentScoreTypeDef

MAX_BATCH_DOCUMENTS = 25
MAX_DOCUMENT_BYTES = 5_000
UNIT_CHARACTERS = 100
MIN_DOCUMENT_UNITS = 3
# In millionths of a dollar: $0.0001 a unit.
UNIT_PRICE = 100

# Throttling is not in the service's model: it comes under any of these codes.
_THROTTLED = frozenset({"ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded"})
_REFUSED = frozenset(
    {"UnsupportedLanguageException", "InvalidRequestException", "TextSizeLimitExceededException", "ValidationException"}
)
# It could not be asked, or gave no answer that can be read.
_SILENT = (
    *(HTTPClientError, ConnectionError, ResponseParserError),
    *(UnansweredError, CircuitOpenError, CallOutOfTimeError),
)
_ZERO_WIDTH_JOINER = "\u200d"


class Comprehend:
    """Measures sentiment with a Comprehend client, whose own configuration sets timeouts and retries.

    ``units_used`` counts the units billed since this object was made, so that the caller can keep a spend limit.
    ``unserved`` counts, by error code, the documents that Comprehend gave no sentiment for.
    """

    def __init__(self, client: "ComprehendClient") -> None:
        self._client = client
        self.units_used = 0
        self.unserved: Counter[str] = Counter()

    def measure(self, texts: Sequence[tuple[str, str]]) -> list[Sentiment | None]:
        """The sentiment of each pair of text and Comprehend's language code, in order.

        It is None for a blank text, for a document that the service refused, and for a call that it refused,
        throttled or did not answer after the client's retries; an answer that cannot be read is none. Any other
        ClientError is raised, AccessDenied among them: an operator must see a missing permission.
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
            reply = self._client.batch_detect_sentiment(
                TextList=documents, LanguageCode=cast("LanguageCodeType", language)
            )
        except ClientError as error:
            if not _is_temporary_or_refused(error):
                raise
            self.unserved[_code(error)] += len(documents)
            return sentiments
        except _SILENT as error:
            self.unserved[type(error).__name__] += len(documents)
            return sentiments
        if not isinstance(cast("object", reply.get("ResultList")), list):
            # botocore takes an answer that is no JSON, as of a proxy, for an empty one.
            self.unserved["UnreadableAnswer"] += len(documents)
            return sentiments
        self.units_used += sum(units(document) for document in documents)
        for result in reply["ResultList"]:
            if "Index" in result and "SentimentScore" in result:
                sentiments[result["Index"]] = _sentiment(result["SentimentScore"])
        for failure in reply.get("ErrorList", ()):
            self.unserved[failure.get("ErrorCode", "Unknown")] += 1
        return sentiments


def units(text: str) -> int:
    """The units that Comprehend bills for one document of a batch."""
    return max(MIN_DOCUMENT_UNITS, -(-len(text) // UNIT_CHARACTERS))


def clip(text: str, limit: int = MAX_DOCUMENT_BYTES) -> str:
    """The longest beginning of ``text`` of at most ``limit`` UTF-8 bytes that does not split a visible character.

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
    """Whether the code point at ``at`` belongs to the character before it."""
    character = text[at]
    return (
        character == _ZERO_WIDTH_JOINER
        or text[at - 1] == _ZERO_WIDTH_JOINER
        or unicodedata.category(character) in {"Mn", "Me"}
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    )


def _batches(texts: Sequence[tuple[str, str]]) -> Iterator[tuple[str, list[int]]]:
    """Batches of one language and at most 25 positions. Blank texts are left out: one of them fails its whole call."""
    by_language: defaultdict[str, list[int]] = defaultdict(list)
    for position, (text, language) in enumerate(texts):
        if text.strip():
            by_language[language].append(position)
    for language, positions in by_language.items():
        for start in range(0, len(positions), MAX_BATCH_DOCUMENTS):
            yield language, positions[start : start + MAX_BATCH_DOCUMENTS]


def _is_temporary_or_refused(error: ClientError) -> bool:
    code = _code(error)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return code in _THROTTLED or code in _REFUSED or status == 429 or status >= 500


def _code(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "Unknown")


def _sentiment(score: "SentimentScoreTypeDef") -> Sentiment:
    return Sentiment(
        positive=score.get("Positive", 0.0),
        negative=score.get("Negative", 0.0),
        neutral=score.get("Neutral", 0.0),
        mixed=score.get("Mixed", 0.0),
        analyzer=Analyzer.COMPREHEND,
    )
