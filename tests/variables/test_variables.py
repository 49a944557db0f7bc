"""Derived variables by hand; the state banks' totals as the press printed them."""

import numpy as np
import pandas as pd
import pytest

from study import variables
from study.design import load
from study.design.entries import Derivation

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


def frame():
    return pd.DataFrame(
        {"bank": ["A", "A", "A", "B"], "year": [2019, 2020, 2022, 2021], "x": [1.0, np.e, -3.0, 0.0], "z": [2.0, 4.0, 8.0, 5.0]}
    )


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


def test_the_panel_has_one_row_per_bank_and_year(panel):
    assert not panel.duplicated(["bank", "year"]).any()
    assert panel[["bank", "year"]].equals(panel[["bank", "year"]].sort_values(["bank", "year"]))


def test_the_figure_shows_banks_with_two_years_or_more(strict):
    shown = variables.indicators.figure(strict, SIX)
    by_bank = shown[~shown["panel"].isin(["total", "growth"])]
    assert by_bank.groupby(["panel", "series"]).size().min() == 2
    assert set(shown.loc[shown["panel"] == "retail_customers", "series"]) == {"CIB", "CMB", "ICBC", "PAB", "PSBC"}
