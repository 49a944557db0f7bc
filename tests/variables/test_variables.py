"""Derived variables by hand; the state banks' totals as the press printed them."""

import numpy as np
import pandas as pd
import pytest
from source_tables import table

from study import variables
from study.design import load
from study.design.entries import Derivation
from study.sample import bank_facts, estimation

SIX = [bank for bank, entry in load().banks.items() if entry.type == "state"]


def test_the_six_state_banks():
    assert sorted(SIX) == ["ABC", "BOC", "BOCOM", "CCB", "ICBC", "PSBC"]


def test_investment_totals_are_the_printed_ones(strict):
    printed = {2019: 716.76, 2020: 956.86, 2021: 1074.93, 2022: 1165.49, 2023: 1228.22, 2024: 1254.59}
    totals = variables.indicators.investment_totals(strict, SIX)
    assert totals.set_index("year")["value"].round(2).to_dict() == printed


def test_growth_with_and_without_the_scope_change_by_hand(strict):
    growth = variables.indicators.growth(strict, SIX).set_index(["year", "series"])["value"]
    assert growth[2020, "all"] == pytest.approx(100 * (956.86 / 716.76 - 1))
    assert growth[2021, "all"] == pytest.approx(100 * (1074.93 / 956.86 - 1))
    # BOCOM changed scope in 2021: 57.24 before, 87.50 after
    without = 100 * ((1074.93 - 87.50) / (956.86 - 57.24) - 1)
    assert growth[2021, "unchanged scope"] == pytest.approx(without)
    assert growth[2022, "unchanged scope"] == growth[2022, "all"]


def test_growth_across_the_scope_change_by_hand(strict, facts):
    # the page prints +23.60 % for BOCOM's 87.50 of 2021 (SOURCE.md): 70.79 in 2020 on the new scope
    across = variables.indicators.growth_across_a_break(strict, facts, SIX, 2021)
    like = 100 * (1074.93 / (956.86 - 57.24 + 87.50 / 1.236) - 1)
    assert across["like_for_like"] == pytest.approx(like)
    assert across["gap"] == pytest.approx(100 * (1074.93 / 956.86 - 987.43 / 899.62))
    assert across["spending"] == pytest.approx(like - 100 * (987.43 / 899.62 - 1))
    same = variables.indicators.growth_across_a_break(strict, facts, SIX, 2022)  # no break: nothing to part
    assert same["gap"] == same["spending"] == 0


def test_a_break_without_a_printed_growth_is_refused(strict, facts):
    silent = facts.assign(source_title_or_note="")
    with pytest.raises(ValueError, match="BOCOM 2021: 0 printed growth rates"):
        variables.indicators.growth_across_a_break(strict, silent, SIX, 2021)


def frame():
    return pd.DataFrame({"bank": ["A", "A", "A", "B"], "year": [2019, 2020, 2022, 2021], "x": [1.0, np.e, -3.0, 0.0], "z": [2.0, 4.0, 8.0, 5.0]})


def test_a_log_of_what_is_not_positive_is_missing():
    logs = variables.panels.derive(frame(), Derivation(log="x"))
    assert logs.tolist()[:2] == [0.0, 1.0]
    assert logs.isna().tolist() == [False, False, True, True]


def test_a_lag_is_the_calendar_year_before_and_never_another_bank():
    lags = variables.panels.derive(frame(), Derivation(lag="z"))
    assert lags.isna().tolist() == [True, False, True, True]
    assert lags[1] == 2.0


def test_aum_per_customer_is_in_yuan(panel):
    # CMB 2021: 107,591.7 亿元 over 173 million customers = 62,191.7 yuan
    row = panel[(panel["bank"] == "CMB") & (panel["year"] == 2021)].iloc[0]
    assert row["aum_per_customer"] == pytest.approx(107591.7e8 / 173e6)


def test_scopes_part_a_bank_at_its_break(panel, strict):
    scoped = variables.panels.with_scopes(panel, strict, ["fintech_investment"])
    bocom = scoped[scoped["bank"] == "BOCOM"].set_index("year")["scope"]
    assert bocom[2020] == "BOCOM.0" and bocom[2021] == "BOCOM.1" and bocom[2024] == "BOCOM.1"
    assert scoped[scoped["bank"] == "ABC"]["scope"].nunique() == 1


def test_scopes_and_breaks_know_what_a_derived_variable_is_made_of(strict):
    breaks = variables.panels.breaks
    raw = breaks(strict, ["fintech_investment"])
    assert raw.values.tolist() == [["BOCOM", 2021], ["CMBC", 2022], ["PAB", 2021]]
    assert breaks(strict, ["ln_fintech_investment"]).equals(raw)
    lagged = breaks(strict, ["ln_fintech_investment_lag1"])  # the row of 2022 is the first with the new scope of 2021
    assert lagged.values.tolist() == [["BOCOM", 2022], ["CMBC", 2023], ["PAB", 2022]]
    assert breaks(strict, ["ln_net_profit"]).values.tolist() == [["CCB", 2022]]
    assert breaks(strict, ["aum_per_customer"]).empty


def test_a_variable_in_no_codebook_is_refused(panel, strict):
    with pytest.raises(ValueError, match="'ln_fintech' is in no codebook; did you mean 'ln_fintech_"):
        variables.panels.with_scopes(panel, strict, ["ln_fintech"])


def test_a_break_counts_where_its_year_is_not_in_the_panel(panel, strict):
    part = panel[(panel["bank"] == "BOCOM") & (panel["year"] != 2021)]
    scoped = variables.panels.with_scopes(part, strict, ["fintech_investment"]).set_index("year")["scope"]
    assert (scoped[2020], scoped[2022]) == ("BOCOM.0", "BOCOM.1")


@pytest.mark.parametrize("rule, effect, n, units", [
    ("strict", "bank", 51, 12), ("strict_no_breaks", "bank", 45, 10), ("strict_scopes", "scope", 49, 12),
])  # fmt: skip
def test_the_rule_decides_what_a_break_does(facts, rule, effect, n, units):
    # operating_revenue in SOURCE.md: 51/12, 45/10, 49/12
    plan = load()
    found = bank_facts.cells(facts, plan.samples[rule], plan.definitions)
    names = ["ln_operating_revenue", "ln_fintech_investment"]
    panel, effects = variables.panels.by_rule(variables.panels.bank_year(found), found, names)
    assert effects == (effect, "year")
    left = estimation.sample(panel, *names, effects)
    assert (len(left), left[effect].nunique()) == (n, units)


def test_the_inputs_are_not_changed(panel, strict):
    before, cells = panel.copy(deep=True), strict.cells.copy(deep=True)
    variables.panels.with_scopes(panel, strict, ["roe"])
    variables.panels.without_breaks(panel, strict, ["roe"])
    variables.panels.bank_year(strict)
    variables.indicators.figure(strict, SIX)
    variables.indicators.indicator_panel(strict)
    variables.descriptives.of_cells(strict)
    pd.testing.assert_frame_equal(panel, before)
    pd.testing.assert_frame_equal(strict.cells, cells)


def test_a_ratio_to_zero_is_missing():
    zero = pd.DataFrame({"bank": ["A"], "year": [2020], "x": [3.0], "z": [0.0]})
    assert variables.panels.derive(zero, Derivation(ratio=("x", "z"))).isna().all()


def test_growth_and_growth_without_bocom_are_those_of_SOURCE_md(strict):
    without = [bank for bank in SIX if bank != "BOCOM"]
    for banks, column in ((SIX, 3), (without, 4)):
        printed = {int(row[0]): row[column] for row in table("Consistency checks") if row[column]}
        found = variables.indicators.growth(strict, banks)
        found = found[found["series"] == "all"].set_index("year")["value"]
        assert {year: f"{value:.2f}%" for year, value in found.items()} == printed
        assert len(printed) == 5


def test_an_unknown_bank_is_refused(strict):
    with pytest.raises(ValueError, match="investment of 'ICBK'; did you mean 'ICBC'"):
        variables.indicators.investment_totals(strict, ["ABC", "ICBK"])


def test_indicators_grow_within_a_bank_from_one_year_to_the_next(strict):
    shown = variables.indicators.indicator_panel(strict).set_index(["variable", "bank", "year"])
    # ICBC 704 million customers in 2021, 680 in 2020; 2018 and 2020 are two years apart
    assert shown.loc[("retail_customers", "ICBC", 2021), "growth"] == pytest.approx(100 * (704 / 680 - 1))
    assert np.isnan(shown.loc[("retail_customers", "ICBC", 2020), "growth"])
    # 2021: ICBC 704 and CMB 173 (158 in 2020) are the only banks with customers in both years
    in_2021 = shown.loc["retail_customers"].xs(2021, level="year")
    assert in_2021["growth"].notna().groupby(level="bank").any().to_dict() == {"CMB": True, "ICBC": True}
    assert in_2021[["banks", "banks_growth"]].drop_duplicates().values.tolist() == [[2, 2]]


def test_investment_does_not_grow_over_a_break(strict):
    shown = variables.indicators.indicator_panel(strict, ["fintech_investment"]).set_index(["bank", "year"])["growth"]
    assert np.isnan(shown["BOCOM", 2021])
    assert shown["BOCOM", 2022] == pytest.approx(100 * (116.31 / 87.5 - 1))


def test_an_indicator_without_cells_is_refused(strict):
    with pytest.raises(ValueError, match="no cell has the variable 'retail_customer'; did you mean 'retail_customers'"):
        variables.indicators.indicator_panel(strict, ["retail_customer"])


def test_the_panel_has_one_row_per_bank_and_year(panel):
    assert not panel.duplicated(["bank", "year"]).any()
    assert panel[["bank", "year"]].equals(panel[["bank", "year"]].sort_values(["bank", "year"]))


def test_the_figure_shows_banks_with_two_years_or_more(strict):
    shown = variables.indicators.figure(strict, SIX)
    by_bank = shown[~shown["panel"].isin(["total", "growth"])]
    assert by_bank.groupby(["panel", "series"]).size().min() == 2
    assert set(shown.loc[shown["panel"] == "retail_customers", "series"]) == {"CIB", "CMB", "ICBC", "PAB", "PSBC"}


def test_relations_by_hand(strict, facts):
    table = variables.indicators.customer_relations(strict, facts).set_index("bank")
    # SOURCE.md: CMB 125 million in 2018 and 210 in 2024; three pages print 210
    assert table.loc["CMB", "growth"] == pytest.approx(100 * ((210 / 125) ** (1 / 6) - 1))
    assert np.isnan(table.loc["ABC", "growth"])  # one year only
    assert table[["customer_retention", "customer_satisfaction"]].isna().all(axis=None)


def test_case_series_start_at_100(strict):
    cases = variables.indicators.cases(strict)
    first = cases.sort_values("year").groupby(["panel", "series"])["value"].first()
    assert first.to_numpy() == pytest.approx(100) and len(first) == 6
    icbc = cases[(cases["panel"] == "case_ICBC") & (cases["series"] == "mobile_users")].set_index("year")["value"]
    assert icbc[2024] == pytest.approx(100 * 588 / 313)  # SOURCE.md: 313 in 2018, 588 in 2024
