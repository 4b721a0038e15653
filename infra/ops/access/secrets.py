"""The secrets of a deployed stack: what is stored, checked beforehand, and never shown."""

from __future__ import annotations

import base64
import json
import re
import secrets
import string
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from earshot.alerting.webhooks.targets import SECRET_PREFIX, can_sign, read_targets
from earshot.api.auth.submission_secrets import LABEL, good_secrets
from earshot.aws.secrets import read_secret, write_secret
from earshot.errors import EarshotError
from earshot.mentions.sources.social.secret import SESSIONS, parsed_secret, session_key
from infra.aws_session import AwsSession
from infra.ops.aws_errors import explained
from infra.ops.stack import Stack

# What OAuth 2.0 allows in a bearer token (RFC 6750), and a percent sign: X shows its tokens with escapes.
_BEARER_TOKEN = re.compile(r"[A-Za-z0-9._~+/%-]{20,500}=*")
# The access token of a user, which the developer portal shows beside it.
_ACCESS_TOKEN = re.compile(r"[0-9]+-[A-Za-z0-9]+")
LINK_KEY_LENGTH = 64
# 256 bits, as HMAC-SHA256 has.
_SUBMISSION_KEY_BYTES = 32
OFF = "off"
"""What an operator stores in place of a secret that signs posts so that none is good any longer."""
_LETTERS_AND_DIGITS = string.ascii_letters + string.digits


class SecretError(EarshotError):
    """A value that cannot be what the secret is for: the message says why, and never quotes it."""


class SecretName(StrEnum):
    """The secrets of a stack, by the names that an operator uses."""

    X = "x"
    WEBHOOKS = "webhooks"
    LINKS = "links"
    SOCIAL = "social"
    MENTIONS = "mentions"

    @property
    def logical_id(self) -> str:
        """The secret's name in the template."""
        return {
            SecretName.X: "XSecret",
            SecretName.WEBHOOKS: "WebhookSecret",
            SecretName.LINKS: "LinkSecret",
            SecretName.SOCIAL: "SocialSecret",
            SecretName.MENTIONS: "LinkSecret",
        }[self]

    @property
    def label(self) -> str:
        """The label of its version: two are versions of one secret."""
        return LABEL if self is SecretName.MENTIONS else "AWSCURRENT"

    @property
    def meaning(self) -> str:
        """What it is for."""
        return {
            SecretName.X: "the bearer token with which X is read",
            SecretName.WEBHOOKS: "the webhooks, Slack and Teams channels that get alerts",
            SecretName.LINKS: "the key that the links in alerts are signed with",
            SecretName.SOCIAL: "the app passwords and tokens of accounts on Bluesky and Mastodon",
            SecretName.MENTIONS: "the secret that programs sign posts with which they bring",
        }[self]


@dataclass(frozen=True, slots=True)
class SecretStatus:
    """Whether a secret has a value, and when it was changed last (of two in one, either); None where it has none."""

    name: SecretName
    changed_at: datetime | None


class DeployedSecrets:
    """The secrets of one stack. Each method raises EarshotError where AWS refuses, or the stack has no such secret."""

    def __init__(self, session: AwsSession, stack: Stack) -> None:
        self._client = session.client("secretsmanager")
        self._stack = stack

    def statuses(self) -> Iterator[SecretStatus]:
        """The state of each secret. No value is read."""
        for name in SecretName:
            with _explained(name, "read", "secretsmanager:DescribeSecret"):
                found = self._client.describe_secret(SecretId=self._stack.resource(name.logical_id))
            stages = [stage for stages in found.get("VersionIdsToStages", {}).values() for stage in stages]
            yield SecretStatus(name, found.get("LastChangedDate") if name.label in stages else None)

    def set_x_token(self, text: str) -> None:
        """Store the bearer token of X. SecretError where ``text`` cannot be one; then the last one stays."""
        self._put(SecretName.X, json.dumps({"bearer_token": checked_bearer_token(text)}))

    def set_webhooks(self, text: str) -> tuple[str, ...]:
        """Store the list of webhooks, and return the label of each. SecretError where an entry cannot be used."""
        targets = read_targets(text)
        if targets.faults:
            raise SecretError("The list cannot be used, and was not stored. " + " ".join(targets.faults))
        self._put(SecretName.WEBHOOKS, text.strip() or "[]")
        return tuple(target.label for target in targets.usable)

    def set_credential(self, network: str, account: str, credential: str | None) -> None:
        """Store the app password or token of an account beside those of others; None: remove it."""
        with _explained(SecretName.SOCIAL, "read", "secretsmanager:GetSecretValue"):
            text = read_secret(self._client, self._stack.resource(SecretName.SOCIAL.logical_id)) or "{}"
        try:
            held: dict[str, dict[str, str]] = json.loads(text)
            others = {name: one for name, one in held.get(network, {}).items() if name != account}
        except (ValueError, AttributeError):
            raise SecretError(
                "The secret 'social' is not of the form that this release stores: see it in AWS."
            ) from None
        mine = {} if credential is None else {account: credential}
        self._put(SecretName.SOCIAL, json.dumps({**held, network: others | mine}))
        self._forget_session(network, account)

    def rotate_link_key(self) -> None:
        """Store a new key for the links in alerts. Links that were signed with the one before stay valid."""
        self._put(SecretName.LINKS, "".join(secrets.choice(_LETTERS_AND_DIGITS) for _ in range(LINK_KEY_LENGTH)))

    def set_submission_secret(self, text: str) -> bool:
        """Store the secret that signs posts, or ``off``, which ends all; returns whether any is good now.

        Posts that were signed with the one before are taken until the next change, but not after ``off``. SecretError
        where ``text`` cannot be one; then the last one stays.
        """
        secret = text.strip()
        if secret != OFF and not can_sign(secret):
            raise SecretError(
                f"This cannot sign posts: give {SECRET_PREFIX} and 24 to 64 bytes in base64, or `{OFF}`; "
                "`earshot secrets rotate mentions` makes one."
            )
        self._put_submission_secret(secret)
        return secret != OFF

    def rotate_submission_secret(self) -> str:
        """Store a new secret that signs posts, and return it. The one before stays good until the next change."""
        made = SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SUBMISSION_KEY_BYTES)).decode()
        self._put_submission_secret(made)
        return made

    def _put_submission_secret(self, secret: str) -> None:
        """Store it with the one before it, or ``off`` alone."""
        secret_id = self._stack.resource(SecretName.MENTIONS.logical_id)
        with _explained(SecretName.MENTIONS, "changed", "secretsmanager:GetSecretValue and PutSecretValue"):
            before = () if secret == OFF else good_secrets(read_secret(self._client, secret_id, LABEL))[:1]
            kept = [one for one in before if one != secret]
            self._client.put_secret_value(
                SecretId=secret_id, SecretString=" ".join([secret, *kept]), VersionStages=[LABEL]
            )

    def _forget_session(self, network: str, account: str) -> None:
        """Remove the session that was made with the credential before: it would be good for weeks."""
        secret_id, key = self._stack.resource(SecretName.SOCIAL.logical_id), session_key(network, account)
        sessions = parsed_secret(read_secret(self._client, secret_id, SESSIONS))
        if key in sessions:
            kept = {name: one for name, one in sessions.items() if name != key}
            write_secret(self._client, secret_id, json.dumps(kept), SESSIONS)

    def _put(self, name: SecretName, text: str) -> None:
        with _explained(name, "changed", "secretsmanager:PutSecretValue"):
            self._client.put_secret_value(SecretId=self._stack.resource(name.logical_id), SecretString=text)


def checked_credential(text: str) -> str:
    """The app password or token in ``text``. SecretError where it cannot be one."""
    credential = text.strip()
    if not credential:
        raise SecretError("It is empty: copy the app password, or the access token, from the settings of the account.")
    if not re.fullmatch(r"[!-~]{8,500}", credential):
        raise SecretError(
            "This can be neither app password nor token, which have 8 characters or more, without spaces."
        )
    return credential


def checked_bearer_token(text: str) -> str:
    """The bearer token in ``text``: itself, or the JSON that the secret holds. SecretError where it cannot be one."""
    token = text.strip()
    if token.startswith("{"):
        try:
            held: object = json.loads(token)["bearer_token"]
        except (ValueError, KeyError, RecursionError):
            held = None
        if not isinstance(held, str):
            raise SecretError('This is JSON, but not {"bearer_token": "..."}: give the bearer token alone.')
        token = held.strip()
    if not token:
        raise SecretError("The bearer token is empty: copy it from your app in X's developer portal.")
    if token[:7].lower() == "bearer ":
        raise SecretError("Give the bearer token without the word 'Bearer' before it.")
    if _ACCESS_TOKEN.fullmatch(token):
        raise SecretError("This is the access token of a user: copy the bearer token of your app, beside it.")
    if not _BEARER_TOKEN.fullmatch(token):
        raise SecretError(
            "This cannot be a bearer token, which has 20 characters or more, without spaces and line breaks: copy it "
            "again from your app in X's developer portal."
        )
    return token


def _explained(name: SecretName, done: str, permission: str) -> AbstractContextManager[None]:
    return explained(
        f"The secret '{name}' ({name.logical_id}) cannot be {done}", f"Your credentials need {permission}."
    )
