"""Anomalies: features from the past only, rules by hand and by other implementations, alerts and what they catch."""

import numpy as np
import pandas as pd
import pytest
from answers import check
from scipy.stats import median_abs_deviation
from sklearn.ensemble import IsolationForest

from study.analytics import anomaly, injection
from study.analytics.anomaly import account_history
from study.analytics.errors import BadValue, MissingColumn, NoVariation, TooFew

NAMES = {"account": "who", "day": "day", "amount": "money", "kind": "op"}


def made(seed=0, accounts=40, days=120):
    """Accounts with a salary, payments and cash, balance after each row."""
    random = np.random.default_rng(seed)
    rows = []
    for who in range(accounts):
        for day in range(days):
            if day % 30 == who % 30:
                rows.append((who, day, "salary", 20_000 + who))
            for _ in range(random.poisson(0.4)):
                rows.append((who, day, random.choice(["cash", "card"]), -round(float(np.exp(random.normal(5 + who % 3, 0.4))), 2)))
    table = pd.DataFrame(rows, columns=["who", "day", "op", "money"])
    table["left"] = 50_000 + table.groupby("who")["money"].cumsum()
    return table


def features(table, balance="left", **settings):
    return account_history.features(account_history.ledger(table, *NAMES.values(), balance), **settings)


def test_robust_score_by_hand_and_by_scipy():
    # logs of 100, 110, 120, 130, 140: median ln 120, deviations |ln(x / 120)|: 0, .0800, .0870, .1542, .1823, MAD .0870
    table = pd.DataFrame({"who": 1, "day": range(6), "op": "cash", "money": [-100.0, -110, -120, -130, -140, -1000]})
    score = features(table, None)["amount"].iloc[5]
    check("anomaly.robust_score.hand", score)
    past = np.log([100, 110, 120, 130, 140])
    check("anomaly.robust_score.scipy", score - (np.log(1000) - np.median(past)) / median_abs_deviation(past, scale="normal"))
    # four of them are too few, so nothing is said of the fifth row
    assert features(table, None)["amount"].iloc[:5].eq(0).all()


def test_robust_scores_are_those_of_scipy_row_by_row(monkeypatch):
    monkeypatch.setattr(account_history, "CHUNK", 137)  # several chunks, whose borders must not show
    table = made(1, accounts=6)
    ours = features(table, window=12, minimum=3)["amount"]
    for row in range(len(table)):
        same = (table["who"] == table["who"][row]) & (table["op"] == table["op"][row]) & (table.index < row)
        past = np.log(table.loc[same, "money"].abs().to_numpy())[-12:]
        expected = 0.0
        if len(past) >= 3:
            spread = max(median_abs_deviation(past, scale="normal"), 0.05)
            expected = (np.log(abs(table["money"][row])) - np.median(past)) / spread
        assert ours[row] == pytest.approx(expected, abs=1e-9), row


def test_the_other_features_are_those_of_a_loop_over_the_past():
    table = made(2, accounts=5).sample(frac=0.8, random_state=1).sort_index(ignore_index=True)
    table["money"] = table["money"].round(-1)
    ours = features(table, minimum=4, round_to=100)
    for row, line in table.iterrows():
        past = table[(table["who"] == line["who"]) & (table.index < row)]
        today = past[past["day"] == line["day"]]
        like = past[past["op"] == line["op"]]
        enough, enough_kind = len(past) >= 4, len(like) >= 4
        assert ours["new_kind"][row] == (enough and like.empty)
        assert ours["repeat"][row] == (today["op"].eq(line["op"]) & today["money"].eq(line["money"])).sum()
        busiest = past[past["day"] < line["day"]].groupby("day").size().max() if (past["day"] < line["day"]).any() else 0
        assert ours["burst"][row] == (max(0, len(today) + 1 - busiest) if enough else 0)
        gaps = past["day"].diff().dropna()
        gap = line["day"] - past["day"].iloc[-1] if len(past) else 0
        assert ours["silence"][row] == pytest.approx(np.log(max(1, gap / max(1, gaps.max()))) if enough else 0)
        earlier = (like["money"] % 100 == 0).mean()
        assert ours["round"][row] == pytest.approx((1 - earlier) if enough_kind and line["money"] % 100 == 0 else 0)
        taken = [max(0.0, min(1, -m / (b - m))) for m, b in zip(past["money"], past["left"])]
        own = max(0.0, min(1, -line["money"] / (line["left"] - line["money"])))
        assert ours["drain"][row] == pytest.approx(max(0, own - max(taken)) if enough else 0, abs=1e-12)


def test_no_feature_looks_ahead():
    table = made(3, accounts=8)
    whole = features(table, round_to=100)
    by_day = table.sort_values("day", kind="stable", ignore_index=True)
    whole_by_day = features(by_day, round_to=100)
    for rows in (1, 50, 200, len(by_day) - 1):
        pd.testing.assert_frame_equal(features(by_day.head(rows), round_to=100), whole_by_day.head(rows))
    changed = by_day.copy()
    changed.loc[200:, "money"] *= 50
    changed.loc[200:, "op"] = "new"
    pd.testing.assert_frame_equal(features(changed, round_to=100).head(200), whole_by_day.head(200))
    # and the order of the accounts in the file does not matter
    moved = table.assign(row=range(len(table))).sort_values("day", kind="stable")["row"].to_numpy()
    pd.testing.assert_frame_equal(whole_by_day, whole.iloc[moved].reset_index(drop=True))


def test_surprise_by_hand():
    # nine learning rows: eight zeros and a 2. Of 9 + 1 rows, 1 + 1 have at least 2: -log10(.2); a 3 has none: -log10(.1)
    found = pd.DataFrame({"burst": [0.0] * 8 + [2, 3]})
    rare = anomaly.surprises(found, np.arange(10) < 9)["burst"]
    assert rare.tolist() == pytest.approx([0.0] * 8 + [-np.log10(0.2), 1.0])


def test_surprise_goes_on_beyond_the_number_of_rows():
    # 1 to 200: the 99th percentile is 198, the excesses beyond it are 1 and 2, their mean 1.5
    found = pd.DataFrame({"amount": [*map(float, range(1, 201)), 219.0]})
    rare = anomaly.surprises(found, np.arange(201) < 200)["amount"]
    assert rare[100] == pytest.approx(-np.log10((200 - 100 + 1) / 201))
    check("anomaly.surprise", rare[200])


def test_planted_anomalies_come_first_with_their_reasons():
    table = made(4)
    last = table.index[table["who"] == 3][-1]
    table.loc[last, "money"] = -60_000.0
    row = table[table["op"] == "card"].index[300]
    many = pd.concat([table.loc[: row - 1], table.loc[[row] * 7], table.loc[row + 1 :]], ignore_index=True)
    found = anomaly.detect(many, **NAMES, budget=10, seed=1)
    rules = found.alerts.query("method == 'rules'").set_index("row")["reason"]
    assert rules[last + 6 if last > row else last] == "amount"
    assert set(rules[rules.index.isin(range(row, row + 7))]) <= {"repeat", "burst"} and rules.index.isin(range(row, row + 7)).sum() >= 4


def test_two_runs_give_the_same_scores_and_the_forest_is_that_of_scikit_learn():
    table = made(5, accounts=15)
    first, second = (anomaly.detect(table, **NAMES, balance="left", budget=20, trees=50, seed=7) for _ in range(2))
    pd.testing.assert_frame_equal(first.scores, second.scores)
    pd.testing.assert_frame_equal(first.alerts, second.alerts)
    since = table.groupby("who")["day"].diff().fillna(0)
    x = first.features.assign(log_amount=np.log(table["money"].abs()), since=since).to_numpy()
    expected = -IsolationForest(n_estimators=50, random_state=7).fit(x).score_samples(x)
    check("anomaly.forest", float(np.abs(first.scores["forest"] - expected).max()))


def test_learning_on_the_past_scores_later_rows_only():
    table = made(6)
    found = anomaly.detect(table, **NAMES, budget=0.01, learn_until=59, trees=20, seed=1)
    assert found.scores.isna().all(axis=1).equals(table["day"] <= 59)
    assert found.alerts["day"].min() >= 60
    assert found.counts["scored"] == (table["day"] > 59).sum() and found.counts["days"] == 60
    # what comes later does not change the rules' scores of an earlier row
    cut = table[table["day"] <= 90]
    other = anomaly.detect(cut.reset_index(drop=True), **NAMES, budget=0.01, learn_until=59, trees=20, seed=1)
    both = found.scores.loc[cut.index, ["rules", "forest"]].reset_index(drop=True)
    pd.testing.assert_frame_equal(both, other.scores[["rules", "forest"]])


def test_volume_of_alerts():
    found = anomaly.detect(made(7), **NAMES, budget=8, trees=20, seed=1)
    line = found.volume.set_index("method").loc["rules"]
    assert line["alerts_per_1000"] == 8 / 40 * 1000
    assert line["alerts_per_1000_and_30_days"] == pytest.approx(8 / 40 * 1000 * 30 / 120)
    assert (found.alerts.groupby("method").size() == 8).all()


def test_precision_and_recall_by_hand():
    # ten rows; episode 0 is row 1, episode 1 rows 4 and 5. Alerts of the rules: rows 1, 4, 8; of random: 0, 2, 5
    rows = {"rules": [1, 4, 8], "forest": [4, 5, 1], "largest": [7, 8, 9], "random": [0, 2, 5]}
    alerts = pd.concat([pd.DataFrame({"method": m, "row": r, "account": [x % 5 for x in r]}) for m, r in rows.items()])
    scores = pd.DataFrame({"rules": np.zeros(10)})
    found = anomaly.Detection(None, scores, None, alerts, {"accounts": 5}, None, ())
    labels = pd.DataFrame({"episode": [-1, 0, -1, -1, 1, 1, -1, -1, -1, -1], "injected": "none"})
    labels.loc[1, "injected"], labels.loc[4:5, "injected"] = "scaled", "burst"
    table = anomaly.evaluate(found, labels, reps=50, seed=1).set_index(["method", "injected"])
    every = table.loc[("rules", "all")]
    check("anomaly.precision", every["precision"])
    check("anomaly.recall_rows", every["recall_rows"])
    assert every["recall"] == 1 and every["found"] == 2 and every["less_random"] == pytest.approx(1 / 3)
    assert table.loc[("rules", "burst"), "recall_rows"] == 0.5 and table.loc[("random", "scaled"), "recall"] == 0
    assert table.loc[("largest", "all"), "precision"] == 0 and table.loc[("forest", "all"), "precision"] == 1
    assert table.loc[("forest", "all"), "less_rules"] == pytest.approx(1 / 3) and every["less_rules"] == every["less_rules_high"] == 0


def test_all_rows_alike():
    flat = pd.DataFrame({"who": np.repeat(range(4), 10), "day": 0, "op": "fee", "money": -10.0})
    flat["day"] = np.tile(range(10), 4)
    found = anomaly.detect(flat, **NAMES, budget=5, trees=10, seed=1)
    assert found.features["amount"].eq(0).all()
    assert "20 rows are of an account and kind whose amounts are all equal (MAD 0): their spread is 0.05" in found.notes
    assert "5 of the 5 alerts of the rules are drawn by lot: no more rows have a surprise" in found.notes
    one_each = flat.drop_duplicates("who").reset_index(drop=True)
    with pytest.raises(NoVariation, match="all 4 transactions are alike in every feature"):
        anomaly.detect(one_each, **NAMES, budget=1, seed=1)


def test_a_change_after_equal_amounts_is_scored_by_the_floor():
    table = pd.DataFrame({"who": 1, "day": range(7), "op": "fee", "money": [-10.0] * 6 + [-11]})
    assert features(table, None)["amount"].iloc[6] == pytest.approx(np.log(1.1) / 0.05)


def test_one_account():
    one = made(8, accounts=1)
    assert "1 account only" in anomaly.detect(one, **NAMES, budget=3, trees=10, seed=1).notes


TABLE = made(9, accounts=6, days=40)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"budget": 0}, BadValue, "budget is 0; give a number"),
        ({"budget": 10**6}, BadValue, r"a budget of 1000000 alerts is above the \d+ rows that are scored"),
        ({"budget": 0.0001}, TooFew, "is less than one alert; raise it"),
        ({"transactions": TABLE.assign(day=-TABLE["day"])}, BadValue, "day: .* values are below 0"),
        ({"transactions": TABLE.iloc[::-1]}, BadValue, r"\d+ of \d+ rows are earlier than the row before them in the same account"),
        ({"transactions": TABLE.assign(money=np.nan)}, BadValue, "money: .* values are missing or infinite"),
        ({"transactions": TABLE.assign(who=None)}, BadValue, "who: .* values are missing"),
        ({"transactions": TABLE.drop(columns="op")}, MissingColumn, "no column 'op'; found who, day, money, left"),
        ({"transactions": TABLE.head(0)}, TooFew, "the table has no rows"),
        ({"minimum": 0}, BadValue, "minimum must be a whole number of at least 1; found 0"),
        ({"smallest_spread": 0}, BadValue, "smallest_spread is 0; it must be above 0"),
        ({"round_to": -5}, BadValue, "round_to is -5"),
        ({"learn_until": 400}, TooFew, "nothing to learn from, or nothing to score"),
    ],
)
def test_wrong_input_is_refused(change, error, message):
    with pytest.raises(error, match=message):
        anomaly.detect(**({"transactions": TABLE, "budget": 5, "seed": 1, **NAMES} | change))


def test_wrong_labels_are_refused():
    found = anomaly.detect(TABLE, **NAMES, budget=5, trees=10, seed=1)
    labels = pd.DataFrame({"episode": -1, "injected": "none"}, index=TABLE.index)
    with pytest.raises(TooFew, match="no injected row"):
        anomaly.evaluate(found, labels, seed=1)
    with pytest.raises(BadValue, match="3 labels for"):
        anomaly.evaluate(found, labels.head(3), seed=1)


def test_rules_find_injected_anomalies_better_than_size_or_chance():
    put = injection.inject(made(10, accounts=120), **NAMES, balance="left", quiet=(20, 40), episodes=10, seed=3)
    found = anomaly.detect(put.transactions, **NAMES, balance="left", budget=60, trees=50, seed=4)
    table = anomaly.evaluate(found, put.labels, reps=199, seed=5).query("injected == 'all'").set_index("method")
    assert table.loc["rules", "less_random_low"] > 0 and table.loc["rules", "recall"] > table.loc["largest", "recall"]
