"""Compare two sets of results cell by cell: identical, within tolerance, or different."""

import csv
import math
from dataclasses import dataclass
from pathlib import Path

from study.design import checksum, read_json

RELATIVE = 1e-6  # data: what another machine's arithmetic may change
SAME, CLOSE, DIFFERS = "identical", "within tolerance", "differs"


@dataclass(frozen=True)
class Difference:
    """One place in which two sets of results are not the same.

    Parameters
    ----------
    file, place : where: the file, and the row and column or key inside it
    before, now : what is published and what came out
    verdict : "within tolerance" or "differs"
    """

    file: str
    place: str
    before: str
    now: str
    verdict: str

    def __str__(self) -> str:
        where = f"{self.file}, {self.place}" if self.place else self.file
        return f"{where}: {self.before} -> {self.now} ({self.verdict})"


def folders(before: Path, now: Path) -> list[Difference]:
    """The differences between two folders of results; manifests are not compared.

    csv files are compared cell by cell, numbers.json key by key, other files by checksum: where only
    the arithmetic moved a printed digit, all files of that exhibit but the csv count as within
    tolerance.
    """
    names = {f.relative_to(d).as_posix() for d in (before, now) for f in d.rglob("*") if f.is_file()}
    found: list[Difference] = []
    for name in sorted(names - {"manifest.json"}):
        old, new = before / name, now / name
        if not old.is_file() or not new.is_file():
            state = ("missing", "new file") if new.is_file() else ("published", "not made any more")
            found.append(Difference(name, "", *state, DIFFERS))
        elif checksum(old) != checksum(new):
            found += _inside(name, old, new)
    return _by_exhibit(found)


def _inside(name: str, old: Path, new: Path) -> list[Difference]:
    if name.endswith(".csv"):
        return _tables(name, old, new)
    if name == "numbers.json":
        return _numbers(name, old, new)
    return [Difference(name, "", checksum(old)[:12], checksum(new)[:12], DIFFERS)]


def _tables(name: str, old: Path, new: Path) -> list[Difference]:
    before, now = (list(csv.reader(p.open(encoding="utf-8", newline=""))) for p in (old, new))
    if before[:1] != now[:1] or len(before) != len(now):
        shape = [f"{len(rows) - 1} rows of {', '.join(rows[0])}" if rows else "empty" for rows in (before, now)]
        return [Difference(name, "shape", *shape, DIFFERS)]
    found = []
    for i, (left, right) in enumerate(zip(before[1:], now[1:]), start=1):
        label = next((cell for cell in left[1:2] + left[:1] if cell), "")
        for column, a, b in zip(before[0], left, right):
            if a != b:
                found.append(Difference(name, f"row {i} ({label}), column {column}", a, b, verdict(a, b)))
    return found


def _numbers(name: str, old: Path, new: Path) -> list[Difference]:
    before, now = (read_json(p) for p in (old, new))
    found = []
    for key in sorted(before | now):
        a, b = before.get(key), now.get(key)
        if a is None or b is None:
            found.append(Difference(name, key, "missing" if a is None else a["text"], "missing" if b is None else b["text"], DIFFERS))
        elif a != b:
            close = verdict(repr(a["value"]), repr(b["value"])) == CLOSE and verdict(a["text"], b["text"]) != DIFFERS
            rest = {k: v for k, v in a.items() if k not in ("value", "text")}
            same = rest == {k: v for k, v in b.items() if k not in ("value", "text")}
            shown = [entry["text"] if a["text"] != b["text"] else repr(entry["value"]) for entry in (a, b)]
            found.append(Difference(name, key, *shown, CLOSE if close and same else DIFFERS))
    return found


def verdict(before: str, now: str) -> str:
    """Whether two printed cells agree: to 1e-6, or to one unit in the last printed digit."""
    if before == now:
        return SAME
    a, b = _number(before), _number(now)
    if a is None or b is None:
        return DIFFERS
    unit = 10.0 ** -max(_decimals(before), _decimals(now))
    printed = "." in before and _decimals(before) <= 4 and abs(a - b) <= 1.001 * unit
    return CLOSE if printed or math.isclose(a, b, rel_tol=RELATIVE) else DIFFERS


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "").replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        return None


def _decimals(text: str) -> int:
    return len(text.rsplit(".", 1)[1]) if "." in text else 0


def _by_exhibit(found: list[Difference]) -> list[Difference]:
    """Files that only follow a csv which is within tolerance are within tolerance themselves."""
    close: dict[str, bool] = {}
    for difference in found:
        if difference.file.endswith(".csv"):
            stem = difference.file.split(".")[0]
            close[stem] = close.get(stem, True) and difference.verdict == CLOSE
    return [
        Difference(d.file, d.place, d.before, d.now, CLOSE)
        if not d.place and close.get(d.file.split(".")[0], False) and d.before not in ("missing", "published")
        else d
        for d in found
    ]
