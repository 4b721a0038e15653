"""Cases for tests of the report, with times in minutes after the start of the tests."""

from datetime import timedelta

from earshot.cases.case.assessment import Assessment
from earshot.cases.case.case import Case
from earshot.cases.case.key import CaseKey
from earshot.cases.case.posts import Headline, Posts
from earshot.cases.case.recovery import Recovery
from earshot.cases.case.response import ResponseClock, Target
from earshot.cases.case.status import Status
from earshot.cases.policy.business_hours import Calendar, OpeningHours
from earshot.mentions.mention import Author
from earshot.triage.judgement import Intent, Severity
from tests.fakes import START, changed

MINUTE = timedelta(minutes=1)
NOW = START + timedelta(days=30)
TODAY = START.date()
# START is a Saturday: two days later at nine nobody has been at work for an hour.
WEEKDAYS = Calendar("office", "UTC", tuple(OpeningHours(weekday, 9 * 60, 17 * 60) for weekday in range(5)))


def a_case(id="1", *, opened=0, answered=None, author="7", **changes) -> Case:
    """A complaint with a target of an hour; times are minutes after START."""
    first_response = None if answered is None else START + answered * MINUTE
    opened_at = START + opened * MINUTE
    case = Case(
        key=CaseKey("x", id, f"{author}-nimbusair"),
        brand="NimbusAir",
        author=Author(author),
        response=ResponseClock(opened_at, id, opened_at, Target(60), first_response_at=first_response),
        assessment=Assessment(Intent.COMPLAINT, 50, Severity.NORMAL, reasons=()),
        posts=Posts(Headline(id, START, "", link=None, language="en")),
        status=Status.OPEN if answered is None else Status.REPLIED,
        recovery=Recovery(complained_at=opened_at, answered_at=first_response),
    )
    return changed(case, **changes)
