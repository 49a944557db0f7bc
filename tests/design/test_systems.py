"""Every system of the source report that is listed has code, a test, a built exhibit and a line of the paper."""

import pytest

from study.design import load, root
from study.paper import lines_of


@pytest.mark.parametrize("name", load().systems)
def test_a_system_has_code_test_exhibit_and_sentence(name):
    system, lines = load().systems[name], lines_of(root())
    assert system.code and system.tests and system.exhibits
    for path in (*system.code, *system.tests):
        assert (root() / path).is_file(), path
    assert all(key in lines for key in system.exhibits)
