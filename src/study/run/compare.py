"""Compare two sets of results cell by cell: identical, within tolerance, or different."""

import csv
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from study.design import checksum, load

from .documents import words

SAME, CLOSE, DIFFERS = "identical", "within tolerance", "differs"
NUMBER = re.compile(r"(?<![\w.])[-\N{MINUS SIGN}]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?", re.IGNORECASE)


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

    csv files are compared cell by cell, numbers.json key by key. Documents of an exhibit are judged by their words, in which
    a number may move only as far as in the exhibit's csv; its pictures by the csv alone.
    """
    names = {f.relative_to(d).as_posix() for d in (before, now) for f in d.rglob("*") if f.is_file()} - {"manifest.json"}
    found: list[Difference] = []
    changed = []
    for name in sorted(names):
        old, new = before / name, now / name
        if not old.is_file() or not new.is_file():
            state = ("missing", "new file") if new.is_file() else ("published", "not made any more")
            found.append(Difference(name, "", *state, DIFFERS))
        elif checksum(old) != checksum(new):
            changed.append(name)
    for name in changed:
        if name.endswith(".csv"):
            found += _tables(name, before / name, now / name)
        elif name == "numbers.json":
            found += _numbers(name, before / name, now / name)
    state = {_stem(name): SAME for name in sorted(names) if name.endswith(".csv")}
    for difference in found:
        state[_stem(difference.file)] = worse(state.get(_stem(difference.file), SAME), difference.verdict)
    documents = [name for name in changed if not name.endswith(".csv") and name != "numbers.json"]
    return sorted(found + [_document(name, before / name, now / name, state) for name in documents], key=lambda one: one.file)


def worse(one: str, other: str) -> str:
    """The worse of two verdicts."""
    return max(one, other, key=(SAME, CLOSE, DIFFERS).index)


def _stem(name: str) -> str:
    return name.split(".")[0]


def _document(name: str, old: Path, new: Path, state: Mapping[str, str]) -> Difference:
    """A document or picture of an exhibit whose bytes are others."""
    data = state.get(_stem(name), DIFFERS)
    texts = words(old), words(new)
    if None in texts:
        shown = "its bytes", "other bytes" if data == DIFFERS else f"other bytes; its data are {data}"
        return Difference(name, "", *shown, CLOSE if data in (SAME, CLOSE) else DIFFERS)
    found = text(*texts)
    if found is None:
        return Difference(name, "", "its bytes", "other bytes of the same words", CLOSE)
    return Difference(name, "", *found[:2], DIFFERS if data == SAME else found[2])


def text(before: str, now: str) -> tuple[str, str, str] | None:
    """The first place in which two texts differ and the worst verdict of all; None where words and numbers are the same."""
    plain = [re.sub(r"\s+", " ", one).strip() for one in (before, now)]
    between = [NUMBER.split(one) for one in plain]
    if between[0] != between[1]:
        left, right = (one.split(" ") for one in plain)
        at = next((i for i, (a, b) in enumerate(zip(left, right)) if a != b), min(len(left), len(right)))
        return (*(" ".join(part[max(at - 3, 0) : at + 4])[:80] for part in (left, right)), DIFFERS)
    pairs = [(a, b) for a, b in zip(*map(NUMBER.findall, plain)) if a != b]
    if not pairs:
        return None
    worst = SAME
    for a, b in pairs:
        worst = worse(worst, verdict(a, b))
    return (*next(pair for pair in pairs if verdict(*pair) == worst), worst)


def _tables(name: str, old: Path, new: Path) -> list[Difference]:
    before, now = (list(csv.reader(p.open(encoding="utf-8", newline=""))) for p in (old, new))
    if before[:1] != now[:1] or len(before) != len(now):
        was, is_ = [f"{len(rows) - 1} rows of {', '.join(rows[0])}" if rows else "empty" for rows in (before, now)]
        return [Difference(name, "shape", was, is_, DIFFERS)]
    found = []
    for i, (left, right) in enumerate(zip(before[1:], now[1:]), start=1):
        label = next((cell for cell in left[1:2] + left[:1] if cell), "")
        for column, a, b in zip(before[0], left, right):
            if a != b:
                found.append(Difference(name, f"row {i} ({label}), column {column}", a, b, _cell(a, b)))
    return found


def _cell(before: str, now: str) -> str:
    """The verdict on a cell, which may hold words and several numbers, as an interval does."""
    if number(before) is not None or number(now) is not None:
        return verdict(before, now)
    found = text(before, now)
    return found[2] if found else CLOSE


def _numbers(name: str, old: Path, new: Path) -> list[Difference]:
    before, now = (json.loads(p.read_text(encoding="utf-8")) for p in (old, new))
    found = []
    for key in sorted(before | now):
        a, b = before.get(key), now.get(key)
        if a is None or b is None:
            found.append(Difference(name, key, "missing" if a is None else a["text"], "missing" if b is None else b["text"], DIFFERS))
        elif a != b:
            close = verdict(repr(a["value"]), repr(b["value"])) != DIFFERS and _cell(a["text"], b["text"]) != DIFFERS
            rest = {k: v for k, v in a.items() if k not in ("value", "text")}
            same = rest == {k: v for k, v in b.items() if k not in ("value", "text")}
            was, is_ = [entry["text"] if a["text"] != b["text"] else repr(entry["value"]) for entry in (a, b)]
            found.append(Difference(name, key, was, is_, CLOSE if close and same else DIFFERS))
    return found


def verdict(before: str, now: str) -> str:
    """Whether two printed numbers agree within design/tolerances.yaml: relative to their size, or in units of the last printed digit."""
    if before == now:
        return SAME
    a, b = number(before), number(now)
    if a is None or b is None:
        return DIFFERS
    relative, units = _allowed()
    step = 10.0 ** -max(_decimals(before), _decimals(now))
    printed = "." in before and _decimals(before) <= 4 and abs(a - b) <= 1.001 * units * step
    return CLOSE if printed or math.isclose(a, b, rel_tol=relative) else DIFFERS


@lru_cache(maxsize=1)
def _allowed() -> tuple[float, int]:
    tolerances = load().tolerances
    return tolerances["data"].relative, tolerances["printed"].units


def relative_change(before: str, now: str) -> float | None:
    """By how much of its size a printed number moved; None if it is no number."""
    a, b = number(before), number(now)
    return None if a is None or b is None else abs(a - b) / max(abs(a), abs(b)) if a != b else 0.0


def number(printed: str) -> float | None:
    """The value of a printed number; None if it is none."""
    try:
        return float(printed.replace(",", "").replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        return None


def _decimals(printed: str) -> int:
    return len(printed.rsplit(".", 1)[1]) if "." in printed else 0
