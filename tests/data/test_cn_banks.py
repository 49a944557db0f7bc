"""The reader of the embedded facts: what SOURCE.md counts, and every kind of damage refused."""

from hashlib import sha256

import pytest
from source_tables import table

from study.data import DataError, cn_banks


def test_the_file_is_the_one_that_SOURCE_md_describes():
    name, size, digest, lines, _ = table("Files")[0]
    content = cn_banks.path().read_bytes()
    assert name == "facts.csv"
    assert (len(content), sha256(content).hexdigest()) == (int(size), digest)
    assert content.count(b"\n") == int(lines)


def test_rows_per_variable_are_those_of_SOURCE_md(facts):
    printed = {row[0]: int(row[2]) for row in table("Size") if row[0] != "all"}
    assert len(printed) == 20
    assert facts.groupby("variable").size().to_dict() == printed


def test_bank_years_per_variable_are_those_of_SOURCE_md(facts):
    printed = {row[0]: (row[1], int(row[3]), int(row[6]), row[7]) for row in table("Size") if row[0] != "all"}
    for variable, rows in facts.groupby("variable"):
        pairs = len(rows[["bank_id", "year"]].drop_duplicates())
        years = f"{rows['year'].min()}-{rows['year'].max()}"
        found = (rows["unit"].unique().item(), pairs, rows["bank_id"].nunique(), years)
        assert found == printed[variable], variable


def test_bounds_are_the_28_of_SOURCE_md(facts):
    printed = sorted((b, int(y), v, side, float(x)) for b, y, v, side, x, *_ in table("Bounds"))
    columns = ["bank_id", "year", "variable", "bound", "value"]
    found = facts[facts["bound"] != "point"][columns].itertuples(index=False, name=None)
    assert sorted(found) == printed
    assert len(printed) == 28


def test_one_page_may_print_two_values(facts):
    cell = facts[(facts["bank_id"] == "BOC") & (facts["year"] == 2020) & (facts["variable"] == "npl_ratio")]
    assert cell["source_url"].duplicated().any()


# line 2 of the file is: ABC,农业银行,Agricultural Bank of China,state,2017,car,13.74,%,13.74%,point,...
DAMAGE = {
    "text for a number": (",13.74,%", ",n.a.,%", "line 2, value: 'n.a.' is not a number"),
    "nan": (",13.74,%", ",nan,%", "line 2, value: 'nan' is not a number"),
    "no value": (",13.74,%", ",,%", "line 2, value: '' is not a number"),
    "infinite": (",13.74,%", ",inf,%", "line 2, value: inf is outside the range of car"),
    "negative amount": (",5370.4,", ",-5370.4,", "line 5, value: -5370.4 is outside the range of operating_revenue, 0 to 20000"),
    "unit": (",13.74,%", ",13.74,pct", "line 2, unit: 'pct'; car has '%'"),
    "bank": ("\nABC,", "\nABX,", "line 2, bank_id: 'ABX' is not known; did you mean"),
    "bank's name": ("农业银行", "农行", "line 2, bank_zh: '农行'; ABC has '农业银行'"),
    "variable": (",car,", ",carr,", "line 2, variable: 'carr' is not known; did you mean 'car'"),
    "bound": (",point,", ",exact,", "bound: 'exact' is not known; did you mean .* \\(allowed: lower, point, upper\\)"),
    "definition": ("including minority", "incl. minority", "line 3, definition: .* did you mean 'profit including minority interests'"),
    "kind of source": (",annual_report,", ",anual_report,", "source_kind: 'anual_report' is not known; did you mean 'annual_report'"),
    "year": (",2017,car", ",20211,car", "line 2, year: '20211' is not a whole number from 2017 to 2025"),
    "half a year": (",2017,car", ",2017.5,car", "line 2, year: '2017.5' is not a whole number"),
    "series break": (",,0,annual_report", ",,2,annual_report", "line 2, series_break: '2' is not a whole number from 0 to 1"),
    "missing column": ("bank_type,", "", "no column 'bank_type'"),
    "renamed column": (",bound,", ",bounds,", "no column 'bound'.*did you mean 'bounds'"),
    "column too many": ("source_url\n", "source_url,remark\n", "has a column 'remark' that is not known"),
    "cell too many": ("\nABC,农业银行", "\nABC,more,more,农业银行", "line 2: 2 cells more than columns"),
}


@pytest.fixture
def text():
    return cn_banks.path().read_text(encoding="utf-8")


def read(tmp_path, content):
    file = tmp_path / "facts.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return cn_banks.read(file)


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_refused_with_its_line(tmp_path, text, kind):
    old, new, message = DAMAGE[kind]
    assert old in text
    with pytest.raises(DataError, match=message):
        read(tmp_path, text.replace(old, new, 1))


def test_a_repeated_fact_is_refused(tmp_path, text):
    again = text.splitlines(keepends=True)[5]
    with pytest.raises(DataError, match="line 1357: ABC 2017 total_assets .* already in line 6"):
        read(tmp_path, text + again)


def test_a_file_that_is_empty_or_has_only_a_header_is_refused(tmp_path, text):
    with pytest.raises(DataError, match="is empty; it must have the columns bank_id"):
        read(tmp_path, "")
    with pytest.raises(DataError, match="has a header and no rows"):
        read(tmp_path, text.splitlines(keepends=True)[0])


def test_another_encoding_or_separator_is_refused(tmp_path, text):
    with pytest.raises(DataError, match="not UTF-8 .*; save it as UTF-8"):
        read(tmp_path, text.encode("gb18030"))
    with pytest.raises(DataError, match="separate the columns with commas"):
        read(tmp_path, text.replace(",", ";"))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match="facts.csv is missing"):
        cn_banks.read(tmp_path / "facts.csv")


def test_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path, text, facts):
    assert read(tmp_path, "\ufeff" + text.replace("\n", "\r\n")).equals(facts)


def test_many_faults_are_counted_and_twenty_are_shown(tmp_path, text):
    with pytest.raises(DataError, match="has 1355 faults") as caught:
        read(tmp_path, text.replace(",point,", ",exact,").replace(",lower,", ",exact,").replace(",upper,", ",exact,"))
    assert len(str(caught.value).splitlines()) == 22
    assert str(caught.value).endswith("... and 1335 more")
