"""Totals and growth of FinTech investment, and the customer indicators, bank by bank."""

from collections.abc import Sequence

import pandas as pd

from study.errors import nearest
from study.sample.bank_facts import INVESTMENT, Cells

from .errors import VariableError

CASES = {
    "CMB": ("fintech_investment", "retail_customers", "retail_aum"),
    "ICBC": ("fintech_investment", "retail_customers", "mobile_users"),
}
PRINTED_GROWTH = r"printed growth of (-?[\d.]+)%"
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


def growth_across_a_break(cells: Cells, facts: pd.DataFrame, banks: Sequence[str], year: int) -> dict[str, float]:
    """What of a year's growth is spending where the scope of a bank's series changes in it.

    The bank states its own growth s on the new scope, so that its year before, on that scope, is
    x_t / (1 + s / 100): growth like for like is that of the total with it in the place of the old-scope value.

    Parameters
    ----------
    facts : with the notes that quote the printed growth ("printed growth of 23.60%")

    Returns
    -------
    all, like_for_like, unchanged (growth in %); gap = all - unchanged, of which spending = like_for_like - unchanged

    Raises
    ------
    VariableError if a bank with a break in the year states no growth.
    """
    table = _investment(cells, banks).set_index(["year", "bank"])
    now, then = table.loc[year], table.loc[year - 1, "value"].copy()
    for bank in now.index[now["series_break"] == 1]:
        then[bank] = now.loc[bank, "value"] / (1 + stated_growth(facts, bank, year) / 100)
    rates = growth(cells, banks).set_index(["year", "series"])["value"]
    whole, unchanged = rates[year, "all"], rates[year, "unchanged scope"]
    like = 100 * (now["value"].sum() / then.sum() - 1)
    return {"all": whole, "like_for_like": like, "unchanged": unchanged, "gap": whole - unchanged, "spending": like - unchanged}


def stated_growth(facts: pd.DataFrame, bank: str, year: int) -> float:
    """The growth of investment in per cent that the page prints beside the first value of a new scope."""
    rows = facts[(facts["bank_id"] == bank) & (facts["period"] == year) & (facts["variable"] == INVESTMENT)]
    found = set(rows["source_title_or_note"].str.extract(PRINTED_GROWTH, expand=False).dropna())
    if len(found) != 1:
        raise VariableError(f"{bank} {year}: {len(found)} printed growth rates of investment in the notes, not one")
    return float(found.pop())


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
            raise VariableError(f"no cell has the variable '{name}'" + nearest(name, published))
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


def customer_relations(cells: Cells, facts: pd.DataFrame) -> pd.DataFrame:
    """The report's indicators of customer relations (growth, retention, satisfaction) by bank.

    growth = 100 ((x_last / x_first)^(1 / years) - 1), per year between the first and the last year published

    Returns
    -------
    DataFrame bank, customers (million), first_year, last_year, growth (% a year), pages (that print the
    last figure), spread (% between the highest and the lowest of them, missing where there is one), customer_retention,
    customer_satisfaction (last value; missing where not published); banks with customers in one year or more
    """
    table = cells.cells.set_index(["variable", "bank", "year"])["value"].sort_index()
    point = facts[(facts["bound"] == "point") & (facts["variable"] == "retail_customers")]
    lines = []
    for bank, series in table.loc["retail_customers"].groupby(level="bank"):
        series = series.droplevel("bank")
        first, last = series.index[0], series.index[-1]
        printed = point.loc[(point["bank_id"] == bank) & (point["period"] == last), "value"]
        growth = 100 * ((series[last] / series[first]) ** (1 / (last - first)) - 1) if last > first else None
        line = {"bank": bank, "customers": series[last], "first_year": first, "last_year": last, "growth": growth}
        line |= {"pages": len(printed), "spread": 100 * (printed.max() / printed.min() - 1) if len(printed) > 1 else None}
        for name in ("customer_retention", "customer_satisfaction"):
            there = name in table.index.get_level_values("variable") and bank in table.loc[name].index
            line[name] = table.loc[name, bank].iloc[-1] if there else None
        lines.append(line)
    return pd.DataFrame(lines).astype({"growth": float, "spread": float, "customer_retention": float, "customer_satisfaction": float})


def cases(cells: Cells) -> pd.DataFrame:
    """Published series of the case banks, the first year of each series = 100.

    Returns
    -------
    DataFrame panel (case_<bank>), series (variable), year, value, unit, series_break
    """
    parts = []
    for bank, names in CASES.items():
        for name in names:
            one = cells.cells[(cells.cells["bank"] == bank) & (cells.cells["variable"] == name)].sort_values("year")
            value = 100 * one["value"] / one["value"].iloc[0]
            part = one[["year", "series_break"]].assign(panel=f"case_{bank}", series=name, value=value)
            parts.append(part.assign(unit="first year = 100"))
    return pd.concat(parts, ignore_index=True)[["panel", "series", "year", "value", "unit", "series_break"]]


def figure(cells: Cells, banks: Sequence[str]) -> pd.DataFrame:
    """The data of figure F11: totals, growth, investment and indicators by bank, and the case banks.

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
    whole = pd.concat([totals, rates, by_bank, cases(cells)], ignore_index=True).reindex(columns=columns)
    whole["series_break"] = whole["series_break"].fillna(0).astype(int)
    return whole.sort_values(["panel", "series", "year"], ignore_index=True)


def _investment(cells: Cells, banks: Sequence[str]) -> pd.DataFrame:
    table = cells.cells[cells.cells["variable"] == INVESTMENT]
    for bank in banks:
        if bank not in set(table["bank"]):
            raise VariableError(f"no year has the investment of '{bank}'" + nearest(bank, set(table["bank"])))
    return table[table["bank"].isin(banks)].sort_values(["year", "bank"])
