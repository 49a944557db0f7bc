"""Which customer holds which product: a sparse table of ones."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from study.refusals import codes, complete, named

from ..errors import BadValue, UnknownChoice


@dataclass(frozen=True)
class Holdings:
    """Customers x products.

    Parameters
    ----------
    matrix : csr_array (N, M) of 0 and 1
    customers, products : names of rows and columns
    """

    matrix: sparse.csr_array
    customers: pd.Index
    products: pd.Index

    @property
    def counts(self) -> pd.Series:
        """Products per customer."""
        return pd.Series(np.asarray(self.matrix.sum(axis=1)).ravel().astype(int), index=self.customers)

    def without(self, *products: str) -> "Holdings":
        """The same customers without some products."""
        known(self, *products)
        kept = ~self.products.isin(products)
        return Holdings(self.matrix[:, np.flatnonzero(kept)], self.customers, self.products[kept])


def holdings(pairs: pd.DataFrame, *, customer: str, product: str, customers=None, products=None) -> Holdings:
    """A table of holdings from pairs; a pair that comes twice counts once.

    Parameters
    ----------
    pairs : one row per customer and product
    customer, product : names of its columns
    customers, products : all of them, also those without a pair; default: those of the pairs

    Raises
    ------
    MissingColumn; BadValue for missing values and for pairs of unlisted customers or products.
    """
    named(pairs, customer, product)
    complete(pairs, customer, product)
    names = {}
    for column, listed in ((customer, customers), (product, products)):
        names[column] = pd.Index(_sorted(pairs, column) if listed is None else listed, name=column)
        if names[column].has_duplicates:
            raise BadValue(f"{column}: {names[column].duplicated().sum()} of the listed names come twice")
        unlisted = ~pairs[column].isin(names[column])
        if unlisted.any():
            first = pairs.loc[unlisted, column].iloc[0]
            raise BadValue(f"{unlisted.sum()} of {len(pairs)} pairs have a {column} that is not listed, the first {first!r}")
    rows, columns = (names[column].get_indexer(pairs[column]) for column in (customer, product))
    shape = (len(names[customer]), len(names[product]))
    matrix = sparse.coo_array((np.ones(len(pairs)), (rows, columns)), shape=shape).tocsr()
    matrix.data[:] = 1
    return Holdings(matrix, names[customer], names[product])


def _sorted(pairs: pd.DataFrame, column: str) -> pd.Index:
    code = codes(column, pairs[column], len(pairs))
    return pd.Index(pairs[column].to_numpy()[np.unique(code, return_index=True)[1]])


def known(table: Holdings, *products: str) -> None:
    """Refuse a product that is no column."""
    absent = [product for product in products if product not in table.products]
    if absent:
        raise UnknownChoice(f"no product {', '.join(map(repr, absent))}; there are {', '.join(map(str, table.products[:20]))}")
