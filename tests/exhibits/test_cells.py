"""A table's cell by key: the printed text, a number in it, and what is refused."""

import pytest

from study import exhibits
from study.exhibits import ExhibitError
from study.exhibits.engine import cells, run, save
from study.exhibits.engine.lookup import KeyUnknown
from study.exhibits.engine.table import Text, build

MINUS = "\N{MINUS SIGN}"
ROWS = [["A. Panel"], ["ROE", f"{MINUS}0.12", f"[{MINUS}0.30, 0.06]", "1,234 (12)"], ["Profit", "none", "", "<0.001 (0.0005)"]]
KEYS = {"keys": ["", "roe", "profit"], "column_keys": ["outcome", "estimate", "interval", "n"]}


@pytest.fixture
def table(tmp_path, monkeypatch):
    """The json file of a table of the Chinese banks, saved as a notebook saves it."""
    monkeypatch.setenv(run.STAGE_FOLDER, str(tmp_path / "cn_banks"))
    opened = exhibits.start("10_baseline", arm="cn_banks")
    exhibits.save_table("T6", build(["Outcome", "Estimate", "Interval", "N"], ROWS, **KEYS), run=opened)
    return tmp_path / "cn_banks" / "tables" / "T6.json"


@pytest.mark.parametrize(
    ("row", "column", "part", "text"),
    [
        ("roe", "estimate", None, f"{MINUS}0.12"),
        ("roe", "interval", None, f"[{MINUS}0.30, 0.06]"),
        ("roe", "interval", 1, f"{MINUS}0.30"),
        ("roe", "interval", 2, "0.06"),
        ("roe", "n", 1, "1,234"),
        ("roe", "n", 2, "12"),
        ("profit", "n", 1, "<0.001"),
        ("profit", "estimate", None, "none"),
    ],
)
def test_a_cell_is_what_the_table_prints(table, row, column, part, text):
    assert cells.printed(table, row, column, part) == text


@pytest.mark.parametrize(
    ("row", "column", "part", "said"),
    [
        ("roa", "estimate", None, "cn_banks.T6 has no row 'roa'; did you mean 'roe'"),
        ("roe", "estimat", None, "cn_banks.T6 has no column 'estimat'; did you mean 'estimate'"),
        ("roe", "interval", 3, r"cn_banks.T6, row 'roe', column 'interval': the cell is '\[.0.30, 0.06\]' and has no number 3"),
        ("profit", "estimate", 1, "the cell is 'none' and has no number 1"),
        ("profit", "interval", None, "row 'profit', column 'interval': the cell is ''"),
    ],
)
def test_what_is_not_there_is_named(table, row, column, part, said):
    with pytest.raises(KeyUnknown, match=said):
        cells.printed(table, row, column, part)


def test_a_table_without_keys_says_so(table):
    save.write_json(table, {})
    with pytest.raises(KeyUnknown, match="the rows and columns of cn_banks.T6 have no keys; give them to the table"):
        cells.printed(table, "roe", "estimate")


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"keys": ["", "roe", "roe"], "column_keys": KEYS["column_keys"]}, "'roe' is the key of two rows or two columns"),
        ({"keys": ["", "roe", "profit"]}, "0 keys for 4 columns, 2 for 2 rows"),
        ({"keys": ["", "roe", ""], "column_keys": KEYS["column_keys"]}, "4 keys for 4 columns, 1 for 2 rows"),
        ({"keys": ["roe", "profit"]}, "2 keys for 3 rows and panels"),
    ],
)
def test_keys_that_do_not_fit_the_table_are_refused(keys, said):
    with pytest.raises(ExhibitError, match=said):
        build(["Outcome", "Estimate", "Interval", "N"], ROWS, **keys)


def test_a_notebook_shows_the_table_with_its_panels():
    said = [Text(en=word, zh="词") for word in ("Quantity", "Ours", "A. Panel", "slope", "0.12")]
    shown = build(said[:2], [[said[2]], [said[3], said[4]]])._repr_html_()
    assert [word in shown for word in ("Quantity", "A. Panel", "slope", "0.12", "Text(")] == [True, True, True, True, False]
