"""The monthly spending limits that a function's settings name."""

from earshot.settings import Settings


def spend_limits(settings: Settings) -> dict[str, float]:
    """US dollars a month, by what they are spent on."""
    return {
        "x": settings.x_monthly_spend_limit,
        "comprehend": settings.comprehend_monthly_spend_limit,
        "sms": settings.sms_monthly_spend_limit,
    }
