"""Benjamini and Hochberg by hand."""

import pytest

from study.inference import benjamini_hochberg


def test_four_p_values_by_hand():
    # sorted .01 .02 .03 .5 times 4/1, 4/2, 4/3, 4/4 = .04 .04 .04 .5, then running minima from the right
    assert benjamini_hochberg([0.5, 0.01, 0.03, 0.02]) == pytest.approx([0.5, 0.04, 0.04, 0.04])


def test_p_values_outside_zero_and_one_are_refused():
    with pytest.raises(ValueError, match="2 of 3 p-values"):
        benjamini_hochberg([0.1, float("nan"), 1.2])
