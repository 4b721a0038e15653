"""What an operator alone can see of a deployed stack: secrets, dead letters, the operator's mail, and the version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from earshot.alerting.recipients.mailboxes import Subscription
from earshot.reports.doctor.finding import Finding, failure, ok, warning
from infra.ops.dead_letters.queues import MEANING

OPERATOR, VERSION, WEBHOOKS, LINKS = "operator's mail", "version", "webhooks", "link secret"


def check_dead_letters(counts: Mapping[str, int]) -> Iterator[Finding]:
    """A finding for all dead-letter queues together, by the number of messages in each."""
    left = {queue: count for queue, count in counts.items() if count}
    if not left:
        yield ok("dead letters", "There are none")
    for queue, count in left.items():
        yield failure(
            "dead letters", f"{queue} has {count}: {MEANING[queue]}", "earshot dead-letters, then earshot redrive"
        )


def check_operator_mail(subscriptions: Iterable[Subscription]) -> Iterator[Finding]:
    """Whether anybody receives the alarms about Earshot itself."""
    subscribed = tuple(subscriptions)
    pending = [one.address for one in subscribed if one.arn is None]
    if any(one.arn is not None for one in subscribed):
        confirmed = ", ".join(one.address for one in subscribed if one.arn is not None)
        yield ok(OPERATOR, f"Alarms about Earshot itself go to {confirmed}")
    else:
        who = ", ".join(pending) or "nobody, for the topic has no subscription,"
        yield failure(
            OPERATOR,
            f"No alarm about Earshot itself arrives: {who} has not confirmed the mail of AWS",
            "Accept the second mail from AWS. After 2 days it is void: aws sns subscribe --protocol email "
            "--topic-arn OPERATOR_TOPIC_ARN --notification-endpoint ADDRESS",
        )


def check_webhooks(faults: Iterable[str], count: int) -> Iterator[Finding]:
    """Whether the secret that lists webhooks can be used; ``count`` targets of it can."""
    wrong = tuple(faults)
    if wrong:
        yield failure(WEBHOOKS, f"WebhookSecret has mistakes: {'; '.join(wrong)}", "Correct it: docs/operating.md")
    else:
        yield ok(WEBHOOKS, f"{count} get alerts, too" if count else "None is named")


@dataclass(frozen=True, slots=True)
class Versions:
    """The version of the stack (None: of a release that did not say) and of this checkout.

    ``differing`` are the files of the functions that are not the same in both; None where that was not compared.
    """

    deployed: str | None
    here: str
    differing: tuple[str, ...] | None = None


def check_version(versions: Versions) -> Iterator[Finding]:
    """Whether what is deployed is what is checked out here."""
    deployed = versions.deployed or "a release that names no version"
    if versions.deployed != versions.here:
        yield warning(
            VERSION, f"{deployed} is deployed, and {versions.here} is checked out here", "Deploy it: earshot deploy"
        )
    elif versions.differing:
        some = ", ".join(versions.differing[:3]) + (" and others" if len(versions.differing) > 3 else "")
        yield warning(
            VERSION,
            f"{deployed} is deployed, and {len(versions.differing)} of its files differ from this checkout: {some}",
            "Deploy this checkout, earshot deploy; or check out what is deployed",
        )
    elif versions.differing is None:
        yield ok(VERSION, f"{deployed} is deployed and checked out here; the files were not compared")
    else:
        yield ok(VERSION, f"{deployed} is deployed, file by file what is checked out here")
