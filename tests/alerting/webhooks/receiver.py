"""Receivers of webhooks on loopback, which answer as they are told; and alerts to deliver to them."""

import json
import threading
from dataclasses import dataclass, replace
from typing import Any

from earshot.alerting.webhooks.publication import Publication
from infra.local.loopback import Handler, Loopback
from tests.fakes import CASE

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqr"
HANG, CUT = "hang", "cut"
PUBLICATION = Publication(
    name="2026-11-21T09:00:00.000Z#01#email",
    sent_at="2026-11-21T09:00:00.000Z",
    case_ids=(CASE,),
    severity="high",
    reason="urgent case",
    rung=1,
    correlation="x#1",
    subject="[high] complaint from Jane: 48 min left",
    text="Jane wrote:\n\n    my bag is lost\n\nAnswer by: 10:00 UTC\n",
    link="https://x.com/jane/status/1",
)


@dataclass(frozen=True)
class Request:
    """One request that came, as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Receiver(Loopback):
    """Answers with each of ``answers`` in turn, and then 200: a status, a status with headers, HANG or CUT."""

    def __init__(self, *answers: int | tuple[int, dict[str, str]] | str) -> None:
        super().__init__(_Receiving)
        self.answers = list(answers)
        self.requests: list[Request] = []
        self.lock = threading.Lock()

    def entry(self, kind: str = "webhook", path: str = "/hooks/T0K3N") -> dict[str, str]:
        """What the operator writes into the secret."""
        return {"kind": kind, "url": self.url + path} | ({"secret": SECRET} if kind == "webhook" else {})


class _Receiving(Handler):
    def do_POST(self) -> None:
        owner: Receiver = self.owner
        with owner.lock:
            headers = {name.lower(): value for name, value in self.headers.items()}
            owner.requests.append(Request(self.path, headers, self.body()))
            answer = owner.answers.pop(0) if owner.answers else 200
        if answer == HANG:
            owner.closing.wait(10)
        if answer in (HANG, CUT):
            self.close_connection = True
            return
        status, extra = answer if isinstance(answer, tuple) else (answer, {})
        self.reply(status, b"a secret answer", extra)


def a_publication(**changes: Any) -> Publication:
    """An alert as the topic hands it over."""
    return replace(PUBLICATION, **changes)


def sns_event(publication: Publication = PUBLICATION) -> dict[str, Any]:
    """The event with which SNS calls Lambda."""
    said = {
        "alert": publication.name,
        "at": publication.sent_at,
        "case": ",".join(publication.case_ids),
        "channel": "email",
        "correlation": publication.correlation,
        "reason": publication.reason,
        "rung": None if publication.rung is None else str(publication.rung),
        "severity": publication.severity,
        "link": publication.link,
    }
    notification = {
        "Type": "Notification",
        "MessageId": "7f1c2f0e-0000-4000-8000-000000000000",
        "TopicArn": "arn:aws:sns:eu-west-1:000000000000:alerts",
        "Subject": publication.subject,
        "Message": publication.text,
        "Timestamp": "2026-11-21T09:00:00.100Z",
        "MessageAttributes": {name: {"Type": "String", "Value": value} for name, value in said.items() if value},
    }
    return {"Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": notification}]}
