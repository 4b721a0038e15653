"""The errors that Earshot acts on; every other error is raised on, so that the work item is retried and reported."""


class EarshotError(Exception):
    """Base of the errors whose message is written for the person who reads it."""


class MentionError(EarshotError):
    """A record is no mention: the message names the field at fault and the remedy. Retrying cannot help."""


class SettingError(EarshotError):
    """A setting is missing or unusable: the message names it and the remedy."""


class BrandsError(EarshotError):
    """The brand file cannot be used: the message lists every mistake with its remedy."""


class SourcesError(EarshotError):
    """The feeds that are listened to cannot be used: the message lists every mistake with its remedy."""


class TermsError(EarshotError):
    """A brand's terms cannot be used: the message lists every mistake with its remedy."""


class AdjustmentError(EarshotError):
    """A stored adjustment to a brand cannot be used: the message says why, and how to take it back."""


class LinkError(EarshotError):
    """No link can be made or checked: the message names what is missing and the remedy."""


class PolicyError(EarshotError):
    """A service-level policy cannot be used: the message lists every mistake with its remedy."""


class ConflictError(EarshotError):
    """Somebody else changed the stored item first: read it again and decide anew."""


class FormatError(EarshotError):
    """A newer release stored it in a format that this one does not know: the message names both and the remedy."""


class TransitionError(EarshotError):
    """A case cannot do what was asked in the state it is in: the message says which, and who holds it."""


class NotFoundError(EarshotError):
    """No such case, author or source is stored."""


class DuplicateError(EarshotError):
    """The mention is stored already: it was delivered twice, and the second time changes nothing."""


class AlertRefusedError(EarshotError):
    """SNS refused a message, or was not reached at all: it was certainly not sent. The message says why."""


class PhoneRefusedError(AlertRefusedError):
    """SNS takes no message for a telephone number, as after STOP. Retrying cannot help."""


class RosterError(EarshotError):
    """The roster would not be usable: the message lists every mistake with its remedy."""


class OutOfTimeError(EarshotError):
    """The time of this invocation is used up: what is left is delivered again."""


class CursorError(EarshotError):
    """A cursor was changed, was not made by Earshot, or belongs to another list."""


class TextTooLongError(EarshotError):
    """A text is longer than an item of the table can be."""


class SilenceError(EarshotError):
    """An invalid silence: the message names the remedy, ``field`` the field that is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class PeriodError(EarshotError):
    """A period that ends before it begins, or has too many days. ``field`` is the parameter at fault."""

    field = "to"


class ResetError(EarshotError):
    """A text that says nothing, which would reset a setting: the message names what would go, and the remedy."""


class UserError(EarshotError):
    """An account that is not as it must be for what is asked: the message names it and the remedy."""


class NoUserError(UserError):
    """Nobody has an account with this address."""


class UserAddressError(UserError):
    """What is given as an email address is none."""
