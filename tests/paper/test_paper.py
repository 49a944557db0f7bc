"""The paper: keys, numbering, refusals, every format, the same bytes."""

import json
import re
import shutil
import sys
import zipfile

import pytest

from study.design import load, root
from study.exhibits.engine.pandoc import table_block
from study.exhibits.engine.table import build as build_table
from study.paper import PaperError, build, check, document, mentions, numbers_named
from study.paper.build import pdf
from study.paper.checks import typed_digits
from study.paper.text import numbering, render, unknown

SOURCE = """A text with {{ number("cn_banks.facts") }} facts in 2019-2024 and a 95 % interval.

See {{ ref("cn_banks.F11") }} and {{ ref("cn_banks.T6") }}, then {{ ref("cn_banks.T1") }}.

{{ exhibit("cn_banks.T6") }}
"""


APPENDED = """See {{ ref("a.T2") }}, {{ ref("a.A5") }} and {{ ref("a.F2") }}.

{{ exhibit("a.T1") }}
{{ exhibit("a.F1") }}
{{ exhibit("a.T2") }}

# HEADING {-}

{{ exhibit("a.A4") }}
{{ exhibit("a.F2") }}

# Another {-}

{{ exhibit("a.A5") }}
"""


@pytest.mark.parametrize(
    ("heading", "language", "labels"),
    [
        ("Appendix: samples", "en", ["Table 1", "Figure 1", "Table 2", "Table A1", "Figure A1", "Table A2"]),
        ("附录:样本", "zh", ["表1", "图1", "表2", "表A1", "图A1", "表A2"]),
        ("Samples", "en", ["Table 1", "Figure 1", "Table 2", "Table 3", "Figure 2", "Table 4"]),
    ],
)
def test_tables_and_figures_are_numbered_in_the_order_in_which_they_are_shown(heading, language, labels):
    named = mentions(APPENDED.replace("HEADING", heading))
    assert numbering(named, language) == dict(zip(["a.T1", "a.F1", "a.T2", "a.A4", "a.F2", "a.A5"], labels))


def test_what_is_named_and_never_shown_is_numbered_last():
    assert numbering(mentions(SOURCE), "en") == {"cn_banks.T6": "Table 1", "cn_banks.F11": "Figure 1", "cn_banks.T1": "Table 2"}


def test_numbers_ascend_through_the_paper():
    """A reader who turns the pages meets 1, 2, 3 and then A1, A2, A3, of tables and of figures."""
    named = mentions((root() / "paper" / "paper.en.md").read_text(encoding="utf-8"))
    labels = numbering(named, "en")
    met = [labels[mention.key].split(" ") for mention in named if mention.kind == "exhibit"]
    for word in ("Table", "Figure"):
        numbers = [number for found, number in met if found == word]
        main = [number for number in numbers if number[0] != "A"]
        assert numbers == [str(i + 1) for i in range(len(main))] + [f"A{i + 1}" for i in range(len(numbers) - len(main))]


def test_mentions_have_their_lines():
    assert [(m.key, m.kind, m.line) for m in mentions(SOURCE)][-1] == ("cn_banks.T6", "exhibit", 5)


def test_unknown_keys_are_faults_with_line_and_nearest_key():
    faults = check(SOURCE, {"cn_banks.fact": "1"}, {"cn_banks.T6": None, "cn_banks.F11": None, "cn_banks.T2": None}, [])
    assert faults[0].startswith("line 1: no number 'cn_banks.facts'; did you mean 'cn_banks.fact'?")
    assert faults[1].startswith("line 3: no ref 'cn_banks.T1'; did you mean 'cn_banks.T")
    assert len(faults) == 2


def test_exhibits_that_are_forgotten_or_shown_twice_are_faults():
    exhibits = dict.fromkeys(["cn_banks.T6", "cn_banks.F11", "cn_banks.T1"])
    text = SOURCE + '{{ exhibit("cn_banks.T6") }}'
    faults = check(text, {"cn_banks.facts": "1"}, exhibits, ["cn_banks.T6", "cn_banks.T1"])
    assert faults == ["exhibit 'cn_banks.T1' is built and the paper does not show it", "exhibit 'cn_banks.T6' is shown twice"]


@pytest.mark.parametrize(
    ("prose", "found"),
    [
        ("The elasticity is 0.12.", ["0.12"]),
        ("It rose by 12% to 1,254.59.", ["12%", "1,254.59"]),
        ("A fall of -0.2 points.", ["-0.2"]),
        ("in 2021, from 2019 to 2024 and 2019-2024", []),
        ("a 95 % interval at 5 per cent", []),
        ("hypothesis H1a, table T6, code `x = 3`, $x^2 + 1$", []),
        ("as said [@Author2020, p. 12] and @Other2019", []),
        ('{{ number("cn_banks.growth_2021") }}', []),
    ],
)
def test_results_typed_by_hand_are_found(prose, found):
    assert re.findall("'([^']*)' is typed", "\n".join(typed_digits("First line.\n" + prose))) == found
    assert all(fault.startswith("line 2:") for fault in typed_digits("First line.\n" + prose))


@pytest.fixture
def project(tmp_path):
    """A copy of what the paper is built from."""
    for folder in ("paper", "results"):
        shutil.copytree(root() / folder, tmp_path / folder)
    return tmp_path


def test_the_papers_text_has_no_faults_and_is_built_to_the_committed_bytes(project):
    names = [f"paper.{kind}" for kind in ("pdf", "docx", "html", "tex")]
    committed = {name: (root() / "paper" / name).read_bytes() for name in names}
    for name in committed:
        (project / "paper" / name).unlink()
    files = build(project)
    assert {f.name: f.read_bytes() for f in files} == committed


def test_a_changed_number_changes_the_paper(project):
    path = project / "results" / "cn_banks" / "numbers.json"
    numbers = json.loads(path.read_text(encoding="utf-8"))
    numbers["investment_2019"]["text"] = "987.65"
    path.write_text(json.dumps(numbers), encoding="utf-8")
    build(project)
    assert "987.65" in (project / "paper" / "paper.html").read_text(encoding="utf-8")


def test_a_text_with_faults_replaces_nothing(project):
    before = (project / "paper" / "paper.pdf").read_bytes()
    source = project / "paper" / "paper.en.md"
    source.write_text(source.read_text(encoding="utf-8") + "\nIt is 3.14.\n", encoding="utf-8")
    (project / "results" / "cn_banks" / "numbers.json").write_text("{}", encoding="utf-8")
    first = 1 + source.read_text(encoding="utf-8").split("{{ number")[0].count("\n")
    with pytest.raises(PaperError, match=f"faults:\n  line {first}: no number"):
        build(project)
    assert (project / "paper" / "paper.pdf").read_bytes() == before


def test_every_built_exhibit_is_in_the_paper():
    shown = {m.key for m in mentions((root() / "paper" / "paper.en.md").read_text(encoding="utf-8")) if m.kind == "exhibit"}
    assert shown == set(load().built_exhibits())


def test_the_word_paper_has_real_tables_whose_heads_repeat():
    with zipfile.ZipFile(root() / "paper" / "paper.docx") as archive:
        text = archive.read("word/document.xml").decode("utf-8")
    tables = len([key for key in load().built_exhibits() if ".F" not in key])
    assert text.count("<w:tbl>") == tables
    assert text.count("<w:tblHeader") >= tables


def test_the_html_paper_needs_no_other_file():
    text = (root() / "paper" / "paper.html").read_text(encoding="utf-8")
    assert not re.findall(r'(?:src|href)="(?!#|data:|https?://doi)[^"]+"', text)
    assert "<math" in text and 'lang="en"' in text


def test_the_latex_paper_names_files_that_exist():
    text = (root() / "paper" / "paper.tex").read_text(encoding="utf-8")
    pictures = re.findall(r"\\includegraphics(?:\[[^\]]*\])?\{([^}]+)\}", text)
    assert pictures
    for picture in pictures:
        assert (root() / "paper" / picture).is_file(), picture


def test_a_warning_of_typst_is_an_error(tmp_path):
    with pytest.raises(PaperError, match="Typst warns: .*unknown font family"):
        pdf('#set text(font: "No Such Font")\nText', tmp_path)


def test_an_error_of_typst_is_named(tmp_path):
    with pytest.raises(PaperError, match="Typst: .*"):
        pdf("#nothing-like-this", tmp_path)


def test_a_current_paper_is_not_built_again_and_any_change_is_seen(project, monkeypatch):
    files = build(project)
    made = []
    monkeypatch.setattr(
        sys.modules["study.paper.build"], "_made", lambda *of: made.append(of) or {file.suffix[1:]: file.read_bytes() for file in files}
    )
    assert build(project) == files and not made
    changes = [project / "paper" / "references.bib", next((project / "results").rglob("*.png")), project / "paper" / "template.tex", files[2]]
    for times, file in enumerate(changes, start=1):
        file.write_bytes(file.read_bytes() + b"\n")
        build(project)
        assert len(made) == times, f"{file.name} has changed"
        build(project)
        assert len(made) == times
    files[0].unlink()
    monkeypatch.undo()
    build(project)
    assert files[0].read_bytes() == (root() / "paper" / files[0].name).read_bytes()


@pytest.mark.parametrize(
    ("rows", "to", "breaks"), [(document.LONG + 1, "typst", True), (document.LONG, "typst", False), (document.LONG + 1, "html", False)]
)
def test_a_long_table_may_break_where_its_caption_and_first_rows_have_room(tmp_path, rows, to, breaks):
    table = build_table(["Bank", "N"], [[str(i), "1"] for i in range(rows)])
    text = {"title": "Banks", "notes": ["A note."], "block": table_block(table, "en")}
    (tmp_path / "T1.json").write_text(json.dumps({"en": text, "wide": False}), encoding="utf-8")
    made = document.exhibit("a.T1", "Table 1", tmp_path / "T1.json", "en", to)
    (_, _, attributes), parts = made["c"]
    assert (["typst:breakable", "true"] in attributes) == breaks
    assert ({"t": "RawBlock", "c": ["typst", document.ROOM]} in parts) == breaks
    caption = next(part for part in parts if "caption" in part["c"][0][1])
    assert (["typst:sticky", "true"] in caption["c"][0][2]) == (to == "typst")


def p_values_named(source):
    """The p-values of the Chinese banks in a text, numbers and cells of T6 and T13, by what they are: bootstrap, cv1, cv3, permuted, webb."""
    found = {}
    for named in mentions(source):
        if named.kind == "number" and (match := re.fullmatch(r"cn_banks\..*_p_([a-z0-9]+)", named.key)):
            found[named.key] = match[1]
        if named.kind == "cell" and (match := re.fullmatch(r"(?:.*_)?p(?:_([a-z]+))?", named.cell[1])):
            found[f"{named.key} {named.cell[0]} {named.cell[1]}"] = match[1] or "cv3"
    return found


def mixed(source, reading):
    return sorted(key for key, kind in p_values_named(source).items() if kind not in (reading.p, reading.p_few_banks))


def test_the_text_reads_the_p_value_that_the_design_names_and_no_other():
    reading, source = load().inference["cn_banks"], (root() / "paper" / "paper.en.md").read_text(encoding="utf-8")
    assert p_values_named(source), "the text names p-values of coefficients"
    assert mixed(source, reading) == []
    text = 'See {{ number("cn_banks.npl_lagged_p_bootstrap") }} and {{ number("cn_banks.npl_lagged_p_cv3") }}.'
    assert mixed(text, reading) == ["cn_banks.npl_lagged_p_cv3"]
    text = 'See {{ cell("cn_banks.T6", "roe", "p_bootstrap", 1) }}, {{ cell("cn_banks.T6", "roe", "p") }}, {{ cell("cn_banks.T13", "roe size", "lagged_p") }}.'
    assert mixed(text, reading) == ["cn_banks.T13 roe size lagged_p", "cn_banks.T6 roe p"]


@pytest.mark.parametrize("file", sorted((root() / "results").glob("[!o]*/numbers.json")), ids=lambda file: file.parent.name)  # own data apart
def test_every_registered_number_is_read(file):
    named = {key.split(".", 1)[1] for key in numbers_named(root()) if key.startswith(f"{file.parent.name}.")}
    assert set(json.loads(file.read_text(encoding="utf-8"))) - named == set()


def test_a_cell_of_a_table_is_named_by_key(tmp_path):
    """The text prints the cell; a table, row or column that is not there is refused with the line and the nearest key."""
    (tmp_path / "cn_banks" / "tables").mkdir(parents=True)
    table = tmp_path / "cn_banks" / "tables" / "T6.json"
    table.write_text(json.dumps({"keys": {"rows": ["roe"], "columns": ["outcome", "p"]}}))
    table.with_suffix(".csv").write_text("panel,Outcome,p\nA,ROE,-0.5 (0.02)\n")
    tables = {"cn_banks.T6": table}
    source = 'See {{ cell("cn_banks.T6", "roe", "p", 1) }} in {{ cell("cn_banks.T6", "roe", "p") }}.'
    assert render(source, {}, {}, tables) == "See \N{MINUS SIGN}0.5 in \N{MINUS SIGN}0.5 (0.02)."
    assert [m.cell for m in mentions(source)] == [("roe", "p", 1), ("roe", "p", None)] and unknown(mentions(source), {}, tables) == []
    wrong = 'A\n{{ cell("cn_banks.T6", "roee", "p") }} {{ cell("cn_banks.T66", "roe", "p") }}'
    row, key = unknown(mentions(wrong), {}, tables)
    assert row.startswith("line 2: cn_banks.T6 has no row 'roee'; did you mean 'roe'?")
    assert key.startswith("line 2: no table 'cn_banks.T66'; did you mean 'cn_banks.T6'?")
    assert numbering(mentions(source), "en") == {}  # a cell is no reference
