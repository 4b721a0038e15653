"""The people of the template's parameters on moto: their mailboxes, and the text messages to their numbers."""

from collections.abc import Mapping
from datetime import timedelta

from moto.core import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

from earshot.alerting.recipients.mailboxes import SETTLING
from earshot.bootstrap import Bootstrap
from tests.fakes import START


def settle_mailboxes(environ: Mapping[str, str]) -> None:
    """Have the mailboxes subscribed, and their filters come into force before the first alert."""
    made = Bootstrap(environ, lambda: START)
    for before in (2 * SETTLING, SETTLING + timedelta(minutes=1)):
        made.mailbox_keeper.keep(made.team(), START - before)


def take_texts() -> list[str]:
    """The text messages to numbers since the last look."""
    sent: dict[str, tuple[str, str]] = sns_backends[DEFAULT_ACCOUNT_ID]["eu-west-1"].sms_messages
    texts = [text for _, text in sent.values()]
    sent.clear()
    return texts
