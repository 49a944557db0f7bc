"""Printed counts beside those of a sample."""

import pytest

from study import data, design, sample
from study.design.settings import Printed

SOURCE = "SOURCE.md"


@pytest.fixture(scope="module")
def built():
    return sample.build("cn_banks", data.read("cn_banks"), design.load(), "strict")


def test_the_counts_of_the_documentation_are_found(built):
    printed = design.load().settings("cn_banks", "01_sample").printed
    assert len(printed) == 8 and sample.differing(built, printed) == []


def test_another_count_is_named(built):
    wrong = {"facts_press": Printed(value=638, digits=0, source=SOURCE), "all": Printed(value=1355, digits=0, source=SOURCE)}
    assert sample.differing(built, wrong) == ["facts_press: SOURCE.md has 638, found 637"]


def test_a_name_that_the_sample_does_not_have_is_refused(built):
    with pytest.raises(sample.SampleError, match="cn_banks: the sample has no step or count 'facts_pres'; did you mean 'facts_press'"):
        sample.differing(built, {"facts_pres": Printed(value=1, digits=0, source=SOURCE)})
