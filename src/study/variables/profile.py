"""The 360-degree table of an arm: one row per customer, call or economy, in typed blocks of columns."""

from typing import Callable, Mapping

import pandas as pd
import pandera.pandas as pa

from study.data import berka
from study.design.profiles import Column
from study.sample import Built

KINDS = {
    "number": lambda: pa.Column(float, nullable=True, coerce=True),
    "flag": lambda: pa.Column(float, pa.Check.isin([0.0, 1.0]), nullable=True, coerce=True),
    "category": lambda: pa.Column(str, nullable=True),
}
SPLIT_DAY = 20  # Akiba: behaviour up to this day is "before", day 30 is the only day of withdrawal
STATEMENTS = {"POPLATEK MESICNE": "monthly", "POPLATEK TYDNE": "weekly", "POPLATEK PO OBRATU": "after each transaction"}
LAST_DAY = pd.Timestamp(berka.CUT_DAY) - pd.Timedelta(days=1)
MONTH = 30.4375  # days


def build(built: Built, columns: Mapping[str, Column]) -> pd.DataFrame:
    """The table of an arm's sample: what is known before, what was offered, what came of it.

    Parameters
    ----------
    built : of `sample.build`
    columns : of design/profiles.yaml for the arm

    Returns
    -------
    DataFrame, index as `built.rows`, one column per entry of `columns` in their order: number and flag (0, 1)
    float, category str, missing where not recorded. No identifier is in it.

    Raises
    ------
    pandera.errors.SchemaErrors if a column is not of its kind; KeyError if one can not be made.
    """
    made = MAKERS.get(built.arm, lambda rows, tables: rows)(built.rows, built.tables)
    schema = pa.DataFrameSchema({name: KINDS[column.kind]() for name, column in columns.items()})
    return schema.validate(made[list(columns)], lazy=True)


def by_kind(columns: Mapping[str, Column], *kinds: str) -> list[str]:
    """Names of the columns of some kinds."""
    return [name for name, column in columns.items() if column.kind in kinds]


def _kz_lender(rows: pd.DataFrame, tables) -> pd.DataFrame:
    scores = {name: rows[name].where(rows[name] > 0) for name in ("itcscore", "appscore")}
    return rows.assign(**scores, province=joined(rows["province"]))


def joined(values: pd.Series, least: int = 10, other: str = "other") -> pd.Series:
    """A category whose levels of fewer than `least` rows are joined (an own level only if they make `least`)."""
    counts = values.value_counts()
    small = counts.index[counts < least]
    if counts[small].sum() < least and len(small):
        small = counts.index[-(len(small) + 1) :]
    return values.where(~values.isin(small), other)


def _akiba(rows: pd.DataFrame, tables) -> pd.DataFrame:
    ledger = akiba_deposits(tables["ledger"])
    early = ledger[ledger["period"] <= SPLIT_DAY]
    counts = early.groupby("account").agg(early_deposits=("period", "size"), early_days=("period", "nunique"))
    more = rows["gam_behavior_1"].eq(3).astype(float).where(rows["gam_behavior_1"].notna())
    known = rows["account"].isin(ledger["account"])
    added = counts.reindex(rows["account"]).fillna(0).set_axis(rows.index).where(known)
    return rows.join(added).assign(more_gambling=more)


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
    """Accounts with their owner, behaviour to 30 October 1994 per month open, holdings and district."""
    owner = tables["disp"].query("type == 'OWNER'").merge(tables["client"], on="client_id", suffixes=("", "_client"))
    owner = owner.set_index("account_id").reindex(rows["account_id"])
    behaviour = berka_behaviour(rows, berka.whole_days(tables["trans"]))
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
    return rows.join(behaviour).assign(**{name: values.to_numpy() for name, values in added.items()})


def berka_behaviour(accounts: pd.DataFrame, trans: pd.DataFrame) -> pd.DataFrame:
    """Per account, to 30 October 1994: months open, transactions and credit turnover a month, days since the last.

    Rates and not counts: over the months of the file, a count is mostly the age of the account.
    """
    opened = accounts.set_index("account_id")["date"]
    months = (LAST_DAY - opened).dt.days / MONTH
    moved = trans.groupby("account_id").agg(count=("trans_id", "size"), last=("date", "max"))
    credits = trans[trans["type"] == "credit"].groupby("account_id")["amount_cents"].sum() / 100
    there = months.where(months >= 1)
    made = pd.DataFrame(
        {
            "months_open": months.where(months > 0),
            "transactions": moved["count"].reindex(months.index) / there,
            "credit_turnover": credits.reindex(months.index) / there,
            "recency": (LAST_DAY - moved["last"].reindex(months.index)).dt.days,
        }
    )
    return made.set_axis(accounts.index)


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
}
