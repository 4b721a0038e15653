"""Who is on call over days, as responses have it."""

from earshot.api.schemas.base import Schema, Time
from earshot.api.schemas.staff import Name


class Turn(Schema):
    """Who is on call for a rung from `begins` until before `ends`. No people: the rung goes by the parameters."""

    rung: int
    begins: Time
    ends: Time
    people: list[Name]
    is_override: bool


class Turns(Schema):
    """Every turn of the period, by rung and time."""

    begins: Time
    ends: Time
    items: list[Turn]
