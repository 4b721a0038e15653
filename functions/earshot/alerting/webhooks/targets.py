"""The targets that get alerts besides SMS and email: a list that an operator stores in a secret.

The URL of a Slack or Teams webhook is itself a credential: whoever knows it can post there. So no log and no error
quotes a URL or anything else from the secret. A target is named by its kind, its place in the list and a hash.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, cast
from urllib.parse import urlsplit

SECRET_PREFIX = "whsec_"  # noqa: S105 - what a secret begins with, by Standard Webhooks
SECRET_BYTES = range(24, 65)  # Standard Webhooks: 192 to 512 bits
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
# One small function posts to all of them at once.
MAX_TARGETS = 10
HASH_DIGITS = 8


class TargetKind(StrEnum):
    """The format that a target expects."""

    WEBHOOK = "webhook"
    SLACK = "slack"
    TEAMS = "teams"


@dataclass(frozen=True, slots=True)
class WebhookTarget:
    """One target. ``place`` counts from 1. Only a webhook has a ``secret``, which signs its requests."""

    kind: TargetKind
    url: str = field(repr=False)
    secret: str = field(default="", repr=False)
    place: int = 1

    @property
    def hash(self) -> str:
        """A SHA-256 hash of kind and URL, in hexadecimal: it identifies the target and reveals neither."""
        return hashlib.sha256(f"{self.kind}#{self.url}".encode()).hexdigest()

    @property
    def label(self) -> str:
        """The name of the target in logs and errors: ``slack target 2 (1a2b3c4d)``."""
        return f"{self.kind} target {self.place} ({self.hash[:HASH_DIGITS]})"


@dataclass(frozen=True, slots=True)
class Targets:
    """The valid targets, and what is wrong with the others."""

    usable: tuple[WebhookTarget, ...] = ()
    faults: tuple[str, ...] = ()


def read_targets(text: str) -> Targets:
    """Read ``[{"kind": "slack", "url": "https://..."}, ...]``. An empty text or list means no targets.

    An invalid target becomes a fault, and the others still get their alerts.
    """
    if not text.strip():
        return Targets()
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        return Targets(faults=("The secret is not JSON: store a list of targets, [] for none.",))
    if not isinstance(listed, list):
        return Targets(faults=("The secret is JSON but not a list: store a list of targets, [] for none.",))
    entries = cast("list[object]", listed)
    usable: dict[str, WebhookTarget] = {}
    faults: list[str] = []
    for place, given in enumerate(entries[:MAX_TARGETS], 1):
        target = _target(given, place)
        if isinstance(target, WebhookTarget):
            # A URL that is listed twice must not get each alert twice.
            usable.setdefault(target.hash, target)
        else:
            faults.append(f"Target {place} {target}.")
    if len(entries) > MAX_TARGETS:
        faults.append(f"Targets beyond the first {MAX_TARGETS} get nothing: put a relay in front of them.")
    return Targets(tuple(usable.values()), tuple(faults))


def _target(given: object, place: int) -> WebhookTarget | str:
    """The target, or what is wrong with it."""
    if not isinstance(given, Mapping):
        return 'is not an object: write {"kind": ..., "url": ...}'
    entry = cast("Mapping[str, Any]", given)
    kind, url, secret = (entry.get(name) or "" for name in ("kind", "url", "secret"))
    if kind not in tuple(TargetKind):
        return "has a 'kind' other than webhook, slack or teams: give one of these"
    if not isinstance(url, str) or not _is_address(url):
        return "has a 'url' that is not an https:// address without a user: copy it again from the receiver"
    if kind == TargetKind.WEBHOOK and not (isinstance(secret, str) and can_sign(secret)):
        return (
            f"has no 'secret' of the form {SECRET_PREFIX} and 24 to 64 bytes in base64, with which a webhook is "
            "signed: make one with openssl rand -base64 32"
        )
    return WebhookTarget(TargetKind(kind), url, secret if kind == TargetKind.WEBHOOK else "", place)


def _is_address(url: str) -> bool:
    # The HTTP library's error would quote a URL with a blank or a letter outside ASCII.
    if not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or port == 0 or parts.username is not None or parts.password is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)


def can_sign(secret: str) -> bool:
    """Whether a text is a secret of Standard Webhooks: ``whsec_`` and 24 to 64 bytes in base64."""
    encoded = secret.removeprefix(SECRET_PREFIX)
    try:
        return secret.startswith(SECRET_PREFIX) and len(base64.b64decode(encoded, validate=True)) in SECRET_BYTES
    except (binascii.Error, ValueError):
        return False
