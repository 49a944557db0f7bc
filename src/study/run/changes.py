"""What a run changed, told once and summed up: how many cells in how many exhibits, the largest change, signs and stars."""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from . import compare, manifests
from .compare import Difference


def of_stages(published: Path, new: Path) -> list[Difference]:
    """The cells and numbers in which `new` differs from `published`, of the stages that `new` has; each change once.

    The Chinese table repeats the English one and is left out, and so is a number that went from the same text to the same
    text as a cell of an exhibit of its notebook.
    """
    manifest = manifests.read(new / "manifest.json")
    notebooks = {id_: line["notebook"] for id_, line in manifest["exhibits"].items()}
    before = _before(published / "manifest.json")
    ran = {f"notebooks/{stage}.ipynb" for stage in manifest["stages"]}
    notebooks |= {id_: line["notebook"] for id_, line in before.items() if line["notebook"] in ran}
    kept, seen = [], set()
    for difference in sorted(compare.folders(published, new), key=lambda found: found.file == "numbers.json"):
        exhibit = _exhibit(difference)
        if exhibit not in notebooks or not _counts(difference):
            continue
        change = (notebooks[exhibit], difference.before, difference.now)
        if difference.file == "numbers.json" and change in seen:
            continue
        seen.add(change)
        kept.append(difference)
    return kept


def _before(file: Path) -> dict:
    """The lines of the published manifest; none where there is none, or one of another version, whose lines were others."""
    try:
        return manifests.read(file)["exhibits"] if file.is_file() else {}
    except manifests.ManifestVersion:
        return {}


def _exhibit(difference: Difference) -> str:
    return f"number {difference.place}" if difference.file == "numbers.json" else PurePosixPath(difference.file).name.split(".")[0]


def _counts(difference: Difference) -> bool:
    """A cell or number, or a whole table or figure that came or went; not the same in another format or language."""
    name = PurePosixPath(difference.file).name
    return difference.file == "numbers.json" or name.endswith(".csv") and not name.endswith(".zh.csv")


def summary(found: Sequence[Difference]) -> str:
    """One line: cells and exhibits, the largest relative change and where, signs and stars that changed."""
    if not found:
        return "0 cells differ"
    exhibits = {_exhibit(difference) for difference in found}
    parts = [f"{len(found)} {_of(len(found), 'cell')} changed in {len(exhibits)} {_of(len(exhibits), 'exhibit')}"]
    sizes = [
        (size, difference) for difference in found if (size := compare.relative_change(_bare(difference.before), _bare(difference.now))) is not None
    ]
    if sizes:
        size, largest = max(sizes, key=lambda pair: pair[0])
        parts.append(f"largest relative change {size:.3g} ({_place(largest)}: {largest.before} -> {largest.now})")
    signs = sum(_sign_changed(difference.before, difference.now) for difference in found)
    stars = sum(_stars(difference.before) != _stars(difference.now) for difference in found)
    return "; ".join([*parts, f"{signs} {_of(signs, 'sign')} changed", f"stars changed in {stars} {_of(stars, 'cell')}"])


def _bare(cell: str) -> str:
    """The number in a cell such as 0.126*** or (0.05)."""
    return cell.rstrip("*").strip("()[] ")


def _sign_changed(before: str, now: str) -> bool:
    a, b = (compare.number(_bare(cell)) for cell in (before, now))
    return a is not None and b is not None and a * b < 0


def _stars(text: str) -> int:
    return len(text) - len(text.rstrip("*"))


def _place(difference: Difference) -> str:
    return f"{difference.file}, {difference.place}"


def _of(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"
