"""docs/ledger.md is what its generator writes from the ledger."""

import re

from study.design import root
from study.run import ledger_page


def written():
    return root().joinpath(*ledger_page.PAGE).read_text(encoding="utf-8")


def test_the_page_is_fresh():
    assert ledger_page.page(root()) == written(), "run: make readme"


def test_every_link_leads_to_a_file_or_a_heading():
    text = written()
    for link in re.findall(r"\]\(\.\./([^)#]+)\)", text):
        assert (root() / link).is_file(), link
    headings = {re.sub(r"[^a-z0-9-]", "", name.lower().replace(" ", "-")) for name in re.findall(r"^## (.+)$", text, flags=re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) == headings


def test_facts_are_one_row_and_every_other_line_has_one(tmp_path):
    folder = tmp_path / "tests" / "known_answers"
    folder.mkdir(parents=True)
    head = "id,what,expected,ours,tolerance,source,where,difference,concerns\n"
    facts = "".join(f'cn_banks.{i},count {i},1,1,printed digits,"data/cn_banks/SOURCE.md, Size",tests/data/a.py::test_a,,\n' for i in range(3))
    other = "new_subject.x,P(a|b),0.5,0.50,0.01,a book,tests/models/b.py::test_b,rounded,not looked up\n"
    (folder / "ledger.csv").write_text(head + facts + other, encoding="utf-8")
    page = ledger_page.page(tmp_path)
    assert "4 lines; 1 have an open concern." in page
    assert page.count("SOURCE.md`](") == 1 and "| 3 counts, moments" in page
    assert "## New subject" in page
    assert "| P(a\\|b) | 0.5 | 0.50 | 0.01 | a book | [`tests/models/b.py`](../tests/models/b.py) `test_b` | rounded; not looked up |" in page
