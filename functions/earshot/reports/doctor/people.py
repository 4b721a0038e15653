"""Whether alerts reach the people who are to get them."""

from collections.abc import Iterable, Iterator, Sequence, Set

from earshot.alerting.recipients.reachability import AddressStatus
from earshot.alerting.roster.admin import Reachability
from earshot.plain_text import one_line
from earshot.reports.doctor.finding import Finding, Level, failure, ok, warning

# Statuses of an address at which a message may arrive.
_RECEIVING = (AddressStatus.CONFIRMED, AddressStatus.SETTLING)
_NOBODY = "rung 1"


def check_people(
    reached: Sequence[Reachability], on_call: Iterable[str], unverified: Set[str] = frozenset()
) -> Iterator[Finding]:
    """A finding for each address of each person, and one for the first rung; ``on_call`` are the ids of who has it.

    ``unverified`` are the numbers from which the account's SMS sandbox keeps messages, as far as that is known.
    """
    receiving = set[str]()
    for one in reached:
        for finding in (_check_email(one), _check_phone(one, unverified)):
            if finding is not None:
                yield finding
                if finding.level is not Level.FAILURE:
                    receiving.add(one.person.id)
    first = tuple(on_call)
    if not first:
        yield failure(_NOBODY, "Nobody is on call", "Name somebody: earshot deploy --set OnCallEmail=ADDRESS")
    elif receiving.isdisjoint(first):
        yield failure(
            _NOBODY, "No alert reaches anybody who is on call", "Mend one of their addresses: earshot staff list"
        )
    else:
        names = [one_line(one.person.name) for one in reached if one.person.id in receiving and one.person.id in first]
        yield ok(_NOBODY, f"Alerts reach {', '.join(names)}")


def _check_email(reached: Reachability) -> Finding | None:
    if reached.email is None:
        return None
    check, address = f"email of {one_line(reached.person.name)}", one_line(reached.person.email or "")
    match reached.email:
        case AddressStatus.CONFIRMED:
            return ok(check, f"{address} is confirmed")
        case AddressStatus.SETTLING:
            return warning(
                check,
                f"{address} is confirmed, and SNS may take 15 minutes to deliver to it",
                "Wait, then send a test: earshot test-alert",
            )
        case AddressStatus.PENDING:
            return failure(
                check,
                f"{address} has not confirmed that it wants alerts, so none arrives",
                "Accept the mail that AWS sent there, within 2 days; Earshot has AWS send another one later",
            )
        case _:
            return failure(
                check,
                f"{address} is not subscribed to the alerts",
                "Wait a minute: EscalateFunction subscribes it. If it stays so, read the log of EscalateFunction",
            )


def _check_phone(reached: Reachability, unverified: Set[str]) -> Finding | None:
    phone = reached.person.phone
    if reached.sms is None or phone is None:
        return None
    check = f"phone of {one_line(reached.person.name)}"
    if reached.sms is AddressStatus.OPTED_OUT:
        return failure(
            check,
            f"{phone} answered STOP to a message, and gets no SMS",
            f"aws sns opt-in-phone-number --phone-number {phone}",
        )
    if phone in unverified:
        return failure(
            check,
            f"{phone} gets no SMS: the account is in the SMS sandbox, and the number is not verified there",
            f"aws sns create-sms-sandbox-phone-number --phone-number {phone}; then aws sns "
            f"verify-sms-sandbox-phone-number --phone-number {phone} --one-time-password CODE",
        )
    if reached.sms not in _RECEIVING:
        return failure(check, f"{phone}: the last SMS did not arrive", "Read the log of the case, and of receipts")
    return ok(check, f"{phone} gets SMS")
