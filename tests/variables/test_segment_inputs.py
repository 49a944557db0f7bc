"""What segments are made of: counts of the providers, tables by hand, nothing from after the moment."""

import numpy as np
import pandas as pd
import pytest
from savers import LEDGER, built_of, made

from study.variables import profile, segment_inputs


def test_a_saver_by_hand():
    # deposits on day 1 (10 + 5), day 3 (20), day 31 (30); split at day 20
    inputs = segment_inputs.build(made({"account": [7.0, 9.0]}, ledger=LEDGER), 20)
    assert inputs.features.iloc[0].to_dict() == {"recency": 17, "frequency": 2, "monetary": 17.5}
    assert inputs.outcomes.iloc[0].to_dict() == {"days": 1, "amount": 30} and inputs.left_out == {"no deposit by the split": 1}


def test_the_lenders_customers(require):
    built = built_of("kz_lender", require)
    inputs = segment_inputs.build(built)
    assert len(inputs.features) + inputs.left_out["no loan history"] == len(built.rows) == 53178  # SOURCE.md: at or below the standard rate
    assert (inputs.features["frequency"] >= 1).all() and inputs.features["recency"].between(0, 24).all()
    assert inputs.outcomes["applied"].isin((0, 1)).all() and (inputs.outcomes["revenue"] >= 0).all()


def test_accounts_hold_no_product_before_and_features_end_with_the_head(require):
    built = built_of("berka", require)
    inputs = segment_inputs.build(built)
    end = profile.LAST_DAY
    loans = built.tables["loan"].set_index("account_id")["date"].reindex(inputs.features.index)
    assert not (loans <= end).any() and (inputs.outcomes["loan"] == (loans > end)).all()
    cards = built.tables["disp"].merge(built.tables["card"], on="disp_id").groupby("account_id")["issued"]
    assert not (cards.min().reindex(inputs.features.index) <= end).any()
    assert (inputs.outcomes["card"] == inputs.features.index.isin(cards.groups)).all()
    assert len(inputs.features) + sum(inputs.left_out.values()) == len(built.rows) == 4500  # SOURCE.md: accounts
    known = inputs.measures
    assert (known["months_open"] >= 6).all() and (known["window"] <= known["count"]).all() and known.index.equals(inputs.features.index)
    assert np.allclose(known["rate"] * known["months_open"], known["count"])


def test_another_arm_is_refused():
    with pytest.raises(KeyError, match="findex"):
        segment_inputs.build(made({"account": [7.0]}, arm="findex", ledger=LEDGER))


def test_a_saver_who_starts_after_the_split_is_left_out():
    ledger = {name: [*column, *extra] for (name, column), extra in zip(LEDGER.items(), ([9], [25], ["deposit"], [700]))}
    inputs = segment_inputs.build(made({"account": [7.0, 9.0]}, ledger=ledger), 20)
    assert list(inputs.features.index) == [7] and isinstance(inputs.outcomes, pd.DataFrame)
