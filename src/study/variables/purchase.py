"""Offers, loans and arms as the questions on price, credit risk, channels and experiments take them: one row each, of the customer model."""

import numpy as np
import pandas as pd

from study.data import units
from study.design import Settings, load
from study.sample import Built

WHO = "customer_id"


def offers(built: Built) -> pd.DataFrame:
    """The customers of the sample who had an offer, each with the first one and what came of it.

    Returns
    -------
    DataFrame, the columns of customers and of offers, money in units of the currency, and, where these are known:
    response and take_up, per cent of customers (100 or 0); past_due is 0 for those who did not take the offer
    """
    first = _money(built.tables["offers"], "offers").drop_duplicates(WHO)
    known = _money(built.units, "customers")
    rows = known.merge(first, on=WHO, suffixes=("", "_offer")).reset_index(drop=True)
    made = {name: 100 * rows[of] for name, of in (("response", "applied"), ("take_up", "accepted")) if of in rows}
    if {"past_due", "accepted"} <= set(rows):
        made["past_due"] = rows["past_due"].where(rows["accepted"] != 0, 0)
    if {"term", "accepted"} <= set(rows):
        made["term"] = rows["term"].where(rows["accepted"] != 0, 0)
    return rows.assign(**made)


def as_offered(rows: pd.DataFrame, final_rate: str) -> pd.DataFrame:
    """Of `offers`, the customers whose contract has the offered rate; nobody where no column of another rate is named ("").

    Price effects on the loan itself are those of the offered rate for these only.
    """
    return rows[rows["rate"] == rows[final_rate]] if final_rate else rows.iloc[:0]


def loans(built: Built, settings: Settings) -> pd.DataFrame:
    """Loans: what is known at the grant, and how they stand.

    Parameters
    ----------
    settings : bad and finished (codes of holdings.status), earlier (the type of product that may be held before)

    Returns
    -------
    DataFrame, one row per loan: bad, finished (the others still run, so that their outcome is censored), held_first (the
    earlier product was held before the grant), ln_amount, years, age at the grant, branch_id, unemployment of the
    branch's region, burden (instalment over the region's mean income)
    """
    held = _money(built.tables["holdings"], "holdings")
    rows = held[held["type"] == "loan"].merge(built.units[[WHO, "branch_id", "birth_year"]], on=WHO)
    region = built.tables["branches"].set_index("branch_id").reindex(rows["branch_id"])
    earlier = rows[WHO].map(held[held["type"] == settings.earlier].groupby(WHO)["since"].min())
    return pd.DataFrame(
        {
            "bad": rows["status"].isin(settings.bad).astype(int),
            "finished": rows["status"].isin(settings.finished).astype(int),
            "held_first": (earlier < rows["since"]).astype(int),
            "ln_amount": np.log(rows["amount"]),
            "years": rows["term"] / 12,
            "age": rows["since"].dt.year - rows["birth_year"],
            "branch_id": rows["branch_id"],
            "unemployment": region["region_unemployment"].to_numpy(float),
            "burden": rows["payment"].to_numpy() / region["region_income"].to_numpy(float),
        }
    )


def assigned(built: Built, profile: pd.DataFrame) -> pd.DataFrame:
    """The customers of an experiment with their arm, all that is known of them before and after, and survey answers.

    Parameters
    ----------
    profile : of `variables.profile`, rows as `built.units`; where a column has the name of one of the model, the profile's is taken

    Returns
    -------
    The columns of the profile, of customers, of offers and one per item of the survey; taken: accepted, and 0 where the
    customer was not reached
    """
    rows = offers(built).set_index(WHO)
    known = profile.set_axis(built.units[WHO], axis=0).reindex(rows.index)
    rows = known.join(rows.drop(columns=[name for name in rows if name in known]))
    if "survey" in built.tables:
        answers = built.tables["survey"].pivot(index=WHO, columns="item", values="answer").astype(float)
        rows = rows.join(answers[[name for name in answers if name not in rows]])
    if {"accepted", "reached"} <= set(rows):
        rows["taken"] = rows["accepted"].where(rows["reached"] == 1, 0)
    return rows.reset_index()


def _money(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """A table of the model with its money in units of the currency."""
    columns = load().tables[name].columns
    return table.assign(**{column: units(table[column]) for column in table if column in columns and columns[column].kind == "money"})
