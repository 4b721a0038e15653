"""What staff do meanwhile, and who they are."""

from dataclasses import dataclass

from earshot.alerting.roster.roster import Person
from infra.faults.scenario.posts import case_of

# They are on no rung: whatever they receive is a notice that is meant for them.
PEOPLE = (
    Person("mia", "Mia Okafor", "mia@example.com", "+12025550121"),
    Person("leo", "Leo Brandt", "leo@example.com", "+12025550122"),
)


@dataclass(frozen=True, slots=True)
class Press:
    """A member of staff presses a button, until it has answered that it is done.

    On the case of the customer who wrote ``post``, or on those of all ``posts`` at once.
    """

    minute: int
    post: str
    action: str
    body: tuple[tuple[str, object], ...] = ()
    posts: tuple[str, ...] = ()

    @property
    def case_ids(self) -> list[str]:
        """The cases that it is about."""
        return [case_of(post) for post in self.posts or (self.post,)]

    @property
    def path(self) -> str:
        """Where the API is asked."""
        return "/bulk" if self.posts else f"/cases/{case_of(self.post)}/{self.action}"

    @property
    def asked(self) -> dict[str, object]:
        """What it is asked."""
        many: dict[str, object] = {"act": self.action, "cases": self.case_ids}
        return dict(self.body) | (many if self.posts else {})


PRESSES: tuple[Press, ...] = (
    Press(12, "5", "acknowledge"),
    Press(17, "16", "hand-over"),
    Press(19, "16", "acknowledge"),
    Press(21, "15", "assign", (("to", "mia"),)),
    Press(23, "5", "notes", (("text", "The courier has the suitcase"),)),
    Press(24, "16", "notes", (("text", "@mia please call her bank with her"),)),
    Press(25, "15", "assign", (("to", "leo"),)),
    Press(27, "11", "snooze", (("minutes", 30),)),
    Press(30, "5", "assign", (("to", "leo"),)),
    Press(32, "16", "resolve", (("why", "The card is blocked"),)),
    Press(35, "4", "resolve", (("why", "Answered in the app"),), posts=("4", "22")),
    Press(40, "5", "resolve", (("why", "She has her suitcase"),)),
)
