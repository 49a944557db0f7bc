"""Customer-months from transactions, for tables of any size: one expression, on DuckDB or on Spark.

`connect()` opens an engine with bounded memory, `table()` brings a data frame or parquet file into it, `build()`
gives the expression, `collect()` its rows as a typed data frame; `build(...).to_parquet(file)` writes them without
holding them. All numbers are whole (money in cents), so both engines give the same rows.
"""

from collections.abc import Sequence
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pandas as pd
import pandera.pandas as pa

from study.analytics.groups.life_cycle import STAGES, LifeCycleRules

from .customer_month_checks import CustomerMonthError, check, month_of

WINDOWS = (3, 6, 12)
STAGE = {name: key for key, name in enumerate(STAGES)}  # acquisition 0, activation 1, growth 2, maturity 3, churn 4
FLOWS = ("transactions", "inflow_cents", "outflow_cents")


def schema(windows: Sequence[int] = WINDOWS) -> pa.DataFrameSchema:
    """The columns of the table.

    customer : as given
    month : calendar month as yyyymm
    age_months : months since the month of opening, 0 in it
    transactions, inflow_cents, outflow_cents : number, sum of positive and of negative amounts (as a positive number)
    <flow>_<w> : the same over the last w months, this one included; fewer in the first months
    recency_months : months since the last month with a transaction, missing before the first
    dormant : 1 if there was none in as many months as `dormant_after`, and the customer is as old
    products, products_opened : products held at the end of the month; opened in it
    closes : 1 in the month in which the customer leaves, the last one
    stage : number of the stage of `analytics.life_cycle` (see STAGE), by turnover, inflow plus outflow
    """
    whole = {"coerce": True, "checks": pa.Check.ge(0)}
    flows = [*FLOWS, *(f"{flow}_{w}" for w in windows for flow in FLOWS)]
    columns = {"month": pa.Column("int32", coerce=True, checks=pa.Check.in_range(100001, 999912))}
    columns |= {"age_months": pa.Column("int32", **whole)} | {name: pa.Column("int64", **whole) for name in flows}
    columns |= {"recency_months": pa.Column("Int32", nullable=True, **whole)}
    columns |= {name: pa.Column("int8", pa.Check.isin([0, 1]), coerce=True) for name in ("dormant", "closes")}
    columns |= {name: pa.Column("int32", **whole) for name in ("products", "products_opened")}
    columns |= {"stage": pa.Column("int8", pa.Check.isin(list(STAGE.values())), coerce=True)}
    return pa.DataFrameSchema({"customer": pa.Column()} | columns, strict=True, unique=["customer", "month"])


def connect(backend: str = "duckdb", *, memory: str = "4GB", temporary: Path | None = None, threads: int = 2):
    """An engine with bounded memory: what does not fit goes to files.

    Parameters
    ----------
    backend : "duckdb" or "spark" (optional extra `spark`: `make spark`, needs Java 17 or 21)
    memory : limit of the engine's memory, such as "4GB"
    temporary : folder for what does not fit (default: the system's)
    threads : threads of the engine

    Raises
    ------
    CustomerMonthError if the backend is unknown or Spark is not installed.
    """
    if backend == "duckdb":
        options = {"memory_limit": memory, "threads": threads, "preserve_insertion_order": False}
        return ibis.duckdb.connect(**options, **({"temp_directory": str(temporary)} if temporary else {}))
    if backend != "spark":
        raise CustomerMonthError(f"no backend '{backend}'; there is duckdb and spark")
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise CustomerMonthError("Spark is not installed; install it with `make spark` or use backend='duckdb'") from None
    settings = {
        "spark.driver.memory": memory.upper().removesuffix("B").lower(),
        "spark.sql.shuffle.partitions": str(4 * threads),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "localhost",  # one machine: no name to resolve, no other interface to listen on
        "spark.driver.bindAddress": "127.0.0.1",
    }
    if temporary:
        settings |= {"spark.local.dir": str(temporary), "spark.sql.warehouse.dir": str(Path(temporary) / "warehouse")}
    session = SparkSession.builder.master(f"local[{threads}]").appName("study")
    for name, value in settings.items():
        session = session.config(name, value)
    return ibis.pyspark.connect(session.getOrCreate())


def table(connection, name: str, source: pd.DataFrame | Path) -> ir.Table:
    """A data frame or a parquet file as a table of the engine."""
    rows = ibis.memtable(source) if isinstance(source, pd.DataFrame) else connection.read_parquet(str(source))
    return connection.create_view(name, rows, overwrite=True)


def build(
    customers: ir.Table,
    transactions: ir.Table,
    holdings: ir.Table | None = None,
    *,
    last: int,
    windows: Sequence[int] = WINDOWS,
    dormant_after: int = 6,
    rules: LifeCycleRules = LifeCycleRules(),
) -> ir.Table:
    """The customer-months: every month from the opening to the closing or to the last month, none left out.

    Parameters
    ----------
    customers : customer, opened, closed (dates; closed missing: still a customer)
    transactions : transaction, customer, date, amount_cents (whole numbers; paid in positive, paid out negative)
    holdings : customer, product, opened, closed, or None: no products
    last : last month of the data as yyyymm
    windows : lengths of the rolling windows in months
    dormant_after : months without a transaction after which a customer is dormant
    rules : thresholds of the stages, as for `analytics.life_cycle`; growth counts to the thousandth

    Returns
    -------
    ibis Table with the columns of `schema`, in no order

    Raises
    ------
    CustomerMonthError: a column is missing or of another type, a date or id is missing, an id is there twice,
    a customer is unknown, something happens before the opening, after the closing or after the last month: the
    message counts the rows and names the first.
    """
    if min(windows) < 1 or dormant_after < 1:
        raise CustomerMonthError(f"windows are {list(windows)}, dormant_after is {dormant_after}; all are 1 month or more")
    check(customers, transactions, holdings, last)
    end = last // 100 * 12 + last % 100 - 1
    months = _with_flows(_grid(customers, end), transactions)
    months = _with_products(months, holdings)
    return _with_history(months, windows, dormant_after, rules)


def collect(months: ir.Table) -> pd.DataFrame:
    """The rows as a data frame, typed by `schema`, sorted by customer and month.

    Raises
    ------
    pandera.errors.SchemaErrors if a column is not what `schema` says.
    """
    frame = months.to_pandas().sort_values(["customer", "month"], ignore_index=True)
    windows = sorted({int(name.rsplit("_", 1)[1]) for name in frame.columns if name.startswith("transactions_")})
    typed = schema(windows)
    return typed.validate(frame[list(typed.columns)], lazy=True)


def _grid(customers: ir.Table, end: int) -> ir.Table:
    """customer, first (month of opening), closing (month or missing), month: one row per month."""
    dated = customers.select("customer", first=month_of(customers.opened), closing=month_of(customers.closed))
    until = ibis.least(dated.closing.fill_null(end), ibis.literal(end, "int64"))
    return dated.mutate(month=ibis.range(dated["first"], until + 1).unnest())


def _with_flows(grid: ir.Table, transactions: ir.Table) -> ir.Table:
    """The grid with number and sums of the transactions of each month, zero where there is none."""
    amount = transactions.amount_cents.cast("int64")
    paid = transactions.select(
        "customer",
        month=month_of(transactions.date),
        inflow_cents=ibis.greatest(amount, ibis.literal(0, "int64")),
        outflow_cents=ibis.greatest(-amount, ibis.literal(0, "int64")),
    )
    summed = paid.group_by(["customer", "month"]).aggregate(
        transactions=paid.count(), inflow_cents=paid.inflow_cents.sum(), outflow_cents=paid.outflow_cents.sum()
    )
    return _joined(grid, summed, FLOWS)


def _with_products(months: ir.Table, holdings: ir.Table | None) -> ir.Table:
    """The months with products opened in them and held at their end."""
    if holdings is None:
        zero = ibis.literal(0, "int64")
        return months.mutate(products_opened=zero, products=zero)
    events = [
        holdings.select("customer", month=month_of(holdings[date]), opened=ibis.literal(int(date == "opened"), "int64"))
        for date in ("opened", "closed")
    ]
    both = ibis.union(*events).filter(ibis._.month.notnull())
    summed = both.group_by(["customer", "month"]).aggregate(products_opened=both.opened.sum(), products_closed=both.count() - both.opened.sum())
    joined = _joined(months, summed, ("products_opened", "products_closed"))
    change = joined.products_opened - joined.products_closed
    return joined.mutate(products=change.sum().over(_until_now())).drop("products_closed")


def _joined(grid: ir.Table, summed: ir.Table, names: Sequence[str]) -> ir.Table:
    """The grid's months with the sums, zero where there are none."""
    joined = grid.left_join(summed, ["customer", "month"])
    zeros = {name: joined[name].fill_null(0).cast("int64") for name in names}
    return joined.select(*grid.columns, **zeros)


def _until_now():
    """The customer's months up to this one."""
    return ibis.window(group_by="customer", order_by="month", preceding=None, following=0)


def _span(months: int):
    """This month and those before it, `months` in all: the grid has no gaps, so rows are months."""
    return ibis.window(group_by="customer", order_by="month", preceding=months - 1, following=0)


def _before(first: int | None, last: int):
    """The months from `first` (None: the opening) to `last` months ago."""
    return ibis.window(group_by="customer", order_by="month", preceding=(first, last))


def _with_history(months: ir.Table, windows: Sequence[int], dormant_after: int, rules: LifeCycleRules) -> ir.Table:
    """Rolling sums, recency, dormancy and stage; all windows in one pass, since each pass sorts the rows again."""
    turnover, w = months.inflow_cents + months.outflow_cents, rules.window
    rolling = {f"{flow}_{w}": months[flow].sum().over(_span(w)).cast("int64") for w in windows for flow in FLOWS}
    active = ibis.ifelse(months.transactions > 0, months.month, ibis.null("int64"))
    told = months.mutate(
        **rolling,
        recent=turnover.sum().over(_span(w)).cast("int64"),
        before=turnover.sum().over(_before(2 * w - 1, w)).fill_null(0).cast("int64"),
        age_months=months.month - months["first"],
        latest=active.max().over(_until_now()),
        earlier=active.max().over(_before(None, 1)),
        earliest=active.min().over(_until_now()),
        closes=(months.closing == months.month).fill_null(False).cast("int8"),
    )
    silent = told.month - told.latest.fill_null(told["first"] - 1)
    told = told.mutate(recency_months=told.month - told.latest, dormant=(silent >= dormant_after).cast("int8"))
    named = _with_stage(told, rules)
    month = named.month // 12 * 100 + named.month % 12 + 1
    kept = ("customer", *FLOWS, *rolling, "age_months", "recency_months", "dormant", "products", "products_opened", "closes", "stage")
    return named.select(*kept, month=month.cast("int32"))


def _with_stage(told: ir.Table, rules: LifeCycleRules) -> ir.Table:
    """The months with the number of their stage: the first rule of `analytics.life_cycle` that holds."""
    w, ratio = rules.window, round(1000 * (1 + rules.growth))
    returned = ((told.transactions > 0) & (told.month - 1 - told.earlier >= rules.lapse)).fill_null(False).cast("int8")
    told = told.mutate(returned=returned)
    lapsed = told.recency_months >= rules.lapse
    if rules.won_back > 1:
        won_back = told.returned.max().over(_span(rules.won_back)) > 0
    else:
        won_back = (told.returned > 0) & bool(rules.won_back)
    grows = (told.age_months + 1 >= 2 * w) & (told.recent > told.before) & (told.recent * 1000 >= told.before * ratio)
    conditions = {
        "acquisition": told.latest.isnull(),
        "churn": lapsed | won_back,
        "activation": told.month - told.earliest < rules.activation,
        "growth": grows,
    }
    cases = ((condition, ibis.literal(STAGE[name], "int8")) for name, condition in conditions.items())
    return told.mutate(stage=ibis.cases(*cases, else_=ibis.literal(STAGE["maturity"], "int8")))
