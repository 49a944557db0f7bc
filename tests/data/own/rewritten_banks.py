"""Two banks' own files, made from the providers' raw files without the package: other names, forms and codes.

A Czech bank: semicolons, cp1250, 31.12.1998, 1.234,56; a South African lender: tabs, 12/31/2003, 1,234.56, yes and no.
"""

import csv
import gzip
import io
from pathlib import Path

import pandas as pd

CZECH_MAPPING = """
currency: CZK
as_of: 1994-10-30
dates: "%d.%m.%Y"
decimal: ","
thousands: "."
tables:
  branches:
    file: pobocky.csv
    separator: ";"
    encoding: cp1250
    columns: {branch_id: kod, region: kraj, region_income: mzda, region_unemployment: nezamestnanost, region_urban: mesta}
    ignore: [nazev]
  customers:
    file: ucty.csv
    separator: ";"
    encoding: cp1250
    columns: {customer_id: ucet, branch_id: pobocka, opened: zalozen, sex: pohlavi, birth_year: narozen}
    codes: {sex: {"ž": woman, m: man}}
  holdings:
    file: produkty.csv
    separator: ";"
    columns: {customer_id: ucet, product: produkt, number: poradi, since: od, amount: castka, status: stav}
    codes: {product: {karta: card, "úvěr": loan}}
  transactions:
    file: pohyby.csv
    separator: ";"
    columns: {transaction_id: cislo, customer_id: ucet, date: den, amount: castka, direction: smer, operation: druh, balance: zustatek}
    codes: {direction: {P: credit, V: debit}}
"""
LENDER_MAPPING = """
currency: ZAR
thousands: ","
tables:
  customers:
    file: clients.txt
    separator: "\\t"
    columns: {customer_id: client, branch_id: office, sex: gender, months_since_last: dormant, earlier_loans: loans,
              last_amount: last_loan, bureau_score: itc}
    codes: {sex: {F: woman, M: man}}
    ignore: [province]
  offers:
    file: mailing.txt
    separator: "\\t"
    columns: {customer_id: client, campaign: wave, rate: pct_a_month, applied: asked, accepted: took, revenue: interest, past_due: arrears}
"""


def czech_bank(source: Path, folder: Path) -> None:
    """The Berka tables as the bank might deliver them, transactions to 30 October 1994."""
    persons = {row["client_id"]: row["birth_number"] for row in rows(source / "client.asc")}
    owner = {row["account_id"]: persons[row["client_id"]] for row in rows(source / "disp.asc") if row["type"] == "OWNER"}
    account_of = {row["disp_id"]: row["account_id"] for row in rows(source / "disp.asc")}
    write(folder / "ucty.csv", ["ucet", "pobocka", "zalozen", "pohlavi", "narozen"], "cp1250", [
        [row["account_id"], row["district_id"], day(row["date"]), "ž" if int(owner[row["account_id"]][2:4]) > 50 else "m", "19" + owner[row["account_id"]][:2]]
        for row in rows(source / "account.asc")
    ])  # fmt: skip
    write(folder / "pobocky.csv", ["kod", "nazev", "kraj", "mzda", "nezamestnanost", "mesta"], "cp1250", [
        [row["A1"], row["A2"], row["A3"], row["A11"], row["A13"].replace(".", ","), row["A10"].replace(".", ",")]
        for row in rows(source / "district.asc")
    ])  # fmt: skip
    held = [[account_of[row["disp_id"]], "karta", "1", day(row["issued"][:6]), "", ""] for row in rows(source / "card.asc")]
    held += [[row["account_id"], "úvěr", "1", day(row["date"]), money(row["amount"]), row["status"]] for row in rows(source / "loan.asc")]
    write(folder / "produkty.csv", ["ucet", "produkt", "poradi", "od", "castka", "stav"], "utf-8", held)
    moves = [row for row in rows(next(source.glob("trans*"))) if row["date"] != "941031"]
    write(folder / "pohyby.csv", ["cislo", "ucet", "den", "castka", "smer", "druh", "zustatek"], "utf-8", [
        [row["trans_id"], row["account_id"], day(row["date"]), money(row["amount"]), "P" if row["type"] == "PRIJEM" else "V", row["operation"], money(row["balance"])]
        for row in moves
    ])  # fmt: skip
    (folder / "mapping.yaml").write_text(CZECH_MAPPING, encoding="utf-8")


def lender(source: Path, folder: Path) -> None:
    """The South African lender's customers and mailing; it has no accounts, no months, no transactions."""
    clients, mailing = [], []
    for i, row in enumerate(stata(next(source.glob("*.dta*")))):
        name = f"Z{i:05d}"
        known = row["age"] > 0
        clients.append([
            name, row["branchuse"], "F" if row["female"] else "M", f"{row['age']:.4f}" if known else "",
            ("yes" if row["married"] else "no") if known else "", f"{row['dependants']:.0f}" if known else "", row["risk"],
            f"{row['appscore']:.4f}", f"{row['itcscore']:.0f}" if row["itcscore"] else "", f"{row['trcount']:.0f}" if known else "",
            f"{row['dormancy']:.0f}", f"{row['lastamount']:,.2f}", row["province"],
        ])  # fmt: skip
        past_due = "" if row["pstdue_average"] is None else f"{row['pstdue_average']:,.2f}"
        asked, took = ("yes" if row[key] else "no" for key in ("applied", "tookup"))
        mailing.append([name, f"{row['wave']:.0f}", f"{row['offer4']:.4f}", asked, took, f"{row['grossinterest']:,.2f}", past_due])
    heads = ["client", "office", "gender", "age", "married", "dependants", "risk", "score", "itc", "loans", "dormant", "last_loan", "province"]
    write(folder / "clients.txt", heads, "utf-8", clients, "\t")
    write(folder / "mailing.txt", ["client", "wave", "pct_a_month", "asked", "took", "interest", "arrears"], "utf-8", mailing, "\t")
    (folder / "mapping.yaml").write_text(LENDER_MAPPING, encoding="utf-8")


def rows(file: Path) -> list[dict[str, str]]:
    raw = file.read_bytes()
    text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("ascii")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def write(file: Path, heads: list[str], encoding: str, table: list[list[str]], separator: str = ";") -> None:
    with open(file, "w", encoding=encoding, newline="") as opened:
        csv.writer(opened, delimiter=separator, lineterminator="\r\n").writerows([heads, *table])


def day(yymmdd: str) -> str:
    return f"{yymmdd[4:6]}.{yymmdd[2:4]}.19{yymmdd[:2]}"


def money(text: str) -> str:
    """700.00 or 80952 as 700,00 or 80.952,00."""
    return f"{float(text):,.2f}".translate(str.maketrans(",.", ".,"))


def stata(file: Path):
    """The rows of a Stata file, a missing number as None."""
    frame = pd.read_stata(file, convert_categoricals=False, compression="gzip" if file.suffix == ".gz" else None)
    columns = {name: values.astype(object).where(values.notna(), None).tolist() for name, values in frame.items()}
    for values in zip(*columns.values()):
        yield dict(zip(columns, values))
