"""The table of findings: the column of published values is there only if there is one."""

from study.design.entries import Text
from study.exhibits.findings import Finding, findings

LINE = Finding(Text(en="effect", zh="效应"), 0.25, 1234, std_error=0.1, low=0.05, high=0.45, p_value=0.012)
SAID = Finding(Text(en="effect, printed", zh="效应(原文)"), 0.25, 1234, published="0.3")


def test_without_published_values():
    table = findings([Text(en="A. Panel", zh="A. 面板"), LINE])
    assert [column.en for column in table.columns] == ["Quantity", "Ours", "Std. error", "95% interval", "p", "N"]
    assert table.cells("en").iloc[0].tolist() == ["effect", "0.250", "0.100", "[0.050, 0.450]", "0.012", "1,234"]
    assert table.units.counts == {5} and table.units.bases == {1: 5, 3: None}


def test_with_one():
    table = findings([LINE, SAID])
    assert [column.en for column in table.columns][1:3] == ["Published", "Ours"]
    assert table.cells("en").iloc[1].tolist() == ["effect, printed", "0.3", "0.250", "", "", "", "1,234"]
    assert table.units.counts == {6}
