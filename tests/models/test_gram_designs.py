"""The Gram against refits by pyfixest on random designs, and the same numbers from every kind of source."""

import tracemalloc
from itertools import product

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyfixest
import pytest
from linearmodels.panel import PanelOLS
from random_panels import panel

from study import models
from study.models.shared import prepare

X = ["d", "x1", "x2"]
STRUCTURES = {"none": [], "nested": ["unit"], "crossed": ["month"], "two-way": ["unit", "month"], "coarse": ["bank", "month"]}
DESIGNS = list(product(STRUCTURES, [False, True], [False, True]))  # 20: structure, unbalanced, weighted


def refit(data, chosen, effects, weighted, vcov="CRV1", **options):
    right = " + ".join(chosen) + (f" | {' + '.join(effects)}" if effects else "")
    weights = {"weights": "w"} if weighted else {}
    return pyfixest.feols(f"y ~ {right}", data, vcov={vcov: "bank"}, fixef_tol=1e-13, fixef_maxiter=100_000, **weights, **options)


@pytest.mark.parametrize(("structure", "unbalanced", "weighted"), DESIGNS)
def test_any_specification_is_that_of_a_refit(structure, unbalanced, weighted):
    effects = STRUCTURES[structure]
    data = panel(seed=len(structure) + 2 * unbalanced + weighted, unbalanced=unbalanced)
    extra = [] if effects else ["one"]
    gram = models.gram.build(
        data, outcomes=["y"], regressors=[*X, *extra], absorb=effects, cluster="bank", weights="w" if weighted else None, block=100
    )
    for chosen in (X, ["d", "x2"]):
        other = refit(data, chosen, effects, weighted)
        ours = gram.fit("y", [*chosen, *extra])
        table = ours.tidy().set_index("term")
        for term in chosen:
            assert table.loc[term, "estimate"] == pytest.approx(other.coef()[term], rel=1e-8)
            assert table.loc[term, "std_error"] == pytest.approx(other.se()[term], rel=1e-7)
        assert ours.glance()["n_obs"] == other._N


@pytest.mark.parametrize(("effects", "unbalanced", "weighted"), [(["month"], True, False), (["month"], False, True), ([], True, True)])
def test_the_jackknife_is_that_of_pyfixest_times_its_textbook_factor(effects, unbalanced, weighted):
    data = panel(seed=3, unbalanced=unbalanced)
    extra = [] if effects else ["one"]
    gram = models.gram.build(data, outcomes=["y"], regressors=[*X, *extra], absorb=effects, cluster="bank", weights="w" if weighted else None)
    other = refit(data, X, effects, weighted, vcov="CRV3", ssc=pyfixest.ssc(k_adj=False, G_adj=False))
    ours = gram.fit("y", [*X, *extra], vcov="CRV3").tidy().set_index("term")["std_error"]
    for term in X:
        assert ours[term] == pytest.approx(other.se()[term] * np.sqrt(8 / 9), rel=1e-7)


def test_the_jackknife_with_nested_effects_is_refits_without_each_bank():
    data = panel(seed=5, unbalanced=True)
    gram = models.gram.build(data, outcomes=["y"], regressors=X, absorb=["unit", "month"], cluster="bank", weights="w")
    left = gram.leave_one_out("y", X)
    for bank in left.index:
        part = data[data["bank"] != bank].set_index(["unit", "month"])
        other = PanelOLS(part["y"], part[X], weights=part["w"], entity_effects=True, time_effects=True, singletons=False).fit()
        assert left.loc[bank].to_numpy() == pytest.approx(other.params.to_numpy(), rel=1e-8)


def test_two_nested_effects():
    data = panel(seed=6, unbalanced=True).assign(half=lambda f: f["bank"] + (f["month"] // 4).astype(str))
    for weights in (None, "w"):
        gram = models.gram.build(
            data, outcomes=["y"], regressors=X, absorb=["unit", "half"], cluster="bank", weights=weights, block=50, cells=("bank", "month")
        )
        other = refit(data, X, ["unit", "half"], weights is not None)
        table = gram.fit("y", X).tidy().set_index("term")
        assert table["estimate"].to_dict() == pytest.approx(other.coef().to_dict(), rel=1e-8)
        assert table["std_error"].to_dict() == pytest.approx(other.se().to_dict(), rel=1e-7)


@pytest.fixture(scope="module")
def holes(tmp_path_factory):
    """A panel with missing values, singletons and text keys, and the Gram of its frame."""
    data = panel(seed=7, unbalanced=True).astype({"unit": str, "d": float})
    data.loc[[3, 5], "x1"] = np.nan
    data.loc[8, "y"] = np.nan
    data.loc[9, "bank"] = None
    data.loc[len(data)] = data.loc[0].to_dict() | {"unit": "alone"}
    data.loc[len(data)] = data.loc[0].to_dict() | {"unit": "again", "month": 99}
    folder = tmp_path_factory.mktemp("rows")
    data.iloc[:200].to_parquet(folder / "a.parquet")
    data.iloc[200:].to_parquet(folder / "b.parquet")
    return data, folder


def sources(data, folder):
    relation = duckdb.read_parquet(str(folder / "*.parquet"))
    yield "mapping", {name: data[name].to_numpy() for name in data.columns}
    yield (
        "structured array",
        data.drop(columns=["unit", "bank"])
        .assign(unit=pd.factorize(data["unit"])[0], bank=data["bank"].map(lambda b: np.nan if b is None or b != b else float(b[1:])))
        .to_records(index=False),
    )
    yield "arrow", pa.Table.from_pandas(data)
    yield "parquet", folder / "*.parquet"
    yield "two files", [folder / "a.parquet", folder / "b.parquet"]
    yield "relation", relation
    yield "query", f"SELECT * FROM read_parquet('{folder}/*.parquet')"


@pytest.mark.parametrize("absorb", [["unit", "month"], ["unit"], ["month"]])
def test_every_source_and_every_block_size_gives_the_same_numbers(holes, absorb):
    data, folder = holes
    options = {"outcomes": ["y"], "regressors": X, "absorb": absorb, "cluster": "bank", "weights": "w"}
    whole = models.gram.build(data, **options)
    first = whole.fit("y", X)
    assert first.glance()["n_dropped"] == 4
    assert first.glance()["n_singletons"] == {"unit": 2, "month": 1}.get(absorb[0] if len(absorb) == 1 else "unit")
    for name, source in sources(data, folder):
        for block in (1 if name == "mapping" else 90, 10_000):
            fit = models.gram.build(source, block=block, **options).fit("y", X)
            assert fit.coefficients == pytest.approx(first.coefficients, rel=1e-11), name
            assert fit.covariance == pytest.approx(first.covariance, rel=1e-9), name
            assert fit.glance()["n_singletons"] == first.glance()["n_singletons"]
            assert fit.glance()["n_dropped"] == 4
    other = refit(data.dropna(), X, absorb, True)
    assert dict(zip(X, first.coefficients)) == pytest.approx(other.coef().to_dict(), rel=1e-8)


def test_two_runs_give_the_same_bytes(holes):
    data, folder = holes
    options = {"outcomes": ["y"], "regressors": X, "absorb": ["unit", "month"], "cluster": "bank"}
    one, two = (models.gram.build(folder / "*.parquet", **options).xx.tobytes() for _ in range(2))
    assert one == two


def test_the_data_are_not_changed():
    data = panel(seed=1)
    before = data.copy(deep=True)
    models.gram.build(data, outcomes=["y"], regressors=X, absorb=["unit", "month"], cluster="bank")
    pd.testing.assert_frame_equal(data, before)


def test_eight_digits_are_left_or_the_fit_is_refused():
    data = panel(seed=2)
    noise = np.random.default_rng(9).normal(size=len(data))
    refused = []
    for share in (1e-1, 1e-2, 1e-3, 3e-4, 1e-4, 1e-5, 1e-7, 0):
        near = data.assign(near=data["x1"] + share * noise)
        gram = models.gram.build(near, outcomes=["y"], regressors=["x1", "near"], absorb=["unit", "month"], cluster="bank")
        gram.fit("y", ["near"])  # alone it is no trouble
        try:
            ours = gram.fit("y", ["x1", "near"]).coefficients
        except models.Collinear as error:
            assert "near" in str(error)
            refused.append(share)
            continue
        within = prepare.demean(near[["y", "x1", "near"]].to_numpy(), near[["unit", "month"]])
        q, r = np.linalg.qr(within[:, 1:])
        assert ours == pytest.approx(np.linalg.solve(r, q.T @ within[:, 0]), rel=1e-8), share
    assert refused == [3e-4, 1e-4, 1e-5, 1e-7, 0]


def test_memory_is_bounded_by_the_block():
    random = np.random.default_rng(0)
    n, names = 60_000, [f"x{i}" for i in range(40)]
    data = {name: random.normal(size=n) for name in [*names, "y"]}
    data |= {"unit": np.arange(n) // 10, "bank": np.arange(n) // 3000}
    options = {"outcomes": ["y"], "regressors": names, "absorb": ["unit"], "cluster": "bank"}
    peaks = []
    for block in (1_000, n):
        tracemalloc.start()
        models.gram.build(data, block=block, **options)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] > 41 * 8 * n  # all rows at once: at least the numbers
    assert peaks[0] < 41 * 8 * n / 4
