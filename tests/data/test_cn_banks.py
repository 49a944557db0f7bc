"""The reader of the embedded facts: what SOURCE.md counts, and every kind of damage refused."""

import re

import pytest
from source_tables import section, table

from study.data import DataError, registry
from study.data.sources import cn_banks
from study.design import checksum


@pytest.fixture(scope="module")
def facts():
    """As the file has them."""
    return registry.provided("cn_banks")["facts"]


def test_the_file_is_the_one_that_SOURCE_md_describes():
    name, size, digest, lines, _ = table("Files")[0]
    content = cn_banks.path().read_bytes()
    assert name == "facts.csv"
    assert (len(content), checksum(cn_banks.path())) == (int(size), digest)
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


def test_the_whole_is_as_large_as_SOURCE_md_says(facts):
    assert (len(facts), facts["bank_id"].nunique()) == (1355, 25)
    assert len(facts.drop_duplicates(["bank_id", "year"])) == 134
    assert len(facts.drop_duplicates(["bank_id", "year", "variable"])) == 909
    assert (facts["year"].min(), facts["year"].max()) == (2017, 2025)
    assert (facts["source_url"] == "").sum() == 7


def test_kinds_of_source_are_counted_as_in_SOURCE_md(facts):
    printed = {"press": 637, "annual_report": 233, "filing_digest": 223, "machine_summary": 157, "broker": 54, "other": 51}
    assert facts["source_kind"].value_counts().to_dict() == printed
    alone = facts.groupby(["bank_id", "year", "variable"])["source_kind"].agg(lambda kinds: set(kinds) == {"machine_summary"})
    assert alone.sum() == 65


def test_series_breaks_are_the_six_of_SOURCE_md(facts):
    line = next(line for line in section("Definition breaks").splitlines() if line.startswith("Rows with `series_break` = 1"))
    printed = {(b, int(y), v) for b, y, v in re.findall(r"(\w+) (20\d\d) (\w+)[;.]", line)}
    broken = facts.loc[facts["series_break"] == 1, ["bank_id", "year", "variable"]]
    assert set(broken.itertuples(index=False, name=None)) == printed
    assert len(printed) == 6


def test_doubtful_rows_are_those_of_SOURCE_md(facts):
    printed = sorted((b, int(y), v, float(x), doubt) for b, y, v, x, _, doubt, _ in table("Doubtful rows"))
    columns = ["bank_id", "year", "variable", "value", "doubt"]
    assert sorted(facts.loc[facts["doubt"] != "", columns].itertuples(index=False, name=None)) == printed
    assert len(printed) == 14


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
    "infinite": (",13.74,%", ",inf,%", "line 2, value: 'inf' is not a number"),
    "underscore": (",13.74,%", ",1_3.74,%", "line 2, value: '1_3.74' is not a number"),
    "full-width digits": (",13.74,%", ",\uff11\uff13,%", "line 2, value: .* is not a number"),
    "out of range": (",13.74,%", ",1374,%", "line 2, value: 1374 is outside the range of car, -50 to 200 %"),
    "negative amount": (",5370.4,", ",-5370.4,", "line 5, value: -5370.4 is outside the range of operating_revenue, 0 to 20000"),
    "unit": (",13.74,%", ",13.74,pct", "line 2, unit: 'pct'; car has '%'"),
    "bank": ("\nABC,", "\nABX,", "line 2, bank_id: 'ABX' is not known; did you mean"),
    "bank's name": ("农业银行", "农行", "line 2, bank_zh: '农行'; ABC has '农业银行'"),
    "variable": (",car,", ",carr,", "line 2, variable: 'carr' is not known; did you mean 'car'"),
    "derived variable": (",car,", ",ln_net_profit,", "line 2, variable: 'ln_net_profit' is not known"),
    "key as variable": (",car,", ",scope,", "line 2, variable: 'scope' is not known"),
    "bound": (",point,", ",exact,", "bound: 'exact' is not known; allowed: lower, point, upper"),
    "definition": ("including minority", "incl. minority", "line 3, definition: .* did you mean 'profit including minority interests'"),
    "kind of source": (",annual_report,", ",anual_report,", "source_kind: 'anual_report' is not known; did you mean 'annual_report'"),
    "year": (",2017,car", ",20211,car", "line 2, year: '20211' is not a whole number from 2017 to 2025"),
    "half a year": (",2017,car", ",2017.5,car", "line 2, year: '2017.5' is not a whole number"),
    "series break": (",,0,annual_report", ",,2,annual_report", "line 2, series_break: '2' is not a whole number from 0 to 1"),
    "missing column": ("bank_type,", "", "no column 'bank_type'"),
    "renamed column": (",bound,", ",bounds,", "no column 'bound'.*did you mean 'bounds'"),
    "column too many": ("source_url\n", "source_url,remark\n", "has a column 'remark' that is not known"),
    "cell too many": ("\nABC,农业银行", "\nABC,more,more,农业银行", "line 2: 18 cells, 16 columns"),
    "cell too few": ("%,13.74%,point", "%,point", "line 2: 15 cells, 16 columns"),
    "column twice": ("source_url\n", "value\n", "has the column 'value' 2 times; keep one"),
}


@pytest.fixture
def text():
    return cn_banks.path().read_text(encoding="utf-8")


def read(tmp_path, content):
    file = tmp_path / "facts.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return cn_banks.facts(file)


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
        cn_banks.facts(tmp_path / "facts.csv")


def test_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path, text, facts):
    assert read(tmp_path, "\ufeff" + text.replace("\n", "\r\n")).equals(facts)


def test_many_faults_are_counted_and_twenty_are_shown(tmp_path, text):
    with pytest.raises(DataError, match="has 1355 faults") as caught:
        read(tmp_path, text.replace(",point,", ",exact,").replace(",lower,", ",exact,").replace(",upper,", ",exact,"))
    assert len(str(caught.value).splitlines()) == 22
    assert str(caught.value).endswith("... and 1335 more")


def test_the_worst_faults_come_first_and_all_are_counted(tmp_path, text):
    lines = text.replace("农业银行", "农行").splitlines()[:6]
    lines[2] = lines[2].replace(",亿元,", ",元,")  # another unit
    lines[3] = lines[3].replace(",npl_ratio,", ",npl,")  # unknown name
    lines[4] = lines[4].replace(",5370.4,", ",53704,")  # out of range
    lines[5] = lines[5].replace(lines[5].split(",")[6], "x", 1)  # no number
    with pytest.raises(DataError, match="has 7 faults") as caught:
        read(tmp_path, "\n".join(lines))
    found = [re.match(r"  line (\d), (\w+)", fault).groups() for fault in str(caught.value).splitlines()[1:]]
    labels = [("2", "bank_zh"), ("3", "bank_zh"), ("5", "bank_zh")]  # of the rows that could be read
    assert found == [("6", "value"), ("4", "variable"), ("5", "value"), ("3", "unit"), *labels]


def test_the_order_of_the_file_does_not_matter(tmp_path, text, facts):
    header, *rows = text.splitlines(keepends=True)
    found = read(tmp_path, header + "".join(reversed(rows)))
    columns = [column for column in facts if column != "line"]
    assert found[columns][::-1].reset_index(drop=True).equals(facts[columns])
