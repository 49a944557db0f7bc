"""The ledger of known answers: each line names a test that is there, and SOURCE.md's numbers are the printed ones."""

from pathlib import Path

import pytest
from answers import COLUMNS, PRINTED, check, ledger
from source_tables import ledger as source_lines

from study.design import root

OPTIONAL = {"difference", "concerns"}


def test_every_line_is_whole_and_every_id_is_there_once():
    text = (Path(__file__).parent / "ledger.csv").read_text(encoding="utf-8")
    assert text.splitlines()[0] == ",".join(COLUMNS)
    assert len(ledger()) == text.count("\n") - 1
    for line in ledger().values():
        assert all(line[column] for column in COLUMNS if column not in OPTIONAL), line["id"]


def test_every_line_names_a_test_that_is_there():
    for line in ledger().values():
        file, _, name = line["where"].partition("::")
        text = (root() / file).read_text(encoding="utf-8")
        assert f"def {name}(" in text, line["id"]


def test_every_line_with_a_tolerance_is_checked_by_its_id():
    for id_, line in ledger().items():
        if line["tolerance"] != PRINTED:
            text = (root() / line["where"].partition("::")[0]).read_text(encoding="utf-8")
            assert f'"{id_}"' in text, f'{line["where"]} does not call check("{id_}", ...)'


def test_the_numbers_of_SOURCE_md_are_in_the_ledger():
    columns = ("id", "what", "expected", "source", "where")
    of_the_facts = [tuple(line[c] for c in columns) for line in ledger().values() if line["source"].startswith("data/cn_banks/SOURCE.md")]
    assert of_the_facts == source_lines()


@pytest.mark.parametrize(("value", "part"), [(2401.0, "expected 2400"), (2400.4, "ours is 2400.4")])
def test_a_value_that_is_not_the_expected_or_not_the_printed_one_is_refused(value, part, monkeypatch):
    monkeypatch.setitem(ledger(), "x", {"expected": "2400", "ours": "2400.0", "tolerance": "0.5"})
    check("x", 2400.0)
    with pytest.raises(AssertionError, match=part):
        check("x", value)
