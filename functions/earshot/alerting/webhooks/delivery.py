"""Delivering an alert to all webhook targets at once, each until it accepts, none delayed by another.

A delivery is logged after the target has accepted it. A crash between the two delivers it twice, as does a target that
accepts and does not answer in time; receivers recognise the second one by its id. A delivery that cannot be logged is
reported and not repeated for that: a channel that shows an alert three times is worth less than one that shows it once.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol

from earshot.alerting.webhooks.payloads import content_of, headers_of
from earshot.alerting.webhooks.publication import Publication
from earshot.alerting.webhooks.targets import WebhookTarget
from earshot.errors import EarshotError

# The waits between the attempts of one run. After the last attempt the run fails, and Lambda calls again later.
WAITS = (timedelta(seconds=1), timedelta(seconds=3))
# The longest that one attempt takes. None is started with less time left.
MAX_ATTEMPT = timedelta(seconds=14)
RETRIED_LATER = "it is retried later"
# Answers that can be another one next time: too early, too many requests, or an error of the server.
RETRYABLE_STATUSES = frozenset({408, 425, 429, *range(500, 600)})


class UnreachableError(EarshotError):
    """The target gave no answer. The message says what failed, without the address."""


class NoAnswerError(UnreachableError):
    """The target got the request and did not answer in time. It may have accepted the alert."""


class DeliveryError(EarshotError):
    """Targets did not accept an alert. The message names each of them with the reason and the remedy."""


@dataclass(frozen=True, slots=True)
class WebhookResponse:
    """A target's answer: the HTTP status, and its ``Retry-After`` header unparsed."""

    status: int
    retry_after: str | None = None


class DeliveryLog(Protocol):
    """The log of which target has accepted which alert."""

    def has(self, key: str) -> bool: ...
    def add(self, key: str, now: datetime) -> None: ...


@dataclass(slots=True)
class DeliveryResult:
    """The targets that accepted the alert in this run, those of them for which that could not be logged, with the
    reason, and the others with theirs.
    """

    delivered: list[WebhookTarget] = field(default_factory=list[WebhookTarget])
    unlogged: list[tuple[WebhookTarget, str]] = field(default_factory=list[tuple[WebhookTarget, str]])
    failed: list[tuple[WebhookTarget, str]] = field(default_factory=list[tuple[WebhookTarget, str]])


Post = Callable[[str, bytes, Mapping[str, str]], WebhookResponse]


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    """Delivers alerts. ``post`` sends one request and raises UnreachableError where there is no answer.

    ``pause`` waits a number of seconds.
    """

    log: DeliveryLog
    post: Post
    clock: Callable[[], datetime]
    pause: Callable[[float], None]

    def deliver(self, publication: Publication, targets: Sequence[WebhookTarget], until: datetime) -> DeliveryResult:
        """Deliver to each target that has not accepted the alert yet, and return by ``until``. Failures of a target
        are in the result; only an error of the log's first read is raised.
        """
        result = DeliveryResult()
        remaining = [target for target in targets if not self.log.has(_key(publication, target))]
        if not remaining:
            return result
        with ThreadPoolExecutor(max_workers=len(remaining)) as pool:
            posts = {pool.submit(self._post, publication, target, until): target for target in remaining}
            for finished in as_completed(posts):
                target = posts[finished]
                if (failure := _failure_of(finished.result)) is not None:
                    result.failed.append((target, failure))
                    continue
                result.delivered.append(target)
                if (failure := self._log(publication, target)) is not None:
                    result.unlogged.append((target, failure))
        return result

    def _log(self, publication: Publication, target: WebhookTarget) -> str | None:
        """Log a delivery; returns why that failed, if it did."""
        failure = _failure_of(lambda: self.log.add(_key(publication, target), self.clock()))
        return failure and f"accepted it, which could not be logged ({failure})"

    def _post(self, publication: Publication, target: WebhookTarget, until: datetime) -> None:
        """Post until the target accepts. DeliveryError where it refuses, or where no attempt or no time is left."""
        content = content_of(target, publication)
        for wait in (*WAITS, None):
            requested_wait = timedelta(0)
            try:
                answer = self.post(target.url, content, headers_of(target, publication, content, self.clock()))
            except NoAnswerError as error:
                # It would be no faster the next time, and a channel would show the alert three times.
                raise DeliveryError(f"{error}; {RETRIED_LATER}") from None
            except UnreachableError as error:
                reason = str(error)
            else:
                if 200 <= answer.status < 300:
                    return
                reason = _retryable(answer.status)
                requested_wait = retry_after(answer.retry_after, self.clock())
            if wait is None or self.clock() + max(wait, requested_wait) + MAX_ATTEMPT > until:
                raise DeliveryError(f"{reason}; {RETRIED_LATER}")
            self.pause(max(wait, requested_wait).total_seconds())


def retry_after(header: str | None, now: datetime) -> timedelta:
    """How long a ``Retry-After`` header asks to wait (seconds, or until a date); zero where it cannot be parsed."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), 86_400))
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return timedelta(0)
    return max(at.replace(tzinfo=at.tzinfo or UTC) - now, timedelta(0))


def _retryable(status: int) -> str:
    """The reason for a retry. DeliveryError where the target will answer the same again."""
    if status not in RETRYABLE_STATUSES:
        raise DeliveryError(
            f"answered {status}, which a retry will not change: correct its entry in the secret, or remove it"
        )
    return f"answered {status}"


def _key(publication: Publication, target: WebhookTarget) -> str:
    return f"{publication.id}#{target.hash}"


def _failure_of(attempt: Callable[[], object]) -> str | None:
    """Why an attempt failed, None where it did not. Of other people's errors only the type, because they may quote an
    address.
    """
    try:
        attempt()
    except EarshotError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - one target must not delay the others; the caller reports it
        return type(error).__name__
    return None
