"""DeLong against pROC's published variances of its aSAH data; the cluster bootstrap against drawing rows by hand."""

import numpy as np
import pytest
from answers import check
from sklearn.metrics import roc_auc_score

from study.analytics import BadValue, TooFew, auc_interval

# patients by WFNS grade 1-5, good and poor outcome: the steps of the ROC curve that pROC's tests print
GOOD, POOR = [37, 20, 3, 8, 4], [2, 12, 1, 8, 18]
# patients by S100B level, in order of the 50 levels: the same source
S100B_GOOD = [0, 5, 3, 2, 6, 6, 6, 7, 4, 0, 3, 4, 4, 3, 2, 1, 2, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 2, 1, 0, 2] + [0] * 11
S100B_POOR = [1, 0, 0, 0, 3, 1, 2, 2, 1, 1, 2, 1, 0, 1, 0, 0, 0, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 2, 0, 0, 0, 1, 1, 0, 1, 1]
S100B_POOR += [1, 1, 2, 1, 1, 1, 1, 1, 1]


def customers(good, poor):
    levels = np.arange(len(good))
    score = np.concatenate([np.repeat(levels, good), np.repeat(levels, poor)]).astype(float)
    return np.repeat([0.0, 1.0], [sum(good), sum(poor)]), score


def test_wfns_is_that_of_proc():
    made = auc_interval.delong(*customers(GOOD, POOR))
    check("analytics.delong.wfns.auc", made.estimate)
    check("analytics.delong.wfns.variance", made.std_error**2)


def test_s100b_is_that_of_proc():
    made = auc_interval.delong(*customers(S100B_GOOD, S100B_POOR))
    check("analytics.delong.s100b.auc", made.estimate)
    check("analytics.delong.s100b.variance", made.std_error**2)
    check("analytics.delong.s100b.low", made.ci_low)
    check("analytics.delong.s100b.high", made.ci_high)


def comparisons(y, s):
    """DeLong's variance from its definition: the matrix of all pairs."""
    psi = (s[y == 1][:, None] > s[y == 0]) + 0.5 * (s[y == 1][:, None] == s[y == 0])
    return psi.mean(axis=1), psi.mean(axis=0)


def test_difference_of_two_scores_is_delongs_definition():
    random = np.random.default_rng(3)
    y = (random.random(200) < 0.3).astype(float)
    first, second = y + random.normal(size=200), np.round(0.5 * y + random.normal(size=200))
    (a, b), (c, d) = comparisons(y, first), comparisons(y, second)
    covariance = np.cov(np.vstack([a, c])) / len(a) + np.cov(np.vstack([b, d])) / len(b)
    made = auc_interval.delong_difference(y, first, second)
    assert made.estimate == pytest.approx(a.mean() - c.mean(), abs=1e-12)
    assert made.std_error == pytest.approx(np.sqrt(np.array([1, -1]) @ covariance @ [1, -1]), rel=1e-10)


def test_cluster_bootstrap_is_drawing_rows():
    random = np.random.default_rng(5)
    cluster = np.repeat(np.arange(12), 15)
    shift = random.normal(size=12)[cluster]
    y = (random.random(180) < 1 / (1 + np.exp(-shift))).astype(float)
    s = np.round(shift + random.normal(size=180), 1)
    made = auc_interval.clustered(y, s, cluster, reps=200, seed=9)
    draws = np.random.default_rng(9).multinomial(12, np.full(12, 1 / 12), size=200)
    rows = [np.repeat(np.arange(180), draw[cluster]) for draw in draws]
    values = np.array([roc_auc_score(y[r], s[r]) for r in rows])
    assert made.estimate == pytest.approx(roc_auc_score(y, s), abs=1e-12)
    assert made.std_error == pytest.approx(values.std(ddof=1), rel=1e-10)
    assert [made.ci_low, made.ci_high] == pytest.approx(np.quantile(values, [0.025, 0.975]), abs=1e-12)
    # branches move outcome and score together: the rows' own interval is too narrow
    assert made.std_error > auc_interval.delong(y, s).std_error
    assert made == auc_interval.clustered(y, s, cluster, reps=200, seed=9)


def test_mean_over_folds():
    random = np.random.default_rng(7)
    y = (random.random(120) < 0.4).astype(float)
    s, fold = y + random.normal(size=120), np.repeat([1, 2], [40, 80])
    made = auc_interval.fold_mean(y, s, fold)
    one, two = (auc_interval.delong(y[fold == k], s[fold == k]) for k in (1, 2))
    assert made.estimate == pytest.approx((one.estimate + 2 * two.estimate) / 3)
    assert made.std_error == pytest.approx(np.sqrt(one.std_error**2 + 4 * two.std_error**2) / 3)
    by_cluster = auc_interval.clustered(y, s, np.arange(120), fold=fold, reps=50, seed=1)
    assert by_cluster.estimate == pytest.approx(made.estimate)


def test_difference_over_folds_and_clusters():
    random = np.random.default_rng(8)
    y, fold = (random.random(150) < 0.4).astype(float), np.repeat([1, 2], [50, 100])
    first, second = y + random.normal(size=150), random.normal(size=150)
    made = auc_interval.fold_mean(y, first, fold, less=second)
    one, two = (auc_interval.delong_difference(y[fold == k], first[fold == k], second[fold == k]) for k in (1, 2))
    assert made.estimate == pytest.approx((one.estimate + 2 * two.estimate) / 3)
    assert made.std_error == pytest.approx(np.sqrt(one.std_error**2 + 4 * two.std_error**2) / 3)
    cluster = np.repeat(np.arange(15), 10)
    drawn = auc_interval.clustered(y, first, cluster, less=second, reps=100, seed=9)
    draws = np.random.default_rng(9).multinomial(15, np.full(15, 1 / 15), size=100)
    rows = [np.repeat(np.arange(150), draw[cluster]) for draw in draws]
    values = [roc_auc_score(y[r], first[r]) - roc_auc_score(y[r], second[r]) for r in rows]
    assert drawn.estimate == pytest.approx(roc_auc_score(y, first) - roc_auc_score(y, second), abs=1e-12)
    assert [drawn.ci_low, drawn.ci_high] == pytest.approx(np.quantile(values, [0.025, 0.975]), abs=1e-12)
    same = auc_interval.clustered(y, first, cluster, less=first, reps=100, seed=9)
    assert (same.estimate, same.ci_low, same.ci_high) == (0, 0, 0)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: auc_interval.delong([1, 0, 0], [3, 2, 1]), TooFew, "1 ones and 2 zeros; DeLong's variance needs two"),
        (lambda: auc_interval.clustered([1, 0], [2, 1], ["a", "a"], seed=1), TooFew, "1 cluster; a bootstrap"),
        (lambda: auc_interval.clustered([1, 0], [2, 1], ["a", None], seed=1), BadValue, "clusters: 1 of 2 values are missing"),
        (
            lambda: auc_interval.clustered([1, 0, 1, 0], [4, 3, 2, 1], [1, 2, 3, 4], fold=[1, 1, 2, 2], seed=1),
            TooFew,
            "have one class only; too few 1s per cluster",
        ),
    ],
)
def test_wrong_input_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
