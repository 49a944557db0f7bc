"""The table of findings: the column of published values is there only if there is one."""

from study.design.entries import Text
from study.exhibits.engine.findings import Finding, findings

LINE = Finding(Text(en="effect", zh="效应"), 0.25, 1234, std_error=0.1, low=0.05, high=0.45, p_value=0.012)
SAID = Finding(Text(en="effect, printed", zh="效应(原文)"), 0.25, 1234, published="0.3")


def test_without_published_values():
    table = findings([Text(en="A. Panel", zh="A. 面板"), LINE])
    assert [column.en for column in table.columns] == ["Quantity", "Estimate", "Std. error", "95% interval", "p", "N"]
    assert table.cells("en").iloc[0].tolist() == ["effect", "0.250", "0.100", "[0.050, 0.450]", "0.012", "1,234"]
    assert table.units.counts == {5} and table.units.bases == {1: 5, 3: None}


def test_a_family_has_a_column_where_there_is_one():
    line = Finding(Text(en="effect", zh="效应"), -0.25, 1234, p_value=0.012, family=0.048)
    found = findings([LINE, line])
    assert [column.en for column in found.columns] == ["Quantity", "Estimate", "Std. error", "95% interval", "p", "p, family-wise", "N"]
    assert found.cells("en").iloc[1].tolist() == ["effect", "\N{MINUS SIGN}0.250", "", "", "0.012", "0.048", "1,234"]
    assert found.units.counts == {6} and abs(sum(found.widths) - 1) < 1e-9


def test_with_one():
    table = findings([LINE, SAID])
    assert [column.en for column in table.columns][1:3] == ["Published", "Ours"]
    assert table.cells("en").iloc[1].tolist() == ["effect, printed", "0.3", "0.250", "", "", "", "1,234"]
    assert table.units.counts == {6}
