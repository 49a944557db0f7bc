"""What the value models are given: counts of SOURCE.md, published effects, small tables by hand."""

import pandas as pd
import pytest
from answers import check
from savers import LEDGER, built_of, made

from study.variables import value_inputs, value_lines


def test_days_histories_and_halves_by_hand():
    built = made({"account": [7.0, 9.0]}, ledger=LEDGER)
    days = value_inputs.deposit_days(built)
    assert days[["day", "amount"]].to_numpy().tolist() == [[1, 15], [3, 20], [31, 30]]
    past = value_inputs.deposit_history(days, 20).iloc[0]
    assert (past["frequency"], past["recency"], past["periods"]) == (1, 2, 19)
    assert (past["monetary"], past["total"], past["holdout_frequency"], past["holdout_amount"]) == (20, 35, 1, 30)
    # 2 days in 20 and 35 shillings go on for 40 days
    assert past["same_rate"] == pytest.approx(4) and past["same_amount"] == pytest.approx(70)
    assert value_inputs.still_depositing(days) == [1, 1, 1, 1, 0, 0]
    assert value_inputs.halves(built, days).to_numpy().tolist() == [[2, 1], [0, 0]]


def test_savers_are_those_of_the_source(require):
    built = built_of("akiba", require)
    days = value_inputs.deposit_days(built)
    # SOURCE.md: 277 accounts are in both files
    assert days["account"].nunique() == 277 and days["day"].between(1, 60).all() and (days["amount"] > 0).all()
    still = value_inputs.still_depositing(days)
    assert still[0] == 277 and still == sorted(still, reverse=True)


def test_the_prize_designs_add_the_published_days(require):
    days = built_of("akiba", require).rows.groupby("arm")["mobile_savedays"].mean()
    check("value.akiba.days_saved.lottery", days["lottery"] - days["control"])
    check("value.akiba.days_saved.regret", days["regret"] - days["control"])


def test_the_lenders_revenue_comes_from_borrowers_only(require):
    customers = value_inputs.lender_customers(built_of("kz_lender", require))
    assert (customers["revenue"][customers["borrowed"] == 0] == 0).all()
    assert customers["recency"].between(-24, 0).all() and customers.notna().all().all()


def test_the_interest_of_a_cycle_by_hand():
    rows = {"trcount": [2.0, None], "risk": ["LOW", "HIGH"], "lastamount": [1000.0, 1.0], "lastterm": [4, 4], "dormancy": [3, 3]}
    built = made(rows | {"grossinterest": [0.0, 0.0], "tookup": [0, 0]})
    customers = value_inputs.lender_customers(built)
    assert len(customers) == 1 and customers["cycle_interest"].iloc[0] == pytest.approx(1000 * 0.0775 * 4)


def test_an_accounts_months_by_hand():
    # opened in June 1994: July (two own entries and a fee), August (none: quiet), September (one and interest of the bank)
    trans = pd.DataFrame(
        {
            "account_id": [1] * 6,
            "date": pd.to_datetime(["1994-06-20", "1994-07-02", "1994-07-09", "1994-07-31", "1994-09-05", "1994-09-30"]),
            "type": ["credit", "credit", "debit", "debit", "debit", "credit"],
            "k_symbol": ["none", "none", "none", "statement fee", "none", "interest"],
            "amount_cents": [90000, 50000, 1000, 1460, 2000, 300],
        }
    )
    built = made({"account_id": [1, 2], "date": pd.to_datetime(["1994-06-20", "1994-06-20"])}, trans=trans)
    months = value_inputs.account_months(built)
    assert months["state"].tolist() == ["some", "quiet", "quiet"] and months["fees"].tolist() == [14.6, 0, 0]
    assert months["next"].tolist()[:2] == ["quiet", "quiet"] and pd.isna(months["next"].iloc[2])
    one = value_inputs.account_indicators(built)
    open_ = (pd.Timestamp("1994-10-30") - pd.Timestamp("1994-06-20")).days / 30.4375
    assert len(one) == 1 and one["fees"].iloc[0] == pytest.approx(14.6 / open_)


def test_parts_keep_equal_scores_together():
    score = pd.Series([1.0] * 6 + [2, 3, 4, 5])
    table = value_lines.by_parts("parts", score, {"score": score}, 2)
    assert table["customers"].sum() == 10 and table["customers"].tolist() == [6, 4]


def test_gains_are_lines_of_all_scores_but_the_baseline():
    table = pd.DataFrame({"score": ["cltv", "recency"], "gain": [-1.5, 0.0], "gain_low": [-2.0, 0.0], "gain_high": [-1.0, 0.0]})
    line = value_lines.gains("over_recency", table, 100).iloc[0]
    assert line[["panel", "key", "estimate", "ci_low", "ci_high", "n"]].tolist() == ["over_recency", "gain/cltv", -1.5, -2.0, -1.0, 100.0]
    assert len(value_lines.gains("over_recency", table, 100)) == 1
