"""Tables, figures and numbers: one object, every format, both languages, the same bytes."""

import json
import re
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from matplotlib import pyplot

from study import exhibits
from study.design import ParameterError, checksum, load
from study.exhibits import Text
from study.exhibits.engine import pandoc, save, style
from study.exhibits.engine.regression import probability
from study.exhibits.engine.run import STAGE_FOLDER
from study.exhibits.engine.save import rounded


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv(STAGE_FOLDER, str(tmp_path / "stage"))
    return exhibits.start("10_baseline", arm="cn_banks", rule="strict")


@pytest.fixture
def table():
    return exhibits.table(
        [Text(en="Outcome", zh="被解释变量"), "Estimate"],
        [[Text(en="Panel A", zh="面板A")], ["Revenue | a", "-0.12"], [Text(en="Profit", zh="利润"), "1.00"]],
        notes=[Text(en="A note.", zh="注释。")],
    )


def test_a_table_is_written_in_every_format_and_language(run, table):
    exhibits.save_table("T6", table, run=run)
    written = {f.name for f in (run.folder / "tables").iterdir()}
    kinds = ("csv", "md", "tex", "typ", "docx")
    assert written == {"T6.json"} | {f"T6{z}.{k}" for k in kinds for z in ("", ".zh")}


def test_the_csv_holds_the_cells_with_their_panel(run, table):
    exhibits.save_table("T6", table, run=run)
    frame = pd.read_csv(run.folder / "tables" / "T6.csv")
    assert frame.to_dict("list") == {
        "panel": ["Panel A", "Panel A"],
        "Outcome": ["Revenue | a", "Profit"],
        "Estimate": [-0.12, 1.0],
    }


def test_latex_typst_markdown_hold_cells_and_notes(run, table):
    exhibits.save_table("T6", table, run=run)
    for kind, spanning in (("tex", r"\multicolumn{2}"), ("typ", "colspan: 2"), ("md", "*面板A*")):
        text = (run.folder / "tables" / f"T6.zh.{kind}").read_text(encoding="utf-8")
        assert spanning in text
        assert "注释。" in text and "利润" in text and "1.00" in text


def test_the_word_file_holds_a_real_table_with_a_repeated_head(run, table):
    exhibits.save_table("T6", table, run=run)
    with zipfile.ZipFile(run.folder / "tables" / "T6.docx") as archive:
        document = archive.read("word/document.xml").decode("utf-8")
    assert "<w:tbl>" in document and "<w:tblHeader" in document
    assert "\N{MINUS SIGN}0.12" in document


def test_two_writes_give_the_same_bytes(run, table):
    def checksums():
        exhibits.save_table("T6", table, run=run)
        return {f.name: checksum(f) for f in (run.folder / "tables").iterdir()}

    assert checksums() == checksums()


def test_the_manifest_names_files_parameters_and_models(run, table):
    exhibits.save_table("T6", table, run=run, models={"baseline_roe_lagged": [7, 5, 6, 9]})
    line = json.loads((run.folder / "manifest.json").read_text(encoding="utf-8"))["T6"]
    assert line["notebook"] == "notebooks/10_baseline.ipynb"
    assert line["parameters"] == {"arm": "cn_banks", "rule": "strict"}
    assert line["models"] == [{"model": "baseline_roe_lagged", "rows": "5-7,9"}] and line["rows"] == ""
    csv = run.folder / "tables" / "T6.csv"
    assert checksum(csv).startswith(line["files"]["tables/T6.csv"])


def test_an_exhibit_that_the_design_gives_to_another_notebook_is_refused(run, table):
    with pytest.raises(exhibits.ExhibitError, match="does not say that 10_baseline builds cn_banks.T1"):
        exhibits.save_table("T1", table, run=run)


def test_a_row_of_the_wrong_length_is_refused():
    with pytest.raises(ValueError, match="row 1 has 3 cells, the table has 2 columns"):
        exhibits.table(["a", "b"], [["1", "2", "3"]])


def draw(data, language):
    figure, axis = pyplot.subplots()
    axis.plot(data["year"], data["value"], label={"en": "Assets", "zh": "总资产"}[language])
    axis.legend()
    return figure


def test_a_figure_is_drawn_in_both_languages_with_its_data(tmp_path, monkeypatch, recwarn):
    monkeypatch.setenv(STAGE_FOLDER, str(tmp_path))
    run = exhibits.start("02_indicators", arm="cn_banks")
    data = pd.DataFrame({"year": [2020, 2021], "value": [1 / 3, 2.0]})
    exhibits.save_figure("F11", draw, data, run=run, notes=["What it shows."])
    folder = tmp_path / "figures"
    names = {f"F11{z}.{k}" for z in ("", ".zh") for k in ("png", "pdf")} | {"F11.csv", "F11.json"}
    assert {f.name for f in folder.iterdir()} == names
    assert (folder / "F11.csv").read_text() == "year,value\n2020,0.3333333333\n2021,2.0\n"
    assert not [w for w in recwarn if "Glyph" in str(w.message)]  # no Chinese character is missing
    before = {f.name: checksum(f) for f in folder.iterdir()}
    exhibits.save_figure("F11", draw, data, run=run, notes=["What it shows."])
    assert before == {f.name: checksum(f) for f in folder.iterdir()}


def test_a_number_is_printed_once_and_only_if_finite(run):
    assert exhibits.save_number("x", -1234.567, run=run, meaning="a", form=",.1f") == "\N{MINUS SIGN}1,234.6"
    with pytest.raises(exhibits.ExhibitError, match="'x' is saved twice"):
        exhibits.save_number("x", 1, run=run, meaning="a")
    with pytest.raises(exhibits.ExhibitError, match="'y' is nan"):
        exhibits.save_number("y", float("nan"), run=run, meaning="a")
    stored = json.loads((run.folder / "numbers.json").read_text(encoding="utf-8"))
    assert stored["x"]["value"] == -1234.567


def test_without_the_runner_a_notebook_writes_to_scratch(monkeypatch):
    monkeypatch.delenv(STAGE_FOLDER, raising=False)
    run = exhibits.start("10_baseline", arm="cn_banks")
    assert Path(*run.folder.parts[-4:]) == Path("build", "scratch", "cn_banks", "10_baseline")


def test_an_unknown_stage_is_refused():
    with pytest.raises(ParameterError, match="'99_none' is not in the design"):
        exhibits.start("99_none", arm="cn_banks")


def test_probabilities_are_never_printed_as_zero():
    assert [probability(p) for p in (0.0004, 0.001, 0.0494, 1.0)] == ["<0.001", "0.001", "0.049", "1.000"]


def test_rounding_keeps_ten_digits_and_the_frame():
    frame = pd.DataFrame({"a": [1 / 3, None], "b": ["x", "y"]})
    assert rounded(frame)["a"].iloc[0] == 0.3333333333
    assert frame["a"].iloc[0] == 1 / 3


def test_pandoc_errors_are_raised():
    with pytest.raises(pandoc.PandocError, match="pandoc"):
        pandoc.run("{not json", "json", "html")


def test_minus_signs_are_set_only_before_numbers():
    text = "".join(part.get("c", " ") for part in pandoc.inlines("t(G-1) of -0.5, 2017-2025, [-1, x-ray]"))
    assert re.findall("\N{MINUS SIGN}.", text) == ["\N{MINUS SIGN}0", "\N{MINUS SIGN}1"]


def test_the_layout_s_last_digits_do_not_reach_the_figure():
    with style.figure_style():
        figure, _ = pyplot.subplots(2, 3)
        style.settle(figure)
        before = [axes.get_position().bounds for axes in figure.axes]
        figure.draw_without_rendering()
    assert [axes.get_position().bounds for axes in figure.axes] == before
    assert all(round(float(x), 6) == pytest.approx(float(x), abs=1e-12) for bounds in before for x in bounds)


@pytest.mark.parametrize(
    "arm, id_, end",
    [
        ("kz_lender", "A9", ": Mailed loan offers of a South African lender"),
        ("berka", "T24", "Recommendation: Accounts of a Czech bank, 1993-1998"),
        ("cn_banks", "T4", "inflation"),
    ],
)
def test_the_caption_of_customers_names_their_data(arm, id_, end):
    design = load()
    run = SimpleNamespace(design=design, arm=arm, synthetic=False)
    assert save._title(design.exhibits[id_], run).en.endswith(end)
