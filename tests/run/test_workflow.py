"""Runs at once, kills, lost locks: what is published is of the present code and whole, or it is as it was."""

import json
import shutil
import signal
import time

import pytest

from study.run import locks, manifests, record, recovery, workflow

from .conftest import until

pytestmark = pytest.mark.end_to_end


@pytest.fixture(scope="session")
def run_once(tmp_path_factory):
    """Where the first test that needs a small project with results keeps them for the others."""
    return tmp_path_factory.mktemp("run_once")


@pytest.fixture
def made(small, study, run_once):
    """The small project after a first run of the arm `study`; executed once, then copied."""
    if not (run_once / "results").is_dir():
        done = study("run", "--arm", "study")
        assert done.returncode == 0, done.stderr
        for name in ("results", "build"):
            shutil.copytree(small / name, run_once / name)
    else:
        for name in ("results", "build"):
            shutil.copytree(run_once / name, small / name)


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old} is not in {path.name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def hold(small):
    """Let the notebooks wait before they save."""
    (small / "build").mkdir(exist_ok=True)
    (small / "build" / "hold").touch()


def published(small, arm="study"):
    folder = small / "results" / arm
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def started(small, name="study"):
    """True once a stage of the run is in its notebook, whatever an earlier run left."""
    stage = small / "build" / "run" / name / "progress.log"
    return lambda: stage.is_file() and stage.read_text(encoding="utf-8").count("started") == 1 and "done" not in stage.read_text(encoding="utf-8")


def test_two_runs_of_an_arm_wait_and_the_second_finds_nothing_to_do(small, begin):
    hold(small)
    first = begin("run", "--arm", "study")
    until(started(small))
    second = begin("run", "--arm", "study")
    said = second.stderr.readline()
    assert said == "study: waiting for another run, or for what a killed run left behind, to end\n"
    (small / "build" / "hold").unlink()
    assert first.communicate(timeout=300)[0] == "results/study: 3 files changed\n" and first.returncode == 0
    out, err = second.communicate(timeout=300)
    assert (second.returncode, out, err) == (0, "results/study: nothing changed\n", "")


def test_runs_with_other_parameters_share_nothing(small, begin):
    """Two side runs and a plain one at once: each publishes its own parameters, whatever the others do."""
    runs = {rule: begin("run", "--set", f"rule={rule}", "--arm", "study") for rule in ("with_bounds", "with_doubt")}
    plain = begin("run", "--arm", "study")
    assert plain.communicate(timeout=300)[0] == "results/study: 3 files changed\n"
    for rule, running in runs.items():
        out, err = running.communicate(timeout=300)
        assert running.returncode == 0, err
        side = small / "build" / "results" / f"study@rule={rule}"
        assert rule in (side / "tables" / "T20.csv").read_text(encoding="utf-8")
        plans = json.loads((small / "build" / "run" / side.name / "plans.json").read_text(encoding="utf-8"))
        assert list(plans) == [f"build/run/{side.name}"]
    assert b"'strict'" in published(small)["tables/T20.csv"]


KILL_BETWEEN = """
import os, signal
from pathlib import Path
rename, count = Path.rename, []
def once(self, target):
    count.append(rename(self, target))
    os.kill(os.getpid(), signal.SIGKILL)
Path.rename = once
from study.cli import main
import sys
sys.argv = ["study", "run", "--arm", "study"]
main()
"""


@pytest.mark.parametrize("next_command", [["list", "arms"], ["run", "--arm", "study", "--dry-run"], ["show", "investment_2019"], ["trace", "T20"]])
def test_a_kill_between_the_two_renames_is_mended_by_whatever_command_comes_next(small, study, begin, next_command, made):
    before = published(small)
    assert before
    edit(small / "notebooks" / "20_cases.ipynb", "1.5", "2.5")
    killed = begin("-c", KILL_BETWEEN)
    assert killed.wait(timeout=300) == -signal.SIGKILL
    assert not (small / "results" / "study").exists() and (small / "results" / ".study.old").is_dir()
    done = study(*next_command)
    assert "study: a run was killed while it published study; the results published before are back\n" in done.stderr
    assert published(small) == before
    assert [path.name for path in (small / "results").glob(".*")] == []
    assert "Traceback" not in done.stderr


def test_results_that_can_not_be_put_back_are_said(small, made, monkeypatch):
    (small / "results" / "study").rename(small / "results" / ".study.old")

    def refuse(*arguments, **options):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(locks, "held", refuse)
    with pytest.raises(recovery.NotMended, match=r"left \.study\.old in results/.*\(Read-only file system\): make results/ and build/ writable"):
        recovery.recover()


def test_code_changed_while_a_stage_runs_is_not_published_as_its_result(small, begin, study, made):
    """The stage began with the old notebook and code; the code is changed before it ends, and the run is refused."""
    before = published(small)
    edit(small / "notebooks" / "20_cases.ipynb", "1.5", "2.5")
    hold(small)
    running = begin("run", "--arm", "study")
    until(started(small))
    edit(small / "src" / "study" / "exhibits" / "engine" / "run.py", '"cell": _cell_source(),', '"cell": _cell_source() or "",')
    (small / "build" / "hold").unlink()
    out, err = running.communicate(timeout=300)
    assert (running.returncode, out) == (2, "")
    assert (
        "20_cases of study did not run with what is here now: src/study/exhibits/engine/run.py changed; results/study is as it was; run again" in err
    )
    assert published(small) == before
    assert study("run", "--arm", "study").stdout == "results/study: 2 files changed\n"  # the table and the manifest


def test_a_lock_taken_away_in_mid_run_stops_the_publication(small, begin, made):
    before = published(small)
    edit(small / "notebooks" / "20_cases.ipynb", "1.5", "2.5")
    hold(small)
    running = begin("run", "--arm", "study")
    until(started(small))
    (small / "build" / "run" / ".study.lock").unlink()
    (small / "build" / "hold").unlink()
    _, err = running.communicate(timeout=300)
    assert running.returncode == 2
    assert "build/run/.study.lock was taken away while study ran" in err and "results/study is as it was; run again" in err
    assert published(small) == before


def test_comments_and_docstrings_need_no_run_and_a_cell_does(small, study, made):
    before = published(small)
    file = small / "src" / "study" / "exhibits" / "engine" / "run.py"
    file.write_text('"""Another docstring."""\n\n# a comment\n' + file.read_text(encoding="utf-8").split('"""', 2)[2], encoding="utf-8")
    edit(small / "design" / "questions.yaml", "# The questions", "# These are the questions")
    done = study("run", "--arm", "study")
    assert (done.stdout, done.stderr) == ("results/study: nothing changed\n", "")
    assert published(small) == before
    edit(small / "notebooks" / "20_cases.ipynb", "1.5", "2.5")
    dry = study("run", "--arm", "study", "--dry-run")
    assert dry.stdout.splitlines() == ["study 20_cases: would run: notebooks/20_cases.ipynb changed", "1 stage would run; nothing was run"]
    assert published(small) == before


def test_packages_and_files_that_are_not_python_are_inputs(small, made):
    manifest = manifests.read(small / "results" / "study" / "manifest.json")
    assert {"requirements.lock", "pins"} == set(manifest["packages"])
    assert {
        "notebooks/20_cases.ipynb",
        "src/study/exhibits/engine/run.py",
        "src/study/exhibits/engine/fonts/OFL.txt",
        "design/questions.yaml: 20_cases",
    } <= set(manifest["files"])
    assert "design/hypotheses.yaml" not in manifest["files"]  # no line of the stage's code names it
    (small / "src" / "study" / "exhibits" / "engine" / "template.docx").write_bytes(b"new")
    (small / "src" / "study" / "exhibits" / "engine" / "fonts" / "OFL.txt").write_text("another font", encoding="utf-8")
    edit(small / "requirements.lock", r"numpy==", "numpy==9.")
    assert record.since(manifest, "20_cases") == [
        "src/study/exhibits/engine/fonts/OFL.txt changed",
        "src/study/exhibits/engine/template.docx is new",
        "requirements.lock changed",
    ]


def test_compare_is_with_what_was_published_before(small, study, made):
    edit(small / "notebooks" / "20_cases.ipynb", "1.5", "\N{MINUS SIGN}3.0")
    out = study("run", "--arm", "study", "--compare").stdout.splitlines()
    assert out[0] == "results/study: 2 files changed"
    assert out[1].startswith("tables/T20.csv, row 1 (") and "column value: 1.5 -> \N{MINUS SIGN}3.0" in out[1]
    # of the larger of the two sizes: |1.5 - -3.0| / 3.0 = 1.5
    assert out[2].startswith("1 cell changed in 1 exhibit; largest relative change 1.5 (tables/T20.csv, row 1 (")
    assert out[2].endswith("; 1 sign changed; stars changed in 0 cells")
    assert out[3] == "this report is in build/results/study.differences.txt"
    assert study("run", "--arm", "study", "--compare").stdout.splitlines()[1] == "0 cells differ"


def test_damaged_data_are_found_before_a_kernel_starts(small, study):
    facts = small / "data" / "cn_banks" / "facts.csv"
    edit(facts, "ICBC", "NO_SUCH_BANK")
    done = study("run", "--arm", "study")
    assert done.returncode == 2 and "facts.csv has" in done.stderr and "NO_SUCH_BANK" in done.stderr
    assert "started" not in done.stderr and not (small / "results" / "study").exists()


def test_a_disk_that_fills_during_publication_leaves_the_published_results(small, begin, made):
    """The limit on a file's size stands for the full disk: the operating system refuses to write on, in the middle of the copy."""
    before = published(small)
    code = (
        "import resource, sys\nfrom study.run import publish, recovery, workflow\nfrom study.design import load\n"
        "plan = workflow.plan(load(), 'study', {})\nnew = publish.assemble(plan)\n(new / 'tables' / 'T20.csv').write_text('x' * 5000)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))\nsys.argv = ['study']\n"
        "try:\n    publish.replace(plan, new)\nexcept publish.PublishError as error:\n    print(error)\n"
    )
    out, err = begin("-c", code).communicate(timeout=120)
    assert "can not be written (File too large). The disk or your share of it is full: free some space and run again" in out, err
    assert out.endswith("; results/study is as it was\n")
    assert published(small) == before
    assert [path.name for path in (small / "results").iterdir()] == ["study"]


@pytest.mark.parametrize("seconds", [0, 86400 * 365])
def test_a_clock_in_1970_is_refused_before_anything_runs(small, monkeypatch, seconds):
    real = time.gmtime
    monkeypatch.setattr(workflow.time, "gmtime", lambda *given: real(*(given or (seconds,))))
    with pytest.raises(workflow.RunError, match="this machine's clock says 197[01]-01-01, which Word files can not hold; set it and run again"):
        workflow.run(["study"], {}, 1)
    assert not (small / "build").exists() and not (small / "results").exists()


def test_a_verification_takes_its_lock_before_it_deletes_anything(small, begin, made):
    """The first is in its notebook when the second comes: the second must not take the folder away under it."""
    hold(small)
    first = begin("-c", VERIFY)
    until(started(small, "../verify/study"))
    second = begin("-c", VERIFY)
    assert second.stderr.readline() == "study: waiting for another verification to end\n"
    assert (small / "build" / "verify" / "study" / "plans.json").is_file()
    (small / "build" / "hold").unlink()
    for running in (first, second):
        out, err = running.communicate(timeout=300)
        assert (running.returncode, out) == (0, "[]\n"), err


VERIFY = "from study.run import verify\nprint(verify._alone('study', False, (), 1)[0])"
