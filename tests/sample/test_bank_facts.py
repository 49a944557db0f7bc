"""The strict rule against every count of SOURCE.md; the other switches against hand-made facts."""

import re

import pandas as pd
import pytest
from source_tables import section, table

from study import data, sample, variables
from study.design import load
from study.sample.bank_facts import cells, main_series

DESIGN = load()


def test_strict_counts_per_variable_are_those_of_SOURCE_md(strict):
    printed = {row[0]: int(row[4]) for row in table("Size") if row[0] != "all"}
    assert strict.cells.groupby("variable").size().to_dict() == printed
    total = next(row for row in table("Size") if row[0] == "all")
    assert len(strict.cells[["bank", "year"]].drop_duplicates()) == int(total[4])


def test_values_of_investment_behind_which_a_page_of_the_bank_stands_are_those_counted_in_the_file(strict):
    found = {count.name: count.value for count in sample.counts(sample.build("cn_banks", data.read("cn_banks"), DESIGN, "strict"))}
    raw = pd.read_csv(data.inputs("cn_banks")[0], dtype=str)
    own = raw[(raw["variable"] == "fintech_investment") & raw["source_kind"].isin(["annual_report", "filing_digest"])]
    kept = strict.cells[strict.cells["variable"] == "fintech_investment"]
    both = kept.assign(year=kept["year"].astype(str)).merge(
        own[["bank_id", "year"]].drop_duplicates(), left_on=["bank", "year"], right_on=["bank_id", "year"]
    )
    assert found["investment_own_pages"] == len(both) < len(kept) == found["investment_cells"]


def test_moments_are_those_of_SOURCE_md(strict):
    described = variables.descriptives.of_cells(strict).set_index("variable")
    values = strict.cells.set_index(["bank", "year", "variable"])["value"]
    printed = table("Moments")
    assert len(printed) == 7
    for name, n, mean, sd, median, low, high in printed:
        row = described.loc[name]
        assert row["n"] == int(n)
        found = [f"{row[c]:.3f}" for c in ("mean", "sd", "median")]
        assert found == [mean, sd, median], name
        for bound, text in (("min", low), ("max", high)):
            number, bank, year = re.fullmatch(r"(\S+) \((\w+) (\d+)\)", text).groups()
            assert f"{row[bound]:.2f}" == number
            assert values[bank, int(year), name] == row[bound], name


def test_the_strict_rule_leaves_the_wholes_of_SOURCE_md(strict):
    cell = strict.cells[strict.cells["variable"] == "fintech_investment"]
    assert cell["year"].value_counts().to_dict() == {2018: 1, 2019: 7, 2020: 12, 2021: 16, 2022: 15, 2023: 10, 2024: 10}
    types = cell["bank"].map(lambda bank: DESIGN.banks[bank].type)
    assert types.value_counts().to_dict() == {"state": 36, "joint_stock": 28, "city": 5, "rural": 1, "internet": 1}
    assert (len(cell), cell["bank"].nunique()) == (71, 20)


def test_definitions_used_and_set_aside_are_those_of_SOURCE_md(facts):
    """A line: '- BOC operating_revenue: IFRS operating income; set aside: unmarked (2021, ...); ...'."""
    printed = re.findall(r"^- (\w+) (\w+): (.+?); set aside: (.+)$", section("Rules"), flags=re.MULTILINE)
    assert len(printed) == 21
    point = facts[(facts["bound"] == "point") & (facts["doubt"] == "")]
    rows = sample.bank_facts._named(point, DESIGN.definitions)
    used = {(bank, variable): series for bank, variable, series in main_series(rows).itertuples(index=False)}
    several = rows.groupby(["bank", "variable"])["series"].nunique()
    assert sorted(several[several > 1].index) == sorted((bank, variable) for bank, variable, *_ in printed)
    for bank, variable, series, rest in printed:
        assert used[bank, variable] == series, (bank, variable)
        aside = rows[(rows["bank"] == bank) & (rows["variable"] == variable) & (rows["series"] != series)]
        found = {name: sorted(set(years)) for name, years in aside.groupby("series")["year"]}
        assert found == _set_aside(rest), (bank, variable)


def _set_aside(text):
    """The series and years of 'unmarked (2021, 2022); note; more of the note (2024)'."""
    parts = re.findall(r"(.+?) \(((?:20\d\d(?:, )?)+)\)(?:; |$)", text)
    return {DESIGN.definitions["" if n == "unmarked" else n].series: [int(y) for y in years.split(", ")] for n, years in parts}


def test_bank_years_with_investment_and_outcome_are_those_of_SOURCE_md(panel):
    printed = re.findall(r"^- (\w+): (\d+) bank-years, (\d+) banks", section("Size"), flags=re.MULTILINE)
    assert len(printed) == 18
    for variable, n, banks in printed:
        counted = sample.estimation.counts(panel, [variable], "fintech_investment").iloc[0]
        assert (counted["both"], counted["both_banks"]) == (int(n), int(banks)), variable


def test_SOURCE_md_prints_16_regression_samples():
    assert len(table("Regression samples")) == 16


@pytest.mark.parametrize("row", table("Regression samples"), ids=lambda row: row[0])
def test_regression_samples_are_those_of_SOURCE_md(row, strict, panel):
    outcome, both, ignored, df, dropped, df_dropped, scoped, df_scoped, left = row
    outcome = outcome.replace(" ", "_")
    sources = ["fintech_investment", outcome]
    without = variables.panels.without_breaks(panel, strict, sources)
    scopes = variables.panels.with_scopes(panel, strict, sources)
    for frame, effects, expected, freedom in (
        (panel, ("bank", "year"), ignored, df),
        (without, ("bank", "year"), dropped, df_dropped),
        (scopes, ("scope", "year"), scoped, df_scoped),
    ):
        found = sample.estimation.counts(frame, [outcome], "fintech_investment", effects, unit=effects[0]).iloc[0]
        assert f"{found['n']}/{found['banks']}" == expected
        assert ("none" if pd.isna(found["df"]) else str(found["df"])) == freedom.split()[0]
    kept = sample.estimation.sample(panel, outcome, "fintech_investment")["bank"].value_counts()
    words = left.split() if left != "none" else []
    assert kept.to_dict() == {bank: int(n) for bank, n in zip(words[::2], words[1::2])}
    first = sample.estimation.counts(panel, [outcome], "fintech_investment").iloc[0]
    assert f"{first['both']}/{first['both_banks']}" == both


def test_the_order_of_the_rows_does_not_matter(facts, strict):
    shuffled = cells(facts.sample(frac=1, random_state=7), DESIGN.samples["strict"], DESIGN.definitions)
    pd.testing.assert_frame_equal(shuffled.cells, strict.cells)
    pd.testing.assert_frame_equal(shuffled.attrition, strict.attrition)


def test_the_facts_are_not_changed(facts):
    before = facts.copy(deep=True)
    cells(facts, DESIGN.samples["strict"], DESIGN.definitions)
    pd.testing.assert_frame_equal(facts, before)


def test_attrition_adds_up(strict, facts):
    log = strict.attrition
    assert log["rows"].iloc[0] == len(facts)
    assert (log["rows"].shift(1, fill_value=len(facts)) - log["rows"] == log["rows_dropped"]).all()
    assert log["rows"].iloc[-1] == strict.cells["rows"].sum()


def fact(value, **other):
    row = {"bank_id": "ABC", "year": 2020, "variable": "roe", "value": value, "bound": "point", "doubt": "",
           "definition": "", "series_break": 0, "source_kind": "press", "line": 2}  # fmt: skip
    return row | other


def value_of(rows, **switches):
    rule = DESIGN.samples["strict"].model_copy(update=switches)
    found = cells(pd.DataFrame(rows), rule, DESIGN.definitions).cells
    return found.loc[found["variable"] == "roe", "value"].tolist()


def test_bounds_and_doubt_are_switches():
    rows = [fact(10.0), fact(20.0, bound="lower"), fact(60.0, doubt="rounded")]
    assert value_of(rows) == [10.0]
    assert value_of(rows, bounds=("point", "lower")) == [15.0]
    assert value_of(rows, doubt="keep") == [35.0]


def test_machine_summaries_count_only_where_they_stand_alone():
    rows = [fact(10.0), fact(30.0, source_kind="machine_summary"), fact(7.0, year=2021, source_kind="machine_summary")]
    assert value_of(rows) == [10.0, 7.0]
    assert value_of(rows, set_aside_kinds=()) == [20.0, 7.0]


def test_restated_values_give_way_to_the_first_report():
    rows = [fact(10.0), fact(12.0, definition="restated for 2022 (IFRS 17)")]
    assert value_of(rows) == [10.0]
    assert value_of(rows, restated="keep") == [11.0]


def test_the_main_definition_is_the_one_with_most_invested_years():
    invested = [fact(1.0, variable="fintech_investment", year=y) for y in (2020, 2021)]
    other = [fact(5.0, year=y, definition="IFRS operating income") for y in (2020, 2021)]
    unmarked = [fact(9.0, year=y) for y in (2017, 2018, 2019)]
    assert value_of(invested + other + unmarked) == [5.0, 5.0]  # two invested years beat three others
    assert value_of(other + unmarked) == [9.0, 9.0, 9.0]  # without investment: most years
    assert value_of(other + unmarked[:2]) == [9.0, 9.0]  # a tie goes to the unmarked one
    assert len(value_of(other + unmarked, definition="any")) == 5


def test_kinds_of_pages_are_a_switch():
    rows = [fact(10.0), fact(30.0, source_kind="annual_report")]
    assert value_of(rows, kinds=("annual_report",)) == [30.0]


def test_every_rule_changes_one_switch_of_the_strict_one():
    strict = DESIGN.samples["strict"].model_dump(exclude={"title"})
    for name, rule in DESIGN.samples.items():
        changed = [key for key, value in rule.model_dump(exclude={"title"}).items() if value != strict[key]]
        assert len(changed) == (name != "strict"), f"{name} changes {changed}"
