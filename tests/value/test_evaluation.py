"""Predictions against held-out time: the figures that the BG/NBD paper prints for CDNOW, and small cases by hand."""

import numpy as np
import pytest
from answers import check

from study import value


@pytest.fixture(scope="module")
def held_out(transactions):
    return value.calibration_holdout(transactions["customer"], transactions["date"], split="1997-09-30", end="1998-06-30", unit=7)


@pytest.fixture(scope="module")
def model(cdnow):
    return value.bgnbd(cdnow["frequency"], cdnow["recency"], cdnow["T"])


def test_held_out_weeks_of_cdnow_are_as_printed(model, held_out, transactions):
    expected = model.predict(39, held_out["frequency"], held_out["recency"], held_out["age"])
    table = value.expected_by_frequency(held_out["frequency"], expected, held_out["holdout_frequency"]).set_index("frequency")
    check("value.bgnbd.cdnow.zero_class.customers", table.loc["0", "customers"])
    check("value.bgnbd.cdnow.zero_class.actual", table.loc["0", "actual_total"])
    check("value.bgnbd.cdnow.zero_class.expected", table.loc["0", "expected"])
    check("value.bgnbd.cdnow.correlation", value.holdout_scores(expected, held_out["holdout_frequency"])["correlation"])
    weeks = value.tracking(
        model, transactions["customer"], transactions["date"], np.array(["1998-06-30"], dtype="datetime64[D]"), end="1997-09-30", unit=7
    )
    check("value.bgnbd.cdnow.tracking", 100 * (weeks["expected"].iloc[-1] / weeks["actual"].iloc[-1] - 1))


def test_groups_and_totals_by_hand():
    made = value.expected_by_frequency([0, 0, 1, 5, 9], [0.5, 1.5, 2, 3, 4], [0, 1, 2, 4, 4], last=5)
    assert made["frequency"].tolist() == ["0", "1", "5+", "all"] and made["customers"].tolist() == [2, 1, 2, 5]
    assert made["expected"].tolist() == [1, 2, 3.5, 2.2] and made["actual"].tolist() == [0.5, 2, 4, 2.2]
    assert made["expected_total"].tolist() == [2, 2, 7, 11] and made["actual_total"].tolist() == [1, 2, 8, 11]


def test_scores_by_hand():
    scores = value.holdout_scores([1, 2, 3], [1, 4, 5])
    # totals 6 and 10; errors 0, 2, 2
    assert scores["total_error"] == pytest.approx(-0.4) and scores["mae"] == pytest.approx(4 / 3)
    assert scores["rmse"] == pytest.approx(np.sqrt(8 / 3)) and scores["correlation"] == pytest.approx(np.corrcoef([1, 2, 3], [1, 4, 5])[0, 1])


def test_tracking_counts_repeats_of_the_sample_only(model):
    # a: 0, 3, 12; b: 5, 8; c first at 11, after the end of the sample
    made = value.tracking(model, list("aaabbc"), [0, 3, 12, 5, 8, 11], [4, 9, 20], end=10)
    assert made["actual"].tolist() == [1, 2, 3] and made["actual_new"].tolist() == [1, 1, 1]
    assert made["expected"].to_numpy() == pytest.approx([model.expected(t)[0] + (model.expected(t - 5)[0] if t > 5 else 0) for t in (4, 9, 20)])


def test_tracking_of_opportunities(donations):
    model = value.bgbb(donations["frequency"], donations["recency"], 6, donations["weights"])
    made = value.tracking(model, list("aaabb"), [0, 3, 5, 2, 4], [3, 6], end=4)
    assert made["actual"].tolist() == [1, 3] and made["expected"].tolist() == pytest.approx(
        [model.expected([3, 1]).sum(), model.expected([6, 4]).sum()]
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: value.holdout_scores([1, 2], [0, 0]), "none of 2 customers has a transaction in the holdout"),
        (lambda m: value.holdout_scores([1, 2], [0]), r"expected has shape \(2,\), actual has shape \(1,\)"),
        (lambda m: value.expected_by_frequency([0, 1], [-1, 2], [0, 1]), "expected: 1 of 2 values are not at least 0"),
        (lambda m: value.tracking(m, ["a"], [0], [5, 4], end=3), "moments do not rise in 1 of 1 steps"),
    ],
)
def test_wrong_tables_are_refused(call, message, model):
    with pytest.raises(value.ValueInputError, match=message):
        call(model)
