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
