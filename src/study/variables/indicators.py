"""Totals and growth of FinTech investment, and the customer indicators, bank by bank."""

from typing import Sequence

import pandas as pd

from study.design import nearest
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


def indicator_panel(cells: Cells, variables: Sequence[str] = CUSTOMERS) -> pd.DataFrame:
    """Indicators by bank and year, with the growth within the bank.

    g_bt = 100 (x_bt / x_b,t-1 - 1), missing where the calendar year before is missing, where it is
    zero and where the series of the bank breaks in t

    Returns
    -------
    DataFrame variable, bank, year, value (unit of the codebook), series_break, growth (%), banks
    (with a value in the year), banks_growth (with a growth in the year); sorted
    """
    published = sorted(set(cells.cells["variable"]))
    for name in variables:
        if name not in published:
            raise ValueError(f"no cell has the variable '{name}'" + nearest(name, published))
    key = ["variable", "bank", "year"]
    table = cells.cells.loc[cells.cells["variable"].isin(variables), [*key, "value", "series_break"]]
    before = table[[*key, "value"]].assign(year=table["year"] + 1).rename(columns={"value": "before"})
    table = table.merge(before, on=key, how="left").sort_values(key, ignore_index=True)
    comparable = table["before"].where((table["series_break"] == 0) & (table["before"] != 0))
    table["growth"] = 100 * (table["value"] / comparable - 1)
    in_year = table.groupby(["variable", "year"])
    table["banks"] = in_year["value"].transform("count")
    table["banks_growth"] = in_year["growth"].transform("count")
    return table.drop(columns="before")


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
    for bank in banks:
        if bank not in set(table["bank"]):
            raise ValueError(f"no year has the investment of '{bank}'" + nearest(bank, set(table["bank"])))
    return table[table["bank"].isin(banks)].sort_values(["year", "bank"])
