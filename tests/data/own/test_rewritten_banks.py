"""Two sources rewritten as banks' own files give the same tables as their own readers."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from study import sample, variables
from study.data import own, registry
from study.data.sources import berka
from study.design import load

sys.path.insert(0, str(Path(__file__).parent))
import rewritten_banks  # noqa: E402

DESIGN = load()


@pytest.fixture
def read(tmp_path, require, monkeypatch):
    """The tables of a source rewritten into a folder."""
    monkeypatch.setenv("STUDY_KEY", "0123456789abcdef0123456789abcdef")

    def call(source, rewrite):
        require(source)
        rewrite(next(iter(registry.files(source).values())).path.parent, tmp_path)
        return own.read(tmp_path)

    return call


def profile(tables):
    built = sample.build("own", tables, DESIGN, "strict")
    return variables.profile.build(built, DESIGN.profiles["own"].root)


def same(mine, theirs, **close):
    np.testing.assert_allclose(mine.astype(float).to_numpy(), theirs.astype(float).to_numpy(), **({"rtol": 1e-9} | close))


def test_the_czech_bank(read):
    mine, theirs = read("berka_pkdd99", rewritten_banks.czech_bank), registry.provided("berka_pkdd99")
    moves = berka.whole_days(theirs["trans"])
    assert len(mine["transactions"]) == len(moves)
    for name in ("amount", "balance"):
        assert (mine["transactions"][name].to_numpy() == moves[f"{name}_cents"].to_numpy()).all()
    assert (mine["transactions"]["direction"] == np.where(moves["type"] == "credit", "credit", "debit")).all()
    assert (mine["transactions"]["date"].to_numpy() == moves["date"].to_numpy()).all()
    assert (mine["customers"]["opened"].to_numpy() == theirs["account"]["date"].to_numpy()).all()
    held = mine["holdings"]["product"].value_counts()
    assert (held["card"], held["loan"]) == (892, 682)
    assert mine["about"].loc[0, "as_of"] == pd.Timestamp("1994-10-30")
    table, reference = profile(mine), variables.table(sample.build("berka", registry.read("berka_pkdd99"), DESIGN, "strict"), DESIGN)
    for name in ("age", "months_open", "transactions", "credit_turnover", "recency"):
        same(table[name], reference[name])
    for name, other in (("region_income", "salary"), ("region_unemployment", "unemployment"), ("region_urban", "urban")):
        same(table[name], reference[f"district_{other}"])
    assert (table["sex"].to_numpy() == reference["sex"].to_numpy()).all()


def test_the_lender(read):
    mine, theirs = read("kz_lender", rewritten_banks.lender), registry.provided("kz_lender")["customers"]
    assert set(mine) == {"customers", "offers", "about"} and len(mine["customers"]) == 53810
    table = profile(mine)
    pairs = {"age": "age", "married": "married", "dependants": "dependants", "earlier_loans": "trcount", "months_since_last": "dormancy",
             "rate": "offer4", "applied": "applied", "accepted": "tookup", "score": "appscore"}  # fmt: skip
    for name, other in pairs.items():
        same(table[name], theirs[other], atol=1e-4)
    for name, other in (("last_amount", "lastamount"), ("revenue", "grossinterest"), ("past_due", "pstdue_average")):
        same(table[name], theirs[other], atol=0.0051)
    same(table["bureau_score"], theirs["itcscore"].where(theirs["itcscore"] > 0))
    assert (table["risk"].to_numpy() == theirs["risk"].to_numpy()).all()
    assert ((table["sex"] == "woman").to_numpy() == (theirs["female"] == 1).to_numpy()).all()
