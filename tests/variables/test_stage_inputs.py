"""Periods for the life cycle: weeks by hand, and the stages of the Czech accounts as the customer-months have them on DuckDB."""

import pandas as pd
from savers import DEPOSITS, built_of, of_model

from study import analytics
from study.variables import customer_months, stage_inputs

WEEKS = analytics.LifeCycleRules(activation=2, lapse=2, won_back=1, window=2)
MONTHS = analytics.LifeCycleRules(activation=3, lapse=3, won_back=1, window=3)
OF_BANK = ["interest", "penalty interest", "statement fee"]
NAMES = {"customer": "customer", "period": "period"}


def test_weeks_by_hand():
    rows = stage_inputs.build(of_model({"customer_id": [7]}, transactions=DEPOSITS), operations=["deposit"])
    # days 1 and 3 are in week 1, day 31 in week 5
    assert rows["period"].tolist() == list(range(1, 9)) and rows["activity"].tolist() == [2, 0, 0, 0, 1, 0, 0, 0]
    assert rows["value"].tolist() == [3500, 0, 0, 0, 3000, 0, 0, 0]
    found = analytics.life_cycle(rows, **NAMES, activity="activity", value="value", rules=WEEKS).stages["stage"]
    # two silent weeks are a warning from week 3 on; week 5 is the return; 30 in weeks 5-6 are above 0 in weeks 3-4; silent again from week 7
    assert found.tolist() == ["activation", "activation", "churn", "churn", "churn", "growth", "churn", "churn"]


def test_what_is_known_and_what_follows_by_hand():
    rows = stage_inputs.build(of_model({"customer_id": [7]}, transactions=DEPOSITS), operations=["deposit"])
    stages = analytics.life_cycle(rows, **NAMES, activity="activity", value="value", rules=WEEKS).stages
    ahead = stage_inputs.following(rows, stages, longest=2)
    assert ahead["next"].tolist() == [0, 0, 0, 1, 0, 0, 0] and ahead["silence"].tolist() == [0, 1, 2, 2, 0, 1, 2]
    assert ahead["calendar"].tolist() == list(range(1, 8))


def test_months_are_numbered_from_january_of_the_first_year():
    dates = pd.Series(pd.to_datetime(["1993-03-05", "1994-10-30"]))
    assert stage_inputs.month_number(pd.Period("1993-01", "M"), dates) == 0 and stage_inputs.month_number(pd.Period("1994-09", "M"), dates) == 20
    built = of_model({"customer_id": [7]}, transactions={"date": dates})
    assert list(stage_inputs.shown(built, pd.DataFrame({"period": [20]})).values())[::6] == ["1993-03", "1994-09"]


def test_the_stages_are_those_of_the_customer_months(require, tmp_path):
    built = built_of("berka", require)
    ours = analytics.life_cycle(stage_inputs.build(built, of_bank=OF_BANK), **NAMES, activity="activity", value="value", rules=MONTHS).stages
    first = stage_inputs.first_month(built)
    opened = [pd.Timestamp(1993 + month // 12, month % 12 + 1, 1) for month in first]
    people = pd.DataFrame({"customer": first.index, "opened": opened, "closed": pd.Series(pd.NaT, index=range(len(first)), dtype="datetime64[ns]")})
    moves = stage_inputs.own_moves(built, OF_BANK).rename(
        columns={"transaction_id": "transaction", "customer_id": "customer", "amount": "amount_cents"}
    )
    engine = customer_months.connect("duckdb", memory="500MB", temporary=tmp_path)
    given = [customer_months.table(engine, name, frame) for name, frame in (("people", people), ("moves", moves.drop(columns="period")))]
    theirs = customer_months.collect(customer_months.build(*given, last=199409, rules=MONTHS))
    numbers = {number: name for name, number in customer_months.STAGE.items()}
    period = (theirs["month"] // 100 - 1993) * 12 + theirs["month"] % 100 - 1
    table = theirs.assign(period=period, other=theirs["stage"].map(numbers)).drop(columns="stage")
    both = ours.merge(table, on=["customer", "period"], how="outer")
    assert len(both) == len(ours) == len(table)
    assert (both["stage"] == both["other"]).all(), both[both["stage"] != both["other"]].head()


def test_nothing_is_known_of_those_who_have_not_begun():
    late = {name: [*column, extra] for (name, column), extra in zip(DEPOSITS.items(), (9, 16, "deposit", "credit", 800))}
    rows = stage_inputs.build(of_model({"customer_id": [7, 9]}, transactions=late), operations=["deposit"])
    stages = analytics.life_cycle(rows, **NAMES, activity="activity", value="value", rules=WEEKS).stages
    ahead = stage_inputs.following(rows, stages)
    # day 16 is in week 3: weeks 3 to 7 of the second saver
    assert ahead.loc[ahead["customer"] == 9, "calendar"].tolist() == [3, 4, 5, 6, 7] and "acquisition" not in set(ahead["stage"])
