"""Loans, offers, calls and upgrades as the models take them: counts of the documentation, nothing from after the event."""

import pandas as pd
import pytest

from study import data, design, sample
from study.data import registry
from study.variables import purchase

DESIGN = design.load()


@pytest.fixture
def built(require):
    def call(arm):
        require(registry.of_arm(arm)[0])
        return sample.build(arm, data.read(arm), DESIGN, "strict")

    return call


def test_loans_are_those_of_the_documentation(built):
    rows = purchase.loans(built("berka"))
    assert (len(rows), rows["bad"].sum()) == (682, 76)
    assert (rows["finished"].sum(), rows.query("finished == 1")["bad"].sum()) == (203 + 31, 31)  # status A, B
    with_card = rows[rows["card_first"] == 1]
    assert (len(with_card), with_card["bad"].sum(), with_card["finished"].sum()) == (36, 0, 10)  # EMPIRICAL_DESIGN 5(a)
    assert rows.notna().all().all() and rows["age"].between(10, 80).all()


def test_offers_count_every_customer_mailed(built):
    rows = purchase.offers(built("kz_lender"))
    assert len(rows) == 53178
    assert rows[["response", "take_up", "revenue", "past_due"]].notna().all().all()
    assert (rows["past_due"] == 0).sum() >= (rows["tookup"] == 0).sum()
    high = rows[(rows["low"] == 0) & (rows["med"] == 0)]
    assert (high["risk"] == "HIGH").all()


def test_calls_leave_the_duration_behind_and_keep_blocks_with_both_channels(built):
    rows = purchase.calls(built("uci_marketing"), least=10)
    assert "duration" not in rows and rows["subscribed"].sum() == 4640
    kept = rows[rows["overlap"] == 1]
    assert kept["block"].nunique() == 22  # EMPIRICAL_DESIGN 5(b)
    assert rows[rows["block"] < 2]["mobile"].sum() == 0
    counts = kept.groupby(["block", "mobile"]).size()
    assert counts.min() >= 10


def test_upgrades_do_not_take_not_reached_for_no(built):
    rows = purchase.upgrades(built("status_goods"))
    assert rows["accepted"].isna().sum() == 425 and rows["taken"].notna().all()
    accepted = rows.groupby("arm")["accepted"].agg(["sum", "count"])
    assert accepted.loc["benefits"].tolist() == [37, 271]
    assert accepted.loc["platinum"].tolist() == [59, 281]
    assert accepted.loc["merit"].tolist() == [65, 283]
    assert (rows["status"] == (rows["platinum"] | rows["merit"])).all()
    assert pd.crosstab(rows["arm"], rows["reached"]).to_numpy().sum() == 1260
