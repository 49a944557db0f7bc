"""The project's own switch, and not a forge's CI=true, makes an absent source a failure."""

import pytest

from study.data import registry


@pytest.mark.parametrize(("variable", "outcome"), [("CI", pytest.skip.Exception), ("STUDY_REQUIRE_DATA", pytest.fail.Exception)])
def test_an_absent_source_is_skipped_by_name_or_fails(monkeypatch, require, variable, outcome):
    monkeypatch.setattr(registry, "missing", lambda name: ["a file"])
    for name in ("CI", "STUDY_REQUIRE_DATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, {"CI": "true", "STUDY_REQUIRE_DATA": "1"}[variable])
    with pytest.raises(outcome, match="akiba"):
        require("akiba")


def test_a_source_that_is_here_passes(monkeypatch, require):
    monkeypatch.setattr(registry, "missing", lambda name: [])
    monkeypatch.setenv("STUDY_REQUIRE_DATA", "1")
    assert require("akiba") is None
