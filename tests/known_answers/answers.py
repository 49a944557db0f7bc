"""Known answers: a test compares its value with the line of ledger.csv that has its id."""

import csv
from functools import lru_cache
from pathlib import Path

COLUMNS = ["id", "what", "expected", "ours", "tolerance", "source", "where", "difference", "concerns"]
PRINTED = "printed digits"  # tolerance of lines that their tests compare as they are printed


@lru_cache(maxsize=1)
def ledger() -> dict[str, dict[str, str]]:
    """The lines of ledger.csv by id."""
    with open(Path(__file__).parent / "ledger.csv", encoding="utf-8", newline="") as file:
        return {line["id"]: line for line in csv.DictReader(file)}


def check(id_: str, value: float) -> None:
    """Assert that `value` is the expected one of line `id_` within its tolerance, and the printed one of column `ours`."""
    line = ledger()[id_]
    expected, tolerance = float(line["expected"]), float(line["tolerance"])
    assert abs(value - expected) <= tolerance, f"{id_}: {value!r}, expected {expected!r} within {tolerance:g}"
    assert abs(value - float(line["ours"])) <= 0.51 * _last_digit(line["ours"]), f"{id_}: ours is {value!r}, not {line['ours']}"


def _last_digit(printed: str) -> float:
    """What one in the last printed digit is worth."""
    mantissa, _, exponent = printed.lower().partition("e")
    return 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
