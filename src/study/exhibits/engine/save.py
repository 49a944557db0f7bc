"""Save tables, figures and numbers: every file of an exhibit and its line in the manifest."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from study import privacy
from study.design import read_json, words
from study.design.entries import Text

from . import pandoc, style, word
from .errors import ExhibitError
from .run import Run, ranges, write_json
from .table import LANGUAGES, Table, both

DIGITS = 10  # significant digits of published data
WORDS = words("shared")
STAMP = WORDS["save"]["stamp"]


def save_table(id_: str, table: Table, *, run: Run, rows=(), models: Mapping | None = None, pooled=()) -> Table:
    """Write table `id_` as csv, Markdown, LaTeX, Typst and Word, in English and Chinese.

    `tables/<id>.json` holds the table itself, from which the paper is set.

    Parameters
    ----------
    id_ : id of design/questions.yaml, such as "T6"
    rows : lines of the stage's input that the table rests on
    models : id of design/models.yaml -> lines that it rests on, in the order of the table's rows
    pooled : columns, by their English head, whose cells rest on all the models, such as a q-value

    Raises
    ------
    ExhibitError if the exhibit is not in the design for this stage and arm; ReleaseRefused if the arm's data
    are of customers and the table shows single ones or says nothing of its units (`Table.units`).
    """
    exhibit = _exhibit(id_, run)
    said = _units(id_, {language: table.cells(language) for language in LANGUAGES}, table.written_units(), run)
    folder = run.folder / "tables"
    folder.mkdir(exist_ok=True)
    content, files = {"wide": table.wide, **said, **({"keys": keys} if (keys := table.keys()) else {})}, [folder / f"{id_}.json"]
    for language in LANGUAGES:
        title = _title(exhibit, run)[language]
        notes = [note[language] for note in table.notes]
        block = pandoc.table_block(table, language)
        content[language] = {"title": title, "block": block, "notes": notes}
        files += _table_files(folder / f"{id_}{_suffix(language)}", table, language, title, notes, run.synthetic)
    write_json(files[0], content)
    by_model = [{"model": name, "rows": ranges(lines)} for name, lines in (models or {}).items()]
    run.record(id_, files, rows="" if by_model else ranges(rows), models=by_model, **({"pooled": sorted(pooled)} if pooled else {}))
    return table


def save_figure(id_: str, draw: Callable, data: pd.DataFrame, *, run: Run, rows=(), notes=(), units: privacy.Units | None = None) -> None:
    """Draw figure `id_` in both languages as png and pdf, and write its data as csv.

    Parameters
    ----------
    draw : function (data, language) -> matplotlib Figure
    data : tidy frame; exactly what is drawn
    rows : lines of the stage's input that the figure rests on
    notes : sentences under the figure, str or Text
    units : which columns of `data` count customers and what is behind the others; an arm with customers must say it

    Raises
    ------
    ExhibitError, ReleaseRefused as for `save_table`.
    """
    exhibit = _exhibit(id_, run)
    drawn = rounded(data)
    texts = drawn.astype(object).where(drawn.notna(), "").astype(str)
    said = _units(id_, {"data": texts}, units and units.written(list(data.columns), range(len(data))), run)
    folder = run.folder / "figures"
    folder.mkdir(exist_ok=True)
    files = [folder / f"{id_}.csv", folder / f"{id_}.json"]
    _marked(drawn, run.synthetic).to_csv(files[0], index=False, lineterminator="\n")
    content: dict = {**said}
    for language in LANGUAGES:
        content[language] = {
            "title": _title(exhibit, run)[language],
            "notes": [both(note)[language] for note in notes],
        }
        with style.figure_style():
            figure = draw(data, language)
            if run.synthetic:
                style.stamp(figure, STAMP[language])
            style.settle(figure)
            for kind, options in style.FORMATS.items():
                files.append(folder / f"{id_}{_suffix(language)}.{kind}")
                figure.savefig(files[-1], **options)
    write_json(files[1], content)
    run.record(id_, files, rows=ranges(rows))


def save_number(name: str, value: float, *, run: Run, meaning: str, form: str = ",.2f", unit: str = "", rows=(), behind: int | None = None) -> str:
    """Offer a number to the text; the published results hold those that the paper names, by key `arm.name`.

    Parameters
    ----------
    form : Python format that gives the printed text
    unit, meaning : what the number counts, in words
    rows : lines of the stage's input that the number rests on
    behind : customers that it rests on (of a count: itself); an arm with customers must say it

    Returns
    -------
    str, the printed text

    Raises
    ------
    ExhibitError if the value is not finite or the name was saved before in this stage; ReleaseRefused as for
    `save_table`.
    """
    value = float(value)
    if not abs(value) < float("inf"):
        raise ExhibitError(f"number '{name}' is {value}; only finite numbers are published")
    path = run.folder / "numbers.json"
    numbers = read_json(path) if path.is_file() else {}
    if name in numbers:
        raise ExhibitError(f"number '{name}' is saved twice in {run.stage}")
    text = format(value, form).replace("-", "\N{MINUS SIGN}") + (f" ({STAMP['en']})" if run.synthetic else "")
    numbers[name] = {
        "value": float(f"{value:.{DIGITS}g}"),
        "text": text,
        "unit": unit,
        "meaning": meaning,
    }
    if privacy.of_persons(run.design, run.arm):
        numbers[name] |= {} if behind is None else {"behind": int(behind)}
        privacy.check_number(name, numbers[name], arm=run.arm, design=run.design)
    write_json(path, numbers)
    run.record(f"number {name}", [], rows=ranges(rows))
    return text


def _units(id_: str, cells: Mapping[str, pd.DataFrame], said: dict | None, run: Run) -> dict:
    """What the exhibit's file says of units, after the check; nothing where the arm has no customers."""
    if not privacy.of_persons(run.design, run.arm):
        return {}
    units = None if said is None else privacy.Units.read(said)
    privacy.check_cells(cells, units, exhibit=id_, arm=run.arm, design=run.design)
    return {"units": said}


def rounded(data: pd.DataFrame) -> pd.DataFrame:
    """`data` with its floats at ten significant digits, so that machines agree on the bytes."""
    result = data.copy()
    for column in result.select_dtypes("float"):
        result[column] = result[column].map(lambda x: float(f"{x:.{DIGITS}g}"), na_action="ignore")
    return result


def _exhibit(id_: str, run: Run):
    exhibit = run.design.exhibits.get(id_)
    if exhibit is None or exhibit.made_by(run.stage).get(run.arm) != "built":
        raise ExhibitError(
            f"design/questions.yaml does not say that {run.stage} builds {run.arm}.{id_}; "
            "add it to the question's exhibits, or save it from the notebook of the question that has it"
        )
    return exhibit


def _title(exhibit, run: Run) -> Text:
    """The exhibit's title, with the arm's where several arms build it or it shows customers, stamped if the data are generated."""
    arm, several = run.design.arms[run.arm].title, list(exhibit.arms.values()).count("built") > 1
    named = several or privacy.of_persons(run.design, run.arm)
    stamp = {language: f"{STAMP[language]}. " if run.synthetic else "" for language in LANGUAGES}
    ends = {language: f": {arm[language]}" if named else "" for language in LANGUAGES}
    return Text(**{language: stamp[language] + exhibit.title[language] + ends[language] for language in LANGUAGES})


def _marked(frame: pd.DataFrame, synthetic: bool) -> pd.DataFrame:
    """The frame, with a first column that says so where the data are generated."""
    return frame.assign(data=STAMP["en"])[["data", *frame.columns]] if synthetic else frame


def _suffix(language: str) -> str:
    return "" if language == "en" else f".{language}"


def _table_files(stem: Path, table: Table, language: str, title: str, notes: list[str], synthetic: bool) -> list[Path]:
    """Write the five formats of one language; return the files."""
    frame = _marked(table.frame(language), synthetic)
    lead = WORDS["save"]["note"][language] + {"en": ": ", "zh": ":"}[language]
    note = [pandoc.note(lead + " ".join(notes))] if notes else []
    block = pandoc.table_block(table, language, title)
    blocks = [block, *note]
    content = {
        # a minus that programs read; the other formats have the printed one
        "csv": frame.to_csv(index=False, lineterminator="\n").replace("\N{MINUS SIGN}", "-").encode("utf-8"),
        "md": _markdown(table, language, title, notes).encode("utf-8"),
        "tex": pandoc.convert(blocks, "latex"),
        "typ": pandoc.convert(blocks, "typst"),
        "docx": pandoc.convert([pandoc.with_natural_widths(block), *note], "docx", *word.arguments()),
    }
    files = []
    for kind, written in content.items():
        files.append(stem.with_name(f"{stem.name}.{kind}"))
        files[-1].write_bytes(written)
    return files


def _markdown(table: Table, language: str, title: str, notes: list[str]) -> str:
    """A pipe table, as forges show it; panel headings are rows in italics."""
    marks = [":--" if i in table.text_columns else "--:" for i in range(len(table.columns))]
    lines = [[c[language] for c in table.columns], marks]
    for row in table.rows:
        cells = [cell[language] for cell in row.cells]
        lines.append([f"*{cells[0]}*"] + [""] * (len(marks) - 1) if row.panel else cells)
    body = ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]
    return "\n".join([f"**{title}**", "", *body, "", *(f"{note}\n" for note in notes)])
