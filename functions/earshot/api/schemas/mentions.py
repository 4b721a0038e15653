"""A post and its author as responses have them."""

from pydantic import Field

from earshot.api.schemas.base import Schema, Time
from earshot.cases.stored_mention import StoredMention
from earshot.triage.judgement import Analyzer, Intent, Severity


class Author(Schema):
    """The author of a post."""

    id: str
    handle: str | None
    name: str | None
    followers: int | None = Field(description="Null if the source does not say")
    verified: bool


class Reason(Schema):
    """A rule that fired, and the points of urgency it gave. The urgency is their sum, limited to 0 to 100."""

    rule: str
    points: int
    text: str


class Sentiment(Schema):
    """The shares of four sentiments, which add up to one; the largest; and which analyzer measured them."""

    label: str
    positive: float
    negative: float
    neutral: float
    mixed: float
    analyzer: Analyzer


class Mention(Schema):
    """A post and how it was judged. `text` is complete and unaltered."""

    id: str
    source: str
    author: Author
    text: str
    created_at: Time
    conversation_id: str
    link: str | None
    own: bool = Field(description="Whether the brand wrote it")
    in_reply_to_id: str | None
    may_answer: bool = Field(description="Whether it is a reply of the brand to a post that is not known")
    edited: bool = Field(description="Whether its author changed it; `text` is the latest version")
    language: str | None
    intent: Intent
    sentiment: Sentiment | None = Field(description="Null if it could not be measured in this language")
    urgency: int
    severity: Severity
    reasons: list[Reason]

    @classmethod
    def of(cls, stored: StoredMention) -> "Mention":
        """A stored post with its judgement."""
        mention, judgement = stored.mention, stored.judgement
        return cls(
            id=mention.id,
            source=mention.source,
            author=Author.model_validate(mention.author),
            text=mention.text,
            created_at=mention.created_at,
            conversation_id=mention.conversation_id,
            link=mention.link,
            own=mention.own,
            in_reply_to_id=mention.in_reply_to_id,
            may_answer=mention.own and mention.in_reply_to_id is not None and stored.conversation is None,
            edited=bool(mention.edit_ids),
            language=judgement.language,
            intent=judgement.intent,
            sentiment=judgement.sentiment and Sentiment.model_validate(judgement.sentiment),
            urgency=judgement.urgency,
            severity=judgement.severity,
            reasons=[Reason.model_validate(reason) for reason in judgement.reasons],
        )
