"""The base class of all schemas, and the field types that several of them share."""

from datetime import date, datetime, time
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

from earshot.timestamps import rfc3339


class Schema(BaseModel):
    """A body that can be built from the attributes of a domain object; unknown fields are refused."""

    # ``defer_build``: a schema is built when it is first used. A cold start would build all, and uses a few.
    model_config = ConfigDict(
        from_attributes=True, frozen=True, extra="forbid", populate_by_name=True, defer_build=True
    )


def _iso_day(value: object) -> date:
    """Only 2026-11-21: Pydantic alone would also accept seconds since 1970."""
    if type(value) is date:
        return value
    try:
        if isinstance(value, str) and len(value) == 10:
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise ValueError("write the day as 2026-11-21")


def _without_seconds(value: time) -> time:
    if value.tzinfo is not None or value.second or value.microsecond:
        raise ValueError("write the time of day as 09:00, without a time zone")
    return value


def _hours_and_minutes(value: time) -> str:
    return f"{value:%H:%M}"


# A time in a response, to the millisecond.
Time = Annotated[
    datetime, PlainSerializer(rfc3339, return_type=str), WithJsonSchema({"type": "string", "format": "date-time"})
]
# A time in a request, with a UTC offset.
TimeInput = Annotated[AwareDatetime, WithJsonSchema({"type": "string", "format": "date-time"})]
# A day in a request. ``DayOutput`` is one that a response also has.
Day = Annotated[date, BeforeValidator(_iso_day), WithJsonSchema({"type": "string", "format": "date"})]
DayOutput = Annotated[Day, PlainSerializer(date.isoformat, return_type=str)]
# A time of day on the clocks of some time zone, such as 09:00.
WallTime = Annotated[
    time,
    AfterValidator(_without_seconds),
    PlainSerializer(_hours_and_minutes, return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}$"}),
]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
OptionalText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
