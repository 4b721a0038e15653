"""Posts of one test in tables, and the API on them."""

from dataclasses import dataclass, field, replace
from typing import Any

import api
from earshot.mentions.mention import Author
from earshot.triage.judgement import Intent
from tests.api.fakes import ENVIRON, Answer, Tables, an_event, answer_of, case_id, send
from tests.fakes import a_judgement, a_mention

MIA, LEO = "mia@nimbus.example", "leo@nimbus.example"


@dataclass
class Desk:
    """Tables in which the posts of one test are, and the API on them, two seconds later with each question."""

    made: Tables
    handler: Any = field(init=False)

    def __post_init__(self) -> None:
        self.handler = api.build(ENVIRON, self.made.clock)

    def hear(self, id: str, text: str = "@NimbusAir my bag is lost", **given: Any) -> str:
        author = given.pop("author", None) or Author(f"a{id}", f"customer{id}", f"Customer {id}", followers=100)
        judgement = a_judgement(given.pop("intent", Intent.COMPLAINT), given.pop("urgency", 65))
        judgement = replace(judgement, language=given.pop("spoken", "en"))
        self.made.hear(a_mention(id, text, author=author, **{"conversation_id": id, **given}), judgement)
        return case_id(given.get("conversation_id", id), author.id)

    def get(self, path: str = "/inbox", **query: Any) -> Answer:
        self.made.clock.advance(seconds=2)
        if known := query.pop("known", None):
            return answer_of(self.handler, an_event("GET", path, headers={"If-None-Match": known}, **query))
        return send(self.handler, an_event("GET", path, **query))

    def post(self, path: str, body: Any = None, by: str = MIA) -> Answer:
        return send(self.handler, an_event("POST", path, body=body, by=by))

    def ids(self, **query: Any) -> list[str]:
        answer = self.get(**query)
        assert answer.status == 200, answer.text
        assert answer.json["total"] >= len(answer.json["items"])
        return [item["id"] for item in answer.json["items"]]

    def table(self, **query: Any) -> str:
        """All parts of the table of a view, as the console puts them together."""
        part = answer_of(self.handler, an_event("GET", "/inbox.csv", **query))
        assert part.status == 200, part.text
        assert part.headers["complete"] == "true"
        after = part.headers.get("next-cursor")
        return part.text + ("" if after is None else self.table(**{**query, "cursor": after}))
