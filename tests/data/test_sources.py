"""The sources that are not shipped: their published figures and the traps that SOURCE.md describes."""

import pandas as pd
import pytest

from study.data import registry
from study.data.sources import berka
from study.design import load


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.needs_data(n)) for n in load().sources])
def test_every_expected_figure_is_found(source, name):
    """Expected values: design/sources/, from each SOURCE.md and the publications it names."""
    differing = [figure for figure in registry.check(name) if figure.found is None or figure.differs]
    assert differing == []


def test_every_source_has_a_reader():
    assert set(load().sources) == set(load().sources)


@pytest.mark.needs_data("kz_lender")
def test_kz_age_zero_and_the_missing_income_of_july(source):
    customers = source["customers"]
    assert customers["age"].min() > 0
    without = customers[["age", "trcount", "married", "dependants"]].isna()
    assert without.sum().tolist() == [256] * 4 and (without.nunique(axis=1) == 1).all()
    assert customers.groupby("wave")["grossincome"].count().to_dict() == {1: 0, 2: 19599, 3: 29253}


@pytest.mark.needs_data("kz_lender")
def test_kz_offers_per_cell_of_risk_and_wave(source):
    cells = source["customers"].groupby(["risk", "wave"]).size().unstack()
    assert cells.loc["HIGH"].tolist() == [3143, 15252, 24095]  # SOURCE.md, Verified counts
    assert cells.loc["LOW"].tolist() == [1049, 2817, 2558]
    assert cells.loc["MEDIUM"].tolist() == [766, 1530, 2600]


@pytest.mark.needs_data("akiba")
def test_akiba_without_the_unusable_columns_and_with_flags_for_spending(source):
    people = source["people"]
    unusable = {"mobile_withdrew", "mobile_nonuser", "mobile_totmatches", "self_lucky_1", "mobile_startdate"}
    assert not unusable & set(people.columns)
    assert people["akiba_spentfood_1"].dropna().isin([True, False]).all()
    assert people.loc[people["endline"] == 0, "akiba_spentfood_1"].isna().all()
    assert people["arm"].value_counts().to_dict() == {"control": 105, "lottery": 103, "regret": 103}


@pytest.mark.needs_data("akiba")
def test_akiba_ledger_has_seven_accounts_that_are_no_person(source):
    known = source["people"]["account"].dropna()
    strangers = source["ledger"][~source["ledger"]["account"].isin(known)]
    assert (strangers["account"].nunique(), len(strangers)) == (7, 21)  # SOURCE.md
    assert 1 in set(known)  # trap 11: account number 1 is a real row


@pytest.mark.needs_data("berka_pkdd99")
def test_berka_cut_day_is_dropped_and_the_order_of_the_file_kept(source):
    trans = source["trans"]
    kept = berka.whole_days(trans)
    assert kept["date"].max() == pd.Timestamp("1994-10-30") and len(trans) - len(kept) == 1154
    before = kept.groupby("account_id")["balance_cents"].shift()
    change = kept["amount_cents"].where(kept["type"] == "credit", -kept["amount_cents"])
    continuous = ((before + change - kept["balance_cents"]).abs() <= 10)[before.notna()].mean()  # amounts to 0.10 CZK
    by_id = kept.sort_values(["account_id", "date", "trans_id"])
    moved = by_id.groupby("account_id")["balance_cents"].shift()
    signed = by_id["amount_cents"].where(by_id["type"] == "credit", -by_id["amount_cents"])
    sorted_share = ((moved + signed - by_id["balance_cents"]).abs() <= 10)[moved.notna()].mean()
    assert (round(continuous, 2), round(sorted_share, 2)) == (0.72, 0.56)  # EMPIRICAL_DESIGN 3


@pytest.mark.needs_data("berka_pkdd99")
def test_berka_has_no_birth_number_and_no_partner_account(source):
    columns = {column for table in source.values() for column in table.columns}
    assert not {"birth_number", "account_to", "bank_to", "bank", "account"} & columns
    assert set(source["client"]["sex"]) == {"man", "woman"}
    assert source["loan"]["status"].value_counts().to_dict() == {"C": 403, "A": 203, "D": 45, "B": 31}


@pytest.mark.needs_data("uci_bank_marketing")
def test_uci_blocks_follow_the_order_of_the_file(source):
    calls = source["calls"]
    assert calls["block"].nunique() == 26  # EMPIRICAL_DESIGN 5(b)
    channels = calls.groupby("block")["contact"].nunique()
    assert (channels == 2).sum() == 24
    first = calls[calls["block"] < 2]
    assert (len(first), set(first["contact"])) == (12137, {"telephone"})


@pytest.mark.needs_data("worldbank_findex2025")
def test_findex_mobile_money_is_missing_where_it_was_not_asked(source):
    adults = source["countries"].query("group == 'all' and regionwb24_hi != ''")
    china = adults[adults["codewb"] == "CHN"]
    assert len(china) and china["mobileaccount_t_d"].isna().all()
    both = adults.dropna(subset=["mobileaccount_t_d", "fiaccount_t_d"])
    waves = both.groupby("codewb").size()
    assert (len(both), len(waves), (waves >= 2).sum(), (waves >= 4).sum()) == (312, 96, 86, 59)  # EMPIRICAL_DESIGN 5(c)


@pytest.mark.needs_data("bankchurners_kaggle")
def test_bankchurners_without_the_leaked_columns(source):
    assert not [c for c in source["customers"].columns if c.startswith("Naive") or c == "CLIENTNUM"]
