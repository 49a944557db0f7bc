"""Pseudonyms: the algorithm is the standard's, the key stays outside and closed."""

import stat

import pandas as pd
import pytest
from answers import check

from study import privacy
from study.design import root

KEY = b"k" * 32


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.delenv("STUDY_KEY", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path / "study"


def test_the_standard_s_test_cases():
    # RFC 4231 prints the whole digest of case 1 and, in case 5, 128 bits as we keep them.
    check("privacy.hmac.rfc4231.1", int(privacy.pseudonym("Hi There", b"\x0b" * 20)[:8], 16))
    check("privacy.hmac.rfc4231.5", int(privacy.pseudonym("Test With Truncation", b"\x0c" * 20)[:8], 16))
    assert privacy.pseudonym("Test With Truncation", b"\x0c" * 20) == "a3b6167473100ee06e0c796c2955552b"


def test_one_customer_has_one_name_in_every_table_and_another_under_another_key():
    names = privacy.pseudonyms(pd.Series(["7", "8", None, "7"], name="customer"), KEY)
    assert names[0] == names[3] != names[1] and pd.isna(names[2])
    assert names[0] == privacy.pseudonyms(pd.Series([7]), KEY)[0]
    assert names[0] != privacy.pseudonyms(pd.Series([7]), b"l" * 32)[0]
    assert names[0] != privacy.pseudonyms(pd.Series(["07"]), KEY)[0]
    assert names.drop(2).str.fullmatch("[0-9a-f]{32}").all()


def test_decimal_numbers_are_refused():
    with pytest.raises(privacy.BadTable, match="identifiers of column 'customer' are float64; read them as texts or whole"):
        privacy.pseudonyms(pd.Series([7.0], name="customer"), KEY)


def test_a_missing_key_says_where_it_was_looked_for(folder):
    with pytest.raises(privacy.KeyMissing, match=r"\$STUDY_KEY is not set and the configuration folder has no study/key"):
        privacy.key()


def test_a_key_is_made_once_for_its_owner_only(folder):
    made = privacy.key(create=True)
    assert len(made) == 64 and privacy.key() == made == privacy.key(create=True)
    assert stat.S_IMODE((folder / "key").stat().st_mode) == 0o600


def test_a_key_that_others_can_read_is_refused(folder):
    privacy.key(create=True)
    (folder / "key").chmod(0o644)
    with pytest.raises(privacy.KeyUnsafe, match="can be read by others; run chmod 600"):
        privacy.key()


def test_a_short_key_is_refused(folder, monkeypatch):
    monkeypatch.setenv("STUDY_KEY", "secret")
    with pytest.raises(privacy.KeyUnsafe, match=r"\$STUDY_KEY has 6 characters; a key needs 32"):
        privacy.key()


def test_a_key_file_in_the_project_is_refused(folder, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(root() / "build"))
    with pytest.raises(privacy.KeyUnsafe, match="inside the project"):
        privacy.key(create=True)
    assert not (root() / "build" / "study" / "key").exists()
