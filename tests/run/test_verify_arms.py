"""Which arms `study verify` looks at when none is named."""

import pytest

from study.design import load
from study.run import verify
from study.run.workflow import RunError, built_arms


def test_all_that_are_built_and_own_data_only_with_results(tmp_path, monkeypatch):
    monkeypatch.setattr(verify, "root", lambda: tmp_path)
    every = built_arms(load())
    assert "own" in every
    assert verify.built(None) == [name for name in every if name != "own"]  # a lost result of another arm stays a fault
    (tmp_path / "results" / "own").mkdir(parents=True)
    assert verify.built(None) == every


def test_one_arm_by_name():
    assert verify.built("akiba") == ["akiba"]
    with pytest.raises(RunError, match="no arm 'akiva'"):
        verify.built("akiva")
