"""Delivering an alert to every target: all at once, each until it is taken, and none because another failed.

What was taken is noted for alert and target after the target has said so. A crash between the two delivers it twice,
as does a target that takes an alert and does not say so in time; the receiver knows it by its id.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol

from earshot.alerting.webhooks.payloads import content_of, headers_of
from earshot.alerting.webhooks.publication import Publication
from earshot.alerting.webhooks.targets import Target
from earshot.errors import EarshotError

# How long is waited between the attempts of a run; when the last one fails, the function is called again later.
WAITS = (timedelta(seconds=1), timedelta(seconds=3))
# The longest that one attempt takes: it is not begun with less time left.
ATTEMPT_MOST = timedelta(seconds=14)
LATER = "it is asked again later"
# What passes by itself: too early, too much, or a fault of the server's own.
PASSING = frozenset({408, 425, 429, *range(500, 600)})


class UnreachableError(EarshotError):
    """The target gave no answer: its message says what failed, without the address."""


class NoAnswerError(UnreachableError):
    """The target got the request and did not answer in time: it may have taken the alert."""


class DeliveryError(EarshotError):
    """Targets that did not take an alert: its message names each with the reason and the remedy."""


@dataclass(frozen=True, slots=True)
class WebhookResponse:
    """What a target answered: the HTTP status, and its header ``Retry-After`` as it is."""

    status: int
    retry_after: str | None = None


class DeliveryLog(Protocol):
    """What remembers which target has taken which alert."""

    def has(self, key: str) -> bool: ...
    def add(self, key: str, now: datetime) -> None: ...


@dataclass(slots=True)
class DeliveryResult:
    """What came of an alert: the targets that took it now, and the reason for each that did not."""

    taken: list[Target] = field(default_factory=list)
    failed: list[tuple[Target, str]] = field(default_factory=list)


Post = Callable[[str, bytes, Mapping[str, str]], WebhookResponse]


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    """How alerts are delivered. ``post`` sends one request: UnreachableError where there is no answer."""

    log: DeliveryLog
    post: Post
    clock: Callable[[], datetime]
    pause: Callable[[float], None]

    def deliver(self, publication: Publication, targets: Sequence[Target], until: datetime) -> DeliveryResult:
        """Deliver to each target that has not taken the alert yet, and be done by ``until``. Never fails by itself."""
        done = DeliveryResult()
        waiting = [target for target in targets if not self.log.has(_key(publication, target))]
        if not waiting:
            return done
        with ThreadPoolExecutor(max_workers=len(waiting)) as pool:
            posts = {pool.submit(self._post, publication, target, until): target for target in waiting}
            for finished in as_completed(posts):
                target = posts[finished]
                if (failure := _failure(finished.result)) is None:
                    failure = _failure(lambda target=target: self.log.add(_key(publication, target), self.clock()))
                    failure = failure and f"took it, which could not be noted ({failure})"
                if failure is None:
                    done.taken.append(target)
                else:
                    done.failed.append((target, failure))
        return done

    def _post(self, publication: Publication, target: Target, until: datetime) -> None:
        """Post until the target takes it. DeliveryError where it refuses, or where no attempt or no time is left."""
        content = content_of(target, publication)
        for wait in (*WAITS, None):
            asked_to_wait = timedelta(0)
            try:
                answer = self.post(target.url, content, headers_of(target, publication, content, self.clock()))
            except NoAnswerError as error:
                # Asked again at once it would be no faster, and a channel would show the alert three times.
                raise DeliveryError(f"{error}; {LATER}") from None
            except UnreachableError as error:
                reason = str(error)
            else:
                if 200 <= answer.status < 300:
                    return
                if answer.status not in PASSING:
                    raise DeliveryError(
                        f"answered {answer.status}, which will not change by itself: correct its entry in the secret, "
                        "or take it out"
                    )
                reason = f"answered {answer.status}"
                asked_to_wait = retry_after(answer.retry_after, self.clock())
            if wait is None or self.clock() + max(wait, asked_to_wait) + ATTEMPT_MOST > until:
                break
            self.pause(max(wait, asked_to_wait).total_seconds())
        raise DeliveryError(f"{reason}; {LATER}")


def retry_after(header: str | None, now: datetime) -> timedelta:
    """How long the header ``Retry-After`` asks to wait, in seconds or until a date; nothing if it cannot be read."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), 86_400))
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return timedelta(0)
    return max(at.replace(tzinfo=at.tzinfo or UTC) - now, timedelta(0))


def _key(publication: Publication, target: Target) -> str:
    return f"{publication.id}#{target.hash}"


def _failure(attempt: Callable[[], object]) -> str | None:
    """Why an attempt failed, None where it did not. What is no message of ours is told by its kind: it may quote."""
    try:
        attempt()
    except EarshotError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - one target must not hold back the others; the caller reports it
        return type(error).__name__
    return None
