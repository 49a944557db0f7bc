"""What comes out on the real sources: the directions that the study reports, not their digits."""

import numpy as np
import pandas as pd
import pytest

from study import analytics
from study.analytics import anomaly, early_warning, injection, recommend
from study.data.sources import berka


@pytest.mark.needs_data("akiba")
def test_recency_alone_is_a_strong_warning_of_users_who_stop_saving(source):
    ledger = source["ledger"]
    deposits = ledger[(ledger["kind"] == "deposit") & (ledger["amount_cents"] > 0)]
    rows = analytics.person_periods(deposits, unit="account", time="period", gap=14, last=60).rows
    found = early_warning.evaluate(
        rows.assign(rare=-rows["share"]), "since", unit="account", time="period", event_time="event_time",
        capacity=0.1, horizon=14, baselines=("rare",), reps=99, seed=1,
    )  # fmt: skip
    line = found.comparison.set_index("ranking")
    assert line.loc["since", "less_random_low"] > 0 and line.loc["since", "less_rare_low"] > 0
    assert line.loc["since", "lead_median"] < 14  # a lapse of 14 days is announced while it is under way


@pytest.mark.needs_data("berka_pkdd99")
def test_popularity_wins_and_the_order_that_repays_gives_the_loan_away(source):
    cards = source["card"].merge(source["disp"], on="disp_id")
    orders = source["order"].query("purpose != 'none'").replace({"purpose": {"loan": "repayment"}})
    pairs = pd.concat(
        [
            orders[["account_id", "purpose"]].set_axis(["account", "product"], axis=1),
            pd.DataFrame({"account": cards["account_id"], "product": "card"}),
            pd.DataFrame({"account": source["loan"]["account_id"], "product": "loan"}),
        ]
    )
    table = analytics.holdings(pairs, customer="account", product="product", customers=np.sort(source["account"]["account_id"]))
    repaying = set(orders.loc[orders["purpose"] == "repayment", "account_id"])
    assert set(source["loan"]["account_id"]) <= repaying and len(repaying) == 717  # every loan has its order; 35 orders no loan
    found = recommend.evaluate(table.without("repayment"), reps=99, seed=1)
    lines = found.measures.set_index(["recommender", "measure"])
    assert lines.loc[("item_cosine", "map"), "less_high"] < 0
    leak = recommend.leak(table, column="repayment", product="loan", reps=9, seed=1).set_index("recommender")
    assert leak.loc["item_cosine", "auc_with"] > 0.95 and abs(leak.loc["item_cosine", "auc_without"] - 0.5) < 0.1


@pytest.mark.needs_data("berka_pkdd99")
def test_rules_find_more_than_the_largest_amounts_in_the_head(source):
    trans = berka.whole_days(source["trans"]).reset_index(drop=True)
    accounts = np.sort(trans["account_id"].unique())[::3]  # a third of the accounts keeps the test short
    trans = trans[trans["account_id"].isin(accounts)].reset_index(drop=True)
    signed = trans["amount_cents"].where(trans["type"] == "credit", -trans["amount_cents"])
    trans = trans.assign(signed_cents=signed, kind=trans["operation"] + "|" + trans["k_symbol"])
    names = {"account": "account_id", "day": "date", "amount": "signed_cents", "kind": "kind", "balance": "balance_cents"}
    own = trans["operation"].isin(["cash in", "cash out", "transfer out", "card withdrawal"]) & (trans["k_symbol"] == "none")
    put = injection.inject(trans, **names, eligible=own, kinds=("scaled", "burst", "drained", "reactivated"), episodes=10, seed=5)
    found = anomaly.detect(put.transactions, **names, budget=150, trees=25, seed=6)
    line = anomaly.evaluate(found, put.labels, reps=99, seed=7).query("injected == 'all'").set_index("method")
    assert line.loc["rules", "less_random_low"] > 0 and line.loc["rules", "recall"] > line.loc["largest", "recall"]
    assert found.counts["accounts"] == len(accounts)
