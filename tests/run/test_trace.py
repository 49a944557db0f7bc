"""The way back from a number ends at the right model, cell, functions and rows."""

import csv
import json
import sys

import pytest

from study.design import checksum, root
from study.exhibits.engine.lookup import KeyUnknown
from study.run import TraceError
from study.run.trace import _heads, behind, trace

FACTS = root() / "data" / "cn_banks" / "facts.csv"
SIX = {"ABC", "BOC", "BOCOM", "CCB", "ICBC", "PSBC"}


def steps(*arguments):
    found = {}
    for step in trace(*arguments):
        found.setdefault(step.what, []).append(step.found)
    return found


def lines(text):
    """The line numbers of "..., lines 2-4,7\\nsha256 ..."."""
    spans = text.split("lines ")[1].split("\n")[0].split(",")
    return [i for span in spans for i in range(int(span.split("-")[0]), int(span.split("-")[-1]) + 1)]


def facts():
    with FACTS.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        return {reader.line_num: row for row in reader}


def test_an_in_text_number_ends_at_the_rows_of_its_six_banks():
    found = steps("cn_banks.investment_2019")
    rows = [facts()[line] for line in lines(found["rows"][0])]
    assert {row["bank_id"] for row in rows} == SIX
    assert {(row["year"], row["variable"]) for row in rows} == {("2019", "fintech_investment")}
    assert checksum(FACTS) in found["rows"][0] and "as in the run" in found["rows"][0]
    assert found["value"][0].startswith("716.76 亿元")
    assert "notebooks/02_indicators.ipynb, cell 'save-numbers'" in found["notebook"][0]
    assert any(f.startswith("variables.indicators.investment_totals in src/study/variables/indicators.py:") for f in found["function"])
    assert "paper/paper.en.md, lines" in found["paper"][0]


@pytest.mark.parametrize(
    ("row", "model", "variable", "years"),
    [
        ("11", "baseline_profit_same_year", "net_profit", 0),
        ("4", "baseline_npl_lagged", "npl_ratio", 1),
        ("ln Mobile banking users", "baseline_mobile", "mobile_users", 0),
    ],
)
def test_a_table_cell_ends_at_its_own_model_and_rows(row, model, variable, years):
    found = steps("T6", row, "N")
    assert found["model"][0].startswith(f"{model} in design/models.yaml")
    rows = [facts()[line] for line in lines(found["rows"][0])]
    assert {r["variable"] for r in rows} == {variable, "fintech_investment"}
    outcome = {(r["bank_id"], int(r["year"])) for r in rows if r["variable"] == variable}
    invested = {(r["bank_id"], int(r["year"]) + years) for r in rows if r["variable"] == "fintech_investment"}
    assert outcome == invested  # the same bank-years, investment of the year before where lagged
    assert len(outcome) == int(found["value"][0].split()[0])
    assert any("models.panel.fit in src/study/models/panel/panel.py:" in f for f in found["function"])


def test_a_row_that_is_not_unique_lists_the_rows():
    with pytest.raises(TraceError, match="2 rows are 'ROE'; say its number:\n  1 A"):
        trace("T6", "ROE", "N")


def test_an_unknown_column_or_key_is_named():
    with pytest.raises(TraceError, match="no column 'Estimat'; did you mean 'Estimate'\\? There are: panel \\| Outcome \\| Estimate"):
        trace("T6", "1", "Estimat")
    with pytest.raises(KeyUnknown, match="did you mean 'cn_banks.investment_2019'"):
        trace("cn_banks.investment_219")


def test_only_the_cells_that_a_cell_depends_on_are_behind_it():
    cells = ["a = 1", "b = 2", "c = a + 1", "def f():\n    return c", "print(b)", "d = f()"]
    assert behind(cells) == [0, 2, 3, 5]


def test_a_q_value_rests_on_all_the_models():
    alone, pooled = steps("T6", "10", "Estimate"), steps("T6", "10", "q")
    assert "models" not in alone and len(alone["model"]) == 1
    assert pooled["models"][0].startswith("all ") and "baseline_profit_same_year" in pooled["models"][0]
    assert len(lines(pooled["rows"][0])) > len(lines(alone["rows"][0]))


def test_a_file_changed_since_it_was_published_is_said(monkeypatch):
    assert "as published" in steps("T6", "10", "Estimate")["file"][0]
    assert "as published" in steps("cn_banks.investment_2019")["file"][0]
    monkeypatch.setattr(sys.modules["study.run.trace"], "checksum", lambda path: "0" * 64)
    assert "CHANGED since it was published" in steps("T6", "10", "Estimate")["file"][0]


def test_an_unknown_column_is_told_the_nearest():
    with pytest.raises(TraceError, match=r"no column 'estimat'; did you mean .*There are: panel \| Outcome"):
        trace("T6", "10", "estimat")


def test_a_cell_is_found_by_the_keys_of_the_paper(tmp_path):
    file = tmp_path / "T6.csv"
    file.write_text("panel,Outcome,Estimate\nA,ROE,1\nA,NPL,2\n")
    file.with_suffix(".json").write_text(json.dumps({"keys": {"rows": ["roe", "npl"], "columns": ["outcome", "estimate"]}}))
    assert _heads(file, "npl", "estimate") == ("2", "Estimate") and _heads(file, "ROE", None) == ("ROE", None)
    file.with_suffix(".json").write_text("{}")
    assert _heads(file, "1", "Estimate") == ("1", "Estimate")
