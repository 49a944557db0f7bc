"""Life-cycle stages and moves of three customers, by hand."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from study.analytics import STAGES, BadValue, LifeCycleRules, MissingColumn, life_cycle


def rows(customer, activity, value, start=0):
    return pd.DataFrame({"id": customer, "month": np.arange(start, start + len(activity)), "moves": activity, "balance": value})


#        month 0  1  2  3   4   5   6   7  8  9  10
A = rows("a", [0, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1], [5, 5, 5, 5, 10, 10, 10, 10, 10, 10, 10])
B = rows("b", [1, 0, 0, 0, 0, 1, 1, 0, 1, 1, 1], [8] * 11)
C = rows("c", [0, 0, 0], [1, 1, 1], start=2)
NAMES = {"customer": "id", "period": "month", "activity": "moves", "value": "balance"}


def made(data=None, **rules):
    return life_cycle(pd.concat([A, B, C]) if data is None else data, **NAMES, rules=LifeCycleRules(**rules))


def stages(result, customer):
    return result.stages.query("id == @customer")["stage"].tolist()


def test_growth_and_maturity_by_hand():
    # active from month 1: activation 1-3. Means of three months against the three before: month 5 (25/3 against 5)
    # up, 6 (10 against 5), 7 (10 against 20/3), 8 (10 against 25/3) up by 20 %, 9 equal
    assert stages(made(), "a") == ["acquisition"] + ["activation"] * 3 + ["maturity"] + ["growth"] * 4 + ["maturity"] * 2


def test_month_four_is_mature_because_two_windows_are_not_yet_there():
    assert stages(made(growth=0.0), "a")[4] == "maturity"
    # with windows of two: month 4 has 7.5 against 5
    assert stages(made(window=2), "a")[4] == "growth"


def test_warning_and_win_back_by_hand():
    # active in month 0; silent 1-4: the third silent month is month 3; back in month 5; one silent month is no lapse
    result = made()
    assert stages(result, "b") == ["activation"] * 3 + ["churn"] * 3 + ["maturity"] * 5
    status = result.stages.query("id == 'b'")["status"].tolist()
    assert status == ["", "", "", "warning", "warning", "won back", "", "", "", "", ""]
    assert stages(made(won_back=3), "b")[5:9] == ["churn"] * 3 + ["maturity"]
    assert stages(made(lapse=5), "b").count("churn") == 0


def test_every_row_has_a_stage_and_shares_add_up():
    result = made()
    assert result.stages["stage"].isin(STAGES).all() and len(result.stages) == 25
    assert result.shares.groupby("month")["share"].sum().tolist() == pytest.approx([1] * 11)


def test_moves_are_counted_by_hand():
    moves = made().transitions.set_index(["start", "end"])
    # a leaves acquisition once, b never was in it, c stays twice and then leaves the table
    start = moves.loc["acquisition"]
    assert start["n"].to_dict() == {"acquisition": 2, "activation": 1, "growth": 0, "maturity": 0, "churn": 0, "left": 1}
    assert start["at_risk"].tolist() == [4] * 6 and start.loc["left", "rate"] == 0.25
    low, high = proportion_confint(1, 4, method="wilson")
    assert (start.loc["left", "ci_low"], start.loc["left", "ci_high"]) == pytest.approx((low, high))
    assert moves["n"].sum() == 10 + 10 + 3
    assert made().notes[0].startswith("23 moves of 3 customers")


def test_a_stage_nobody_was_in_has_no_rate():
    moves = made(pd.concat([C, C.assign(id="d", month=C["month"] + 1)])).transitions
    assert moves.query("start == 'growth'")["rate"].isna().all() and (moves.query("start == 'growth'")["at_risk"] == 0).all()


def test_only_the_past_is_used():
    data = pd.concat([A, B])
    early = data[data["month"] <= 6]
    whole, part = made(data), made(early)
    merged = part.stages.merge(whole.stages, on=["id", "month"])
    assert (merged["stage_x"] == merged["stage_y"]).all()


def test_order_of_rows_does_not_matter():
    shuffled = pd.concat([A, B, C]).sample(frac=1, random_state=2)
    pd.testing.assert_frame_equal(made(shuffled).stages, made().stages)


@pytest.mark.parametrize(
    ("data", "rules", "error", "message"),
    [
        (A.drop(index=4), {}, BadValue, "1 gaps in 1 customers, the first before period 5 of a"),
        (pd.concat([A, A.head(1)]), {}, BadValue, "2 rows share customer and period"),
        (A.assign(moves=-1), {}, BadValue, "moves: 11 of 11 values are below 0"),
        (A.assign(id=None), {}, BadValue, "id: 11 of 11 values are missing"),
        (A.assign(month=0.5), {}, BadValue, "month: 11 of 11 periods are not whole numbers"),
        (A, {"lapse": 0}, BadValue, "lapse must be a whole number of at least 1"),
        (A, {"growth": -1}, BadValue, "growth must be at least 0"),
        (A.drop(columns="balance"), {}, MissingColumn, "no column 'balance'"),
    ],
)
def test_wrong_tables_are_refused(data, rules, error, message):
    with pytest.raises(error, match=message):
        made(data, **rules)


def test_one_customer_in_one_period_has_a_stage_and_no_moves():
    result = made(A.head(1))
    assert result.stages["stage"].tolist() == ["acquisition"] and result.transitions["n"].sum() == 0
