"""Which customer holds which product, and what is known of the customer beside that."""

from dataclasses import dataclass

import pandas as pd

from study import analytics
from study.design import Design
from study.sample import Built

from . import profile

REPAYMENT = "repayment"  # the standing order that repays a loan: it exists because the loan does
PURPOSES = {"household": "household", "insurance": "insurance", "leasing": "leasing", "loan": REPAYMENT}


@dataclass(frozen=True)
class Products:
    """Holdings of an arm and the features of its customers.

    Parameters
    ----------
    holdings : `analytics.Holdings`, all customers of the sample as rows, those without a product too
    features : numbers per customer, known without any product: static and external columns of the 360-degree table
    consequence : (column, product): a column that follows from a product, for `analytics.recommend.leak`
    """

    holdings: analytics.Holdings
    features: pd.DataFrame
    consequence: tuple[str, str]


def build(built: Built, design: Design) -> Products:
    """Products held by the customers of an arm's sample.

    Raises
    ------
    KeyError for an arm without products.
    """
    table = profile.build(built, design.profiles[built.arm].root)
    return MAKERS[built.arm](built, table, design)


def _berka(built: Built, table: pd.DataFrame, design: Design) -> Products:
    """Card, loan and standing orders by purpose; an order without purpose is no product."""
    accounts, tables = built.rows["account_id"], built.tables
    orders = tables["order"][tables["order"]["purpose"] != "none"]
    cards = tables["card"].merge(tables["disp"], on="disp_id")
    pairs = pd.concat(
        [
            pd.DataFrame({"account": orders["account_id"], "product": orders["purpose"].map(PURPOSES)}),
            pd.DataFrame({"account": cards["account_id"], "product": "card"}),
            pd.DataFrame({"account": tables["loan"]["account_id"], "product": "loan"}),
        ]
    )
    names = ["card", "loan", "household", "insurance", "leasing", REPAYMENT]
    held = pairs[pairs["account"].isin(accounts)]
    made = analytics.holdings(held, customer="account", product="product", customers=accounts.sort_values(), products=names)
    known = {name: column for name, column in design.profiles["berka"].root.items() if column.block in ("static", "external")}
    features = numbers(table, known).set_axis(accounts.to_numpy())
    return Products(made, features, (REPAYMENT, "loan"))


def numbers(table: pd.DataFrame, columns) -> pd.DataFrame:
    """Columns of a 360-degree table as numbers; a category becomes one 0/1 column per level but the first."""
    categories = profile.by_kind(columns, "category")
    return pd.get_dummies(table[list(columns)], columns=categories, drop_first=True, dtype=float)


MAKERS = {"berka": _berka}
