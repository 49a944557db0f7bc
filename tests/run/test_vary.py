"""`study verify --vary`: what is varied, what reaches a stage, and what is said of a file that does not keep its bytes."""

import json
import os
import subprocess
import sys

import pytest

from study.run import compare, conditions, manifests, stage, vary, verify
from study.run.conditions import HERE, Condition, chosen, environment, every
from study.run.workflow import RunError

# A stage in small: it writes a number that depends on what is varied only where it is told to.
STAGE = """
import datetime, json, os, pathlib, sys
folder, arm = pathlib.Path(sys.argv[1]), sys.argv[2]
(folder / "tables").mkdir(parents=True)
said = {"steady": 0.5, "zone": datetime.datetime(2024, 7, 1).astimezone().isoformat(), "order": os.listdir(sys.argv[3]),
        "year": datetime.datetime.now().year, "hash": hash("a") % 97, "mask": oct((folder / "tables").stat().st_mode)}[arm]
text = said if isinstance(said, str) else json.dumps(said)
(folder / "tables" / "T1.csv").write_text("row,value\\nfirst," + text.replace(",", ";") + "\\n")
(folder / "tables" / "T1.md").write_text("| first | " + text + " |")
line = {"stage": "03_value", "cell": "fit", "files": {}}
whole = {"version": 3, "arm": arm, "packages": {}, "data": {}, "stages": {"03_value": {"parameters": {}}}}
(folder / "manifest.json").write_text(json.dumps(whole | {"exhibits": {"T1": line}, "numbers": [], "numbers.json": "", "files": {}}))
"""


@pytest.fixture
def run(tmp_path):
    """Runs the small stage under a condition, as `vary.again` runs an arm's."""
    script, listed = tmp_path / "stage.py", tmp_path / "listed"
    script.write_text(STAGE)
    listed.mkdir()
    for name in "abcdefgh":
        (listed / name).touch()

    def runner(arm, condition, folder, cores):
        scratch = tmp_path / f"scratch{len(list(tmp_path.iterdir()))}"
        scratch.mkdir()
        env = environment(condition, scratch)
        env |= {name: value for name, value in json.loads(env.get(stage.VARIED, "{}")).items() if value is not None}
        done = subprocess.run(
            [sys.executable, script, folder / "results", arm, listed], env=env, umask=condition.umask, capture_output=True, text=True
        )
        if done.returncode:
            raise RunError(done.stderr.splitlines()[-1])
        return folder / "results"

    return runner


def outcome(run, tmp_path, arm, condition):
    plain = run(arm, Condition("plain", "plain", pinned={"PYTHONHASHSEED": "0"}), tmp_path / "plain", 1)
    (made,) = vary.vary(arm, plain, [condition], tmp_path / "varied", 1, runner=run)
    return made


@pytest.mark.parametrize("condition", [one for one in every() if one.group != "kernels"], ids=lambda one: f"{one.group}-{one.name}")
def test_a_steady_stage_keeps_its_bytes_under_every_condition(run, tmp_path, condition):
    made = outcome(run, tmp_path, "steady", condition)
    assert made.verdict == compare.SAME
    assert str(made).endswith("all 2 files keep their bytes" if not condition.lacks else condition.lacks)
    assert not (tmp_path / "varied").exists() or not list((tmp_path / "varied").iterdir())  # nothing is left of what is as it was


@pytest.mark.parametrize(
    ("arm", "group", "name", "shown"),
    [
        ("zone", "timezone", "Pacific/Kiritimati", "+14:00"),
        ("order", "files", "another order", '"a"'),
        ("year", "clock", "1970", "1970"),
        ("year", "clock", "2040", "2040"),
        ("hash", "hashseed", "1", ""),
    ],
)
def test_a_stage_that_depends_on_it_is_found_and_explained(run, tmp_path, arm, group, name, shown):
    (condition,) = [one for one in every() if (one.group, one.name) == (group, name)]
    if condition.lacks:
        pytest.skip(condition.lacks)
    made = outcome(run, tmp_path, arm, condition)
    assert made.verdict == compare.DIFFERS and {one.file for one in made.differences} == {"tables/T1.csv", "tables/T1.md"}
    told = str(made)
    assert "2 of 2 files change. The first: tables/T1.csv, row 1" in told and shown in told
    assert "made by notebooks/03_value.ipynb, cell fit" in told and condition.settings in told
    assert (
        tmp_path / "varied" / f"{group}_{name}".replace(" ", "_").replace("/", "_") / "results" / "tables" / "T1.csv"
    ).is_file()  # left to be looked at


def test_the_size_of_a_change_is_said(tmp_path):
    for name, value in (("plain", "2041.169356"), ("other", "2041.169426")):
        (tmp_path / name / "tables").mkdir(parents=True)
        (tmp_path / name / "tables" / "T1.csv").write_text(f"total\n{value}\n")
        line = {"notebook": "notebooks/03_value.ipynb", "cell": "total", "files": {}}
        whole = {"arm": "akiba", "packages": {}, "data": {}, "numbers": "", "files": {}, "stages": {"03_value": {"parameters": {}, "files": []}}}
        manifests.write(tmp_path / name / "manifest.json", whole | {"exhibits": {"T1": line}})
    (made,) = vary.vary("akiba", tmp_path / "plain", [Condition("kernels", "Zen")], tmp_path, 1, runner=lambda *_: tmp_path / "other")
    # (2041.169426 - 2041.169356) / 2041.169426 = 3.4e-8: within 1e-6
    assert "2041.169356 -> 2041.169426 (within tolerance), by 3.4e-08 of its size" in str(made)
    assert made.verdict == compare.CLOSE


def test_stages_that_stop_are_a_difference(tmp_path):
    def stops(*_):
        raise RunError("notebooks/03_value.ipynb, cell 3 raised KeyError")

    (made,) = vary.vary("akiba", tmp_path, [Condition("umask", "0077", umask=0o077)], tmp_path, 1, runner=stops)
    assert made.verdict == compare.DIFFERS
    assert str(made) == "umask, 0077: the stages stopped (umask 0077): notebooks/03_value.ipynb, cell 3 raised KeyError"


def test_conditions_are_chosen_by_group_or_name():
    assert chosen("all") == every()
    assert {one.group for one in chosen("kernels, timezone")} == {"kernels", "timezone"}
    assert [one.name for one in chosen("OpenBLAS Nehalem,OpenBLAS Nehalem")] == ["OpenBLAS Nehalem"]
    with pytest.raises(RunError, match="--vary does not know 'kernel'; did you mean 'kernels'"):
        chosen("kernel")
    groups = {"timezone", "locale", "umask", "home", "folder", "hashseed", "threads", "files", "clock", "kernels"}
    assert {one.group for one in every()} == groups


def test_a_condition_reaches_the_kernel_against_the_pins(tmp_path, monkeypatch):
    monkeypatch.setenv(stage.VARIED, json.dumps({"OPENBLAS_CORETYPE": "Nehalem", "OMP_NUM_THREADS": None}))
    seen = stage._environment(tmp_path / "stage")
    assert seen["OPENBLAS_CORETYPE"] == "Nehalem" and "OMP_NUM_THREADS" not in seen
    assert seen["NPY_DISABLE_CPU_FEATURES"] == stage.PINNED["NPY_DISABLE_CPU_FEATURES"]


def test_the_pins_reach_the_libraries():
    """What the pin of OpenBLAS's kernel alone left open: numpy's own loops."""
    code = (
        "import json, numpy, scipy.linalg; from threadpoolctl import threadpool_info as info;"
        "from numpy._core._multiarray_umath import __cpu_features__ as on, __cpu_dispatch__ as known;"
        "print(json.dumps([[one.get('architecture') for one in info() if one['internal_api'] == 'openblas'], [n for n in known if on.get(n)]]))"
    )
    done = subprocess.run([sys.executable, "-c", code], env=os.environ | stage.PINNED, capture_output=True, text=True, check=True)
    kernels, loops = json.loads(done.stdout)
    if kernels and "avx2" in conditions._features():
        assert set(kernels) == {"Haswell"}
    assert not {"X86_V4", "AVX512_ICL", "AVX512_SPR"} & set(loops)


def test_another_order_is_the_same_every_time(tmp_path):
    for name in "abcdefgh":
        (tmp_path / name).touch()
    code = "import os, sys, pathlib; d = sys.argv[1]; print([os.listdir(d), [e.name for e in os.scandir(d)], [p.name for p in pathlib.Path(d).iterdir()]])"
    env = os.environ | {"PYTHONPATH": str(HERE)}
    made = [subprocess.run([sys.executable, "-c", code, tmp_path], env=env, capture_output=True, text=True, check=True).stdout for _ in range(2)]
    assert made[0] == made[1]
    for listed in json.loads(made[0].replace("'", '"')):
        assert sorted(listed) == list("abcdefgh") != listed


def test_a_copy_abroad_has_the_code_and_the_data_and_no_builds(tmp_path, monkeypatch):
    project = tmp_path / "project"
    for name in ("src/study/x.py", "data/cn/a.csv", "data/external/s/b.csv", "build/run/c", ".venv/bin/python", "results/akiba/numbers.json"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(name)
    (project / "Snakefile").write_text("")
    monkeypatch.setattr(vary, "root", lambda: project)
    copy = vary._abroad(tmp_path / "scratch")
    assert " " in str(copy) and "研究" in str(copy)
    there = {path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file()}
    assert {"src/study/x.py", "data/cn/a.csv", "results/akiba/numbers.json", "Snakefile"} <= there
    assert (copy / "data/external/s/b.csv").read_text() == "data/external/s/b.csv"
    assert not (copy / "build").exists() and not (copy / ".venv").exists()


@pytest.mark.full
@pytest.mark.parametrize("name", ["OpenBLAS Nehalem", "numpy all", "oldest", "another order", "spaces and Chinese", "ASCII", "1970"])
def test_the_banks_keep_their_bytes(tmp_path, name):
    """The embedded data's whole arm, under the conditions that found something on the way here."""
    plain = vary.again("cn_banks", Condition("plain", "plain"), tmp_path / "plain", 2)
    for made in vary.vary("cn_banks", plain, chosen(name), tmp_path / "varied", 2):
        assert made.condition.lacks or made.verdict == compare.SAME, str(made)


@pytest.mark.parametrize(
    ("verdicts", "missing", "word", "code"),
    [
        ([], (), "identical", 0),
        ([compare.CLOSE], (), "same within the stated tolerance (1 places)", 3),
        ([compare.CLOSE, compare.DIFFERS, compare.DIFFERS], (), "different (2 places)", 1),
        ([], ("akiba",), "not verified: no data are here to run the stages again", 2),
        ([compare.DIFFERS], ("akiba",), "different (1 places)", 1),
    ],
)
def test_a_report_ends_in_one_word_and_its_exit_code(verdicts, missing, word, code):
    findings = [verify.Finding("re-run", "akiba: x", verdict, "akiba") for verdict in verdicts]
    tried = {"akiba": not missing}
    report = verify.Report(tuple(findings), {name: verify._verdict(name, findings, tried) for name in ("akiba", "paper")})
    assert (report.lines()[-1], report.exit_code) == (word, code)
    assert "paper: identical" in report.lines()
    told = [line for line in report.lines() if line.startswith("tolerance: ")]
    assert bool(told) == (compare.CLOSE in report.arms.values())
