"""Injected anomalies: what is put in is what is said, and nothing else changes."""

import numpy as np
import pandas as pd
import pytest

from study.analytics import injection
from study.analytics.errors import BadValue, TooFew, UnknownChoice

NAMES = {"account": "who", "day": "day", "amount": "cents", "kind": "op", "balance": "left"}
KINDS = ("scaled", "burst", "duplicated", "reactivated", "drained", "split")


def ledger(accounts=60, days=200):
    random = np.random.default_rng(1)
    rows = [
        (who, day, "pay" if day % 30 == 0 else "cash", 3_000_000 if day % 30 == 0 else -int(random.integers(1_000, 90_000)), f"{who}-{day}")
        for who in range(accounts) for day in range(days) if day % 30 == 0 or random.random() < 0.3
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["who", "day", "op", "cents", "note"])
    return table.assign(left=5_000_000 + table.groupby("who")["cents"].cumsum())


TABLE = ledger()


@pytest.fixture(scope="module")
def put():
    return injection.inject(TABLE, **NAMES, kinds=KINDS, episodes=8, seed=2)


def rows_of(put, kind):
    return put.transactions[put.labels["injected"] == kind].assign(episode=put.labels["episode"])


def test_counts_of_episodes_and_rows(put):
    assert put.episodes.groupby("injected").size().to_dict() == dict.fromkeys(KINDS, 8)
    assert put.episodes["who"].is_unique
    added = (put.labels["injected"] != "none").sum() - 2 * 8  # scaled rows, and the first part of a split one, are changed, not added
    assert len(put.transactions) == len(TABLE) + added - put.removed
    assert put.episodes["rows"].sum() == (put.labels["episode"] >= 0).sum()


def test_a_split_payment_keeps_its_sum_one_part_a_day(put):
    for _, part in rows_of(put, "split").groupby("episode"):
        who = part["who"].iloc[0]
        was = TABLE[TABLE["who"] == who]
        gone = was.loc[
            (was["day"] == part["day"].iloc[0]) & ~was["cents"].isin(put.transactions.loc[put.transactions["who"] == who, "cents"]), "cents"
        ]
        assert 3 <= len(part) <= 5 and part["day"].diff().dropna().eq(1).all()
        assert abs(gone.iloc[0] - part["cents"].sum()) <= len(part) / 2  # whole cents
        shares = part["cents"] / part["cents"].sum()
        assert shares.max() / shares.min() <= 1.5 + 0.01  # 1.2 / 0.8


def test_balances_follow_the_amounts(put):
    table = put.transactions
    opening = 5_000_000
    assert (table["left"] - table.groupby("who")["cents"].cumsum()).eq(opening).all()
    assert table["left"].dtype == TABLE["left"].dtype and table["cents"].dtype == TABLE["cents"].dtype


def test_days_do_not_go_back_within_an_account(put):
    assert (put.transactions.groupby("who")["day"].diff().dropna() >= 0).all()


def test_accounts_without_an_episode_are_as_they_were(put):
    real = TABLE[~TABLE["who"].isin(put.episodes["who"])]
    kept = put.transactions[~put.transactions["who"].isin(put.episodes["who"])]
    pd.testing.assert_frame_equal(kept.reset_index(drop=True), real.reset_index(drop=True))


def test_each_kind_is_what_it_is_called(put):
    original = TABLE.set_index("note")["cents"]
    scaled = rows_of(put, "scaled")
    ratio = scaled["cents"].to_numpy() / original[scaled["note"]].to_numpy()
    assert ((ratio > 4.99) & (ratio < 20.01)).all()
    burst = rows_of(put, "burst").groupby("episode")
    assert burst.size().between(4, 8).all() and (burst["day"].nunique() == 1).all()
    double = rows_of(put, "duplicated")
    assert (double["cents"].to_numpy() == original[double["note"]].to_numpy()).all()
    delay = double["day"] - double["note"].str.split("-").str[1].astype(int)
    assert delay.between(0, 2).all()
    drained = rows_of(put, "drained")
    share = -drained["cents"] / (drained["left"] - drained["cents"])
    assert share.between(0.9, 1).all()


def test_a_reactivated_account_was_silent(put):
    back = rows_of(put, "reactivated")
    for row, line in back.iterrows():
        before = put.transactions[(put.transactions["who"] == line["who"]) & (put.transactions.index < row)]
        assert 60 <= line["day"] - before["day"].iloc[-1] <= 120 + 29
        real = TABLE[(TABLE["who"] == line["who"]) & (TABLE["day"] > before["day"].iloc[-1]) & (TABLE["day"] <= line["day"])]
        assert len(real) > 0  # real rows made way
    assert put.removed > 0


def test_only_eligible_rows_are_imitated():
    cash = TABLE["op"] == "cash"
    put = injection.inject(TABLE, **NAMES, eligible=cash, episodes=5, seed=3)
    assert put.transactions.loc[put.labels["episode"] >= 0, "op"].eq("cash").all()


def test_same_seed_same_anomalies_and_the_input_is_not_changed():
    before = TABLE.copy()
    first, second = (injection.inject(TABLE, **NAMES, kinds=KINDS, episodes=4, seed=9) for _ in range(2))
    pd.testing.assert_frame_equal(first.transactions, second.transactions)
    pd.testing.assert_frame_equal(first.labels, second.labels)
    assert not injection.inject(TABLE, **NAMES, kinds=KINDS, episodes=4, seed=10).labels.equals(first.labels)
    pd.testing.assert_frame_equal(TABLE, before)


def test_dates_stay_dates():
    dated = TABLE.assign(day=pd.Timestamp("1993-01-01") + pd.to_timedelta(TABLE["day"], unit="D"))
    put = injection.inject(dated, **NAMES, kinds=KINDS, episodes=8, seed=2)
    plain = injection.inject(TABLE, **NAMES, kinds=KINDS, episodes=8, seed=2)
    assert ((put.transactions["day"] - pd.Timestamp("1993-01-01")).dt.days == plain.transactions["day"]).all()


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"kinds": ("theft",)}, UnknownChoice, "no anomaly 'theft'; there are scaled, burst"),
        ({"kinds": ("drained",), "balance": None}, BadValue, "anomaly 'drained' needs the column of the balance"),
        ({"episodes": 0}, BadValue, "episodes must be a whole number of at least 1"),
        ({"episodes": 100}, TooFew, "only 60 accounts can carry the 100 episodes 'scaled'"),
        ({"kinds": ("drained",), "eligible": TABLE["op"] == "pay"}, TooFew, "only 0 accounts can carry the 20 episodes 'drained'"),
        ({"quiet": (0, 5)}, BadValue, "quiet is"),
    ],
)
def test_wrong_input_is_refused(changed, error, message):
    with pytest.raises(error, match=message):
        injection.inject(TABLE, **(NAMES | {"seed": 1} | changed))
