"""What the value models are given: counts of SOURCE.md, published effects, small tables by hand."""

import pandas as pd
import pytest
from answers import check
from savers import DEPOSITS, built_of, of_model

from study import value
from study.variables import value_inputs, value_lines


def test_days_histories_and_halves_by_hand():
    built = of_model({"customer_id": [7, 9]}, transactions=DEPOSITS)
    days = value_inputs.deposit_days(built, operations=["deposit"])
    assert days[["day", "amount"]].to_numpy().tolist() == [[1, 15], [3, 20], [31, 30]]
    past = value_inputs.deposit_history(days, 20).iloc[0]
    assert (past["frequency"], past["recency"], past["periods"]) == (1, 2, 19)
    assert (past["monetary"], past["total"], past["holdout_frequency"], past["holdout_amount"]) == (20, 35, 1, 30)
    # 2 days in 20 and 35 shillings go on for 40 days
    assert past["same_rate"] == pytest.approx(4) and past["same_amount"] == pytest.approx(70)
    assert value_inputs.still_depositing(days) == [1, 1, 1, 1, 0, 0]
    assert value_inputs.halves(days, built.units["customer_id"]).to_numpy().tolist() == [[2, 1], [0, 0]]


def test_savers_are_those_of_the_source(require):
    built = built_of("akiba", require)
    days = value_inputs.deposit_days(built, "account_id", ["deposit"])
    # SOURCE.md: 277 accounts are in both files
    assert days["customer"].nunique() == 277 and days["day"].between(1, 60).all() and (days["amount"] > 0).all()
    still = value_inputs.still_depositing(days)
    assert still[0] == 277 and still == sorted(still, reverse=True)


def test_the_prize_designs_add_the_published_days(require):
    people, arms = value_inputs.assigned(built_of("akiba", require), "mobile_savedays", "control")
    control = people.loc[people[arms].sum(axis=1) == 0, "mobile_savedays"].mean()
    assert arms == ["lottery", "regret"] and len(people) == 311  # SOURCE.md: people
    days = {arm: people.loc[people[arm] == 1, "mobile_savedays"].mean() for arm in arms}
    check("value.akiba.days_saved.lottery", days["lottery"] - control)
    check("value.akiba.days_saved.regret", days["regret"] - control)


def test_the_lenders_revenue_comes_from_borrowers_only(require):
    customers = value_inputs.borrowers(built_of("kz_lender", require), {"LOW": 7.75, "MEDIUM": 9.75, "HIGH": 11.75}, "lastterm")
    assert (customers["revenue"][customers["borrowed"] == 0] == 0).all()
    assert customers["recency"].between(-24, 0).all() and customers.notna().all().all()


def test_the_interest_of_a_cycle_by_hand():
    known = {"customer_id": [1, 2], "earlier_loans": [2.0, None], "risk": ["LOW", "HIGH"], "last_amount": [1000.0, 1.0], "months_since_last": [3, 3]}
    offers = {"customer_id": [2, 1], "revenue": [5.0, 7.0], "accepted": [0, 1]}
    built = of_model(known | {"months": [4, 4]}, offers=offers)
    customers = value_inputs.borrowers(built, {"LOW": 7.75, "HIGH": 11.75}, "months")
    assert len(customers) == 1 and customers["cycle_interest"].iloc[0] == pytest.approx(1000 * 0.0775 * 4)
    assert customers[["revenue", "borrowed", "recency"]].iloc[0].tolist() == [7, 1, -3]
    assert value_inputs.borrowers(built, {})["cycle_interest"].iloc[0] == 1000  # in proportion to the amount


def test_an_accounts_months_by_hand():
    # opened in June 1994: July (two own entries and a fee), August (none: quiet), September (one); the interest of 30 October is in no whole month
    trans = pd.DataFrame(
        {
            "customer_id": [1] * 6,
            "date": pd.to_datetime(["1994-06-20", "1994-07-02", "1994-07-09", "1994-07-31", "1994-09-05", "1994-10-30"]),
            "direction": ["credit", "credit", "debit", "debit", "debit", "credit"],
            "purpose": ["none", "none", "none", "statement fee", "none", "interest"],
            "amount": [90000, 50000, 1000, 1460, 2000, 300],
        }
    )
    built = of_model({"customer_id": [1, 2], "opened": pd.to_datetime(["1994-06-20", "1994-06-20"])}, transactions=trans)
    months = value_inputs.account_months(built, ["interest", "statement fee"], ["statement fee"])
    assert months["state"].tolist() == ["some", "quiet", "quiet"] and months["fees"].tolist() == [14.6, 0, 0]
    assert months["next"].tolist()[:2] == ["quiet", "quiet"] and pd.isna(months["next"].iloc[2])
    one = value_inputs.account_indicators(built, ["statement fee"])
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


def test_a_last_month_is_whole_if_its_last_day_is_there():
    assert str(value_inputs.last_whole_month(pd.Series(pd.to_datetime(["1994-10-30"])))) == "1994-09"
    assert str(value_inputs.last_whole_month(pd.Series(pd.to_datetime(["1994-10-31"])))) == "1994-10"


def test_the_scenarios_ratio_and_readings_by_hand():
    # 1 + i/(1 - r) = 1 + 0.05/0.12; sum of 0.88/1.05^t over sum of (0.88/1.05)^t, t = 1..10
    stated = {"retention": 0.88, "discount": 0.05}
    found = pd.concat([*value_lines.scenario("formula", pd.Series([90.0, 110.0]), "ZAR", cost=0.5, **stated),
                       *value_lines.readings("forms", 50.0, "ZAR", cycles=10, **stated)]).set_index("key")["estimate"]  # fmt: skip
    assert found["interest"] == 100 and found["cost"] == 50 and found["cltv_literal"] == pytest.approx(50 * 0.88 / 0.12)
    assert found["ratio"] == pytest.approx(1.4167, abs=1e-4) and found["period_ratio"] == pytest.approx(1.5834, abs=1e-4)
    assert found["ratio/r_70"] == pytest.approx(1 + 0.05 / 0.3)


def test_those_who_stay_beside_a_constant_rate_by_hand():
    active = [1000, 869, 743, 653, 593, 551, 517, 491]  # Fader and Hardie (2007), their high-end customers
    lines, table = value_lines.staying("retention", active, value.sbg(active))
    # 509 leave in 4926 chances to do so
    assert table["actual"].iloc[[0, -1]].tolist() == [1, 0.491] and table["constant"].iloc[7] == pytest.approx((1 - 509 / 4926) ** 7)
    assert [one["estimate"].iloc[0] for one in lines[:1]] == [0.491]
