"""The three texts that staff set, for the commands and the API: checked by their parsers, put, logged, taken back."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from earshot.aws.settings.change_log import Change, ChangeLog
from earshot.aws.settings.logged_text import LoggedText
from earshot.aws.settings.stored_text import PutText
from earshot.cases.policy.policy import Policy
from earshot.cases.policy.toml_file import DEFAULT_TEXT, parse_policy
from earshot.errors import BrandsError, NotFoundError, ResetError, TermsError
from earshot.mentions.brands.brands import Brands
from earshot.mentions.brands.toml_file import brands_as_toml, parse_brands

if TYPE_CHECKING:
    from earshot.triage.terms.terms import Terms

_ID = re.compile(r"(terms|policy|brands|roster)-([1-9][0-9]{0,9})")


class SettingName(StrEnum):
    """What is set by a text, and the roster, whose changes are logged as well."""

    TERMS = "terms"
    POLICY = "policy"
    BRANDS = "brands"
    ROSTER = "roster"


_SAYS_NOTHING = {
    SettingName.TERMS: "every term would be deleted. If that is meant, write an empty list: products = [].",
    SettingName.POLICY: "every default would be put back. If that is meant, write one of them down: "
    "acknowledgement_expires_minutes = 30.",
}


@dataclass(frozen=True, slots=True)
class LoggedChange:
    """A change with the setting that it is of."""

    setting: SettingName
    change: Change

    @property
    def id(self) -> str:
        """Its name: ``terms-12``."""
        return f"{self.setting}-{self.change.number}"

    @property
    def can_revert(self) -> bool:
        """Whether what stood there before is kept so that it can be put again."""
        return (self.change.state_before if self.setting is SettingName.ROSTER else self.change.before) is not None

    def nothing_before(self) -> NotFoundError:
        """The error that what stood there before is not kept."""
        return NotFoundError(f"What stood there before {self.id!r} is not kept, or no longer.")


@dataclass(frozen=True, slots=True)
class SettingsAdmin:
    """The settings: ``texts`` gives each text, ``logs`` each log, ``parameters`` the brands of the stack's parameters.

    What is checked is raised as TermsError, PolicyError or BrandsError, each of which lists every mistake with its
    remedy; ``name`` is what the message calls the file.
    """

    texts: Callable[[SettingName], LoggedText]
    logs: Callable[[SettingName], ChangeLog]
    parameters: Callable[[], Brands]

    def read(self, setting: SettingName) -> PutText:
        """The text as it was put."""
        return self.texts(setting).read()

    def default_text(self, setting: SettingName) -> str:
        """What holds where no text was put."""
        match setting:
            case SettingName.POLICY:
                return DEFAULT_TEXT
            case SettingName.BRANDS:
                return brands_as_toml(self.parameters())
            case _:
                return ""

    def brands(self) -> Brands:
        """The brands that are in force, or will be within a minute. BrandsError where what was put cannot be used."""
        text = self.read(SettingName.BRANDS).text
        return parse_brands(text, "what `earshot brand put` stored") if text else self.parameters()

    def policy(self, text: str, name: str = "the policy") -> Policy:
        """The policy in a text."""
        return parse_policy(text, name)

    def terms(self, text: str, name: str = "the terms") -> "Terms":
        """The terms in a text, for the brands as they are, whose voices are not among them."""
        # The parser knows every rule by its name: only who changes terms waits until they are loaded.
        from earshot.triage.terms.toml_file import parse_terms

        brands = self.brands()
        return parse_terms(text, brands.handles, name, brands.names)

    def brands_in(self, text: str, name: str = "the brand file") -> Brands:
        """The brands in a text. BrandsError also where the stored terms cannot be used with them."""
        from earshot.triage.terms.toml_file import parse_terms

        brands = parse_brands(text, name)
        try:
            parse_terms(self.read(SettingName.TERMS).text, brands.handles, "the stored terms", brands.names)
        except TermsError as error:
            raise BrandsError(
                f"{name} does not fit the stored terms, so nothing was put: {error}\nWrite the voices into {name}, and "
                "put the terms without them first: `earshot terms show`, `earshot terms put`."
            ) from None
        return brands

    def put(
        self,
        setting: SettingName,
        text: str,
        now: datetime,
        by: str,
        expected: str | None = None,
        name: str | None = None,
    ) -> PutText:
        """Check a text and put it; what stands there stays where it cannot be used.

        ``expected`` is the entity tag of what it replaces, None for any: ConflictError where another is there.
        ResetError where it says nothing, and so would reset everything.
        """
        self._check(setting, text, name)
        if setting in _SAYS_NOTHING and says_nothing(text):
            raise ResetError(f"{name or f'The text of the {setting}'} says nothing: {_SAYS_NOTHING[setting]}")
        return self.texts(setting).put(text, now, by, expected)

    def changes(self, *settings: SettingName) -> list[LoggedChange]:
        """The last changes of these settings, of all where none is named; the newest first."""
        found = [LoggedChange(one, change) for one in settings or SettingName for change in self.logs(one).changes()]
        oldest = datetime.min.replace(tzinfo=UTC)
        return sorted(found, key=lambda one: (one.change.at or oldest, one.change.number), reverse=True)

    def change(self, id: str) -> LoggedChange:
        """One of the last changes. NotFoundError where it is not kept."""
        if (parts := _ID.fullmatch(id)) is not None:
            for one in self.changes(SettingName(parts[1])):
                if one.id == id:
                    return one
        raise NotFoundError(f"There is no change {id!r}: it was never made, or is no longer kept.")

    def revert(self, found: LoggedChange, now: datetime, by: str, expected: str | None = None) -> PutText:
        """Take a change of a text back: put again what stood there before, and so undo everything that was put since.

        NotFoundError where what was before it is no longer kept; errors of ``put`` where that cannot be used any more.
        """
        before = found.change.before
        if before is None:
            raise found.nothing_before()
        if found.setting is SettingName.BRANDS and not before:
            before = self.default_text(SettingName.BRANDS)
        self._check(found.setting, before, None)
        return self.texts(found.setting).put(before, now, by, expected, reverts=found.change.number)

    def _check(self, setting: SettingName, text: str, name: str | None) -> None:
        names = {"name": name} if name else {}
        check = {SettingName.TERMS: self.terms, SettingName.POLICY: self.policy, SettingName.BRANDS: self.brands_in}
        check[setting](text, **names)


def says_nothing(text: str) -> bool:
    """Whether a text is empty, or nothing but comments and empty tables; one that cannot be read says something."""
    import tomllib

    try:
        return not _says_something(tomllib.loads(text))
    except (ValueError, RecursionError):
        return False


def _says_something(value: object) -> bool:
    return not isinstance(value, dict) or any(map(_says_something, cast("dict[str, object]", value).values()))
