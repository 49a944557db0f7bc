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


def dependent(seed, clusters=60, each=8):
    """Branches that move outcome and score together."""
    random = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(clusters), each)
    shift = random.normal(size=clusters)[cluster]
    y = (random.random(len(cluster)) < 1 / (1 + np.exp(-shift))).astype(float)
    return y, np.round(shift + random.normal(size=len(cluster)), 1), cluster


def test_obuchowski_by_the_definition():
    """Obuchowski (1997): sums of placements per cluster, three variances added up; by loops over clusters."""
    y, s, cluster = dependent(5)
    (v, w), area = comparisons(y, s), roc_auc_score(y, s)
    m, n = len(v), len(w)
    a = np.array([(v[cluster[y == 1] == k] - area).sum() for k in range(60)])
    b = np.array([(w[cluster[y == 0] == k] - area).sum() for k in range(60)])
    have = [sum((y[cluster == k] == value).any() for k in range(60)) for value in (1, 0)]
    s10, s01 = have[0] / ((have[0] - 1) * m) * (a**2).sum(), have[1] / ((have[1] - 1) * n) * (b**2).sum()
    s11 = 60 / 59 * (a * b).sum()
    made = auc_interval.clustered(y, s, cluster)
    assert made.estimate == pytest.approx(area, abs=1e-12)
    assert made.std_error == pytest.approx(np.sqrt(s10 / m + s01 / n + 2 * s11 / (m * n)), rel=1e-10)


def test_obuchowski_is_near_the_bootstrap_of_clusters_and_wider_than_delong():
    y, s, cluster = dependent(6)
    random = np.random.default_rng(9)
    values = []
    for _ in range(600):
        rows = np.concatenate([np.flatnonzero(cluster == k) for k in random.integers(0, 60, 60)])
        values.append(roc_auc_score(y[rows], s[rows]))
    made = auc_interval.clustered(y, s, cluster)
    assert made.std_error == pytest.approx(np.std(values, ddof=1), rel=0.1)
    assert made.std_error > auc_interval.delong(y, s).std_error


def test_clusters_of_one_are_delong():
    y, s, _ = dependent(7)
    other = np.random.default_rng(1).normal(size=len(y))
    alone = np.arange(len(y))
    assert auc_interval.clustered(y, s, alone).std_error == pytest.approx(auc_interval.delong(y, s).std_error, rel=1e-10)
    made = auc_interval.clustered(y, s, alone, less=other)
    assert made.std_error == pytest.approx(auc_interval.delong_difference(y, s, other).std_error, rel=1e-10)


def test_mean_over_folds():
    random = np.random.default_rng(7)
    y = (random.random(120) < 0.4).astype(float)
    s, fold = y + random.normal(size=120), np.repeat([1, 2], [40, 80])
    made = auc_interval.fold_mean(y, s, fold)
    one, two = (auc_interval.delong(y[fold == k], s[fold == k]) for k in (1, 2))
    assert made.estimate == pytest.approx((one.estimate + 2 * two.estimate) / 3)
    assert made.std_error == pytest.approx(np.sqrt(one.std_error**2 + 4 * two.std_error**2) / 3)
    by_cluster = auc_interval.clustered(y, s, np.arange(120), fold=fold)
    assert by_cluster.estimate == pytest.approx(made.estimate)
    assert by_cluster.std_error == pytest.approx(made.std_error, rel=0.02)  # classes counted over the folds, not in each


def test_difference_over_folds_and_clusters():
    random = np.random.default_rng(8)
    y, fold = (random.random(150) < 0.4).astype(float), np.repeat([1, 2], [50, 100])
    first, second = y + random.normal(size=150), random.normal(size=150)
    made = auc_interval.fold_mean(y, first, fold, less=second)
    one, two = (auc_interval.delong_difference(y[fold == k], first[fold == k], second[fold == k]) for k in (1, 2))
    assert made.estimate == pytest.approx((one.estimate + 2 * two.estimate) / 3)
    assert made.std_error == pytest.approx(np.sqrt(one.std_error**2 + 4 * two.std_error**2) / 3)
    cluster = np.repeat(np.arange(15), 10)
    same = auc_interval.clustered(y, first, cluster, less=first)
    assert (same.estimate, same.ci_low, same.ci_high) == (0, 0, 0)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: auc_interval.delong([1, 0, 0], [3, 2, 1]), TooFew, "1 ones and 2 zeros; DeLong's variance needs two"),
        (lambda: auc_interval.clustered([1, 0], [2, 1], ["a", "a"]), TooFew, "1 of 1 clusters have a one, 1 a zero; an error needs two of each"),
        (lambda: auc_interval.clustered([1, 0], [2, 1], ["a", None]), BadValue, "clusters: 1 of 2 values are missing"),
    ],
)
def test_wrong_input_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
