"""Faults of the tables that customer-months are made from, found by the engine: counted, and the first named."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from study.errors import nearest

from .errors import VariableError

COLUMNS = {
    "customers": {"customer": "", "opened": "date", "closed": "date"},
    "transactions": {"transaction": "", "customer": "", "date": "date", "amount_cents": "money"},
    "holdings": {"customer": "", "product": "", "opened": "date", "closed": "date"},
}
KEYS = {"customers": ["customer"], "transactions": ["transaction"], "holdings": ["customer", "product", "opened"]}
MAY_MISS = ("closed",)


class CustomerMonthError(VariableError):
    """Customers, transactions or holdings do not fit together: the message says what, how often, and the first case."""


def month_of(date: ir.Value) -> ir.IntegerValue:
    """Months since year 0: consecutive over years."""
    return (date.year().cast("int64") * 12 + date.month().cast("int64") - 1).cast("int64")


def check(customers: ir.Table, transactions: ir.Table, holdings: ir.Table | None, last: int) -> None:
    """Raise CustomerMonthError for the first kind of fault that the tables have."""
    if not (isinstance(last, int) and 100001 <= last <= 999912 and 1 <= last % 100 <= 12):
        raise CustomerMonthError(f"last is {last!r}; give the last month as yyyymm, such as 202412")
    tables = {"customers": customers, "transactions": transactions} | ({} if holdings is None else {"holdings": holdings})
    for name, table in tables.items():
        _columns(name, table)
        _missing(name, table)
        _twice(name, table)
    end = last // 100 * 12 + last % 100 - 1
    late = month_of(customers.opened) > end
    faults = {"close before they open": customers.closed < customers.opened, f"open after the last month {last}": late}
    _report("customers", customers.mutate(id=customers.customer), faults)
    _against(customers, "transactions", transactions, transactions.transaction, transactions.date, end, last)
    if holdings is not None:
        _report("holdings", holdings.mutate(id=holdings.customer), {"close before they open": holdings.closed < holdings.opened})
        _against(customers, "holdings", holdings, holdings.customer, holdings.opened, end, last)


def _columns(name: str, table: ir.Table) -> None:
    for column, kind in COLUMNS[name].items():
        if column not in table.columns:
            raise CustomerMonthError(f"{name} has no column '{column}'{nearest(column, table.columns)}")
        found = table[column].type()
        if kind == "money" and not found.is_integer():
            raise CustomerMonthError(f"{name}.{column} is {found}; money is whole cents (int64)")
        if kind == "date" and not (found.is_date() or found.is_timestamp()):
            raise CustomerMonthError(f"{name}.{column} is {found}; give a date")


def _missing(name: str, table: ir.Table) -> None:
    columns = [column for column in COLUMNS[name] if column not in MAY_MISS]
    counts = table.aggregate(**{column: table[column].isnull().sum() for column in columns}).to_pandas().iloc[0].fillna(0)
    for column, count in counts.items():
        if count:
            raise CustomerMonthError(f"{name}.{column} is missing in {int(count)} rows")


def _twice(name: str, table: ir.Table) -> None:
    key = KEYS[name]
    again = table.group_by(key).aggregate(rows=table.count()).filter(ibis._.rows > 1)
    found = again.aggregate(ids=again.count(), first=again[key[0]].min()).to_pandas().to_dict("records")[0]
    if found["ids"]:
        what = f"{int(found['ids'])} values of {', '.join(key)} are there more than once"
        raise CustomerMonthError(f"{name}: {what}; first: {found['first']}")


def _against(customers: ir.Table, name: str, table: ir.Table, key: ir.Value, date: ir.Value, end: int, last: int) -> None:
    """Rows of customers that are not there, or outside their time."""
    dated = table.select("customer", id=key, at=date.cast("date"))
    known = customers.select(known="customer", opened=customers.opened.cast("date"), closed=customers.closed.cast("date"))
    both = dated.left_join(known, dated.customer == known.known)
    faults = {
        "are of a customer who is not in customers": both.known.isnull(),
        "lie before the customer's opening": both["at"] < both.opened,
        "lie after the customer's closing": both["at"] > both.closed,
        f"lie after the last month {last}": month_of(both["at"]) > end,
    }
    _report(name, both, faults)


def _report(name: str, table: ir.Table, faults: Mapping[str, ir.BooleanValue]) -> None:
    """One pass over the table: how often each fault is there, and the smallest id that has it."""
    sums = {f"n{i}": fault.fill_null(False).cast("int64").sum().fill_null(0) for i, fault in enumerate(faults.values())}
    none = ibis.null(table.id.type())
    first = {f"first{i}": ibis.ifelse(fault.fill_null(False), table.id, none).min() for i, fault in enumerate(faults.values())}
    found = table.aggregate(**sums, **first).to_pandas().to_dict("records")[0]
    for i, what in enumerate(faults):
        if found[f"n{i}"] > 0:
            case = found[f"first{i}"]
            shown = int(case) if isinstance(case, float) else case  # an engine may give whole numbers with gaps as floats
            raise CustomerMonthError(f"{name}: {int(found[f'n{i}'])} {what}; first: {shown}")
