"""Where alerts are delivered beside SMS and email: the list that an operator keeps in a secret.

An address of Slack or Teams is itself a credential: whoever knows it can post there. So no message of ours quotes an
address, or anything else out of the secret; a target is named by its kind, its place in the list and a hash.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

SECRET_PREFIX = "whsec_"  # noqa: S105 - what a secret begins with, by Standard Webhooks
SECRET_BYTES = range(24, 65)  # Standard Webhooks: 192 to 512 bits
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
# All are served at once by one small function.
MOST_TARGETS = 10
HASH_DIGITS = 8


class TargetKind(StrEnum):
    """How a target wants its messages."""

    WEBHOOK = "webhook"
    SLACK = "slack"
    TEAMS = "teams"


@dataclass(frozen=True, slots=True)
class Target:
    """``place`` counts from 1. ``secret`` signs, and only a webhook has one."""

    kind: TargetKind
    url: str = field(repr=False)
    secret: str = field(default="", repr=False)
    place: int = 1

    @property
    def hash(self) -> str:
        """The same for as long as the kind and the address are; nothing can be learned from it."""
        return hashlib.sha256(f"{self.kind}#{self.url}".encode()).hexdigest()

    @property
    def label(self) -> str:
        """What logs and errors call it."""
        return f"{self.kind} target {self.place} ({self.hash[:HASH_DIGITS]})"


@dataclass(frozen=True, slots=True)
class Targets:
    """Those that can be delivered to, and what is wrong with the others."""

    usable: tuple[Target, ...] = ()
    faults: tuple[str, ...] = ()


def read_targets(text: str) -> Targets:
    """Read ``[{"kind": "slack", "url": "https://..."}, ...]``; an empty text or list names nobody.

    A target that cannot be used becomes a fault, and does not keep the others from their alerts.
    """
    if not text.strip():
        return Targets()
    try:
        listed = json.loads(text)
    except ValueError:
        return Targets(faults=("The secret is no JSON: store a list of targets, [] for none.",))
    if not isinstance(listed, list):
        return Targets(faults=("The secret is JSON, and no list: store a list of targets, [] for none.",))
    usable: dict[str, Target] = {}
    faults = []
    for place, given in enumerate(listed[:MOST_TARGETS], 1):
        target = _target(given, place)
        if isinstance(target, Target):
            # The same address twice would get every alert twice.
            usable.setdefault(target.hash, target)
        else:
            faults.append(f"Target {place} {target}.")
    if len(listed) > MOST_TARGETS:
        faults.append(f"Targets beyond the first {MOST_TARGETS} get nothing: put a relay in front of them.")
    return Targets(tuple(usable.values()), tuple(faults))


def _target(given: Any, place: int) -> Target | str:
    """The target, or what is wrong with it."""
    if not isinstance(given, Mapping):
        return 'is no object: write {"kind": ..., "url": ...}'
    kind, url, secret = (given.get(name) or "" for name in ("kind", "url", "secret"))
    if kind not in tuple(TargetKind):
        return "has a 'kind' other than webhook, slack or teams: give one of these"
    if not isinstance(url, str) or not _is_address(url):
        return "has a 'url' that is no https:// address without a user: copy it anew from the receiver"
    if kind == TargetKind.WEBHOOK and not (isinstance(secret, str) and _can_sign(secret)):
        return (
            f"has no 'secret' of the form {SECRET_PREFIX} and 24 to 64 bytes in base64, with which a webhook is "
            "signed: make one with openssl rand -base64 32"
        )
    return Target(TargetKind(kind), url, secret if kind == TargetKind.WEBHOOK else "", place)


def _is_address(url: str) -> bool:
    # A blank or a letter outside ASCII would be quoted by the HTTP library's complaint about it.
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


def _can_sign(secret: str) -> bool:
    encoded = secret.removeprefix(SECRET_PREFIX)
    try:
        return secret.startswith(SECRET_PREFIX) and len(base64.b64decode(encoded, validate=True)) in SECRET_BYTES
    except (binascii.Error, ValueError):
        return False
