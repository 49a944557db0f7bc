"""Publication: whole or not at all."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from study.design import load
from study.run import PublishError, publish, workflow


@dataclass
class Plan:
    arm: str
    parameters: dict
    folder: Path
    results: Path


@pytest.fixture
def plan(tmp_path):
    """A run of cn_banks whose stages saved every exhibit that the design says is built."""
    planned = Plan("cn_banks", dict.fromkeys(load().arms["cn_banks"].stages, {}), tmp_path / "run", tmp_path / "r" / "cn_banks")
    for stage in planned.parameters:
        keys = [i for i, e in load().exhibits.items() if e.notebook == stage and e.arms.get("cn_banks") == "built"]
        write(planned, stage, {key: f"table {key}" for key in keys})
    return planned


def write(plan, stage, tables, numbers=()):
    folder = plan.folder / "stages" / stage
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    for key, text in tables.items():
        (folder / "tables" / f"{key}.csv").write_text(text)
    lines = {key: {"cell": "x", "files": {}} for key in tables}
    (folder / "manifest.json").write_text(json.dumps({"code": {}, "exhibits": lines}))
    (folder / "numbers.json").write_text(json.dumps({name: {} for name in numbers}))


def test_the_first_publication_writes_everything(plan):
    changed = publish.publish(plan)
    assert "tables/T6.csv" in changed and "manifest.json" in changed
    assert (plan.results / "tables" / "T6.csv").read_text() == "table T6"


def test_an_unchanged_run_touches_nothing(plan):
    publish.publish(plan)
    before = (plan.results / "manifest.json").stat()
    assert publish.publish(plan) == []
    assert (plan.results / "manifest.json").stat() == before


def test_a_file_that_is_no_longer_made_disappears(plan):
    publish.publish(plan)
    (plan.results / "tables" / "old.csv").write_text("left over")
    assert publish.publish(plan) == ["tables/old.csv"]
    assert not (plan.results / "tables" / "old.csv").exists()


def test_a_missing_exhibit_stops_the_publication(plan):
    publish.publish(plan)
    write(plan, "10_baseline", {})
    with pytest.raises(PublishError, match="cn_banks has T6, but no notebook saved it"):
        publish.publish(plan)
    assert (plan.results / "tables" / "T6.csv").read_text() == "table T6"


def test_two_stages_may_not_save_the_same_number(plan):
    write(plan, "01_sample", {"T1": "a"}, numbers=["n"])
    write(plan, "10_baseline", {"T6": "b"}, numbers=["n"])
    with pytest.raises(PublishError, match="10_baseline saves n, which another stage saved"):
        publish.publish(plan)


def test_a_kill_between_the_two_renames_is_mended(plan):
    publish.publish(plan)
    plan.results.rename(plan.results.with_name(".cn_banks.old"))
    publish.recover(plan.results)
    assert (plan.results / "tables" / "T6.csv").read_text() == "table T6"
    assert not plan.results.with_name(".cn_banks.old").exists()


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), PermissionError(13, "Permission denied")])
def test_a_full_or_read_only_disk_leaves_the_published_results(plan, monkeypatch, error):
    publish.publish(plan)
    write(plan, "10_baseline", {"T6": "a new table"})

    def refuse(*arguments, **options):
        raise error

    monkeypatch.setattr(publish.shutil, "copytree", refuse)
    with pytest.raises(PublishError, match=f"can not be written \\({error.strerror}\\); .* is as it was"):
        publish.publish(plan)
    assert (plan.results / "tables" / "T6.csv").read_text() == "table T6"
    monkeypatch.undo()
    publish.recover(plan.results)
    assert publish.publish(plan) != []
    assert (plan.results / "tables" / "T6.csv").read_text() == "a new table"
    assert [p.name for p in plan.results.parent.iterdir()] == ["cn_banks"]


def test_a_fault_that_several_stages_met_is_told_once(tmp_path):
    said = "notebooks/{0}.ipynb, cell 1 (id build) raised DataError: a.csv has 1 fault\nline 2\nThe executed notebook is build/{0}.ipynb"
    texts = {"01_sample": said, "02_variables": said, "03_value": "notebooks/{0}.ipynb, cell 4 (id x) raised KeyError: 'y'", "04_segments": "killed"}
    paths = [tmp_path / f"{stage}.failed" for stage in texts]
    for path in paths:
        path.write_text(texts[path.stem].format(path.stem), encoding="utf-8")
    assert workflow._told(paths) == (
        "notebooks/01_sample.ipynb, cell 1 (id build) raised DataError: a.csv has 1 fault\nline 2\n"
        "The executed notebook is build/01_sample.ipynb\nThe same in 02_variables\n"
        "notebooks/03_value.ipynb, cell 4 (id x) raised KeyError: 'y'\nkilled"
    )
