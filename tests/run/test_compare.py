"""Comparison of results: which cell, from what to what, and whether it counts."""

import json
import zlib
from zipfile import ZipFile

import pytest

from study.design import load
from study.run import compare, verify
from study.run.compare import CLOSE, DIFFERS, SAME, verdict


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ("0.123", "0.123", SAME),
        ("0.123", "0.124", CLOSE),  # one unit in the last printed digit
        ("0.123", "0.125", DIFFERS),
        ("51", "52", DIFFERS),  # a count is no rounding
        ("1234.567891", "1234.567892", CLOSE),  # 1e-9 relative
        ("1234.5678", "1234.6", DIFFERS),
        ("1,254.59", "1,254.60", CLOSE),
        ("\N{MINUS SIGN}0.205", "-0.205", CLOSE),
        ("not estimable", "0.1", DIFFERS),
        ("", "0", DIFFERS),
    ],
)
def test_verdicts(before, now, expected):
    assert verdict(before, now) == expected


@pytest.fixture
def two(tmp_path):
    """Two equal folders of results."""
    for name in ("before", "now"):
        folder = tmp_path / name / "tables"
        folder.mkdir(parents=True)
        (folder / "T6.csv").write_text("panel,Outcome,Estimate,N\nA,Revenue,0.123,51\nA,Profit,0.500,60\n")
        (folder / "T6.md").write_text("| Revenue | 0.123 |")
        numbers = {"x": {"value": 0.1234, "text": "0.123", "unit": "", "meaning": "m"}}
        (tmp_path / name / "numbers.json").write_text(json.dumps(numbers))
        (tmp_path / name / "manifest.json").write_text(name)
    return tmp_path / "before", tmp_path / "now"


def test_equal_folders_have_no_difference_whatever_their_manifests(two):
    assert compare.folders(*two) == []


def test_a_changed_cell_is_named_by_row_and_column(two):
    (two[1] / "tables" / "T6.csv").write_text("panel,Outcome,Estimate,N\nA,Revenue,0.123,51\nA,Profit,0.700,60\n")
    (found,) = compare.folders(*two)
    assert str(found) == "tables/T6.csv, row 2 (Profit), column Estimate: 0.500 -> 0.700 (differs)"


def test_files_that_follow_a_rounded_cell_are_within_tolerance(two):
    (two[1] / "tables" / "T6.csv").write_text("panel,Outcome,Estimate,N\nA,Revenue,0.124,51\nA,Profit,0.500,60\n")
    (two[1] / "tables" / "T6.md").write_text("| Revenue | 0.124 |")
    assert {d.verdict for d in compare.folders(*two)} == {CLOSE}


def test_a_file_changed_alone_differs(two):
    (two[1] / "tables" / "T6.md").write_text("| Revenue | 0.124 |")
    (found,) = compare.folders(*two)
    assert (found.file, found.verdict) == ("tables/T6.md", DIFFERS)


def test_missing_files_rows_and_columns_differ(two):
    (two[1] / "tables" / "T6.md").unlink()
    (two[1] / "tables" / "T6.csv").write_text("panel,Outcome,Estimate,N\nA,Revenue,0.123,51\n")
    found = {d.file: d for d in compare.folders(*two)}
    assert found["tables/T6.md"].now == "not made any more"
    assert found["tables/T6.csv"].before.startswith("2 rows") and found["tables/T6.csv"].now.startswith("1 rows")


def test_numbers_are_compared_key_by_key(two):
    numbers = {"x": {"value": 0.1234, "text": "0.999", "unit": "", "meaning": "m"}, "y": {"value": 1, "text": "1", "unit": "", "meaning": ""}}
    (two[1] / "numbers.json").write_text(json.dumps(numbers))
    found = [str(d) for d in compare.folders(*two)]
    assert found == ["numbers.json, x: 0.123 -> 0.999 (differs)", "numbers.json, y: missing -> 1 (differs)"]


def test_a_changed_meaning_differs(two):
    numbers = {"x": {"value": 0.1234, "text": "0.123", "unit": "%", "meaning": "m"}}
    (two[1] / "numbers.json").write_text(json.dumps(numbers))
    assert [d.verdict for d in compare.folders(*two)] == [DIFFERS]


def test_the_tolerances_are_the_designs():
    tolerances = load().tolerances
    assert (tolerances["data"].relative, tolerances["printed"].units) == (1e-6, 1)
    # 1e-6 of the value: 1234.567891 (1 + 9e-7) = 1234.569002, (1 + 1.1e-6) = 1234.569249
    assert verdict("1234.567891", "1234.569002") == CLOSE and verdict("1234.567891", "1234.569249") == DIFFERS


def test_a_cell_of_several_numbers_is_judged_number_by_number(two):
    for interval, expected in (("0.12 (0.09 to 0.16)", CLOSE), ("0.12 (0.09 to 0.17)", DIFFERS), ("0.12 (0.09 bis 0.15)", DIFFERS)):
        for folder, cell in zip(two, ("0.12 (0.09 to 0.15)", interval)):
            (folder / "tables" / "T6.csv").write_text(f"row,estimate\na,{cell}\n")
        (found,) = compare.folders(*two)
        assert found.verdict == expected


@pytest.mark.parametrize("kind", ["png", "pdf"])
def test_a_picture_is_judged_by_its_data(two, kind):
    for folder in two:
        (folder / "figures").mkdir()
        (folder / "figures" / "F1.csv").write_text("x,y\n1,0.123456789\n")
        (folder / "figures" / f"F1.{kind}").write_bytes(folder.name.encode())
    (found,) = compare.folders(*two)
    assert found.verdict == CLOSE and found.now == "other bytes; its data are identical"
    (two[1] / "figures" / "F1.csv").write_text("x,y\n1,0.123456788\n")
    assert [one.verdict for one in compare.folders(*two)] == [CLOSE, CLOSE]
    (two[1] / "figures" / "F1.csv").write_text("x,y\n1,0.2\n")
    assert [one.verdict for one in compare.folders(*two)] == [DIFFERS, DIFFERS]


def test_a_picture_without_data_differs(two):
    for folder in two:
        (folder / "F2.png").write_bytes(folder.name.encode())
    assert [one.verdict for one in compare.folders(*two)] == [DIFFERS]


def word_file(path, text, level):
    with ZipFile(path, "w", compresslevel=level, compression=8) as parts:
        parts.writestr("word/document.xml", f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" * 50)


def test_a_word_file_is_judged_by_its_words(two):
    word_file(two[0] / "tables" / "T6.docx", "Revenue 0.123", 1)
    word_file(two[1] / "tables" / "T6.docx", "Revenue 0.123", 9)
    (found,) = compare.folders(*two)
    assert (found.verdict, found.now) == (CLOSE, "other bytes of the same words")
    word_file(two[1] / "tables" / "T6.docx", "Revenue 0.124", 9)
    assert [one.verdict for one in compare.folders(*two)] == [DIFFERS]  # the csv says 0.123
    (two[1] / "tables" / "T6.docx").write_text("typed by hand")
    assert [one.verdict for one in compare.folders(*two)] == [DIFFERS]


def test_texts_differ_by_words_or_by_numbers():
    assert compare.text("a 1.25  b", "a 1.25 b") is None
    assert compare.text("mean 1.25 of 7", "mean 1.26 of 7") == ("1.25", "1.26", CLOSE)
    assert compare.text("mean 1.25 of 7", "mean 1.26 of 8") == ("7", "8", DIFFERS)
    assert compare.text("it rises by 1.25", "it falls by 1.25") == ("it rises by 1.25", "it falls by 1.25", DIFFERS)
    assert compare.text("(\N{MINUS SIGN}0.10)", "(0.10)")[2] == DIFFERS


def test_a_pdf_of_the_paper_is_judged_by_what_its_pages_draw(tmp_path):
    def pdf(name, drawn, level):
        path = tmp_path / name
        path.write_bytes(b"%PDF-1.7\n1 0 obj\nstream\n" + zlib.compress(drawn, level) + b"\nendstream\nendobj\n")
        return path

    one = pdf("a.pdf", b"BT (0.123) Tj ET " * 40, 1)
    assert verify._document(one, one) == SAME
    assert verify._document(one, pdf("b.pdf", b"BT (0.123) Tj ET " * 40, 9)) == CLOSE
    assert verify._document(one, pdf("c.pdf", b"BT (0.124) Tj ET " * 40, 9)) == DIFFERS
    empty = tmp_path / "d.pdf"
    empty.write_bytes(b"typed by hand")
    assert verify._document(empty, pdf("e.pdf", b"no text", 9)) == DIFFERS
