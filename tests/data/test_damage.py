"""Damaged files of the sources: each is refused with file, line, column, what was found and what is allowed."""

import gzip

import pandas as pd
import pytest

from study.data import DataError
from study.data.columns import cents, dates, one_of, schema, whole
from study.data.errors import validate
from study.data.sources import akiba, berka, findex, uci_marketing
from study.design import load

TRANS = '"trans_id";"account_id";"date";"type";"operation";"amount";"balance";"k_symbol";"bank";"account"'
ROW = '{id};2378;{date};"PRIJEM";"VKLAD";{amount};700.00;"";;'
CALL = (
    '"age";"job";"marital";"education";"default";"housing";"loan";"contact";"month";"day_of_week";"duration";"campaign";"pdays";'
    '"previous";"poutcome";"emp.var.rate";"cons.price.idx";"cons.conf.idx";"euribor3m";"nr.employed";"y"'
)
CALLED = (
    '{age};"housemaid";"married";"basic.4y";"no";"no";"no";"telephone";"{month}";"mon";261;1;999;0;"nonexistent";1.1;93.994;-36.4;4.857;5191;"no"'
)


def row(id=1, date=930101, amount="700.00"):
    return ROW.format(id=id, date=date, amount=amount)


def trans(file):
    return berka._table("trans", file)


def test_a_sound_file_with_byte_order_mark_crlf_and_gzip_is_read(write, tmp_path):
    file = write("trans.asc", TRANS, row(1), row(2, 931231, "0.05"), encoding="utf-8-sig", end="\r\n")
    packed = tmp_path / "trans.asc.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    for path in (file, packed):
        found = trans(path)
        assert found["amount_cents"].tolist() == [70000, 5]
        assert found["date"].tolist() == [pd.Timestamp("1993-01-01"), pd.Timestamp("1993-12-31")]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([TRANS.replace(";", ","), row().replace(";", ",")], "has one column; separate the columns with semicolons, not with commas or tabs"),
        (
            [TRANS, row(amount='"1.234,56"')],
            "line 2, amount: '1.234,56' is not an amount from -1e\\+07 to 1e\\+07 with a point and at most two decimals",
        ),
        ([TRANS, row(amount="1,234.56")], "line 2, amount: '1,234.56' is not an amount"),
        ([TRANS, row(amount="")], "line 2, amount: '' is not an amount"),
        ([TRANS, row(amount="99999999")], "line 2, amount: '99999999' is not an amount"),
        ([TRANS, row(date=930231)], "line 2, date: '930231' is not a date like 930101, from 1993-01-01 to 1998-12-31"),
        ([TRANS, row(date="31.02.1998")], "line 2, date: '31.02.1998' is not a date"),
        ([TRANS, row(date=990101)], "line 2, date: '990101' is not a date"),
        ([TRANS, row(1), row(1)], "line 3, trans_id: repeats another row's"),
        ([TRANS, row(1), row(2) + ";1"], "line 3: 11 cells, 10 columns; a semicolon inside a text needs quotes"),
        ([TRANS, row("x")], "line 2, trans_id: the value .not shown, it identifies a person. is not a whole number from 1 to 1e\\+07"),
        ([TRANS, row().replace("PRIJEM", "PRIJMY")], "line 2, type: 'PRIJMY' is not known; did you mean 'PRIJEM'"),
        ([TRANS.replace('"date"', '"datum"'), row()], "has no column 'date'; found .* did you mean 'datum'"),
        ([], "is empty"),
        ([TRANS], "has a header and no rows"),
    ],
)
def test_damage_of_a_transaction_file(write, rows, message):
    with pytest.raises(DataError, match=message):
        trans(write("trans.asc", *rows))


def test_another_encoding_and_half_a_gzip(write, tmp_path):
    with pytest.raises(DataError, match="trans.asc is not UTF-8 .byte 1[0-9]+ is 0xe1.; save it as UTF-8"):
        trans(write("trans.asc", TRANS, row().replace("VKLAD", "VKL\u00e1D"), encoding="latin-1"))
    half = tmp_path / "half.asc.gz"
    half.write_bytes(gzip.compress((TRANS + "\n" + row()).encode())[:-12])
    with pytest.raises(DataError, match="half.asc.gz is not a whole gzip file"):
        trans(half)


def test_at_most_twenty_faults_are_listed(write):
    file = write("trans.asc", TRANS, *(row(i, amount="x") for i in range(1, 51)))
    with pytest.raises(DataError, match="has 50 faults") as error:
        trans(file)
    assert str(error.value).count("\n") == 21 and "... and 30 more" in str(error.value)


def test_one_bad_row_in_two_hundred_thousand_is_named(write):
    rows = [row(i) for i in range(1, 200_001)]
    rows[123_455] = row(123_456, amount="1.234,56")
    with pytest.raises(DataError, match="has 1 fault; nothing was read:\n  line 123457, amount: '1.234,56'"):
        trans(write("trans.asc", TRANS, *rows))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (CALLED.format(age=-3, month="may"), "line 2, age: '-3' is not a whole number from 15 to 110"),
        (CALLED.format(age=33, month="mai"), "line 2, month: 'mai' is not known; did you mean 'ma"),
    ],
)
def test_damage_of_a_call(write, call, message):
    with pytest.raises(DataError, match=message):
        uci_marketing.provided({"calls": write("calls.csv", CALL, call)})


def test_a_block_begins_where_the_month_changes(write):
    calls = [CALLED.format(age=33, month=month) for month in ("may", "may", "jun", "may")]
    assert uci_marketing.provided({"calls": write("calls.csv", CALL, *calls)})["calls"]["block"].tolist() == [0, 0, 1, 2]


def test_the_same_economy_and_year_twice(write):
    header = ",".join(findex.COLUMNS)
    line = ",".join("2024" if n == "year" else "KEN" if n in findex.NAMES else "NA" for n in findex.COLUMNS)
    with pytest.raises(DataError, match="line 3: the same economy, year and group as an earlier row"):
        findex.provided({"countries": write("findex.csv", header, line, line)})


def test_money_is_exact():
    frame = pd.DataFrame({"amount": ["0.07", "-12.5", "1000000", "0.1"]})
    assert cents(frame, "amount", -1e9, 1e9)[0].tolist() == [7, -1250, 100_000_000, 10]


def test_a_leap_day_is_a_date_in_leap_years_only():
    frame = pd.DataFrame({"d": ["960229", "970229"]})
    assert dates(frame, "d", "%y%m%d", "1993-01-01", "1998-12-31")[1] == [
        "line 1, d: '970229' is not a date like 930101, from 1993-01-01 to 1998-12-31"
    ]


def test_women_s_birth_months_are_fifty_higher():
    person, faults = berka._person(pd.Series(["706213", "450204", "701301", "abc"], index=[2, 3, 4, 5]))
    assert person["sex"].tolist()[:2] == ["woman", "man"] and person["birth_year"].tolist()[:2] == [1970, 1945]
    assert [fault.split(",")[0] for fault in faults] == ["line 4", "line 5"]


IDENTIFYING = sorted({name for protection in load().privacy.values() for name in protection.identifiers})
SECRET = "77x0713"


@pytest.mark.parametrize("name", IDENTIFYING)
def test_a_fault_of_an_identifying_column_has_its_place_and_rule_and_not_its_value(name):
    frame = pd.DataFrame({name: [SECRET]}, index=pd.Index([7], name="line"))
    faults = [*validate(frame, schema({name: whole(1, 9)}))[1], *validate(frame, schema({name: one_of("a", "b")}))[1]]
    faults += [*dates(frame, name, "%y%m%d", "1993-01-01", "1998-12-31")[1], *cents(frame, name, 0, 9)[1]]
    assert len(faults) == 4
    for fault in faults:
        assert fault.startswith(f"line 7, {name}: the value (not shown, it identifies a person) is not ") and SECRET not in fault


@pytest.mark.parametrize(
    ("read", "header", "row", "place"),
    [
        (lambda f: berka._table("account", f), "account_id;district_id;frequency;date", f"{SECRET};1;POPLATEK MESICNE;930101", "line 2, account_id"),
        (lambda f: berka._table("client", f), "client_id;birth_number;district_id", f"1;{SECRET};1", "line 2, birth_number"),
        (akiba._ledger, "account,amount,time,refund,prize,period", f"{SECRET},1,03/31/14 10:00,0,0,1", "line 2, account"),
        (akiba._ledger, "account,amount,time,refund,prize,period", f"1,1,{SECRET},0,0,1", "line 2, time"),
        (akiba._ledger, "account,amount,time,refund,prize,period", "1,13912345678,03/31/14 10:00,0,0,1", "line 2, amount"),
        (akiba._ledger, f"{SECRET},1,03/31/14 10:00,0,0,1", f"{SECRET},2,03/31/14 10:00,0,0,2", "the first line names none of the columns account"),
    ],
)
def test_readers_do_not_print_who_a_row_is(write, read, header, row, place):
    with pytest.raises(DataError) as error:
        read(write("file.csv", header, row))
    assert place in str(error.value) and SECRET not in str(error.value) and "13912345678" not in str(error.value)


def test_a_fault_of_another_column_still_shows_what_was_found():
    frame = pd.DataFrame({"period": [SECRET]}, index=pd.Index([7], name="line"))
    assert validate(frame, schema({"period": whole(1, 9)}))[1] == [f"line 7, period: '{SECRET}' is not a whole number from 1 to 9"]
