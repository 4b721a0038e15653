"""Links for tests: an alerted case, links kept in a dictionary, and what comes in by a link's address."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from earshot.alerting.alert import Channel, Recipients, alert_name
from earshot.alerting.links.link import Link, create_link, token_of
from earshot.api.case_actions import ActionResult
from earshot.api.links.app import LinkDependencies, answer_link
from earshot.cases.case.case import Case
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.ingest import ingest
from earshot.cases.stored_mention import StoredMention
from tests.fakes import BRANDS, CASE, FakeClock, MemoryStore, a_judgement, a_mention

SECRET = b"s" * 64


def a_ladder_case(store: MemoryStore, text: str = "@NimbusAir my bag is lost", id: str = "1", **changes: Any) -> Case:
    """A case in ``store`` whose first rung is being alerted."""
    stored = StoredMention(a_mention(id, text, minutes=0, conversation_id=id, **changes), a_judgement(), FakeClock()())
    taken = ingest(stored, store, FoldRules(BRANDS))
    assert taken.case is not None
    return taken.case


@dataclass
class Phone:
    """What people do with the links in their alerts."""

    store: MemoryStore = field(default_factory=MemoryStore)
    clock: FakeClock = field(default_factory=FakeClock)
    links: dict[str, Link] = field(default_factory=dict)
    reported: list[ActionResult] = field(default_factory=list)
    secrets: tuple[bytes, ...] = (SECRET,)

    @property
    def desk(self) -> LinkDependencies:
        return LinkDependencies(self.store, self, lambda fresh=False: self.secrets, self.clock, self.reported.append)

    def find_link(self, link_id: str) -> Link | None:
        return self.links.get(link_id)

    def alert(self, key: str = CASE, audience: str | None = None, others: tuple[str, ...] = ()) -> str:
        """The token in the alert of the step that a case stands on, sent now."""
        case = self.store.conversation(key).case
        assert case is not None
        assert case.ladder.rung is not None
        name = alert_name(case, case.ladder.step, Channel.SMS)
        by = audience or Recipients(case.ladder.rung).label
        link = create_link(SECRET, key, case, name, case.ladder.step, by, self.clock(), others)
        self.links[link.id] = link
        return token_of(link.id, SECRET)

    def open(self, token: str, method: str = "GET", headers: Mapping[str, str] | None = None, **more: Any) -> dict:
        return answer_link(an_event(method, token, headers) | more, self.desk)

    def press(self, token: str, act: str) -> dict:
        return self.open(token, "POST", **a_form(act=act))


def a_form(**fields: str) -> dict[str, Any]:
    """A form's body as API Gateway hands it on."""
    return {"body": base64.b64encode(urlencode(fields).encode()).decode(), "isBase64Encoded": True}


def an_event(method: str, token: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """An event of the HTTP API from one of the routes of links; the gateway has no such route but for two methods."""
    return {
        "version": "2.0",
        "routeKey": f"{'POST' if method == 'POST' else 'GET'} /l/{{token}}",
        "rawPath": f"/l/{token}",
        "rawQueryString": "",
        "pathParameters": {"token": token},
        "headers": {"host": "api.example", **(headers or {})},
        "requestContext": {
            "http": {"method": method, "path": f"/l/{token}", "sourceIp": "192.0.2.1", "userAgent": "test"},
            "requestId": "gateway-1",
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }
