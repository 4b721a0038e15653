"""Delivery receipts, on both stand-ins for DynamoDB: stored once with all that follows from them, or not at all."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from earshot.alerting.sms.budget_table import SmsBudgetTable
from earshot.alerting.sms.receipt import FAILING_FOR, ExpectedReceipt, Receipt
from earshot.alerting.sms.receipt_table import EXPECTED_FOR, MAX_CONVERSATIONS, ReceiptTable
from tests.fakes import CASE, START, unused

PHONE = "+12025550101"
EXPECTED = ExpectedReceipt((CASE, "x-2-7-nimbusair"), START, {PHONE: 20_000})
FAILED = Receipt("m-1", PHONE, False, "Phone carrier is unreachable", 8_310)


class Shelf:
    def __init__(self, client: Any) -> None:
        self.client, self.name = client, unused("cases")
        client.create_table(
            TableName=self.name,
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            BillingMode="PAY_PER_REQUEST",
        )
        self.receipts = ReceiptTable(client, self.name, timedelta(days=400))
        self.budget = SmsBudgetTable(client, self.name)

    def keys(self, pk: str) -> list[str]:
        return sorted(item["sk"]["S"] for item in self.items() if item["pk"]["S"] == pk)

    def items(self) -> list[dict[str, Any]]:
        return self.client.scan(TableName=self.name)["Items"]


@pytest.fixture
def shelf(client_of: Callable[[str], Any]) -> Shelf:
    return Shelf(client_of("dynamodb"))


def test_an_expected_receipt_is_found_and_expires(shelf):
    shelf.receipts.expect_receipt("m-1", EXPECTED)
    shelf.receipts.expect_receipt("m-1", EXPECTED)
    assert shelf.receipts.find_expected("m-1") == EXPECTED
    assert shelf.receipts.find_expected("m-2") is None
    (item,) = shelf.items()
    assert int(item["expires_at"]["N"]) == int((START + EXPECTED_FOR).timestamp())


def test_a_receipt_is_stored_once_with_each_case_its_log_and_its_price(shelf):
    shelf.budget.book_beyond_limit(20_000, START)
    assert shelf.receipts.file_receipt(FAILED, EXPECTED, START)
    before = shelf.items()
    assert not shelf.receipts.file_receipt(FAILED, EXPECTED, START + timedelta(hours=1))
    assert shelf.items() == before
    assert shelf.budget.booked(START) == 8_310
    for key in EXPECTED.conversations:
        assert shelf.keys(f"CASE#{key}") == [
            f"LOG#00000000#sms#m-1#{FAILED.phone_hash}",
            f"RECEIPT#m-1#{FAILED.phone_hash}",
        ]
    assert PHONE not in str(before)


def test_a_receipt_for_too_many_cases_is_stored_with_the_first_of_them(shelf):
    keys = tuple(f"x-{number}-7-nimbusair" for number in range(100))
    assert shelf.receipts.file_receipt(FAILED, ExpectedReceipt(keys, START), START)
    assert len([item for item in shelf.items() if item["sk"]["S"].startswith("RECEIPT#")]) == MAX_CONVERSATIONS


def test_a_number_counts_as_failing_for_an_hour(shelf):
    assert not shelf.receipts.is_failing(PHONE, START)
    shelf.receipts.mark_failing(PHONE, START)
    shelf.receipts.mark_failing(PHONE, START + timedelta(minutes=30))
    assert shelf.receipts.is_failing(PHONE, START + FAILING_FOR)
    assert not shelf.receipts.is_failing(PHONE, START + timedelta(minutes=30) + FAILING_FOR)


def test_an_error_of_the_table_is_raised(shelf):
    gone = ReceiptTable(shelf.client, f"{shelf.name}-gone", timedelta(days=400))
    with pytest.raises(shelf.client.exceptions.ResourceNotFoundException):
        gone.expect_receipt("m-1", EXPECTED)
    with pytest.raises(shelf.client.exceptions.ResourceNotFoundException):
        gone.is_failing(PHONE, START)
