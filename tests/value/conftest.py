"""The published data of the models of customers, as the oracle `lifetimes` ships them."""

from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pytest

DATA = Path(find_spec("lifetimes").origin).parent / "datasets"


@pytest.fixture(scope="session")
def cdnow():
    """2,357 customers of CDNOW, 39 weeks: ID, frequency, recency, T (Fader, Hardie and Lee 2005)."""
    return pd.read_csv(DATA / "cdnow_customers_summary.csv")


@pytest.fixture(scope="session")
def spend():
    """The same customers with the average spend of their repeat transactions."""
    table = pd.read_csv(DATA / "cdnow_customers_summary_with_transactions.csv")
    return table.set_axis(["ID", "frequency", "recency", "T", "monetary"], axis=1)


@pytest.fixture(scope="session")
def donations():
    """22 histories of 11,104 donors over 6 years (Fader, Hardie and Shang 2010)."""
    return pd.read_csv(DATA / "donations.csv")


@pytest.fixture(scope="session")
def transactions():
    """6,919 transactions of those customers over 78 weeks: customer, date, amount."""
    names = ["id", "customer", "date", "cds", "amount"]
    table = pd.read_csv(DATA / "CDNOW_sample.txt", sep=r"\s+", header=None, names=names)
    return table.assign(date=pd.to_datetime(table["date"].astype(str)))
