"""What a run changed: each change once, and summed up."""

import json

import pytest

from study.run import changes, manifests
from study.run.compare import DIFFERS, Difference

MANIFEST = {"arm": "cn_banks", "packages": {}, "data": {}, "numbers": "", "files": {}}


@pytest.fixture
def two(tmp_path):
    """Published results of two stages, and new ones of the first only: T6 and a number of it changed in three places of files."""

    def write(name, stages, cell, text):
        folder = tmp_path / name
        (folder / "tables").mkdir(parents=True)
        exhibits = {}
        for stage in stages:
            id_ = {"10_baseline": "T6", "20_cases": "T20"}[stage]
            for suffix in ("", ".zh"):
                value = cell if id_ == "T6" else "7"
                (folder / "tables" / f"{id_}{suffix}.csv").write_text(f"panel,Outcome,Estimate\nA,Revenue,{value}\n")
            (folder / "tables" / f"{id_}.md").write_text(cell)
            exhibits[id_] = {"notebook": f"notebooks/{stage}.ipynb"}
        exhibits |= {f"number {key}": {"notebook": "notebooks/10_baseline.ipynb"} for key in ("effect", "banks")}
        numbers = {"effect": {"value": 1, "text": cell, "unit": "", "meaning": ""}, "banks": {"value": 2, "text": text, "unit": "", "meaning": ""}}
        (folder / "numbers.json").write_text(json.dumps(numbers))
        rests = {stage: {"parameters": {}, "files": []} for stage in stages}
        exhibits = {key: {"cell": "save", "files": {}} | line for key, line in exhibits.items() if line["notebook"][10:-6] in stages}
        manifests.write(folder / "manifest.json", MANIFEST | {"stages": rests, "exhibits": exhibits})
        return folder

    return write("published", ["10_baseline", "20_cases"], "0.120**", "51"), write("new", ["10_baseline"], "-0.060*", "49")


def test_a_change_is_told_once_and_stages_that_did_not_run_are_left_out(two):
    """T6.csv, T6.zh.csv, T6.md and the number `effect` are one change; `banks` is another; T20 did not run."""
    found = changes.of_stages(*two)
    assert [(one.file, one.place) for one in found] == [("tables/T6.csv", "row 1 (Revenue), column Estimate"), ("numbers.json", "banks")]


def test_the_summary_counts_cells_exhibits_signs_and_stars(two):
    # largest: |0.120 - -0.060| / 0.120 = 1.5
    assert changes.summary(changes.of_stages(*two)) == (
        "2 cells changed in 2 exhibits; largest relative change 1.5 (tables/T6.csv, row 1 (Revenue), column Estimate: 0.120** -> -0.060*); "
        "1 sign changed; stars changed in 1 cell"
    )
    assert changes.summary([]) == "0 cells differ"


@pytest.mark.parametrize(
    ("before", "now", "signs", "stars"), [("(0.05)", "(0.06)", 0, 0), ("0.1", "n.a.", 0, 0), ("1***", "2", 0, 1), ("0", "-1", 0, 0)]
)
def test_cells_that_are_no_plain_numbers(before, now, signs, stars):
    said = changes.summary([Difference("tables/T6.csv", "row 1", before, now, DIFFERS)])
    assert said.startswith("1 cell changed in 1 exhibit") and f"{signs} signs changed; stars changed in {stars} " in said
