"""Progress: how many of how many, and the time left by the durations of earlier runs."""

import pytest

from study.run import progress
from study.run.progress import Progress


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.setattr(progress, "root", lambda: tmp_path)
    return tmp_path


def test_stages_are_counted_and_nothing_is_guessed_the_first_time():
    run = Progress(["akiba 01_sample", "akiba 03_value"], 2)
    assert run.line("akiba 01_sample: started") == "akiba 01_sample: started"
    assert run.line("akiba 01_sample: done in 7 s") == "akiba 01_sample: done in 7 s (1 of 2)"
    assert run.line("akiba 03_value: done in 90 s") == "akiba 03_value: done in 90 s (2 of 2)"


def test_the_time_left_comes_from_the_last_run():
    """After the first of three: 90 + 200 s are left; on one core 290 s = 5 min, on two the longest, 200 s = 3 min; then 90 s."""
    names = ["a 01_sample", "a 02_variables", "a 03_value"]
    first = Progress(names, 1)
    for name, seconds in zip(names, (7, 90, 200)):
        first.line(f"{name}: done in {seconds} s")
    assert Progress(names, 1).line("a 01_sample: done in 7 s") == "a 01_sample: done in 7 s (1 of 3, about 5 min left)"
    again = Progress(names, 2)
    assert again.line("a 01_sample: done in 7 s") == "a 01_sample: done in 7 s (1 of 3, about 3 min left)"
    assert again.line("a 03_value: done in 10 s") == "a 03_value: done in 10 s (2 of 3, about 2 min left)"


def test_a_broken_record_or_a_full_disk_costs_the_estimate_only(project):
    (project / "build").mkdir()
    (project / "build" / "durations").write_text("a file where a folder should be")
    run = Progress(["a 01_sample", "a 02_variables"], 1)
    assert run.line("a 01_sample: done in 7 s") == "a 01_sample: done in 7 s (1 of 2)"
