"""Reader of the South African lender's price experiment (Karlan and Zinman 2008): one row per customer mailed."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from study.design import relative

from .. import tables
from ..columns import number, one_of, row_numbers, schema, sex, whole
from ..errors import report, validate

FLAG = whole(0, 1)
SCHEMA = schema(
    {
        "wave": whole(1, 3),
        "risk": one_of("LOW", "MEDIUM", "HIGH"),
        "offer4": number(3, 15),
        "final4": number(3, 15),
        "normrate_less": FLAG,
        "yearlong": FLAG,
        "dormancy": whole(0, 24),
        "trcount": number(0, 200, missing=True),
        "lastamount": number(0, 100_000),
        "lastterm": whole(0, 60),
        "itcscore": whole(0, 2000),
        "appscore": number(0, 1000),
        "female": FLAG,
        "married": number(0, 1, missing=True),
        "age": number(0, 120),
        "dependants": number(0, 50, missing=True),
        "edhi": FLAG,
        "rural": FLAG,
        "province": pa.Column(str),
        "branchuse": pa.Column(str),
        "grossincome": number(0, 10_000, missing=True),
        "applied": FLAG,
        "tookup": FLAG,
        "rejected": FLAG,
        "tookup_outside_only": FLAG,
        "tookup_afterdead_enforced": FLAG,
        "loansize": number(0, 100_000),
        "term": whole(0, 60),
        "grossinterest": number(0, 100_000),
        "pstdue_average": number(0, 100_000, missing=True),
    }
)

CUSTOMERS_MORE = ("lastterm", "edhi", "rural")
OFFERS_MORE = ("final4", "normrate_less", "yearlong", "rejected", "tookup_outside_only", "tookup_afterdead_enforced")


def provided(files: Mapping[str, Path]) -> dict[str, pd.DataFrame]:
    """The customers, checked and typed.

    Parameters
    ----------
    files : "customers" -> the Stata file, plain or gzip

    Returns
    -------
    {"customers": DataFrame, one row per customer mailed, the provider's names (SOURCE.md has the
    dictionary), rates in per cent a month, rand of 2003, incomes in thousand rand a month; age is missing
    where the file has 0}

    Raises
    ------
    DataError listing the faults: row, column, what was found, what is allowed.
    """
    frame, faults = validate(tables.stata(files["customers"], list(SCHEMA.columns)), SCHEMA)
    both = frame["applied"] == frame["tookup"] + frame["rejected"]
    faults += [f"line {line}: applied is not borrowed plus rejected" for line in frame.index[~both]]
    report(relative(files["customers"]), faults)
    return {"customers": frame.assign(age=frame["age"].where(frame["age"] > 0)).reset_index(drop=True)}


def model(provided: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Customers with what the lender knew, branches, and one offer each: the rate was drawn within risk category and wave.

    A score of 0 is none. Amounts are in rand, with digits that a change of prices has left.
    """
    c = provided["customers"]
    who = row_numbers(c)
    known = {"branch_id": c["branchuse"], "sex": sex(c["female"]), **{name: c[name] for name in ("age", "married", "dependants")}}
    known |= {"income": 1000 * c["grossincome"], "risk": c["risk"]}
    known |= {"score": c["appscore"].where(c["appscore"] > 0), "bureau_score": c["itcscore"].where(c["itcscore"] > 0)}
    known |= {"earlier_loans": c["trcount"], "last_amount": c["lastamount"], "months_since_last": c["dormancy"]}
    made = {"campaign": c["wave"].astype(str), "channel": "mail", "sent": 1, "stratum": c["risk"] + " " + c["wave"].astype(str), "randomised": 1}
    made |= {"rate": c["offer4"], "applied": c["applied"], "accepted": c["tookup"], "amount": c["loansize"], "term": c["term"]}
    made |= {"revenue": c["grossinterest"], "past_due": c["pstdue_average"]}
    branches = c[["branchuse", "province"]].drop_duplicates().set_axis(["branch_id", "region"], axis=1)
    return {
        "branches": branches.reset_index(drop=True),
        "customers": pd.DataFrame({"customer_id": who, **known, **c[list(CUSTOMERS_MORE)]}),
        "offers": pd.DataFrame({"customer_id": who, **made, **c[list(OFFERS_MORE)]}),
    }


def figures(provided: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """The counts of SOURCE.md, from the table."""
    c = provided["customers"]
    found = {f"wave_{wave}": count for wave, count in c["wave"].value_counts().items()}
    found |= {f"risk_{risk.lower()}": count for risk, count in c["risk"].value_counts().items()}
    return found | {
        "customers": len(c),
        "at_or_below_standard": c["normrate_less"].sum(),
        "applied": c["applied"].sum(),
        "borrowed": c["tookup"].sum(),
        "rejected": c["rejected"].sum(),
        "borrowed_elsewhere": c["tookup_outside_only"].sum(),
        "borrowed_late": c["tookup_afterdead_enforced"].sum(),
        "same_rate": (c["offer4"] == c["final4"]).sum(),
        "one_year": c["yearlong"].sum(),
        "past_due": c["pstdue_average"].notna().sum(),
        "past_due_zero": (c["pstdue_average"] == 0).sum(),
        "no_age": (c["age"].isna() & c["trcount"].isna()).sum(),
        "no_income": (c["grossincome"].isna() & (c["wave"] == 1)).sum(),
        "branches": c["branchuse"].nunique(),
    }
