"""The mentions, cases and alerts of a replay as JSON lines."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from earshot.cases.case.case import Case
from earshot.cases.incidents.incident import Incident
from earshot.cases.store.codec import plain
from earshot.timestamps import rfc3339, rfc3339_or_none
from earshot.triage.judgement import Judgement
from infra.local.case_table import CaseTableContents


def mention_lines(stored: CaseTableContents) -> Iterator[dict[str, Any]]:
    """One object for each mention."""
    for one in stored.mentions:
        mention, judgement, case = one.mention, one.judgement, stored.case_of(one)
        yield {
            "id": mention.id,
            "source": mention.source,
            "author_id": mention.author.id,
            "created_at": rfc3339(mention.created_at),
            "conversation_id": mention.conversation_id,
            "brand": mention.brand,
            "own": mention.own,
            **judgement_fields(judgement),
            "case_id": None if case is None else case.id,
        }


def judgement_fields(judgement: Judgement) -> dict[str, Any]:
    """A judgement as both `replay` and `classify` write it; ``sentiment`` is null where it is unknown."""
    sentiment = judgement.sentiment
    return {
        "language": judgement.language,
        "sentiment": None if sentiment is None else sentiment.label,
        "sentiment_scores": None if sentiment is None else plain(sentiment),
        "intent": str(judgement.intent),
        "complaint_score": round(judgement.complaint_score, 4),
        "urgent_score": round(judgement.urgent_score, 4),
        "urgency": judgement.urgency,
        "severity": str(judgement.severity),
        "reasons": [{"rule": one.rule, "points": one.points, "text": one.text} for one in judgement.reasons],
    }


def case_lines(stored: CaseTableContents) -> Iterator[dict[str, Any]]:
    """One object for each case. That of an incident has ``incident``, and no mentions of its own.

    ``recovery`` is how the customer came back by the time of the last mention: ``recovered``, ``relapsed`` or
    ``silent``, when, and by which post.
    """
    members: dict[str, list[str]] = {}
    for one in stored.mentions:
        case = stored.case_of(one)
        if case is not None:
            members.setdefault(case.id, []).append(one.mention.id)
    for case in stored.cases:
        yield {
            "id": case.id,
            "brand": case.brand,
            "source": case.key.source,
            "conversation_id": case.key.conversation_id,
            "author_id": case.author.id,
            "author_handle": case.author.handle,
            "mention_ids": members.get(case.id, []),
            "intent": str(case.assessment.intent),
            "severity": str(case.assessment.severity),
            "urgency": case.assessment.urgency,
            "reasons": plain(case.assessment.reasons),
            "status": str(case.status),
            "opened_at": rfc3339(case.opened_at),
            "due_at": rfc3339(case.response.due_at),
            "first_response_at": rfc3339_or_none(case.response.first_response_at),
            "first_response_seconds": case.response.first_response_seconds,
            "recovery": _recovery(case, stored),
            "ended_at": rfc3339_or_none(case.recovery.ended_at),
            "acknowledged_at": rfc3339_or_none(case.acknowledgement.at),
            "reposts": case.posts.spread.reposts,
            "topic": case.topic,
            "incident_id": case.incident_id,
            "incident": None if case.incident is None else _incident(case.incident),
        }


def _recovery(case: Case, stored: CaseTableContents) -> dict[str, Any] | None:
    outcome = case.recovery.known_at(stored.mentions[-1].mention.created_at) if stored.mentions else None
    if outcome is None:
        return None
    return {"status": str(outcome.status), "at": rfc3339(outcome.at), "mention_id": outcome.mention_id}


def _incident(incident: Incident) -> dict[str, Any]:
    return {
        "label": incident.label,
        "count": incident.count,
        "began_at": rfc3339(incident.began_at),
        "ended_at": rfc3339_or_none(incident.ended_at),
    }


def alert_lines(messages: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """One object for each message that somebody got."""
    for message in messages:
        yield {
            "id": f"{message['case']}#{message['alert']}#{message['to']}",
            "case_ids": message["case"].split(","),
            "rung": int(message["rung"]),
            "reason": message["reason"],
            "channel": message["channel"],
            "severity": message["severity"],
            "to": message["to"],
            "at": message["at"],
            "subject": message["subject"],
            "text": message["text"],
        }


def write_lines(path: Path, lines: Iterable[Mapping[str, Any]]) -> int:
    """Write JSON lines, all or nothing; says how many."""
    count = 0
    partial = path.with_suffix(path.suffix + ".partial")
    with partial.open("w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
    partial.replace(path)
    return count
