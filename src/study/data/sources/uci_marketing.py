"""Reader of UCI Bank Marketing: one row per contact of a telephone campaign, in the order of dates."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from study.design import relative

from .. import tables
from ..columns import number, one_of, row_numbers, schema, whole
from ..errors import report, validate

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
YES_NO = one_of("yes", "no", "unknown")
PERSON = {
    "age": whole(15, 110),
    "job": pa.Column(str),
    "marital": pa.Column(str),
    "education": pa.Column(str),
    "default": YES_NO,
    "housing": YES_NO,
    "loan": YES_NO,
    "contact": one_of("cellular", "telephone", "unknown"),
    "month": one_of(*MONTHS),
    "duration": whole(0, 10_000),
    "campaign": whole(1, 100),
    "pdays": whole(-1, 999),
    "previous": whole(0, 300),
    "poutcome": pa.Column(str),
    "y": one_of("yes", "no"),
}
CALLS = PERSON | {
    "day_of_week": one_of("mon", "tue", "wed", "thu", "fri"),
    "emp.var.rate": number(-10, 10),
    "cons.price.idx": number(50, 150),
    "cons.conf.idx": number(-100, 100),
    "euribor3m": number(-2, 20),
    "nr.employed": number(0, 20_000),
}
ECONOMY = ("emp.var.rate", "cons.price.idx", "cons.conf.idx", "euribor3m", "nr.employed")
OLDER = PERSON | {"day": whole(1, 31), "balance": whole(-100_000, 1_000_000)}


def provided(files: Mapping[str, Path]) -> dict[str, pd.DataFrame]:
    """The calls, checked and typed, in the order of the file.

    Parameters
    ----------
    files : "calls" -> bank-additional-full.csv; "older_calls" -> bank-full.csv (may be absent)

    Returns
    -------
    {"calls": DataFrame, the provider's columns and `block` (0, 1, ...: it grows where the month changes
    from one row to the next; the file has no year), "older_calls": DataFrame, if its file is there}.
    `pdays` is missing where nobody called before. `duration` is known only after the call.

    Raises
    ------
    DataError listing the faults.
    """
    found = {}
    for name, columns in (("calls", CALLS), ("older_calls", OLDER)):
        if name in files:
            frame, faults = validate(tables.texts(files[name], list(columns), ";"), schema(columns))
            report(relative(files[name]), faults)
            never = frame["pdays"].isin([-1, 999])
            found[name] = frame.assign(pdays=frame["pdays"].where(~never)).reset_index(drop=True)
    month = found["calls"]["month"]
    found["calls"]["block"] = (month != month.shift()).cumsum() - 1
    return found


def model(provided: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Each call as a customer of its own, since the file has no client's identifier: a client who was called in two months is two.

    The call is the offer, its month-block the campaign; older calls, of which these are a part with fewer columns, are left out.
    """
    c = provided["calls"]
    who = row_numbers(c)
    made = {"campaign": c["block"].astype(str), "channel": c["contact"], "sent": 1, "reached": 1, "randomised": 0}
    made |= {"accepted": (c["y"] == "yes").astype(int), "block": c["block"], "contacts": c["campaign"]}
    more = c[["month", "day_of_week", "duration", "pdays", "previous", "poutcome", *ECONOMY]].rename(columns=lambda name: name.replace(".", "_"))
    return {
        "customers": pd.DataFrame({"customer_id": who, **c[["age", "job", "marital", "education", "default", "housing", "loan"]]}),
        "offers": pd.DataFrame({"customer_id": who, **made, **more}),
    }


def figures(provided: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """The counts of SOURCE.md, from the tables."""
    calls = provided["calls"]
    found = {"calls": len(calls), "columns": len(calls.columns) - 1, "yes": (calls["y"] == "yes").sum()}
    if "older_calls" in provided:
        older = provided["older_calls"]
        found |= {"older_calls": len(older), "older_yes": (older["y"] == "yes").sum()}
        found |= {"older_age": older["age"].mean(), "older_balance": older["balance"].mean()}
    return found
