"""The ledger of known answers: each line names a test that is there, and SOURCE.md's numbers are the printed ones."""

import csv
from pathlib import Path

from source_tables import ledger

from study.design import root

COLUMNS = ["id", "what", "expected", "source", "where"]


def lines():
    with open(Path(__file__).parent / "ledger.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_line_is_whole_and_every_id_is_there_once():
    found = lines()
    assert list(found[0]) == COLUMNS
    assert all(all(line[column] for column in COLUMNS) for line in found)
    assert len({line["id"] for line in found}) == len(found)


def test_every_line_names_a_test_that_is_there():
    for where in {line["where"] for line in lines()}:
        file, _, name = where.partition("::")
        assert f"def {name}(" in (root() / file).read_text(encoding="utf-8") if name else (root() / file).is_file(), where


def test_the_numbers_of_SOURCE_md_are_in_the_ledger():
    of_the_facts = [tuple(line.values()) for line in lines() if line["source"].startswith("data/cn_banks/SOURCE.md")]
    assert of_the_facts == ledger()
