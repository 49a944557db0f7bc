"""Holdings per account: products by purpose, the repayment kept apart, features without behaviour."""

import numpy as np
import pandas as pd
import pytest

from study import design, sample
from study.design import profiles
from study.variables import product_holdings


@pytest.mark.needs_data("berka_pkdd99")
def test_every_account_is_a_row_and_products_have_the_counts_of_the_files(source, tables):
    plan = design.load()
    made = product_holdings.build(sample.build("berka", tables, plan, "strict"), plan)
    held = pd.Series(np.asarray(made.holdings.matrix.sum(axis=0)).ravel(), made.holdings.products)
    assert len(made.holdings.customers) == 4500
    assert (held["card"], held["loan"]) == (892, 682)  # the provider's counts: one card and one loan an account at most
    orders = source["order"]
    for purpose, name in product_holdings.PURPOSES.items():
        assert held[name] == orders.loc[orders["purpose"] == purpose, "account_id"].nunique()
    one = made.holdings.customers[0]
    mine = set(orders.loc[(orders["account_id"] == one) & (orders["purpose"] != "none"), "purpose"].map(product_holdings.PURPOSES))
    row = made.holdings.matrix[[0]].toarray().ravel() > 0
    assert set(made.holdings.products[row]) - {"card", "loan"} == mine
    assert made.consequence == ("repayment", "loan")
    assert set(made.features.index) == set(made.holdings.customers) and made.features.notna().all().all()
    assert not [name for name in made.features if name.split("_")[0] in ("card", "loan", "orders", "transactions", "recency")]
    person = source["disp"].query("type == 'OWNER'").merge(source["client"], on="client_id").set_index("account_id")
    assert (made.features["age"] == 1994 - person["birth_year"].reindex(made.features.index)).all()


def test_a_category_becomes_levels_less_one():
    columns = {name: profiles.Column(block="static", kind=kind, **{key: {"en": "x", "zh": "x"} for key in ("label", "unit", "definition")})
               for name, kind in (("x", "number"), ("c", "category"))}  # fmt: skip
    found = product_holdings.numbers(pd.DataFrame({"c": ["b", "a", "c"], "x": [1.0, 2.0, 3.0], "z": 0}), columns)
    assert found.to_dict("list") == {"x": [1.0, 2.0, 3.0], "c_b": [1.0, 0.0, 0.0], "c_c": [0.0, 0.0, 1.0]}
