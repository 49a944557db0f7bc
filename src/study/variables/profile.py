"""The 360-degree table of an arm: one row per customer, call or economy, in typed blocks of columns."""

from collections.abc import Callable, Mapping

import pandas as pd
import pandera.pandas as pa

from study.analytics.shared import categories
from study.design.profiles import Column
from study.sample import Built

KINDS = {
    "number": lambda column: pa.Column(float, nullable=True, coerce=True),
    "flag": lambda column: pa.Column(float, pa.Check.isin([0.0, 1.0]), nullable=True, coerce=True),
    "category": lambda column: pa.Column(str, pa.Check.isin(list(column.levels)) if column.levels else None, nullable=True),
}
SPLIT_DAY = 20  # Akiba: behaviour up to this day is "before", day 30 is the only day of withdrawal
STATEMENTS = {"POPLATEK MESICNE": "monthly", "POPLATEK TYDNE": "weekly", "POPLATEK PO OBRATU": "after each transaction"}
MONTH = 30.4375  # days


def build(built: Built, columns: Mapping[str, Column]) -> pd.DataFrame:
    """The table of an arm's sample: what is known before, what was offered, what came of it.

    Parameters
    ----------
    built : of `sample.build`
    columns : of the arm's profile (design/sources/)

    Returns
    -------
    DataFrame, index as `built.rows`, one column per entry of `columns` in their order: number and flag (0, 1)
    float, category str, missing where not recorded. No identifier is in it.

    Raises
    ------
    pandera.errors.SchemaErrors if a column is not of its kind or has a code that is not among its levels; KeyError if one can not be made.
    """
    made = MAKERS.get(built.arm, lambda rows, tables: rows)(built.rows, built.tables)
    if built.arm == "own":  # the contract's columns are optional
        columns = {name: column for name, column in columns.items() if name in made and made[name].notna().any()}
    schema = pa.DataFrameSchema({name: KINDS[column.kind](column) for name, column in columns.items()})
    return schema.validate(made[list(columns)], lazy=True)


def by_kind(columns: Mapping[str, Column], *kinds: str) -> list[str]:
    """Names of the columns of some kinds."""
    return [name for name, column in columns.items() if column.kind in kinds]


def _kz_lender(rows: pd.DataFrame, tables) -> pd.DataFrame:
    scores = {name: rows[name].where(rows[name] > 0) for name in ("itcscore", "appscore")}
    return rows.assign(**scores, province=joined(rows["province"]))


def joined(values: pd.Series, least: int = 10, other: str = "other") -> pd.Series:
    """A category whose levels of fewer than `least` rows are joined (an own level only if they make `least`).

    The joined ones are called `other`, in brackets where a level has that name.
    """
    counts = values.value_counts()
    small = counts.index[counts < least]
    if counts[small].sum() < least and len(small):
        small = counts.index[-(len(small) + 1) :]
    return values.where(~values.isin(small), categories.free(other, map(str, counts.index[~counts.index.isin(small)])))


def _akiba(rows: pd.DataFrame, tables) -> pd.DataFrame:
    ledger = akiba_deposits(tables["ledger"])
    early = ledger[ledger["period"] <= SPLIT_DAY]
    counts = early.groupby("account").agg(early_deposits=("period", "size"), early_days=("period", "nunique"))
    known = rows["account"].isin(ledger["account"])
    added = counts.reindex(rows["account"]).fillna(0).set_axis(rows.index).where(known)
    return rows.join(added).assign(more_gambling=more_gambling(rows))


def more_gambling(rows: pd.DataFrame) -> pd.Series:
    """Akiba's answer at endline: gambles more than before (0 or 1), missing where not asked."""
    return rows["gam_behavior_1"].eq(3).astype(float).where(rows["gam_behavior_1"].notna())


def akiba_deposits(ledger: pd.DataFrame) -> pd.DataFrame:
    """Deposits of the 60 days: the product's days 1 to 60, amounts above zero (one deposit is negative)."""
    return ledger[(ledger["kind"] == "deposit") & ledger["period"].between(1, 60) & (ledger["amount_cents"] > 0)]


def _status_goods(rows: pd.DataFrame, tables) -> pd.DataFrame:
    groups = {1: "below Rp 300m", 2: "below Rp 300m", 3: "Rp 300-500m", 4: "Rp 300-500m", 5: "Rp 500m or more", 6: "Rp 500m or more"}
    income = rows["strata"].map(groups)
    return rows.assign(income_group=income, credit_limit=rows["credit_limit"] / 1e6, reached=1 - rows["exclude"])


def _uci_marketing(rows: pd.DataFrame, tables) -> pd.DataFrame:
    plain = rows.rename(columns=lambda name: name.replace(".", "_"))
    called = rows["pdays"].notna().astype(int)
    subscribed = (rows["y"] == "yes").astype(int)
    return plain.assign(education=joined(rows["education"], 100), called_before=called, subscribed=subscribed)


def _berka(rows: pd.DataFrame, tables) -> pd.DataFrame:
    """Accounts with their owner, behaviour per month open up to the day at which the data end, holdings and district."""
    owner = tables["disp"].query("type == 'OWNER'").merge(tables["client"], on="client_id", suffixes=("", "_client"))
    owner = owner.set_index("account_id").reindex(rows["account_id"])
    moved, last_day = tables["transactions"], tables["about"]["as_of"].iloc[0]
    moves = pd.DataFrame({"unit": moved["customer_id"], "date": moved["date"], "cents": moved["amount"], "credit": moved["direction"] == "credit"})
    made = behaviour(rows.set_index("account_id")["date"], moves, last_day).set_axis(rows.index)
    district = tables["district"].set_index("district_id").reindex(rows["district_id"])
    loan = tables["loan"].set_index("account_id")["status"].reindex(rows["account_id"])
    cards = tables["disp"].merge(tables["card"][["disp_id"]], on="disp_id")["account_id"]
    orders = tables["order"]["account_id"].value_counts().reindex(rows["account_id"]).fillna(0)
    added = {
        "frequency": rows["frequency"].map(STATEMENTS),
        "sex": owner["sex"],
        "age": 1994 - owner["birth_year"],
        "orders": orders,
        "card": rows["account_id"].isin(cards).astype(int),
        "loan": loan.notna().astype(int),
        "bad_loan": loan.isin(["B", "D"]).astype(float).where(loan.notna()),
        "district_salary": district["A11"],
        "district_unemployment": district["A13"],
        "district_urban": district["A10"],
    }
    return rows.join(made).assign(**{name: values.to_numpy() for name, values in added.items()})


def behaviour(opened: pd.Series, moves: pd.DataFrame, last_day: pd.Timestamp) -> pd.DataFrame:
    """Months open, transactions and credit turnover a month, days since the last one, up to `last_day`.

    Rates and not counts: over the months of a file, a count is mostly the age of the account.

    Parameters
    ----------
    opened : day of opening by unit
    moves : unit, date, cents, credit (bool), one row per transaction

    Returns
    -------
    DataFrame indexed as `opened`: months_open (missing if opened later), transactions, credit_turnover (both per
    month, missing in the first month), recency
    """
    months = (last_day - opened).dt.days / MONTH
    moved = moves.groupby("unit").agg(count=("date", "size"), last=("date", "max"))
    credits = moves[moves["credit"]].groupby("unit")["cents"].sum().astype("int64") / 100
    there = months.where(months >= 1)
    return pd.DataFrame(
        {
            "months_open": months.where(months > 0),
            "transactions": moved["count"].reindex(months.index) / there,
            "credit_turnover": credits.reindex(months.index) / there,
            "recency": (last_day - moved["last"].reindex(months.index)).dt.days,
        }
    )


def _own(rows: pd.DataFrame, tables) -> pd.DataFrame:
    """Whatever the user's tables hold; a column that nothing fills is missing throughout."""
    as_of, who = tables["about"]["as_of"].iloc[0], rows["customer_id"]
    made = rows.assign(
        age=rows["age"] if "age" in rows else as_of.year - rows["birth_year"] if "birth_year" in rows else None,
        closed=(rows["closed"] <= as_of).astype(float) if "closed" in rows else None,
        **{name: rows[name].astype(float) / 100 for name in ("income", "last_amount") if name in rows},
    )
    if "transactions" in tables and "opened" in rows:
        moved = tables["transactions"]
        moves = pd.DataFrame(
            {"unit": moved["customer_id"], "date": moved["date"], "cents": moved["amount"], "credit": moved["direction"] == "credit"}
        )
        made = made.join(behaviour(rows.set_index("customer_id")["opened"], moves, as_of).set_axis(rows.index))
    made = made.join(_latest(tables, who)).join(_offer(tables, who)).join(_region(tables, rows))
    return made


def _latest(tables, who: pd.Series) -> pd.DataFrame:
    """Products held, and assets in the customer's last month."""
    made = pd.DataFrame(index=who.index)
    if "holdings" in tables:
        made["products"] = who.map(tables["holdings"].groupby("customer_id")["product"].nunique()).fillna(0)
    months = tables.get("customer_months")
    if months is not None and "aum" in months:
        last = months.sort_values(["customer_id", "month"]).groupby("customer_id")["aum"].last()
        made["aum"] = who.map(last).astype(float) / 100
    return made


def _offer(tables, who: pd.Series) -> pd.DataFrame:
    """The customer's first offer and what came of it; money in units of the currency."""
    if "offers" not in tables:
        return pd.DataFrame(index=who.index)
    first = tables["offers"].drop_duplicates("customer_id").set_index("customer_id").reindex(who).set_axis(who.index)
    names = [name for name in ("rate", "applied", "accepted", "revenue", "past_due") if name in first]
    return first[names].assign(**{name: first[name].astype(float) / 100 for name in ("revenue", "past_due") if name in first})


def _region(tables, rows: pd.DataFrame) -> pd.DataFrame:
    if "branches" not in tables or "branch_id" not in rows:
        return pd.DataFrame(index=rows.index)
    names = ["region", "region_income", "region_unemployment", "region_urban"]
    made = tables["branches"].set_index("branch_id").reindex(columns=names).reindex(rows["branch_id"]).set_axis(rows.index)
    return made.assign(region=joined(made["region"]))


def _findex(rows: pd.DataFrame, tables) -> pd.DataFrame:
    return rows.assign(pop_adult=rows["pop_adult"] / 1e6)


Maker = Callable[[pd.DataFrame, Mapping[str, pd.DataFrame]], pd.DataFrame]
MAKERS: dict[str, Maker] = {
    "kz_lender": _kz_lender,
    "akiba": _akiba,
    "status_goods": _status_goods,
    "uci_marketing": _uci_marketing,
    "berka": _berka,
    "findex": _findex,
    "own": _own,
}
