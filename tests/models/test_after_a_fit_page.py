"""The worked example of docs/methods/after_a_fit.md prints what the page says; the tests that it names are there."""

import doctest
import re

import pandas as pd
from matplotlib import pyplot

from study.design import root

PAGE = root() / "docs" / "methods" / "after_a_fit.md"


def test_the_example_prints_what_the_page_says():
    text = PAGE.read_text(encoding="utf-8")
    example = "\n".join(re.findall(r"```python\n(.*?)```", text, flags=re.S))
    assert example.count(">>>") > 30
    with pd.option_context("display.width", 160, "display.max_columns", 20):
        found = doctest.DocTestRunner(verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE).run(
            doctest.DocTestParser().get_doctest(example, {}, PAGE.name, str(PAGE), 0)
        )
    pyplot.close("all")
    assert found.failed == 0 and found.attempted > 30


def test_every_test_file_that_it_names_exists():
    for name in set(re.findall(r"test_\w+\.py", PAGE.read_text(encoding="utf-8"))):
        assert list((root() / "tests").rglob(name)), name
