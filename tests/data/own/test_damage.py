"""Every kind of damage in a bank's own files is found and named: file, line, column, what was found, what must hold."""

import gzip

import pandas as pd
import pytest

from study.data import DataError, own

SOUND = {
    "banks.csv": "bank_id,type\nB1,city\n",
    "branches.csv": "branch_id,bank_id,region,region_income,live\nS1,B1,east,6000,2022-06-01\nS2,B1,west,5500.5,\n",
    "customers.csv": (
        "customer_id,branch_id,opened,closed,sex,birth_year,income,tier,staff,adopted,remarks\n"
        "C1,S1,2015-03-02,,woman,1980,8000.50,mass,0,2022-07-01,likes funds\n"
        "C2,S1,2016-11-30,2022-03-15,man,1975,12000,affluent,no,,\n"
        "C3,S2,2020-01-01,,,,,private,1,,\n"
    ),
    "customer_months.csv": (
        "customer_id,month,branch_id,aum,revenue,cost,products,transactions\n"
        "C1,2022-01,S1,1000.00,5,1.5,2,3\nC1,2022-02,S1,1100,5.25,1.5,2,0\nC1,2022-03,S1,0,5,1,1,1\n"
        "C2,2022-02,S1,90000,40,9,3,7\nC2,2022-03,S1,80000,-4.5,9,3,7\n"
    ),
    "holdings.csv": "customer_id,product,since\nC1,card,2016-01-01\nC1,fund,\nC2,card,2017-05-05\n",
    "transactions.csv": (
        "transaction_id,customer_id,date,amount,direction,operation,balance,note\n"
        "T1,C1,2022-01-05,100.00,credit,transfer,1000,\nT2,C1,2022-02-05,50.5,debit,cash,-20.5,rent\n"
        "T3,C2,2022-03-10,7,debit,card,80000,\n"
    ),
    "offers.csv": "customer_id,campaign,rate,applied,accepted,revenue\nC1,spring,1.2,1,1,30\nC2,spring,0.8,0,0,0\n",
    "survey.csv": "customer_id,item,answer,day\nC1,q1,4,2022-05-01\nC1,q2,5,2022-05-01\n",
}
MONEY = "is not an amount"


def swap(file, old, new):
    return lambda folder: edit(folder / file, old, new)


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old} is not in {path.name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def recode(file, encoding):
    return lambda folder: (folder / file).write_bytes((folder / file).read_text(encoding="utf-8").replace("likes", "älter").encode(encoding))


def cut_gzip(folder):
    (folder / "offers.csv.gz").write_bytes(gzip.compress((folder / "offers.csv").read_bytes())[:-9])
    (folder / "offers.csv").unlink()


def not_parquet(folder):
    (folder / "offers.parquet").write_bytes(b"PAR0 this is no parquet file")
    (folder / "offers.csv").unlink()


def mapping(text):
    return lambda folder: (folder / "mapping.yaml").write_text(text, encoding="utf-8")


DAMAGE = {
    "no customers": (lambda f: (f / "customers.csv").unlink(), "customers.csv: is not there and every stage needs it"),
    "empty file": (lambda f: (f / "offers.csv").write_text(""), "offers.csv: is empty"),
    "header only": (lambda f: (f / "offers.csv").write_text("customer_id,campaign\n"), "offers.csv: has a header and no rows"),
    "semicolons": (lambda f: edit_all(f / "banks.csv", ",", ";"), "banks.csv: has one column; it seems to be separated by ';'"),
    "Latin-1": (recode("customers.csv", "latin-1"), "customers.csv: is not utf-8 (byte "),
    "half a gzip file": (cut_gzip, "offers.csv.gz: can not be read: "),
    "no parquet file": (not_parquet, "offers.parquet: can not be read: "),
    "a cell too many": (swap("banks.csv", "B1,city", "B1,city,north"), "banks.csv, line 2: '3' cells where the file has 2 columns"),
    "a cell too few": (swap("survey.csv", "C1,q2,5,2022-05-01", "C1,q2,5"), "survey.csv, line 3: '3' cells where the file has 4 columns"),
    "an unquoted comma": (swap("customers.csv", "likes funds", "likes funds, gold"), "customers.csv, line 2: '12' cells where the file has 11 columns"),
    "a column twice": (swap("banks.csv", "bank_id,type", "bank_id,bank_id"), "banks.csv, bank_id: is the name of 2 columns"),
    "a column renamed": (swap("customers.csv", "customer_id", "client_id"), "customers.csv, customer_id: is no column of the file; allowed: client_id"),
    "an unknown column": (swap("customers.csv", "tier", "teir"), "customers.csv, teir: is not in the contract; did you mean 'tier'?"),
    "an empty identifier": (swap("customers.csv", "C3,S2", ",S2"), "customers.csv, line 4, customer_id: must not be empty"),
    "an empty day": (swap("transactions.csv", "2022-01-05", ""), "transactions.csv, line 2, date: must not be empty"),
    "an empty answer": (swap("survey.csv", "q1,4", "q1,"), "survey.csv, line 2, answer: must not be empty"),
    "a space in an identifier": (swap("customers.csv", "C3,S2", "C3 ,S2"), "customers.csv, line 4, customer_id: 'C3 ' has spaces at its ends"),
    "31 February": (swap("transactions.csv", "2022-02-05", "2022-02-31"), "transactions.csv, line 3, date: '2022-02-31' is not a day like 2024-03-31"),
    "another form of day": (swap("transactions.csv", "2022-02-05", "05.02.2022"), "line 3, date: '05.02.2022' is not a day like"),
    "a day not padded": (swap("transactions.csv", "2022-02-05", "2022-2-5"), "line 3, date: '2022-2-5' is not a day like"),
    "a day with a clock": (swap("transactions.csv", "2022-02-05", "2022-02-05 10:00"), "line 3, date: '2022-02-05 10:00' is not a day like"),
    "year 20211": (swap("customers.csv", "2015-03-02", "20211-03-02"), "customers.csv, line 2, opened: '20211-03-02' is not a day"),
    "month 13": (swap("customer_months.csv", "2022-03,S1,0", "2022-13,S1,0"), "customer_months.csv, line 4, month: '2022-13' is not a month like 2024-03"),
    "1.234,56": (swap("transactions.csv", "100.00", '"1.234,56"'), f"transactions.csv, line 2, amount: '1.234,56' {MONEY}"),
    "a thousands mark": (swap("transactions.csv", "100.00", '"1,000"'), f"line 2, amount: '1,000' {MONEY}"),
    "three decimals": (swap("transactions.csv", "100.00", "100.005"), f"line 2, amount: '100.005' {MONEY}"),
    "a currency sign": (swap("transactions.csv", "100.00", "¥100"), f"line 2, amount: '¥100' {MONEY}"),
    "nan": (swap("transactions.csv", "100.00", "nan"), f"line 2, amount: 'nan' {MONEY}"),
    "full-width digits": (swap("transactions.csv", "100.00", "１００"), f"line 2, amount: '１００' {MONEY}"),
    "an exponent": (swap("transactions.csv", "100.00", "1e2"), f"line 2, amount: '1e2' {MONEY}"),
    "a negative amount": (swap("transactions.csv", "100.00", "-100.00"), "line 2, amount: '-100.00' is not an amount of at least 0"),
    "negative AUM": (swap("customer_months.csv", "1100", "-1100"), "customer_months.csv, line 3, aum: '-1100' is not an amount of at least 0"),
    "text in a number": (swap("branches.csv", "5500.5", "high"), "branches.csv, line 3, region_income: 'high' is not a number of at least 0"),
    "a half product": (swap("customer_months.csv", "1.5,2,3", "1.5,2.5,3"), "line 2, products: '2.5' is not a whole number of at least 0"),
    "answer 6": (swap("survey.csv", "q1,4", "q1,6"), "survey.csv, line 2, answer: '6' is not on the scale of its item, from 1 to 5"),
    "a rate over 100": (swap("offers.csv", "1.2", "120"), "offers.csv, line 2, rate: '120' is not a number from 0 to 100"),
    "born in 1880": (swap("customers.csv", "1980", "1880"), "customers.csv, line 2, birth_year: '1880' is not a whole number from 1900 to 2025"),
    "another code": (swap("customers.csv", "woman", "F"), "customers.csv, line 2, sex: 'F' is not one of woman, man"),
    "direction in": (swap("transactions.csv", "credit", "in"), "transactions.csv, line 2, direction: 'in' is not one of credit, debit"),
    "flag 2": (swap("customers.csv", "mass,0", "mass,2"), "customers.csv, line 2, staff: '2' is not 1 or 0"),
    "a customer twice": (swap("customers.csv", "C3,S2", "C2,S2"), "customers.csv, line 4, customer_id: 'C2' is there in an earlier row too"),
    "a transaction twice": (swap("transactions.csv", "T3", "T1"), "transactions.csv, line 4, transaction_id: 'T1' is there in an earlier row too"),
    "a month twice": (swap("customer_months.csv", "C1,2022-02", "C1,2022-01"), "line 3, customer_id + month: 'C1, 2022-01-01' is there in an earlier row too"),
    "a product twice": (swap("holdings.csv", "C1,fund,", "C1,card,"), "holdings.csv, line 3, customer_id + product: 'C1, card' is there in an earlier row too"),
    "an unknown customer": (swap("transactions.csv", "T3,C2", "T3,C9"), "transactions.csv, line 4, customer_id: 'C9' is in no row of customers"),
    "an unknown branch": (swap("customers.csv", "C3,S2", "C3,S9"), "customers.csv, line 4, branch_id: 'S9' is in no row of branches"),
    "an unknown bank": (swap("branches.csv", "S2,B1", "S2,B2"), "branches.csv, line 3, bank_id: 'B2' is in no row of banks"),
    "closed before opening": (swap("customers.csv", "2022-03-15", "2015-03-15"), "customers.csv, line 3, closed: '2015-03-15' is before the day of opening"),
    "adopted before opening": (swap("customers.csv", "2022-07-01", "2012-07-01"), "customers.csv, line 2, adopted: '2012-07-01' is before the day of opening"),
    "born after opening": (swap("customers.csv", "1980", "2018"), "customers.csv, line 2, birth_year: '2018' is after the year of opening"),
    "the year 2222": (swap("customers.csv", "2020-01-01", "2222-01-01"), "customers.csv, line 4, opened: '2222-01-01' is after the year 2099"),
    "moved before opening": (swap("transactions.csv", "2022-01-05", "2014-01-05"), "transactions.csv, line 2, date: '2014-01-05' is before the customer's opening"),
    "moved after closing": (swap("transactions.csv", "2022-03-10", "2022-03-16"), "transactions.csv, line 4, date: '2022-03-16' is after the customer's closing"),
    "a month after closing": (swap("customers.csv", "2022-03-15", "2022-02-15"), "customer_months.csv, line 6, month: '2022-03-01' is after the customer's closing"),
    "a holding before opening": (swap("holdings.csv", "2017-05-05", "2007-05-05"), "holdings.csv, line 4, since: '2007-05-05' is before the customer's opening"),
    "a month missing": (swap("customer_months.csv", "C1,2022-02", "C1,2021-12"), "line 4, month: '2022-03-01' comes after a month that is missing for this customer|line 2, month"),
    "two branches": (swap("customer_months.csv", "C1,2022-02,S1", "C1,2022-02,S2"), "customer_months.csv, line 3, branch_id: 'S2' is another branch than this customer's"),
    "a telephone in free text": (swap("customers.csv", "likes funds", "call 13812345678"), "customers.csv, line 2, remarks: holds a mobile telephone number; remove it"),
    "a card in free text": (swap("transactions.csv", "rent", "card 4111 1111 1111 1111"), "transactions.csv, line 3, note: holds a card number; remove it"),
    "an e-mail in free text": (swap("transactions.csv", "rent", "to li@bank.example"), "transactions.csv, line 3, note: holds an e-mail address; remove it"),
}  # fmt: skip


def edit_all(path, old, new):
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


@pytest.fixture
def folder(tmp_path):
    for name, text in SOUND.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_sound_files_have_no_fault(folder):
    assert own.check(folder).faults == []


def test_there_are_fifty_kinds_of_damage():
    assert len(DAMAGE) >= 50


@pytest.mark.parametrize("name", DAMAGE)
def test_the_damage_is_found_and_named(folder, name):
    damage, message = DAMAGE[name]
    damage(folder)
    faults = [str(fault) for fault in own.check(folder).faults]
    assert any(part in fault for fault in faults for part in message.split("|")), faults
    with pytest.raises(DataError, match="can not be used; `study own check` shows all"):
        own.read(folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tabels: {}\n", "mapping.yaml:1: unknown key 'tabels'; did you mean 'tables'?"),
        ("tables:\n  clients: {}\n", "mapping.yaml:2: 'clients' is not in the contract"),
        ("tables:\n  customers:\n    columns: {customer: id}\n", "mapping.yaml:3: 'customer' is not in the contract; did you mean 'customer_id'?"),
        ("tables:\n  customers:\n    codes: {sex: {F: female}}\n", "mapping.yaml:3: 'female' is not in the contract"),
        ("currency: yuan\n", "mapping.yaml:1: currency: String should match pattern"),
        ("dates: [1\n", "mapping.yaml"),
    ],
)
def test_a_wrong_mapping_is_refused_with_its_line(folder, text, message):
    mapping(text)(folder)
    with pytest.raises(DataError) as caught:
        own.check(folder)
    assert message in str(caught.value)


def test_an_empty_folder_says_how_to_begin(tmp_path):
    with pytest.raises(DataError, match="has no table; `study own init` writes empty ones"):
        own.check(tmp_path)


def test_byte_order_mark_crlf_gzip_and_parquet_are_read(folder, monkeypatch):
    monkeypatch.setenv("STUDY_KEY", "0123456789abcdef0123456789abcdef")
    plain = own.read(folder)
    for name in ("banks", "customers", "holdings"):
        text = (folder / f"{name}.csv").read_text(encoding="utf-8")
        (folder / f"{name}.csv").write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    packed = gzip.compress((folder / "survey.csv").read_bytes())
    (folder / "survey.csv").unlink()
    (folder / "survey.csv.gz").write_bytes(packed)
    frame = pd.read_csv(folder / "transactions.csv", parse_dates=["date"])
    (folder / "transactions.csv").unlink()
    frame.to_parquet(folder / "transactions.parquet")
    again = own.read(folder)
    for name, table in plain.items():
        pd.testing.assert_frame_equal(again[name], table)


def test_a_report_counts_groups_and_lists_the_worst_first(folder):
    edit_all(folder / "customer_months.csv", "S1", "S7")
    edit(folder / "survey.csv", "q1,4", "q1,9")
    (folder / "offers.csv").write_text("")
    lines = own.listed(own.check(folder).faults)
    assert lines[0] == "4 kinds of fault in 12 places:"
    assert [line.split(":")[0].strip() for line in lines[1:]] == [
        "offers.csv", "survey.csv, line 2, answer", "customer_months.csv, lines 2, 3, 4, ..., branch_id", "customer_months.csv, lines 2, 3, 4, ..., branch_id",
    ]  # fmt: skip
    assert lines[3].endswith("(5 rows)")


def test_one_bad_row_in_a_million_is_found_and_named(tmp_path):
    count = 1_000_000
    (tmp_path / "customers.csv").write_text("customer_id,opened\n" + "".join(f"{i},2015-01-01\n" for i in range(1000)))
    rows = [f"{i},{i % 1000},2022-01-{i % 28 + 1:02d},{i % 997}.25,credit\n" for i in range(count)]
    rows[765_431] = "765431,431,2022-01-15,12.3.4,credit\n"
    (tmp_path / "transactions.csv").write_text("transaction_id,customer_id,date,amount,direction\n" + "".join(rows))
    faults = own.check(tmp_path).faults
    assert [str(fault) for fault in faults] == [
        "transactions.csv, line 765433, amount: '12.3.4' is not an amount of at least 0 ('.' before at most two decimals)"
    ]
