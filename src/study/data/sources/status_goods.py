"""Reader of the card upgrade experiment of an Indonesian bank (Bursztyn et al. 2018): one row per customer."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from study.design import relative

from .. import tables
from ..columns import empty_is_missing, number, row_numbers, schema, sex, whole
from ..errors import report, validate

FLAG = whole(0, 1)
ARMS = {"benefits": "Gold_benefits", "platinum": "Platinum_upgrade", "merit": "Platinum_upgrade_merit"}
COLUMNS = {
    **{column: FLAG for column in ARMS.values()},
    "age": number(15, 110, missing=True),
    **{f"caller_{i}": FLAG for i in range(1, 10)},
    "credit_limit": number(0, 1e9),
    "dec_discount": number(0, 1, missing=True),
    "decision": number(0, 1, missing=True),
    "disc_offered": number(0, 1, missing=True),
    "exclude": FLAG,
    "fee_free": FLAG,
    "female": number(0, 1, missing=True),
    "income": number(0, 1e11),
    "jakarta": number(0, 1, missing=True),
    "platinum": FLAG,
    "strata": whole(1, 6),
}


def provided(files: Mapping[str, Path]) -> dict[str, pd.DataFrame]:
    """The customers, checked and typed.

    Parameters
    ----------
    files : "customers" -> the authors' Stata file or its reduced copy as csv; the religion column is never read

    Returns
    -------
    {"customers": DataFrame, the provider's columns and `arm` (benefits, platinum, merit) in place of the
    arms' dummies; rupiah; `decision` missing where the customer was not reached}

    Raises
    ------
    DataError listing the faults.
    """
    file = files["customers"]
    kind = schema(COLUMNS)
    if file.suffix == ".dta":
        texts = tables.stata(file, list(COLUMNS))
    else:
        texts = empty_is_missing(tables.texts(file, list(COLUMNS)), [n for n, c in COLUMNS.items() if c.nullable])
        texts = texts.apply(lambda column: column.str.removesuffix(".0"))
    frame, faults = validate(texts, kind)
    dummies = frame[list(ARMS.values())]
    faults += [f"line {line}: {int(count)} of the three offers, not one" for line, count in dummies.sum(axis=1).items() if count != 1]
    missing = frame["decision"].isna() != (frame["exclude"] == 1)
    faults += [f"line {line}: a decision is there exactly where the customer was reached" for line in frame.index[missing]]
    report(relative(file), faults)
    arm = dummies.idxmax(axis=1).map({column: name for name, column in ARMS.items()})
    return {"customers": frame.drop(columns=[*ARMS.values(), "platinum"]).assign(arm=arm).reset_index(drop=True)}


def model(provided: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Customers, and one telephone offer each: the arm was drawn within strata of income and fee; the answer is of those reached."""
    c = provided["customers"]
    who = row_numbers(c)
    known = {"age": c["age"], "sex": sex(c["female"]), "credit_limit": c["credit_limit"], "yearly_income": c["income"]}
    made = {"campaign": "upgrade", "channel": "telephone", "sent": 1, "reached": 1 - c["exclude"], "arm": c["arm"]}
    made |= {"stratum": c["strata"].astype(str), "randomised": 1, "accepted": c["decision"]}
    callers = [f"caller_{i}" for i in range(1, 10)]
    return {
        "customers": pd.DataFrame({"customer_id": who, **known, **c[["jakarta", "fee_free"]]}),
        "offers": pd.DataFrame({"customer_id": who, **made, **c[[*callers, "disc_offered", "dec_discount"]]}),
    }


def figures(provided: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """The counts of SOURCE.md and the published take-up, from the table."""
    c = provided["customers"]
    reached = c[c["exclude"] == 0].groupby("arm")["decision"]
    found = {f"reached_{arm}": count for arm, count in reached.size().items()}
    found |= {f"accepted_{arm}": count for arm, count in reached.sum().items()}
    found |= {f"rate_{arm}": 100 * rate for arm, rate in reached.mean().items()}
    return found | {
        "customers": len(c),
        "not_reached": c["exclude"].sum(),
        "duplicates": c.duplicated().sum(),
        "default_income": (c["income"] == 60e6).sum(),
        "discount_attempted": c["disc_offered"].sum(),
        "discount_answered": c["dec_discount"].notna().sum(),
        "discount_accepted": c["dec_discount"].sum(),
    }
