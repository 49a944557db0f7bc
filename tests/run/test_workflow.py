"""Runs at once, kills, lost locks: what is published is of the present code and whole, or it is as it was."""

import json

import pytest

from .conftest import until

pytestmark = pytest.mark.end_to_end


def published(small, arm="study"):
    folder = small / "results" / arm
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def started(small, name="study"):
    log = small / "build" / "run" / name / "progress.log"
    return lambda: log.is_file() and "started" in log.read_text(encoding="utf-8")


def test_two_runs_of_an_arm_wait_and_the_second_finds_nothing_to_do(small, begin):
    (small / "build").mkdir()
    (small / "build" / "hold").touch()
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
