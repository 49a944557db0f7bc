"""Totals and growth of FinTech investment, and the customer indicators, bank by bank."""

from typing import Sequence

import pandas as pd

from study.sample.cn_banks import INVESTMENT, Cells

CUSTOMERS = ("retail_customers", "mobile_users", "retail_aum")


def investment_totals(cells: Cells, banks: Sequence[str]) -> pd.DataFrame:
    """FinTech investment of a group of banks by year, for the years in which every bank has one.

    Returns
    -------
    DataFrame year, value (亿元), banks
    """
    table = _investment(cells, banks)
    totals = table.groupby("year", as_index=False).agg(value=("value", "sum"), banks=("bank", "nunique"))
    return totals[totals["banks"] == len(banks)].reset_index(drop=True)


def growth(cells: Cells, banks: Sequence[str]) -> pd.DataFrame:
    """Growth of that total in per cent, with all banks and with those whose scope did not change.

    g_t = 100 (sum_b x_bt / sum_b x_b,t-1 - 1)

    Returns
    -------
    DataFrame year, series ("all", "unchanged scope"), value (%), banks
    """
    years = investment_totals(cells, banks)["year"].tolist()
    table = _investment(cells, banks).set_index(["year", "bank"])
    lines = []
    for before, year in zip(years, years[1:]):
        if year - before != 1:
            continue
        now, then = table.loc[year], table.loc[before]
        unchanged = now.index[now["series_break"] == 0]
        for series, used in (("all", now.index), ("unchanged scope", unchanged)):
            ratio = now.loc[used, "value"].sum() / then.loc[used, "value"].sum()
            lines.append({"year": year, "series": series, "value": 100 * (ratio - 1), "banks": len(used)})
    return pd.DataFrame(lines)


def figure(cells: Cells, banks: Sequence[str]) -> pd.DataFrame:
    """The data of figure F11: totals, their growth, investment and customer indicators by bank.

    A bank is shown where it has two years or more of a series.

    Returns
    -------
    DataFrame panel, series, year, value, unit, series_break; sorted
    """
    totals = investment_totals(cells, banks).assign(panel="total", series="six state banks", unit="亿元")
    rates = growth(cells, banks).assign(panel="growth", unit="%")
    units = {INVESTMENT: "亿元", "retail_customers": "百万户", "mobile_users": "百万户", "retail_aum": "亿元"}
    series = cells.cells[cells.cells["variable"].isin(units)].rename(columns={"bank": "group"})
    several = series.groupby(["variable", "group"])["year"].transform("size") > 1
    by_bank = series[several].drop(columns="series").rename(columns={"variable": "panel", "group": "series"})
    by_bank = by_bank.assign(unit=by_bank["panel"].map(units))
    columns = ["panel", "series", "year", "value", "unit", "series_break"]
    whole = pd.concat([totals, rates, by_bank], ignore_index=True).reindex(columns=columns)
    whole["series_break"] = whole["series_break"].fillna(0).astype(int)
    return whole.sort_values(["panel", "series", "year"], ignore_index=True)


def _investment(cells: Cells, banks: Sequence[str]) -> pd.DataFrame:
    table = cells.cells[cells.cells["variable"] == INVESTMENT]
    return table[table["bank"].isin(banks)].sort_values(["year", "bank"])
