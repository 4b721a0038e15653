"""The reader within a monthly budget and the time that is left: booked before it is asked, settled afterwards."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from botocore.exceptions import BotoCoreError, ClientError

from earshot.mentions.budget import month_of
from earshot.triage.reader.answer import Answer, Reading, Silence
from earshot.triage.reader.bedrock import ReaderError, Reply
from earshot.triage.reader.form import numbers_of, read_answers
from earshot.triage.reader.price import Prices
from earshot.triage.reader.prompt import MAX_POSTS, PostToRead, Sheet, sheet_of

SERVICE = "reader"
# Sheets that are asked at the same time: a batch of the classifier has three, and one for what gives orders.
_AT_ONCE = 4
# Seconds. No model answers in less.
_LEAST_TIME = 2.0
# As long as a mark is, for a sheet that nobody is asked about.
_LONG_MARK = "0" * 16

Outcome = list[Answer | None] | Silence


class Model(Protocol):
    """A language model; ``attempts`` is how often a request is sent at most."""

    @property
    def model_id(self) -> str: ...
    @property
    def attempts(self) -> int: ...
    def ask(self, text: str, posts: int) -> Reply: ...


class MonthlySpending(Protocol):
    """The spending on each service by month (``2026-11``), in millionths of a dollar."""

    def spend(self, service: str, month: str, millionths: int) -> int: ...


@dataclass(frozen=True, slots=True)
class BudgetedReader:
    """Reads posts for at most ``limit`` millionths of a dollar a month.

    ``new_mark`` gives random hexadecimal digits. ``report`` is told of each sheet: its posts, why there is no answer
    (None: there is), and what the service said.
    """

    model: Model
    spending: MonthlySpending
    limit: int
    prices: Prices
    clock: Callable[[], datetime]
    new_mark: Callable[[], str]
    report: Callable[[int, Silence | None, str], None]

    def read(self, posts: Sequence[PostToRead], seconds: float) -> list[Reading]:
        """A reading for each post, in order, within ``seconds``. It never raises for what the service does.

        A request that takes longer is given up: its answer counts for nothing, and what was booked for it stays booked.
        """
        ordering = [post.gives_orders for post in posts]
        groups = _groups(ordering)
        outcomes = self._outcomes([[posts[number] for number in group] for group in groups], seconds)
        answers: dict[int, Answer | Silence] = {}
        for group, outcome in zip(groups, outcomes, strict=True):
            for place, number in enumerate(group):
                found = outcome if isinstance(outcome, Silence) else outcome[place]
                answers[number] = Silence.UNUSABLE if found is None else found
        return [Reading(self.model.model_id, answers[number], orders) for number, orders in enumerate(ordering)]

    def most(self, posts: Sequence[PostToRead]) -> int:
        """The most that reading these posts can cost, in millionths of a dollar."""
        groups = _groups([post.gives_orders for post in posts])
        return sum(self._most(sheet_of([posts[number] for number in group], _LONG_MARK)) for group in groups)

    def _outcomes(self, groups: Sequence[Sequence[PostToRead]], seconds: float) -> list[Outcome]:
        if seconds < _LEAST_TIME:
            return [self._silent(group, Silence.LATE, "no time was left to ask") for group in groups]
        sheets = [sheet_of(group, self.new_mark()) for group in groups]
        executor = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="reader")
        try:
            asked = [self._ask(executor, sheet) for sheet in sheets]
            # A client's own timeout ends when no byte comes; a server that sends one now and then would go on for ever.
            wait([future for future in asked if isinstance(future, Future)], timeout=seconds)
            return [
                self._silent(group, future, "") if isinstance(future, Silence) else self._settle(group, sheet, future)
                for group, sheet, future in zip(groups, sheets, asked, strict=True)
            ]
        finally:
            executor.shutdown(wait=False, cancel_futures=True)

    def _ask(self, executor: ThreadPoolExecutor, sheet: Sheet) -> "Future[Reply] | Silence":
        """Book the most that the sheet can cost, and ask; the booking is taken back where it exceeds the limit."""
        most = self._most(sheet)
        try:
            if self._spend(most) > self.limit:
                self._spend(-most)
                return Silence.OVER_BUDGET
        except (ClientError, BotoCoreError):
            # What cannot be booked is not spent.
            return Silence.UNAVAILABLE
        return executor.submit(self.model.ask, sheet.text, sheet.size)

    def _settle(self, group: Sequence[PostToRead], sheet: Sheet, future: "Future[Reply]") -> Outcome:
        if not future.done():
            if future.cancel():
                self._give_back(self._most(sheet))
            return self._silent(group, Silence.LATE, "no answer within the time of the batch")
        try:
            reply = future.result()
        except ReaderError as error:
            if error.is_free:
                self._give_back(self._most(sheet))
            return self._silent(group, error.silence, str(error))
        if reply.usage is not None:
            self._give_back(self._most(sheet) - self.prices.of(reply.usage))
        answers = read_answers(reply.given, sheet.size)
        if not sheet.are_controls_right(answers):
            return self._silent(group, Silence.UNUSABLE, "the control posts are labelled wrongly, or not at all")
        self.report(len(group), None, "")
        return numbers_of(answers, sheet.numbers)

    def _silent(self, group: Sequence[PostToRead], silence: Silence, detail: str) -> Silence:
        self.report(len(group), silence, detail)
        return silence

    def _give_back(self, millionths: int) -> None:
        """Take a booking back. Where that fails, the month has less left than it could."""
        try:
            self._spend(-millionths)
        except (ClientError, BotoCoreError) as error:
            self.report(0, Silence.UNAVAILABLE, str(error))

    def _spend(self, millionths: int) -> int:
        return self.spending.spend(SERVICE, month_of(self.clock()), millionths)

    def _most(self, sheet: Sheet) -> int:
        return self.prices.most(sheet.text, sheet.size, self.model.attempts)


def _groups(ordering: Sequence[bool]) -> list[Sequence[int]]:
    """The numbers of the posts of each sheet. What gives orders shares no sheet with what gives none."""
    kinds = [[number for number, orders in enumerate(ordering) if orders is kind] for kind in (False, True)]
    return [numbers[start : start + MAX_POSTS] for numbers in kinds for start in range(0, len(numbers), MAX_POSTS)]
