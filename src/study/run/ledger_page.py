"""docs/ledger.md: the known answers of the tests, generated from tests/known_answers/ledger.csv."""

import csv
from collections import Counter
from pathlib import Path

from study.design import root

LEDGER = ("tests", "known_answers", "ledger.csv")
PAGE = ("docs", "ledger.md")
FACTS = "data/cn_banks/SOURCE.md"
SUBJECTS = {
    "analytics": "Scoring, policy and prices",
    "anomaly": "Anomalies",
    "cn_banks": "Chinese banks",
    "did": "Staggered adoption",
    "discrete": "Outcomes of 0 and 1",
    "firth": "Firth's logit",
    "hazard": "Hazards",
    "honest": "Robustness to different trends",
    "iv": "Instrumental variables",
    "lee": "Lee bounds",
    "ordinal": "Ordered outcomes",
    "oster": "Oster's bounds",
    "panel": "Linear panels",
    "pretrend": "Trends before adoption",
    "recommend": "Recommendation",
    "value": "Customer value",
}
HEAD = [
    "# Known answers",
    "",
    "Written by `make readme` from `tests/known_answers/ledger.csv`; change that file, not this page. Each line is a value from a",
    "publication, another program or a computation by hand, our value as it is printed, how far they may be apart, and the test",
    "that compares them. A difference that is understood and a concern that is open are said in the last column.",
    "",
]


def page(folder: Path) -> str:
    """The page of the ledger of a project folder."""
    lines = _lines(folder)
    counts = Counter(_subject(line) for line in lines)
    concerns = sum(bool(line["concerns"]) for line in lines)
    text = [*HEAD, f"{len(lines)} lines; {concerns} have an open concern.", "", "| subject | lines |", "| --- | --: |"]
    text += [f"| [{name}](#{_anchor(name)}) | {counts[name]} |" for name in sorted(counts)]
    for name in sorted(counts):
        text += ["", f"## {name}", "", *_table([line for line in lines if _subject(line) == name])]
    return "\n".join(text) + "\n"


def write() -> None:
    """Write docs/ledger.md."""
    root().joinpath(*PAGE).write_text(page(root()), encoding="utf-8")


def _lines(folder: Path) -> list[dict[str, str]]:
    with open(folder.joinpath(*LEDGER), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _subject(line: dict[str, str]) -> str:
    prefix = line["id"].partition(".")[0]
    return SUBJECTS.get(prefix, prefix.replace("_", " ").capitalize())


def _anchor(name: str) -> str:
    """The anchor that a heading gets on GitHub."""
    return "".join(c for c in name.lower().replace(" ", "-") if c.isalnum() or c == "-")


def _table(lines: list[dict[str, str]]) -> list[str]:
    """One row per line; those of the facts' SOURCE.md are one row."""
    facts = [line for line in lines if line["source"].startswith(FACTS)]
    rows = ["| what | expected | ours | tolerance | source | test | difference, concern |", "| --- | --: | --: | --: | --- | --- | --- |"]
    if facts:
        tests = ", ".join(dict.fromkeys(_file(line) for line in facts))
        rows.append(
            f"| {len(facts)} counts, moments, samples and checks | as printed | as printed | printed digits | [`{FACTS}`](../{FACTS}) | {tests} | |"
        )
    for line in lines:
        if line not in facts:
            test = f"{_file(line)} `{line['where'].partition('::')[2]}`"
            said = "; ".join(part for part in (line["difference"], line["concerns"]) if part)
            cells = [line["what"], line["expected"], line["ours"], line["tolerance"], line["source"], test, said]
            rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return rows


def _file(line: dict[str, str]) -> str:
    file = line["where"].partition("::")[0]
    return f"[`{file}`](../{file})"
