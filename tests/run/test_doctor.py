"""The doctor finds this machine well, and what is wrong comes with its mend."""

import importlib.metadata

from study.run import doctor


def test_this_machine_is_well():
    assert [check.name for check in doctor.examine() if not check.fine] == []


def test_a_package_of_another_version_is_named(monkeypatch):
    real = importlib.metadata.version
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "0.1" if name == "pandas" else real(name))
    check = next(c for c in doctor.examine() if c.name == "packages")
    assert "1 of" in check.found and "pandas 0.1 (locked: ==" in check.found
    assert check.mend == "make clean; make env"


def test_a_folder_that_can_not_be_written_is_named(monkeypatch):
    monkeypatch.setattr(doctor.os, "access", lambda place, mode: place.name != "results")
    wrong = [check for check in doctor.examine() if not check.fine]
    assert [check.name for check in wrong] == ["results/"]
    assert wrong[0].mend.startswith("chmod u+w results")
