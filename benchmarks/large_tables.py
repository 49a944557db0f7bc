"""Customer-months from 20 million transactions: DuckDB through ibis with a memory limit, against pandas and polars.

    python benchmarks/large_tables.py            # 20 million transactions
    python benchmarks/large_tables.py 1000000    # fewer

Each reads the same parquet files, makes the same columns (no holdings, so no products) and writes a parquet file;
the sums of all columns are compared. Ours also checks the input and keeps within its memory limit; the peers do
neither. Amounts are whole cents, so the sums must agree exactly.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from measure import compare

TRANSACTIONS = 20_000_000
PER_CUSTOMER = 100
MONTHS = 36
FIRST = 2022 * 12  # January 2022 in months since year 0
LAST = 202412
SEED = 20240917
MEMORY = "1GB"
WINDOWS = (3, 6, 12)
FLOWS = ("transactions", "inflow_cents", "outflow_cents")
SUMMED = [*FLOWS, *(f"{flow}_{w}" for w in WINDOWS for flow in FLOWS), "age_months", "recency_months", "dormant", "closes", "stage"]


def generate(folder: Path, transactions: int) -> str:
    """Customers who open over two years, a third of whom leave, and their transactions; written in pieces."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(SEED)
    n = transactions // PER_CUSTOMER
    start = np.datetime64("2022-01-01")
    opened = rng.integers(0, 730, n)
    closed = opened + rng.integers(30, 900, n)
    gone = (rng.random(n) < 1 / 3) & (closed < 1096)
    dates = {"opened": start + opened, "closed": np.where(gone, start + closed, np.datetime64("NaT"))}
    pd.DataFrame({"customer": np.arange(n)} | dates).to_parquet(folder / "customers.parquet")
    end = np.where(gone, closed, 1095)
    schema = pa.schema({"transaction": pa.int64(), "customer": pa.int64(), "date": pa.date32(), "amount_cents": pa.int64()})
    with pq.ParquetWriter(folder / "transactions.parquet", schema) as writer:
        for first in range(0, transactions, 2_000_000):
            rows = min(2_000_000, transactions - first)
            customer = (n * rng.random(rows) ** 1.5).astype(np.int64)  # some customers are far more active
            day = opened[customer] + (rng.random(rows) * (end - opened + 1)[customer]).astype(np.int64)
            amount = np.round(rng.normal(500, 20_000, rows)).astype(np.int64)
            columns = [np.arange(first, first + rows), customer, start + day, amount]
            writer.write_table(pa.table([pa.array(c) for c in columns], schema=schema))
    return str(folder)


def ours(folder: str) -> np.ndarray:
    """The expression of study.variables on DuckDB, written to parquet without a frame in memory."""
    from study.variables import customer_months

    with tempfile.TemporaryDirectory(dir=folder) as spill:
        engine = customer_months.connect("duckdb", memory=MEMORY, temporary=Path(spill))
        files = {name: customer_months.table(engine, name, Path(folder) / f"{name}.parquet") for name in ("customers", "transactions")}
        target = Path(spill) / "months.parquet"
        customer_months.build(files["customers"], files["transactions"], last=LAST).to_parquet(target)
        months = engine.read_parquet(target)
        sums = months.aggregate(rows=months.count(), **{name: months[name].sum() for name in SUMMED}).to_pandas()
        engine.disconnect()
    return sums.iloc[0].to_numpy(dtype=float)


def with_pandas(folder: str) -> np.ndarray:
    """pandas: group, repeat the grid, merge, then differences of cumulative sums within customers."""
    paid = pd.read_parquet(Path(folder) / "transactions.parquet", columns=["customer", "date", "amount_cents"])
    date = pd.to_datetime(paid["date"])
    paid["month"] = date.dt.year * 12 + date.dt.month - 1
    paid["inflow_cents"], paid["outflow_cents"] = paid["amount_cents"].clip(lower=0), (-paid["amount_cents"]).clip(lower=0)
    summed = paid.groupby(["customer", "month"]).agg(
        transactions=("amount_cents", "size"), inflow_cents=("inflow_cents", "sum"), outflow_cents=("outflow_cents", "sum")
    )
    people = pd.read_parquet(Path(folder) / "customers.parquet")
    first = people["opened"].dt.year * 12 + people["opened"].dt.month - 1
    closing = people["closed"].dt.year * 12 + people["closed"].dt.month - 1
    length = (closing.fillna(FIRST + MONTHS - 1).astype("int64") - first + 1).to_numpy()
    at = np.repeat(np.arange(len(people)), length)
    age = np.arange(len(at)) - np.repeat(np.cumsum(length) - length, length)
    keys = {"customer": people["customer"].to_numpy()[at], "month": first.to_numpy()[at] + age, "age_months": age}
    grid = pd.DataFrame(keys).merge(summed.reset_index(), on=["customer", "month"], how="left").fillna(0).astype("int64")
    table = _history(grid, age, closing.to_numpy()[at] == grid["month"])
    table.to_parquet(Path(folder) / "pandas.parquet")
    return np.array([len(table), *table[SUMMED].sum()], dtype=float)


def _history(grid: pd.DataFrame, age: np.ndarray, closes) -> pd.DataFrame:
    """Windows, recency, dormancy and stage of a sorted grid in numpy."""
    place = np.arange(len(grid))
    opening = place - age

    def past(values: np.ndarray, first: int, last: int = 0) -> np.ndarray:
        """Sum of a customer's values from `first` to `last` months ago."""
        total = np.r_[0, np.cumsum(values)]
        return total[np.maximum(place - last + 1, opening)] - total[np.maximum(place - first, opening)]

    for w in WINDOWS:
        for flow in FLOWS:
            grid[f"{flow}_{w}"] = past(grid[flow].to_numpy(), w - 1)
    active = grid["transactions"].to_numpy() > 0
    latest = np.maximum.accumulate(np.where(active, place, -1))
    started = latest >= opening
    recency = place - latest
    earlier = np.r_[-1, latest[:-1]]
    returned = active & (earlier >= opening) & (place - 1 - earlier >= 3)
    reach = np.cumsum(started) - np.r_[0, np.cumsum(started)][opening]  # months since the first transaction, from 1
    turnover = (grid["inflow_cents"] + grid["outflow_cents"]).to_numpy()
    recent, before = past(turnover, 2), past(turnover, 5, 3)
    grows = (age >= 5) & (recent > before) & (1000 * recent >= 1100 * before)
    conditions = [~started, (recency >= 3) | returned, reach <= 3, grows]
    grid["recency_months"] = pd.array(np.where(started, recency, 0), dtype="Int32")
    grid.loc[~started, "recency_months"] = pd.NA
    grid["dormant"] = (np.where(started, recency, age + 1) >= 6).astype("int8")
    grid["closes"] = closes.astype("int8")
    grid["stage"] = np.select(conditions, [0, 4, 1, 2], 3).astype("int8")
    return grid


def with_polars(folder: str) -> np.ndarray:
    """polars: the same plan, lazily, its windows as differences of cumulative sums over customers."""
    import polars as pl

    def number(name: str) -> "pl.Expr":
        return pl.col(name).dt.year().cast(pl.Int64) * 12 + pl.col(name).dt.month().cast(pl.Int64) - 1

    def past(name: str, first: int, last: int = 0) -> "pl.Expr":
        total = pl.col(name).cum_sum()
        return (total.shift(last, fill_value=0) - total.shift(first + 1, fill_value=0)).over("customer")

    amount = pl.col("amount_cents")
    paid = pl.scan_parquet(Path(folder) / "transactions.parquet").group_by("customer", number("date").alias("month"))
    summed = paid.agg(
        transactions=pl.len().cast(pl.Int64), inflow_cents=amount.clip(lower_bound=0).sum(), outflow_cents=(-amount).clip(lower_bound=0).sum()
    )
    people = pl.scan_parquet(Path(folder) / "customers.parquet").select("customer", first=number("opened"), closing=number("closed"))
    until = pl.col("closing").fill_null(FIRST + MONTHS - 1) + 1
    grid = people.with_columns(month=pl.int_ranges("first", until, dtype=pl.Int64)).explode("month")
    months = grid.join(summed, on=["customer", "month"], how="left").with_columns(pl.col(FLOWS).fill_null(0)).sort("customer", "month")
    active = pl.when(pl.col("transactions") > 0).then(pl.col("month"))
    turnover = pl.col("inflow_cents") + pl.col("outflow_cents")
    months = months.with_columns(
        *(past(flow, w - 1).alias(f"{flow}_{w}") for w in WINDOWS for flow in FLOWS),
        turnover=turnover,
        age_months=pl.col("month") - pl.col("first"),
        latest=active.cum_max().forward_fill().over("customer"),
        closes=(pl.col("closing") == pl.col("month")).fill_null(False).cast(pl.Int8),
    )
    months = months.with_columns(
        recency_months=pl.col("month") - pl.col("latest"),
        earlier=pl.col("latest").shift(1).over("customer"),
        earliest=pl.col("latest").min().over("customer"),
        recent=past("turnover", 2),
        before=past("turnover", 5, 3),
    )
    recency, recent, before = pl.col("recency_months"), pl.col("recent"), pl.col("before")
    returned = ((pl.col("transactions") > 0) & (pl.col("month") - 1 - pl.col("earlier") >= 3)).fill_null(False)
    grows = (pl.col("age_months") >= 5) & (recent > before) & (1000 * recent >= 1100 * before)
    stage = pl.when(pl.col("latest").is_null()).then(0).when((recency >= 3) | returned).then(4)
    stage = stage.when(pl.col("month") - pl.col("earliest") < 3).then(1).when(grows).then(2).otherwise(3)
    table = months.with_columns(dormant=(recency.fill_null(pl.col("age_months") + 1) >= 6).cast(pl.Int8), stage=stage.cast(pl.Int8)).select(
        "customer", "month", *SUMMED
    )
    target = Path(folder) / "polars.parquet"
    table.sink_parquet(target)
    sums = pl.scan_parquet(target).select(pl.len(), *(pl.col(name).cast(pl.Int64).sum() for name in SUMMED)).collect()
    return sums.to_numpy()[0].astype(float)


if __name__ == "__main__":
    count = int(sys.argv[1]) if sys.argv[1:] else TRANSACTIONS
    with tempfile.TemporaryDirectory() as place:
        made = generate(Path(place), count)
        title = f"Customer-months from {count:,} transactions of {count // PER_CUSTOMER:,} customers (ours within {MEMORY})"
        compare(title, {"ibis on DuckDB": ours, "pandas": with_pandas, "polars": with_polars}, lambda: made, repeats=1, patience=120)
