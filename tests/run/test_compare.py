"""Comparison of results: which cell, from what to what, and whether it counts."""

import json

import pytest

from study.run import compare
from study.run.compare import CLOSE, DIFFERS, SAME, verdict


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ("0.123", "0.123", SAME),
        ("0.123", "0.124", CLOSE),  # one unit in the last printed digit
        ("0.123", "0.125", DIFFERS),
        ("51", "52", DIFFERS),  # a count is no rounding
        ("1234.567891", "1234.567892", CLOSE),  # 1e-9 relative
        ("1234.5678", "1234.6", DIFFERS),
        ("1,254.59", "1,254.60", CLOSE),
        ("\N{MINUS SIGN}0.205", "-0.205", CLOSE),
        ("not estimable", "0.1", DIFFERS),
        ("", "0", DIFFERS),
    ],
)
def test_verdicts(before, now, expected):
    assert verdict(before, now) == expected


@pytest.fixture
def two(tmp_path):
    """Two equal folders of results."""
    for name in ("before", "now"):
        folder = tmp_path / name / "tables"
        folder.mkdir(parents=True)
        (folder / "T6.csv").write_text("panel,Outcome,Estimate,N\nA,Revenue,0.123,51\nA,Profit,0.500,60\n")
        (folder / "T6.md").write_text("| Revenue | 0.123 |")
        numbers = {"x": {"value": 0.1234, "text": "0.123", "unit": "", "meaning": "m"}}
        (tmp_path / name / "numbers.json").write_text(json.dumps(numbers))
        (tmp_path / name / "manifest.json").write_text(name)
    return tmp_path / "before", tmp_path / "now"


def test_equal_folders_have_no_difference_whatever_their_manifests(two):
    assert compare.folders(*two) == []


def test_a_changed_cell_is_named_by_row_and_column(two):
    (two[1] / "tables" / "T6.csv").write_text("panel,Outcome,Estimate,N\nA,Revenue,0.123,51\nA,Profit,0.700,60\n")
    (found,) = compare.folders(*two)
    assert str(found) == "tables/T6.csv, row 2 (Profit), column Estimate: 0.500 -> 0.700 (differs)"


def test_files_that_follow_a_rounded_cell_are_within_tolerance(two):
    (two[1] / "tables" / "T6.csv").write_text("panel,Outcome,Estimate,N\nA,Revenue,0.124,51\nA,Profit,0.500,60\n")
    (two[1] / "tables" / "T6.md").write_text("| Revenue | 0.124 |")
    assert {d.verdict for d in compare.folders(*two)} == {CLOSE}


def test_a_file_changed_alone_differs(two):
    (two[1] / "tables" / "T6.md").write_text("| Revenue | 0.124 |")
    (found,) = compare.folders(*two)
    assert (found.file, found.verdict) == ("tables/T6.md", DIFFERS)


def test_missing_files_rows_and_columns_differ(two):
    (two[1] / "tables" / "T6.md").unlink()
    (two[1] / "tables" / "T6.csv").write_text("panel,Outcome,Estimate,N\nA,Revenue,0.123,51\n")
    found = {d.file: d for d in compare.folders(*two)}
    assert found["tables/T6.md"].now == "not made any more"
    assert found["tables/T6.csv"].before.startswith("2 rows") and found["tables/T6.csv"].now.startswith("1 rows")


def test_numbers_are_compared_key_by_key(two):
    numbers = {"x": {"value": 0.1234, "text": "0.999", "unit": "", "meaning": "m"}, "y": {"value": 1, "text": "1", "unit": "", "meaning": ""}}
    (two[1] / "numbers.json").write_text(json.dumps(numbers))
    found = [str(d) for d in compare.folders(*two)]
    assert found == ["numbers.json, x: 0.123 -> 0.999 (differs)", "numbers.json, y: missing -> 1 (differs)"]


def test_a_changed_meaning_differs(two):
    numbers = {"x": {"value": 0.1234, "text": "0.123", "unit": "%", "meaning": "m"}}
    (two[1] / "numbers.json").write_text(json.dumps(numbers))
    assert [d.verdict for d in compare.folders(*two)] == [DIFFERS]
