"""Publication: whole or not at all."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from study.design import load
from study.run import PublishError, manifests, publish, record, recovery, workflow

PRESENT = {"parameters": {}, "files": {"src/study/models/panel/panel.py": "1"}, "packages": {"requirements.lock": "1"}, "data": {"facts.csv": "1"}}


@dataclass
class Plan:
    arm: str
    parameters: dict
    folder: Path
    results: Path


@pytest.fixture
def plan(tmp_path, monkeypatch):
    """A run of cn_banks whose stages saved every exhibit that the design says is built, from the present code."""
    monkeypatch.setattr(record, "present", lambda arm, stage, parameters: PRESENT)
    monkeypatch.setattr(recovery, "root", lambda: tmp_path)
    planned = Plan("cn_banks", dict.fromkeys(load().arms["cn_banks"].stages, {}), tmp_path / "run", tmp_path / "results" / "cn_banks")
    for stage in planned.parameters:
        keys = [i for i, e in load().exhibits.items() if e.made_by(stage).get("cn_banks") == "built"]
        write(planned, stage, {key: f"table {key}" for key in keys})
    return planned


def write(plan, stage, tables, numbers=()):
    folder = plan.folder / "stages" / stage
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    for key, text in tables.items():
        (folder / "tables" / f"{key}.csv").write_text(text)
    lines = {key: {"notebook": f"notebooks/{stage}.ipynb", "cell": "x", "files": {}} for key in tables}
    (folder / "manifest.json").write_text(json.dumps({"version": manifests.VERSION, "record": PRESENT, "exhibits": lines}))
    (folder / "numbers.json").write_text(json.dumps({name: {"text": "1", "value": 1} for name in numbers}))


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


def test_a_number_that_the_paper_does_not_name_is_not_registered(plan, monkeypatch):
    """The paper names more later: the same run, published again, has it."""
    write(plan, "10_baseline", {"T6": "b"}, numbers=["n", "m"])
    lines = json.loads((plan.folder / "stages" / "10_baseline" / "manifest.json").read_text())
    line = {"notebook": "notebooks/10_baseline.ipynb", "cell": "x", "files": {}}
    lines["exhibits"] |= {"number n": line, "number m": line}
    (plan.folder / "stages" / "10_baseline" / "manifest.json").write_text(json.dumps(lines))
    for named in ({"cn_banks.n", "akiba.m"}, {"cn_banks.n", "cn_banks.m"}):
        monkeypatch.setattr(publish, "numbers_named", lambda root, named=named: named)
        publish.publish(plan)
        registered = {key.removeprefix("cn_banks.") for key in named if key.startswith("cn_banks.")}
        assert set(json.loads((plan.results / "numbers.json").read_text())) == registered
        lines = manifests.read(plan.results / "manifest.json")["exhibits"]
        assert {key for key in lines if key.startswith("number ")} == {f"number {name}" for name in registered}


def test_a_kill_between_the_two_renames_is_mended(plan):
    publish.publish(plan)
    plan.results.rename(plan.results.with_name(".cn_banks.old"))
    assert recovery.recover() == ["cn_banks"]
    assert (plan.results / "tables" / "T6.csv").read_text() == "table T6"
    assert recovery.recover() == []
    assert not plan.results.with_name(".cn_banks.old").exists()


@pytest.mark.parametrize(
    ("part", "name", "said"),
    [
        ("files", "src/study/models/panel/panel.py", "src/study/models/panel/panel.py changed"),
        ("packages", "requirements.lock", "requirements.lock changed"),
        ("data", "facts.csv", "data file facts.csv changed"),
        ("parameters", "rule", "parameter rule is new"),
    ],
)
def test_a_stage_of_other_code_packages_data_or_parameters_is_refused(plan, monkeypatch, part, name, said):
    publish.publish(plan)
    write(plan, "10_baseline", {"T6": "of the old code"})
    monkeypatch.setattr(record, "present", lambda arm, stage, parameters: PRESENT | {part: PRESENT[part] | {name: "2"}})
    with pytest.raises(PublishError, match=f"01_sample of cn_banks did not run with what is here now: {said}; .* is as it was"):
        publish.publish(plan)
    assert (plan.results / "tables" / "T6.csv").read_text() == "table T6"


def test_the_manifest_says_what_each_stage_rests_on(plan):
    publish.publish(plan)
    manifest = manifests.read(plan.results / "manifest.json")
    assert manifest["files"] == PRESENT["files"] and manifest["packages"] == PRESENT["packages"] and manifest["data"] == PRESENT["data"]
    assert manifest["stages"]["10_baseline"] == {"parameters": {}, "files": ["src/study/models/panel/panel.py"]}


@pytest.mark.parametrize(("version", "way"), [(2, "make the results anew with `study run`"), (4, "take the version of the study that wrote it")])
def test_a_manifest_of_another_version_is_refused_with_the_way_out(tmp_path, version, way):
    file = tmp_path / "manifest.json"
    file.write_text(json.dumps({"exhibits": {}} | ({"version": version} if version > 1 else {})))
    with pytest.raises(manifests.ManifestVersion, match=f"manifest.json is of version {version}, this checkout reads version 3; {way}"):
        manifests.read(file)


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), PermissionError(13, "Permission denied")])
def test_a_full_or_read_only_disk_leaves_the_published_results(plan, monkeypatch, error):
    publish.publish(plan)
    write(plan, "10_baseline", {"T6": "a new table"})

    def refuse(*arguments, **options):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(publish.shutil, "copytree", refuse)
        with pytest.raises(PublishError, match=f"can not be written \\({error.strerror}\\).*; .* is as it was"):
            publish.publish(plan)
    assert (plan.results / "tables" / "T6.csv").read_text() == "table T6"
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
