"""What segments are made of: counts of the providers, tables by hand, nothing from after the moment."""

import numpy as np
import pandas as pd
from savers import DEPOSITS, built_of, of_model

from study.variables import segment_inputs


def test_a_saver_by_hand():
    # deposits on day 1 (10 + 5), day 3 (20), day 31 (30); split at day 20
    inputs = segment_inputs.build(of_model({"customer_id": [7, 9]}, transactions=DEPOSITS), split=20, operations=["deposit"])
    assert inputs.features.iloc[0].to_dict() == {"recency": 17, "frequency": 2, "monetary": 17.5}
    assert inputs.outcomes.iloc[0].to_dict() == {"days": 1, "amount": 30} and inputs.left_out == {"no deposit by the split": 1}


def test_the_lenders_customers(require):
    built = built_of("kz_lender", require)
    inputs = segment_inputs.build(built)
    assert len(inputs.features) + inputs.left_out["no loan history"] == len(built.units) == 53178  # SOURCE.md: at or below the standard rate
    assert (inputs.features["frequency"] >= 1).all() and inputs.features["recency"].between(0, 24).all()
    assert inputs.outcomes["applied"].isin((0, 1)).all() and (inputs.outcomes["revenue"] >= 0).all()


def test_accounts_hold_no_product_before_and_features_end_with_the_transactions(require):
    built = built_of("berka", require)
    inputs = segment_inputs.build(built, of_bank=["interest", "penalty interest", "statement fee"], products=["card", "loan"])
    end, held = built.tables["transactions"]["date"].max(), built.tables["holdings"]
    for product in ("card", "loan"):
        since = held[held["product"] == product].groupby("customer_id")["since"].min().reindex(inputs.features.index)
        assert not (since <= end).any() and (inputs.outcomes[product] == (since > end)).all()
    assert len(inputs.features) + sum(inputs.left_out.values()) == len(built.units) == 4500  # SOURCE.md: accounts
    known = inputs.measures
    assert (known["months_open"] >= 6).all() and (known["window"] <= known["count"]).all() and known.index.equals(inputs.features.index)
    assert np.allclose(known["rate"] * known["months_open"], known["count"])


def test_a_saver_who_starts_after_the_split_is_left_out():
    ledger = {name: [*column, *extra] for (name, column), extra in zip(DEPOSITS.items(), ([9], [25], ["deposit"], ["credit"], [700]))}
    inputs = segment_inputs.build(of_model({"customer_id": [7, 9]}, transactions=ledger), split=20, operations=["deposit"])
    assert list(inputs.features.index) == [7] and isinstance(inputs.outcomes, pd.DataFrame)
