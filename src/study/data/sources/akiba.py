"""Reader of Akiba Smart, a mobile savings product in three randomised designs (Abraham et al.): people and ledger."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from study.design import relative

from .. import tables
from ..columns import cents, dates, empty_is_missing, number, row_numbers, schema, sex, whole
from ..errors import report, validate

ARMS = {1: "control", 2: "lottery", 3: "regret"}
FLAG = whole(0, 1)
MAYBE = number(0, 1, missing=True)
MONEY = number(-1e6, 1e6, missing=True)
SPENT = ("airtime", "bus", "durables", "loans", "food", "house", "health", "other", "save", "school", "transfer", "travel")
# What the study uses; left out: dates, free text, and the columns that SOURCE.md calls unusable
# (mobile_withdrew, mobile_nonuser, mobile_totmatches, self_lucky_1) or that exist outside the control arm only.
PEOPLE = {
    "surveyid": whole(0, 10**12),
    "account": number(0, 10**12, missing=True),
    "in_pilot": FLAG,
    "left_akiba": MAYBE,
    "treatmentgroup": whole(1, 3),
    "endline": FLAG,
    "attrit": FLAG,
    **{f"demo_{name}_0": number(0, 150, missing=True) for name in ("age", "children", "education", "female", "married")},
    **{f"labor_{name}_0": number(0, 1e6, missing=True) for name in ("employed", "selfemployed", "regularinc", "dependants")},
    **{f"{name}_0": MONEY for name in ("labor_monthlyinc", "save_mpesa", "save_monthlysave", "save_monthlyrosca")},
    "save_dosave_0": MAYBE,
    "save_dorosca_0": MAYBE,
    "gam_cpgi_0": number(0, 100, missing=True),
    "pref_riskaverse_0": MAYBE,
    "pref_locscore_0": number(-100, 100, missing=True),
    **{f"{name}_1": MONEY for name in ("save_mpesa", "save_monthlysave", "save_monthlyrosca", "labor_monthlyinc")},
    "save_dorosca_1": MAYBE,
    "gam_temptation_1": number(1, 3, missing=True),
    "gam_behavior_1": number(1, 3, missing=True),
    "akiba_trust_1": number(1, 4, missing=True),
    "akiba_confidence_1": number(1, 4, missing=True),
    "akiba_continue_1": MAYBE,
    "akiba_family_1": MAYBE,
    "akiba_select_1": number(1, 3, missing=True),
    **{f"akiba_spent{name}_1": number(0, 100, missing=True) for name in SPENT},
    "mobile_totdeposits": whole(0, 1000),
    "mobile_savedays": whole(0, 60),
    "mobile_maxstreak": whole(0, 60),
    "mobile_totdepositamt": MONEY,
    "mobile_totwithdrawalamt": MONEY,
    "mobile_finalbalance": MONEY,
    "mobile_earlytotdeposits": whole(0, 1000),
    "mobile_latetotdeposits": whole(0, 1000),
    "mobile_anydeposit": FLAG,
}
LEDGER = {"account": whole(0, 10**12), "period": whole(-10, 120), "refund": FLAG, "prize": FLAG}
KINDS = {(0, 0): "deposit", (0, 1): "prize", (1, 0): "refund", (1, 1): "withdrawal"}

KNOWN = {"age": "demo_age_0", "married": "demo_married_0", "dependants": "labor_dependants_0", "income": "labor_monthlyinc_0"}
# items of the endline questionnaire with the ends of their scales
SCALES = {
    "gam_temptation_1": (1, 3),
    "gam_behavior_1": (1, 3),
    "akiba_trust_1": (1, 4),
    "akiba_confidence_1": (1, 4),
    "akiba_continue_1": (0, 1),
    "akiba_family_1": (0, 1),
    "akiba_select_1": (1, 3),
    **{f"akiba_spent{name}_1": (0, 1) for name in SPENT},
}


def provided(files: Mapping[str, Path]) -> dict[str, pd.DataFrame]:
    """People and ledger, checked and typed.

    Parameters
    ----------
    files : "people" -> the authors' wide file (Stata, or its reduced copy as csv), "ledger" -> the account's ledger

    Returns
    -------
    {"people": DataFrame, one row per person: `arm` (control: 5 % match; lottery; regret: lottery with daily
    result), money in US dollars at purchasing power parity, `akiba_spent*` 1 if named; "ledger": DataFrame in
    the file's order: account, period (day of the person's own 60, not the calendar), kind, amount_cents
    (Kenyan shillings, hundredths)}

    Raises
    ------
    DataError listing the faults.
    """
    return {"people": _people(files["people"]), "ledger": _ledger(files["ledger"])}


def _people(file: Path) -> pd.DataFrame:
    if file.suffix == ".dta":
        frame, faults = validate(tables.stata(file, list(PEOPLE)), schema(PEOPLE))
    else:
        optional = [name for name, column in PEOPLE.items() if column.nullable]
        texts = empty_is_missing(tables.wide_texts(file, list(PEOPLE)), optional)
        frame, faults = validate(texts, schema(PEOPLE))
    for key in ("surveyid", "account"):
        twice = frame[key].notna() & frame[key].duplicated()
        faults += [f"line {line}, {key}: repeats another person's" for line in frame.index[twice]]
    report(relative(file), faults)
    spent = {f"akiba_spent{name}_1": frame[f"akiba_spent{name}_1"].gt(0).where(frame["endline"] == 1).astype("boolean") for name in SPENT}
    arm = frame["treatmentgroup"].map(ARMS)
    return frame.drop(columns="treatmentgroup").assign(arm=arm, **spent).reset_index(drop=True)


def _ledger(file: Path) -> pd.DataFrame:
    """The ledger; the clock stays behind, since the product's day turns at about eight in the morning."""
    texts = tables.texts(file, ["account", "amount", "time", "refund", "prize", "period"])
    amount, wrong_amounts = cents(texts, "amount", -100_000, 100_000)
    _, wrong_times = dates(texts, "time", "%m/%d/%y %H:%M", "2014-01-01", "2014-12-31")
    frame, faults = validate(texts[list(LEDGER)], schema(LEDGER))
    report(relative(file), faults + wrong_amounts + wrong_times)
    kind = pd.Series([KINDS[pair] for pair in zip(frame["refund"], frame["prize"])], index=frame.index)
    return frame[["account", "period"]].assign(kind=kind, amount_cents=amount).reset_index(drop=True)


def model(provided: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """People as customers, answers at endline as survey, the design as offer, the ledger as transactions by the person's own day.

    Money of the questionnaires is in dollars at purchasing power, of the ledger in whole cents of a shilling. A debit is what has
    a negative amount in the ledger, one deposit of -15 included. Seven accounts of the ledger belong to nobody in the file.
    """
    p, ledger = provided["people"], provided["ledger"]
    who = p["surveyid"]
    named = {"customer_id": who, "account_id": p["account"], "sex": sex(p["demo_female_0"])}
    named |= {name: p[column] for name, column in KNOWN.items()}
    used = ["surveyid", "account", "demo_female_0", "arm", *KNOWN.values(), *SCALES]
    offer = {"customer_id": who, "campaign": "designs", "sent": 1, "arm": p["arm"], "randomised": 1, "probability": 1 / 3}
    person = p.dropna(subset="account").set_index("account")["surveyid"]
    amount = ledger["amount_cents"]
    moved = {"transaction_id": row_numbers(ledger), "customer_id": ledger["account"].map(person).astype("Int64"), "account_id": ledger["account"]}
    moved |= {"period": ledger["period"], "amount": amount.abs(), "direction": amount.ge(0).map({True: "credit", False: "debit"})}
    return {
        "customers": pd.DataFrame({**named, **p.drop(columns=used)}),
        "offers": pd.DataFrame(offer),
        "survey": _survey(p),
        "transactions": pd.DataFrame({**moved, "operation": ledger["kind"]}),
    }


def _survey(people: pd.DataFrame) -> pd.DataFrame:
    """One row per person and item that was answered, items in the order of the questionnaire's columns."""
    wide = people[["surveyid", *SCALES]].set_index("surveyid").astype("Float64")
    long = wide.stack().dropna().astype(int).rename("answer").rename_axis(["customer_id", "item"]).reset_index()
    ends = pd.DataFrame(SCALES, index=["minimum", "maximum"]).T
    return long.join(ends, on="item")


def figures(provided: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """The counts of SOURCE.md and the published effects on the number of deposits, from the tables."""
    p, ledger = provided["people"], provided["ledger"]
    deposits = p.groupby("arm")["mobile_totdeposits"]
    found = {arm: count for arm, count in p["arm"].value_counts().items()}
    found |= {f"{kind}s": count for kind, count in ledger["kind"].value_counts().items()}
    return found | {
        "people": len(p),
        "endline": p["endline"].sum(),
        "any_deposit": p["mobile_anydeposit"].sum(),
        "top_trust": (p["akiba_trust_1"] == 4).sum(),
        "top_confidence": (p["akiba_confidence_1"] == 4).sum(),
        "ledger_rows": len(ledger),
        "ledger_accounts": ledger["account"].nunique(),
        "in_both": p["account"].isin(ledger["account"]).sum(),
        "negative": ((ledger["kind"] == "deposit") & (ledger["amount_cents"] < 0)).sum(),
        "control_mean": deposits.mean()["control"],
        "control_sd": deposits.std()["control"],
        "effect_lottery": deposits.mean()["lottery"] - deposits.mean()["control"],
        "effect_regret": deposits.mean()["regret"] - deposits.mean()["control"],
    }
