"""The values that a body may have are those of the domain."""

from typing import get_args

import pytest
from pydantic import ValidationError

from earshot.api.schemas.case_actions import Correction, Resolution, Snooze
from earshot.cases.case.ladder import SNOOZES
from earshot.cases.case.status import Outcome


def test_a_snooze_has_one_of_the_lengths_that_a_ladder_knows() -> None:
    assert get_args(Snooze.model_fields["minutes"].annotation) == SNOOZES
    assert Snooze().minutes == SNOOZES[0]


def test_a_case_can_be_resolved_with_every_outcome_but_the_one_that_has_a_route_of_its_own() -> None:
    taken = {outcome for outcome in Outcome if outcome is not Outcome.NOT_A_COMPLAINT}
    assert {Resolution.model_validate({"outcome": str(outcome)}).outcome for outcome in taken} == taken
    with pytest.raises(ValidationError):
        Resolution.model_validate({"outcome": str(Outcome.NOT_A_COMPLAINT)})


def test_a_correction_says_something() -> None:
    with pytest.raises(ValidationError, match="give an intent, a severity, or both"):
        Correction(why="wrong")
