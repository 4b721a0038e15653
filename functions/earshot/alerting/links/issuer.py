"""Issuing links: for an alert that is about to be sent, the address by which its reader can act."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from botocore.exceptions import BotoCoreError, ClientError

from earshot.alerting.alert import Recipients, alert_name
from earshot.alerting.grouping import DueAlert
from earshot.alerting.links.link import LINK_PATH, Link, create_link, token_of
from earshot.errors import LinkError


class LinkStore(Protocol):
    """Where issued links are kept."""

    def put_link(self, link: Link) -> None: ...


@dataclass(frozen=True, slots=True)
class LinkIssuer:
    """Issues links below ``base_url``. ``on_failure`` gets the case's id and the error where none could be made."""

    base_url: str
    secret: Callable[[], tuple[bytes, ...]]
    store: LinkStore
    on_failure: Callable[[str, Exception], None]

    def __call__(self, due: DueAlert, recipients: Recipients, now: datetime, others: tuple[str, ...]) -> str | None:
        """The address, None where no link can be made: an alert without a link is better than none.

        ``others`` are the keys of the further conversations that the alert is about.
        """
        try:
            (current, *_) = self.secret()
            name = alert_name(due.case, due.step, due.channel)
            link = create_link(current, due.key, due.case, name, due.step, recipients.label, now, others)
            # Stored before the alert is sent: no link is sent that leads nowhere.
            self.store.put_link(link)
        except (LinkError, ClientError, BotoCoreError) as error:
            self.on_failure(due.case.id, error)
            return None
        return f"{self.base_url}{LINK_PATH}{token_of(link.id, current)}"
