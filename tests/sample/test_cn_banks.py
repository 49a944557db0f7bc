"""The strict rule against every count of SOURCE.md; the other switches against hand-made facts."""

import re

import pandas as pd
import pytest
from source_tables import table

from study import sample, variables
from study.design import load, root
from study.sample.cn_banks import cells, main_series

DESIGN = load()


def test_strict_counts_per_variable_are_those_of_SOURCE_md(strict):
    printed = {row[0]: int(row[4]) for row in table("Size") if row[0] != "all"}
    assert strict.cells.groupby("variable").size().to_dict() == printed
    total = next(row for row in table("Size") if row[0] == "all")
    assert len(strict.cells[["bank", "year"]].drop_duplicates()) == int(total[4])


def test_moments_are_those_of_SOURCE_md(strict):
    described = variables.descriptives.describe(strict).set_index("variable")
    printed = table("Moments")
    assert len(printed) == 7
    for name, n, mean, sd, median, low, high in printed:
        row = described.loc[name]
        assert row["n"] == int(n)
        found = [f"{row[c]:.3f}" for c in ("mean", "sd", "median")]
        assert found == [mean, sd, median], name
        assert [f"{row['min']:.2f}", f"{row['max']:.2f}"] == [low.split()[0], high.split()[0]]


def test_definitions_used_are_those_of_SOURCE_md(facts):
    """Each line: '- BOC operating_revenue: IFRS operating income; set aside: unmarked (2021, ...)'."""
    text = (root() / "data" / "cn_banks" / "SOURCE.md").read_text(encoding="utf-8")
    part = text[text.index("Definitions used where") : text.index("## Bounds")]
    printed = re.findall(r"^- (\w+) (\w+): (.+?); set aside:", part, flags=re.MULTILINE)
    assert len(printed) == 21
    point = facts[(facts["bound"] == "point") & (facts["doubt"] == "")]
    used = main_series(sample.cn_banks._named(point, DESIGN.definitions))
    found = {(bank, variable): series for bank, variable, series in used.itertuples(index=False)}
    for bank, variable, series in printed:
        assert found[bank, variable] == series, (bank, variable)


def test_bank_years_with_investment_and_outcome_are_those_of_SOURCE_md(panel):
    text = (root() / "data" / "cn_banks" / "SOURCE.md").read_text(encoding="utf-8")
    part = text[text.index("Bank-years with investment and outcome") : text.index("## Coverage")]
    printed = re.findall(r"^- (\w+): (\d+) bank-years, (\d+) banks", part, flags=re.MULTILINE)
    assert len(printed) == 18
    for variable, n, banks in printed:
        counted = sample.estimation.counts(panel, [variable], "fintech_investment").iloc[0]
        assert (counted["both"], counted["both_banks"]) == (int(n), int(banks)), variable


@pytest.mark.parametrize("row", table("Regression samples"), ids=lambda row: row[0])
def test_regression_samples_are_those_of_SOURCE_md(row, strict, panel):
    outcome, both, ignored, df, dropped, df_dropped, scoped, df_scoped, _ = row
    outcome = outcome.replace(" ", "_")
    sources = ["fintech_investment"] + (["retail_aum", "retail_customers"] if outcome == "aum_per_customer" else [outcome])
    without = variables.panels.without_breaks(panel, strict, sources)
    scopes = variables.panels.with_scopes(panel, strict, sources)
    for frame, effects, expected, freedom in (
        (panel, ("bank", "year"), ignored, df),
        (without, ("bank", "year"), dropped, df_dropped),
        (scopes, ("scope", "year"), scoped, df_scoped),
    ):
        found = sample.estimation.counts(frame, [outcome], "fintech_investment", effects, unit=effects[0]).iloc[0]
        assert f"{found['n']}/{found['banks']}" == expected
        if freedom.split()[0] != "none":
            assert found["df"] == int(freedom.split()[0])
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
           "definition": "", "series_break": 0, "source_kind": "press"}  # fmt: skip
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
