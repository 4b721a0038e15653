"""5,000 cases that are due for the next rung at once: minute by minute until everybody was told of all of them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from earshot.alerting.alert import Channel, alert_name
from earshot.aws.dynamodb import from_item, to_item
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.store.case_file import AlertOutcome
from earshot.cases.store.keys import alert_record, conversation_record
from infra.bench.storm.stage import STARTS, TIMEOUTS, Row, Stage, a_case
from infra.local.lambdas.events import batch_size

DUE_AT_ONCE = 5_000
MOST_MINUTES = 8
MINUTE = timedelta(minutes=1)


class Storm:
    """The cases, all due at one moment, and when each of them was told."""

    def __init__(self, many: int, critical_of_ten: int) -> None:
        self.stage = Stage()
        self.stage.clock.moved = timedelta(minutes=6)
        for number in range(many):
            # Each about something else, so that no incident takes their place.
            word = "".join(chr(97 + number // 26**place % 26) for place in range(4))
            urgency = 85 if number % 10 < critical_of_ten else 65
            conversation = a_case(number, f"my {word}x is gone", "lost-property", urgency, STARTS)
            case = conversation.case
            assert case is not None, "a complaint opens a case"
            # Rung 1 was told when the case opened.
            climbed = case.climb(STARTS + MINUTE)
            alerted, _ = (case if climbed is None else climbed[0]).mark_alerted(STARTS)
            self.stage.table.put(to_item(conversation_record(Conversation(conversation.key, case=alerted))))
            for channel in Channel:
                sent = {"at": STARTS, "outcome": AlertOutcome.SENT, "attempts": 1}
                self.stage.table.put(to_item(alert_record(conversation.key, alert_name(alerted, 1, channel), sent)))
        self.keys = [key for key in self.stage.table.items if key[1] == "CASE"]
        self.seen = {key: self._case(key)["version"] for key in self.keys}
        self.told: dict[tuple[str, str], datetime] = {}
        self.began = self.stage.clock()
        self.escalate, self.notify = self.stage.wire("escalate"), self.stage.wire("notify")

    def minutes(self) -> Iterator[Row]:
        """What the escalator and the notifier do in each minute. Here one begins when the other has ended."""
        for minute in range(1, MOST_MINUTES + 1):
            self._wait_until(self.began + (minute - 1) * MINUTE)
            row = Row(f"escalate, {len(self.keys):,} cases due at once, minute {minute}", TIMEOUTS["escalate"])
            with self.stage.measured(row):
                done = self.escalate({})
            row.outcome = f"{done['climbed']:,} ladders went up, or their group had waited"
            yield row
            yield self._told_in(minute)
            if len(self.told) == len(self.keys):
                return

    def _told_in(self, minute: int) -> Row:
        """The notifier, batch by batch of the stream; its figures are those of all batches together."""
        row, longest, batches = Row("", TIMEOUTS["notify"]), 0.0, 0
        messages, before = len(self.stage.published), len(self.told)
        with self.stage.measured(row):
            while changed := self._changed():
                for start in range(0, len(changed), batch_size("NotifyFunction")):
                    at = self.stage.clock.seconds
                    keys = changed[start:][: batch_size("NotifyFunction")]
                    answer = self.notify({"Records": [_record(key, number) for number, key in enumerate(keys)]})
                    assert answer == {"batchItemFailures": []}, answer
                    longest, batches = max(longest, self.stage.clock.seconds - at), batches + 1
                    self._note_told()
        last = max(self.told.values(), default=self.began)
        row.name = f"notify, minute {minute}, in {batches} batches"
        row.timeout *= max(1, batches)
        row.outcome = (
            f"{len(self.stage.published) - messages} messages; {len(self.told) - before:,} cases told, the last "
            f"{(last - self.began).total_seconds():.0f} s after all were due; the longest batch {longest:.1f} s"
        )
        return row

    def _changed(self) -> list[tuple[str, str]]:
        """The cases with an alert due that have changed since the last time, as the stream has them."""
        found: list[tuple[str, str]] = []
        for key in self.keys:
            case = self._case(key)
            if case["version"] != self.seen[key]:
                self.seen[key] = case["version"]
                found += [key] if case["alerting"] == "due" else []
        return found

    def _note_told(self) -> None:
        now = self.stage.clock()
        sent = (key for key in self.keys if key not in self.told and self._case(key)["alerting"] == "sent")
        self.told |= {key: now for key in sent if self.seen[key] > 1}

    def _case(self, key: tuple[str, str]) -> dict[str, Any]:
        item = self.stage.table.items[key]
        return from_item({name: item[name] for name in ("version", "alerting")})

    def _wait_until(self, at: datetime) -> None:
        self.stage.clock.moved += max(timedelta(), at - self.stage.clock())


def ladders() -> Iterator[Row]:
    """5,000 cases due for the next rung at once, and the alerts that follow from it."""
    yield from Storm(DUE_AT_ONCE, 1).minutes()


def _record(key: tuple[str, str], number: int) -> dict[str, Any]:
    keys = {"pk": {"S": key[0]}, "sk": {"S": key[1]}}
    return {"eventName": "MODIFY", "dynamodb": {"Keys": keys, "SequenceNumber": str(number)}}
