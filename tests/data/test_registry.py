"""Where sources are looked for and how their files are recognised."""

import subprocess

import pytest

from study.data import DataError, SourceMissing, UnknownFile, registry, tables
from study.design.sources import Form

BANKCHURNERS = "bankchurners_kaggle"


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """An empty $STUDY_DATA, and no other place."""
    monkeypatch.setattr(registry, "places", lambda name: [tmp_path / name])
    return tmp_path


def test_places_in_their_order(monkeypatch, tmp_path):
    monkeypatch.setenv("STUDY_DATA", str(tmp_path))
    first, second, third = registry.places("akiba")
    assert first.as_posix().endswith("data/external/akiba")
    assert second == tmp_path / "akiba" and third.as_posix().endswith("shared/data/akiba")


def test_a_missing_source_says_how_to_get_it(elsewhere):
    assert registry.missing("akiba") == ["people", "ledger"]
    with pytest.raises(SourceMissing, match="akiba_wide.dta, ledger_report_083014_anon.csv is not in .*study data get akiba"):
        registry.read("akiba")


def test_an_unknown_source_has_a_nearest_name():
    for call in (registry.read, registry.check, registry.find):
        with pytest.raises(DataError, match="no source 'berka'; did you mean 'berka_pkdd99'"):
            call("berka")


def test_git_blob_is_git_s_own(tmp_path):
    file = tmp_path / "a.asc"
    file.write_bytes(b"1;2\r\n" * 1000)
    git = subprocess.run(["git", "hash-object", "--no-filters", str(file)], capture_output=True, text=True, check=True)
    assert registry.git_blob(file) == git.stdout.strip()
    form = Form(name="a.asc", what="x", git_blob=git.stdout.strip())
    assert registry.recognise(file, [form]) is form
    file.write_bytes(b"1;2\n" * 1000)
    assert registry.recognise(file, [form]) is None


@pytest.mark.needs_data(BANKCHURNERS)
def test_an_unknown_checksum_is_accepted_only_with_the_expected_figures(source, tmp_path, monkeypatch):
    text = tables.content(registry.find(BANKCHURNERS)["customers"].path)
    monkeypatch.setattr(registry, "places", lambda name: [tmp_path])
    file = tmp_path / "BankChurners.csv"
    file.write_bytes(text.replace(b"\n", b"\r\n"))
    with pytest.warns(UnknownFile, match="BankChurners.csv has an unknown checksum; its figures are the expected ones"):
        assert len(registry.read(BANKCHURNERS)["customers"]) == 10127
    file.write_bytes(b"".join(text.splitlines(keepends=True)[:-1]))
    with pytest.raises(DataError, match="unknown checksum, and 2 figures differ: customers: 10126, expected 10127"):
        registry.read(BANKCHURNERS)
