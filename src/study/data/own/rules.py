"""What must hold across rows and tables: keys, references, histories."""

from collections.abc import Mapping

import pandas as pd

from study.design.contract import ModelTable

from .faults import KEY, STORY, Fault, of_rows, printed

Tables = Mapping[str, pd.DataFrame]
FINAL = pd.Timestamp("2100-01-01")


def keys(file: str, frame: pd.DataFrame, table: ModelTable) -> list[Fault]:
    """Rows whose key an earlier row has."""
    key = [column for column in table.key if column in frame.columns]
    needed = [column for column in key if not table.columns[column].missing]
    twice = frame.duplicated(key) & frame[needed].notna().all(axis=1)  # an empty cell that must not be is a fault by itself
    values = frame[key].map(printed).agg(", ".join, axis=1) if twice.any() else frame[key[0]]
    return of_rows(file, " + ".join(key), "is there in an earlier row too", twice, values, KEY)


def references(file: str, frame: pd.DataFrame, table: ModelTable, tables: Tables, contract: Mapping[str, ModelTable]) -> list[Fault]:
    """Values that are in no row of the table that they refer to."""
    found = []
    for name, column in table.columns.items():
        if column.refers and column.refers in tables and name in frame.columns:
            known = tables[column.refers][contract[column.refers].key[0]]
            lost = frame[name].notna() & ~frame[name].isin(known)
            found += of_rows(file, name, f"is in no row of {column.refers}", lost, frame[name], KEY)
    return found


def scales(file: str, survey: pd.DataFrame) -> list[Fault]:
    """Answers off the scale of their item; a scale that is not given is 1 to 5."""
    low, high = (survey[name].fillna(end) if name in survey else end for name, end in (("minimum", 1), ("maximum", 5)))
    off = survey["answer"].notna() & ((survey["answer"] < low) | (survey["answer"] > high))
    said = "is not on the scale of its item" + ("" if "minimum" in survey or "maximum" in survey else ", from 1 to 5")
    return of_rows(file, "answer", said, off, survey["answer"])


def histories(tables: Tables, files: Mapping[str, str]) -> list[Fault]:
    """Days in an order that can not be, months that are missing, customers in two branches."""
    found: list[Fault] = []
    for name, frame in tables.items():
        for column in frame.select_dtypes("datetime").columns:
            late = frame[column] >= FINAL
            found += of_rows(files[name], column, "is after the year 2099", late, frame[column], STORY)
    found += _customers(tables["customers"], files["customers"]) if "customers" in tables else []
    for name, column in (("transactions", "date"), ("customer_months", "month"), ("holdings", "since")):
        if name in tables and column in tables[name] and "customers" in tables:
            found += _within_life(tables[name], column, tables["customers"], files[name])
    if "customer_months" in tables:
        found += _gaps(tables["customer_months"], files["customer_months"])
        found += _branches(tables, files["customer_months"])
    return found


def _customers(customers: pd.DataFrame, file: str) -> list[Fault]:
    """Closed or adopted before opening, born after it."""
    opened = customers.get("opened")
    if opened is None:
        return []
    found = []
    for column in ("closed", "adopted"):
        if column in customers:
            found += of_rows(file, column, "is before the day of opening", customers[column] < opened, customers[column], STORY)
    if "birth_year" in customers:
        young = customers["birth_year"] > opened.dt.year
        found += of_rows(file, "birth_year", "is after the year of opening", young, customers["birth_year"], STORY)
    return found


def _within_life(frame: pd.DataFrame, column: str, customers: pd.DataFrame, file: str) -> list[Fault]:
    """Rows before opening or after closing; a month counts by its days."""
    lives = customers.drop_duplicates("customer_id").set_index("customer_id")
    found = []
    for end, words in (("opened", "is before the customer's opening"), ("closed", "is after the customer's closing")):
        if end not in lives:
            continue
        day = lives[end].reindex(frame["customer_id"]).set_axis(frame.index)
        if column == "month":
            day = day.dt.to_period("M").dt.to_timestamp()
        outside = frame[column] < day if end == "opened" else frame[column] > day
        found += of_rows(file, column, words, outside, frame[column], STORY)
    return found


def _gaps(months: pd.DataFrame, file: str) -> list[Fault]:
    """Customers with a month missing between their first and their last one."""
    known = months.dropna(subset=["customer_id", "month"]).drop_duplicates(["customer_id", "month"])
    number = known["month"].dt.year * 12 + known["month"].dt.month
    ordered = known.assign(number=number).sort_values(["customer_id", "number"], kind="stable")
    before = ordered.groupby("customer_id")["number"].shift()
    gap = (ordered["number"] - before > 1).reindex(months.index, fill_value=False)
    return of_rows(file, "month", "comes after a month that is missing for this customer", gap, months["month"], STORY)


def _branches(tables: Tables, file: str) -> list[Fault]:
    """Customers whose months name more than one branch, or another one than their own row."""
    months = tables["customer_months"]
    if "branch_id" not in months:
        return []
    first = months.dropna(subset=["branch_id"]).drop_duplicates("customer_id").set_index("customer_id")["branch_id"]
    own = tables.get("customers", pd.DataFrame()).get("branch_id")
    if own is not None:
        home = tables["customers"].drop_duplicates("customer_id").set_index("customer_id")["branch_id"].dropna()
        first = home.combine_first(first)
    expected = first.reindex(months["customer_id"]).set_axis(months.index)
    moved = months["branch_id"].notna() & expected.notna() & (months["branch_id"] != expected)
    return of_rows(file, "branch_id", "is another branch than this customer's", moved, months["branch_id"], STORY)
