"""Customer-months: as worked out row by row, in any order of input, within bounded memory; bad input is named."""

import importlib.util
from pathlib import Path

import pandas as pd
import pytest

from study.analytics.groups.life_cycle import STAGES, LifeCycleRules, life_cycle
from study.variables import customer_months
from study.variables.customer_months import CustomerMonthError

SPEC = importlib.util.spec_from_file_location("month_tables", Path(__file__).parent / "month_tables.py")
month_tables = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(month_tables)
LAST = month_tables.LAST


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    return customer_months.connect("duckdb", memory="500MB", temporary=tmp_path_factory.mktemp("spill"))


@pytest.fixture(scope="module")
def frames():
    return month_tables.tables()


def built(engine, frames, **options):
    tables = {name: customer_months.table(engine, name, frame) for name, frame in frames.items()}
    options = {"last": LAST} | options
    return customer_months.build(tables["customers"], tables["transactions"], tables.get("holdings"), **options)


def made(engine, frames, **options):
    return customer_months.collect(built(engine, frames, **options))


def test_every_cell_is_the_one_worked_out_by_hand(engine, frames):
    found, expected = made(engine, frames), month_tables.by_hand(**frames)
    assert set(found.columns) == set(expected.columns) and len(found) > 500
    assert {0, 1, 2, 3, 4} == set(found["stage"]) and found["dormant"].any() and found["closes"].sum() > 10
    pd.testing.assert_frame_equal(found, expected[list(found.columns)].astype(found.dtypes.to_dict()))


def test_the_table_is_typed_and_the_grid_has_no_gaps(engine, frames):
    found = made(engine, frames)
    assert not found.drop(columns="recency_months").isna().any(axis=None)
    assert all(str(kind) in ("int64", "int32", "Int32", "int8") for kind in found.dtypes)
    by_customer = found.groupby("customer")["age_months"]
    assert (by_customer.size() == by_customer.max() + 1).all()
    total = frames["transactions"]["amount_cents"]
    assert found["transactions"].sum() == len(total) and (found["inflow_cents"] - found["outflow_cents"]).sum() == total.sum()


@pytest.mark.parametrize(
    "rules", [LifeCycleRules(), LifeCycleRules(activation=1, lapse=2, won_back=2, window=2, growth=0.5), LifeCycleRules(won_back=0)]
)
def test_stages_are_those_of_the_life_cycle(engine, frames, rules):
    found = made(engine, frames, rules=rules)
    data = found.assign(period=found["month"] // 100 * 12 + found["month"] % 100, turnover=found["inflow_cents"] + found["outflow_cents"])
    stages = life_cycle(data, customer="customer", period="period", activity="transactions", value="turnover", rules=rules).stages
    named = dict(enumerate(STAGES))
    assert found["stage"].map(named).tolist() == stages["stage"].tolist()


def test_the_order_of_the_input_changes_nothing(engine, frames):
    shuffled = {name: frame.sample(frac=1, random_state=3) for name, frame in frames.items()}
    pd.testing.assert_frame_equal(made(engine, shuffled), made(engine, frames))


def test_without_holdings_there_are_no_products_and_windows_can_be_chosen(engine, frames):
    less = {name: frames[name] for name in ("customers", "transactions")}
    found = made(engine, less, windows=(1, 3, 6), dormant_after=2)
    assert found["products"].eq(0).all() and (found["transactions_1"] == found["transactions"]).all()
    expected = month_tables.by_hand(**less, holdings=None, dormant_after=2)
    assert found["dormant"].tolist() == expected["dormant"].tolist()


def test_parquet_files_go_in_and_out_without_a_frame(engine, frames, tmp_path):
    for name, frame in frames.items():
        frame.to_parquet(tmp_path / f"{name}.parquet")
    files = {name: tmp_path / f"{name}.parquet" for name in frames}
    built(engine, files).to_parquet(tmp_path / "months.parquet")
    written = pd.read_parquet(tmp_path / "months.parquet").sort_values(["customer", "month"], ignore_index=True)
    found = made(engine, frames)
    pd.testing.assert_frame_equal(written[list(found.columns)].astype(found.dtypes.to_dict()), found)


def test_customers_without_any_transaction_have_their_months(engine, frames):
    found = made(engine, frames | {"transactions": frames["transactions"].head(0), "holdings": frames["holdings"].head(0)})
    assert len(found) == len(month_tables.by_hand(**frames)) and found["stage"].eq(0).all() and found["transactions_12"].eq(0).all()


def change(frame, row, **cells):
    frame = frame.copy()
    for name, value in cells.items():
        frame.loc[frame.index[row], name] = value
    return frame


def early(frames):
    first = frames["customers"].set_index("customer").loc[frames["transactions"]["customer"].iloc[0], "opened"]
    return {"transactions": change(frames["transactions"], 0, date=first - pd.Timedelta(days=1))}


def after_closing(frames):
    gone = frames["customers"].dropna(subset="closed").iloc[0]
    return {"transactions": change(frames["transactions"], 0, customer=gone.customer, date=gone.closed + pd.Timedelta(days=1))}


BAD = {
    "early": (early, r"transactions: 1 lie before the customer's opening; first: \d+"),
    "late": (after_closing, r"transactions: 1 lie after the customer's closing; first: \d+"),
    "future": (lambda f: {"transactions": change(f["transactions"], slice(None), date=pd.Timestamp("2025-01-01"))}, "lie after the"),
    "unknown": (lambda f: {"transactions": change(f["transactions"], 0, customer=5)}, "1 are of a customer who is not in customers"),
    "twice": (
        lambda f: {"transactions": change(f["transactions"], 0, transaction=int(f["transactions"]["transaction"].iloc[1]))},
        r"transactions: 1 values of transaction are there more than once; first: \d+",
    ),
    "customer twice": (lambda f: {"customers": pd.concat([f["customers"], f["customers"].head(2)])}, "customers: 2 values of customer are"),
    "float": (
        lambda f: {"transactions": f["transactions"].assign(amount_cents=1.5)},
        r"transactions.amount_cents is float64; money is whole cents \(int64\)",
    ),
    "no date": (lambda f: {"transactions": f["transactions"].assign(date="2024-01-01")}, "transactions.date is string; give a date"),
    "missing date": (lambda f: {"transactions": change(f["transactions"], 0, date=pd.NaT)}, "transactions.date is missing in 1 rows"),
    "no column": (
        lambda f: {"transactions": f["transactions"].rename(columns={"date": "dte"})},
        "transactions has no column 'date'; did you mean 'dte'",
    ),
    "closed first": (
        lambda f: {"customers": change(f["customers"], 0, closed=pd.Timestamp("2020-01-01"))},
        r"customers: 1 close before they open; first: \d+",
    ),
    "not open yet": (
        lambda f: {"customers": pd.concat([f["customers"], pd.DataFrame({"customer": [1], "opened": [pd.Timestamp("2025-02-01")]})])},
        "customers: 1 open after the last month 202412; first: 1",
    ),
    "holding early": (
        lambda f: {"holdings": change(f["holdings"], 0, opened=pd.Timestamp("2021-01-01"))},
        "holdings: 1 lie before the customer's opening",
    ),
    "holding closed first": (
        lambda f: {"holdings": change(f["holdings"], 0, closed=pd.Timestamp("2021-01-01"))},
        "holdings: 1 close before they open",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_is_named_and_counted(engine, frames, kind):
    damage, message = BAD[kind]
    with pytest.raises(CustomerMonthError, match=message):
        built(engine, frames | damage(frames))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"last": 2024}, "last is 2024; give the last month as yyyymm"),
        ({"last": 202413}, "last is 202413"),
        ({"windows": (0, 12)}, r"windows are \[0, 12\], dormant_after is 6; all are 1 month or more"),
        ({"dormant_after": 0}, "dormant_after is 0"),
    ],
)
def test_bad_settings_are_named(engine, frames, options, message):
    with pytest.raises(CustomerMonthError, match=message):
        built(engine, frames, **options)


def test_an_unknown_engine_is_named():
    with pytest.raises(CustomerMonthError, match="no backend 'oracle'; there is duckdb and spark"):
        customer_months.connect("oracle")


def test_memory_is_bounded(tmp_path):
    engine = customer_months.connect("duckdb", memory="300MB", temporary=tmp_path)
    settings = engine.raw_sql("SELECT current_setting('memory_limit'), current_setting('temp_directory')").fetchone()
    assert settings[0].startswith("286.1") and settings[1] == str(tmp_path)  # 300 million bytes in units of 2**20
