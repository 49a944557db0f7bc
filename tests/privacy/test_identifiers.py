"""Identifiers in texts: the standards' own examples are found, sums of money and dates are not; values are never printed."""

import pandas as pd
import pytest

from study.privacy import identifiers

SHOWN = {
    "identity card": ["11010519491231002X", "身份证:11010519491231002x。", "440524188001010014"],  # GB 11643-1999, annex
    "card": ["4111111111111111", "4111 1111 1111 1111", "5555-5555-5555-4444", "378282246310005"],  # networks' test numbers
    "iban": ["GB82 WEST 1234 5698 7654 32", "DE89370400440532013000"],  # ISO 13616 examples
    "e-mail": ["write to jane.doe@example.com", "a_b+c@mail.example.co.uk"],
    "mobile": ["13800138000", "+86 138 0013 8000", "tel 138-0013-8000", "１３８００１３８０００"],
    "telephone": ["010-62783456", "+254 712 345 678", "+44 20 7946 0958"],
    "account": ["account 123456789012345"],
}
NOT_SHOWN = [
    "2024-01-31",
    "20240131",
    "1234567.89",
    "12,345,678.90",
    "3.14159265358979",
    "version 1.2.3.4",
    "T6, row 12345678",
    "110105194912310021"[:11],
]


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in SHOWN.items() for text in texts])
def test_identifiers_are_found_and_named_by_their_kind(kind, text):
    assert identifiers.kinds_in(text) == {kind}


@pytest.mark.parametrize("text", NOT_SHOWN)
def test_ordinary_numbers_are_left_alone(text):
    assert identifiers.kinds_in(text) == set()


def test_check_digits_tell_identifiers_from_other_digits():
    # Luhn's worked example is 7992739871 with check digit 3; the identity number's check letter is X.
    assert [d for d in range(10) if identifiers.luhn(f"7992739871{d}")] == [3]
    assert [c for c in "0123456789X" if identifiers.is_identity_card("11010519491231002" + c)] == ["X"]
    assert not identifiers.is_iban("GB83WEST12345698765432")
    assert not identifiers.is_card("4111111111111112")


def test_the_report_counts_rows_and_never_shows_a_value():
    column = pd.Series(["fine", "call 13800138000", None, "13900139000 or a@b.cn"], index=[2, 3, 4, 5])
    found = identifiers.find(column)
    assert [(f.kind, f.rows, f.first) for f in found] == [("mobile", 2, 3), ("e-mail", 1, 5)]
    text = " ".join(map(str, found))
    assert text == "2 rows with a mobile telephone number (first: 3) 1 row with an e-mail address (first: 5)"


@pytest.mark.parametrize("values", [[13800138000, 1], [13800138000.0, None], ["13800138000", None]])
def test_numbers_are_looked_at_as_the_file_had_them(values):
    assert [f.kind for f in identifiers.find(pd.Series(values))] == ["mobile"]


def test_columns_without_identifiers():
    for column in (pd.Series([True, False]), pd.Series([1.5, 2e15 + 0.5]), pd.to_datetime(pd.Series(["2024-01-01"])), pd.Series([], dtype=str)):
        assert identifiers.find(column) == []
