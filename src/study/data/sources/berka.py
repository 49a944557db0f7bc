"""Reader of the Berka tables (PKDD'99): accounts, persons, cards, loans, orders, districts, transactions."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from study.design import relative

from .. import tables
from ..columns import cents, dates, empty_is_missing, number, one_of, schema, whole
from ..errors import report, validate

ID = whole(1, 10**7)
TEXT = pa.Column(str)
PURPOSE = {"SIPO": "household", "UVER": "loan", "POJISTNE": "insurance", "LEASING": "leasing", "": "none", " ": "none"}
KINDS = {"PRIJEM": "credit", "VYDAJ": "debit", "VYBER": "debit"}
OPERATIONS = {
    "VKLAD": "cash in",
    "PREVOD Z UCTU": "transfer in",
    "VYBER": "cash out",
    "PREVOD NA UCET": "transfer out",
    "VYBER KARTOU": "card withdrawal",
    "": "none",
}
SYMBOLS = {"UROK": "interest", "SANKC. UROK": "penalty interest", "SLUZBY": "statement fee", "DUCHOD": "pension"} | PURPOSE
COLUMNS = {
    "account": {"account_id": ID, "district_id": ID, "frequency": TEXT},
    "card": {"card_id": ID, "disp_id": ID, "type": one_of("classic", "junior", "gold")},
    "client": {"client_id": ID, "district_id": ID},
    "disp": {"disp_id": ID, "client_id": ID, "account_id": ID, "type": one_of("OWNER", "DISPONENT")},
    "loan": {"loan_id": ID, "account_id": ID, "duration": whole(1, 120), "status": one_of("A", "B", "C", "D")},
    "order": {"order_id": ID, "account_id": ID, "k_symbol": one_of(*PURPOSE)},
    "trans": {"trans_id": ID, "account_id": ID, "type": one_of(*KINDS), "operation": one_of(*OPERATIONS), "k_symbol": one_of(*SYMBOLS)},
}
DATES = {"account": ("date", "%y%m%d"), "card": ("issued", "%y%m%d %H:%M:%S"), "loan": ("date", "%y%m%d"), "trans": ("date", "%y%m%d")}
MONEY = {"loan": ["amount", "payments"], "order": ["amount"], "trans": ["amount", "balance"]}
NOT_READ = {"client": ["birth_number"], "order": ["bank_to", "account_to"], "trans": ["bank", "account"]}
DISTRICT = {f"A{i}": TEXT if i in (2, 3) else number(0, 10**7, missing=i in (12, 15)) for i in range(1, 17)}
CUT_DAY = "1994-10-31"  # the head of the transactions ends inside this day

AS_OF = "1994-10-30"  # the last whole day of the head
BRANCHES = {"district_id": "branch_id", "A3": "region", "A11": "region_income", "A13": "region_unemployment", "A10": "region_urban", "A2": "district"}
TRANSACTIONS = {
    "trans_id": "transaction_id", "account_id": "customer_id", "date": "date", "amount_cents": "amount", "type": "direction",
    "operation": "operation", "k_symbol": "purpose", "balance_cents": "balance",
}  # fmt: skip
# standing orders by purpose; the one that repays a loan is there because the loan is
PRODUCTS = {"household": "household", "insurance": "insurance", "leasing": "leasing", "loan": "repayment", "none": "other"}


def provided(files: Mapping[str, Path]) -> dict[str, pd.DataFrame]:
    """The tables, checked and typed, rows in the files' order (a balance needs it).

    Parameters
    ----------
    files : account, card, client, disp, district, loan, order, trans -> their files; trans is the full file or
        its head

    Returns
    -------
    table name -> DataFrame: the provider's columns, dates as days, money as whole cents (`*_cents`, hundredths of
    CZK), words in English; client has `sex` and `birth_year` in place of the birth number. `trans` keeps the cut
    day of the head: `whole_days` drops it.

    Raises
    ------
    DataError listing the faults, per file.
    """
    found = {name: _table(name, files[name]) for name in COLUMNS}
    found["district"] = _district(files["district"])
    found["order"]["purpose"] = found["order"].pop("k_symbol").map(PURPOSE)
    trans = found["trans"]
    trans["type"] = trans["type"].map(KINDS)
    trans["operation"], trans["k_symbol"] = trans["operation"].map(OPERATIONS), trans["k_symbol"].map(SYMBOLS)
    return found


def whole_days(trans: pd.DataFrame) -> pd.DataFrame:
    """Transactions up to the day before the head was cut; all of them if the file is the full one."""
    return trans if trans["date"].max() > pd.Timestamp(CUT_DAY) else trans[trans["date"] < CUT_DAY]


def _table(name: str, file: Path) -> pd.DataFrame:
    """One table: plain columns by the schema, dates and money by their own rules, identifiers left behind."""
    date, form = DATES.get(name, (None, None))
    money = MONEY.get(name, [])
    extra = [*([date] if date else []), *money, *NOT_READ.get(name, [])]
    texts = tables.texts(file, [*COLUMNS[name], *extra], ";")
    frame, faults = validate(texts[list(COLUMNS[name])], schema(COLUMNS[name]))
    if date:
        days, wrong = dates(texts, date, form, "1993-01-01", "1998-12-31")
        frame, faults = frame.assign(**{date: days.dt.normalize()}), faults + wrong
    for column in money:
        amount, wrong = cents(texts, column, -10_000_000, 10_000_000)
        frame, faults = frame.assign(**{f"{column}_cents": amount}), faults + wrong
    if name == "client":
        person, wrong = _person(texts["birth_number"])
        frame, faults = frame.join(person), faults + wrong
    key = next(iter(COLUMNS[name]))
    faults += [f"line {line}, {key}: repeats another row's" for line in frame.index[frame[key].duplicated()]]
    report(relative(file), faults)
    return frame.reset_index(drop=True)


def _person(birth_numbers: pd.Series) -> tuple[pd.DataFrame, list[str]]:
    """Sex and year of birth; the number itself (YYMMDD, women month + 50) goes no further."""
    month = pd.to_numeric(birth_numbers.str[2:4], errors="coerce")
    woman = month > 50
    valid = birth_numbers.str.fullmatch(r"[0-9]{6}") & month.where(~woman, month - 50).between(1, 12)
    year = 1900 + pd.to_numeric(birth_numbers.str[:2].where(valid, "0")).astype(int)
    sex = pd.Series("man", index=birth_numbers.index).where(~woman, "woman")
    faults = [f"line {line}, birth_number: is not YYMMDD with a month of 1-12 or 51-62" for line in birth_numbers.index[~valid]]
    return pd.DataFrame({"sex": sex, "birth_year": year}), faults


def _district(file: Path) -> pd.DataFrame:
    texts = empty_is_missing(tables.texts(file, list(DISTRICT), ";"), ["A12", "A15"], "?")
    frame, faults = validate(texts, schema(DISTRICT))
    report(relative(file), faults)
    return frame.astype({"A1": int}).rename(columns={"A1": "district_id"}).reset_index(drop=True)


def model(provided: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Accounts as customers with their owner, districts as branches, cards, loans and standing orders as holdings, transactions of whole days.

    Holdings: cards, then loans, then orders, each in the order of its file.
    """
    account, trans = provided["account"], whole_days(provided["trans"]).reset_index(drop=True)
    owner = provided["disp"].query("type == 'OWNER'").merge(provided["client"], on="client_id").set_index("account_id")
    owner = owner.reindex(account["account_id"]).set_axis(account.index)
    known = {"customer_id": account["account_id"], "branch_id": account["district_id"], "opened": account["date"]}
    known |= {"sex": owner["sex"], "birth_year": owner["birth_year"], "frequency": account["frequency"]}
    moved = trans.rename(columns=TRANSACTIONS)
    return {
        "branches": provided["district"][list(BRANCHES)].rename(columns=BRANCHES),
        "customers": pd.DataFrame(known),
        "holdings": _holdings(provided),
        "transactions": moved[list(TRANSACTIONS.values())],
    }


def _holdings(provided: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    cards = provided["card"].merge(provided["disp"][["disp_id", "account_id"]], on="disp_id", how="left")
    loans, orders = provided["loan"], provided["order"]
    parts = [
        pd.DataFrame({"customer_id": cards["account_id"], "product": "card", "type": "card", "variety": cards["type"], "since": cards["issued"]}),
        pd.DataFrame({"customer_id": loans["account_id"], "product": "loan", "type": "loan", "since": loans["date"], "amount": loans["amount_cents"],
                      "term": loans["duration"], "payment": loans["payments_cents"], "status": loans["status"]}),
        pd.DataFrame({"customer_id": orders["account_id"], "product": orders["purpose"].map(PRODUCTS), "type": "order", "amount": orders["amount_cents"]}),
    ]  # fmt: skip
    held = pd.concat(parts, ignore_index=True).astype({"amount": "Int64", "payment": "Int64"})
    held.insert(2, "number", held.groupby(["customer_id", "product"]).cumcount() + 1)
    return held


def figures(provided: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """The counts of SOURCE.md, from the tables; those on the head only if the transactions are the head."""
    disp, loan, trans = provided["disp"]["type"], provided["loan"], provided["trans"]
    found = {
        "accounts": len(provided["account"]),
        "clients": len(provided["client"]),
        "owners": (disp == "OWNER").sum(),
        "disponents": (disp == "DISPONENT").sum(),
        "orders": len(provided["order"]),
        "orders_loan": (provided["order"]["purpose"] == "loan").sum(),
        "loans": len(loan),
        "loans_bad": loan["status"].isin(["B", "D"]).sum(),
        "loan_mean": loan["amount_cents"].mean() / 100,
        "cards": len(provided["card"]),
        "cards_gold": (provided["card"]["type"] == "gold").sum(),
        "districts": len(provided["district"]),
    }
    if len(whole_days(trans)) < len(trans):
        found |= {"head_rows": len(trans), "head_accounts": trans["account_id"].nunique()}
        found["head_cut_day"] = (trans["date"] == CUT_DAY).sum()
    return found
