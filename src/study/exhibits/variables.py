"""T2, T3, A2: the codebook, descriptive statistics, and how many persons a profile table would single out."""

from collections.abc import Iterable, Mapping

import pandas as pd

from study import privacy
from study.design import words
from study.design.entries import Arm, Text, Variable
from study.design.profiles import Column
from study.design.protection import Anonymous

from .engine import moments
from .engine.table import Table, build
from .engine.wording import WITHHELD, filled, number

WORDS = words("variables")


def codebook(entries: Mapping[str, Variable | Column]) -> Table:
    """T2: label, name, unit and definition of every variable; those of a 360-degree table by block."""
    rows: list = []
    block = None
    for name, entry in entries.items():
        if getattr(entry, "block", block) != block:
            block = entry.block
            rows.append([WORDS["blocks"][block]])
        rows.append([entry.label, name, entry.unit, entry.definition])
    notes = () if block else WORDS["T2"]["notes"]
    widths = (0.22, 0.24, 0.14, 0.40)
    return build(WORDS["T2"]["columns"], rows, notes=notes, text_columns={0, 1, 2, 3}, widths=widths, wide=True, units=privacy.Units())


def descriptives(described: pd.DataFrame, entries: Mapping[str, Variable | Column], persons: bool = False) -> Table:
    """T3: moments of every variable with its observations; of persons percentiles in place of extremes.

    Parameters
    ----------
    described : of `variables.describe`
    entries : of `variables.entries`
    persons : True if rows are customers: what shows a few of them is withheld
    """
    return _of_profile(described, entries, persons) if "level" in described else _of_banks(described, entries)


def _of_banks(described: pd.DataFrame, variables: Mapping[str, Variable]) -> Table:
    order = [name for name in variables if name in set(described["variable"])]
    rows = []
    for line in described.set_index("variable").loc[order].itertuples():
        entry = variables[line.Index]
        moments = [number(getattr(line, m)) for m in ("mean", "sd", "median", "min", "max")]
        rows.append([entry.label, entry.unit, str(line.n), str(line.banks), f"{line.first_year}-{line.last_year}", *moments])
    return build(WORDS["T3"]["columns"], rows, notes=WORDS["T3"]["notes"], text_columns={0, 1}, wide=True)


def _of_profile(described: pd.DataFrame, columns: Mapping[str, Column], persons: bool) -> Table:
    behind = moments.behind(described)
    hidden = moments.hidden(described, behind) if persons else set()
    rows: list = []
    places: dict = {}
    block = None
    for i, line in enumerate(described.itertuples()):
        entry = columns[line.variable]
        if entry.block != block:
            block = entry.block
            rows.append([WORDS["blocks"][block]])
        label = _of_level(entry, line.level) if line.level else entry.label
        printed = ["" if pd.isna(getattr(line, m)) else number(getattr(line, m)) for m in moments.MOMENTS]
        cells = [f"{line.n:,}", f"{100 * line.share_missing:.1f}", *printed]
        cells = [privacy.MARK if cell and (i, name) in hidden else cell for name, cell in zip(moments.COLUMNS, cells)]
        places |= {(len(rows), 2 + at): behind[i, name] for at, name in enumerate(moments.COLUMNS) if (i, name) in behind}
        rows.append([label, WORDS["share"] if line.level else entry.unit, *cells])
    notes = [*WORDS["T3"]["profile_notes"], *([WITHHELD] if hidden else [])]
    units = privacy.Units(counts={2}, behind=places)
    return build(WORDS["T3"]["profile_columns"], rows, notes=notes, text_columns={0, 1}, wide=True, units=units)


def _of_level(entry: Column, code: str) -> Text:
    """The label of a category's line: the variable and what the code stands for."""
    level = entry.level(code)
    return Text(en=f"{entry.label.en}: {level.en}", zh=f"{entry.label.zh}:{level.zh}")


BETWEEN = {"en": "; ", "zh": ";"}  # labels may hold commas
AROUND = {"alone": {"alone", "below_5", "below_10", "alike"}, "below_5": {"below_5", "below_10"}, "below_10": {"below_10"}}
Cell = tuple[str, str]  # measure, set


def anonymity(reports: Mapping[str, privacy.Anonymity], asked: Anonymous, entries: Mapping[str, Column], arm: Arm) -> Table:
    """A2: classes of the profile's quasi-identifiers as recorded, rounded, in bands, and with fewer of them.

    Parameters
    ----------
    reports : of `privacy.profile_anonymity`; empty if the table has no quasi-identifier
    asked : of the section `privacy` in design/sources/
    entries : of `variables.entries`, for the labels of columns
    arm : of design/sources/, for what a record is
    """
    if not reports:
        note = filled(WORDS["A2"]["looked_for"], names={language: ", ".join(asked.quasi) for language in ("en", "zh")})
        return build(
            [WORDS["A2"]["first"], WORDS["A2"]["sets"]["recorded"]],
            [[WORDS["A2"]["none"], WORDS["A2"]["nothing"]]],
            notes=[note],
            units=privacy.Units(),
        )
    shown = published(reports)
    lines = [*_classes(reports, shown, arm), *_sensitive(reports, shown, entries)]
    behind = {(row, 1 + at): count for row, (_, cells) in enumerate(lines) for at, (_, count) in enumerate(cells) if count is not None}
    rows = [[label, *(text for text, _ in cells)] for label, cells in lines]
    hides = any(text == privacy.MARK for _, cells in lines for text, _ in cells)
    notes = [*_notes(reports, asked, entries), *([WITHHELD] if hides else [])]
    return build([WORDS["A2"]["first"], *(WORDS["A2"]["sets"][key] for key in reports)], rows, notes=notes, units=privacy.Units(behind=behind))


def anonymity_numbers(reports: Mapping[str, privacy.Anonymity]) -> dict[str, tuple]:
    """The numbers of the text: name -> value in per cent, form, records behind it, meaning; those that may be published."""
    shown, found = published(reports), {}
    words = {"alone": "records alone in their class", "below_10": "records in classes below ten"}
    for (measure, key), count in shown.items():
        if measure in words:
            rows = reports[key].rows
            meaning = f"{words[measure]}, quasi-identifiers {WORDS['A2']['sets'][key].en.lower()}, %"
            found[f"anonymity_{measure}_{key}"] = (100 * count / rows, ".1f", rows, meaning)
    return found


def published(reports: Mapping[str, privacy.Anonymity]) -> dict[Cell, int]:
    """The counts of records that may be printed: (measure, set) -> count; `alike` by the sensitive column's name.

    A count is left out if it is small, or if it differs by so few from one printed before it that holds the
    same records and more, or the other way round. A set later in `reports` is coarser: who is alone in it is
    alone in the ones before.
    """
    order, kept = list(reports), {}
    for cell, count in _counts(reports):
        near = [other for at, other in kept.items() if _inside(cell, at, order) or _inside(at, cell, order)]
        if not privacy.small([count, *(abs(count - other) for other in near)]).any():
            kept[cell] = count
    return kept


def _counts(reports: Mapping[str, privacy.Anonymity]) -> Iterable[tuple[Cell, int]]:
    """All counts of records, those first that matter most."""
    for key, report in reports.items():
        yield ("records", key), report.rows
    for key, report in reports.items():
        yield ("alone", key), report.rows_below(2)
        yield ("below_10", key), report.rows_below(10)
        yield ("below_5", key), report.rows_below(5)
    for key, report in reports.items():
        for line in report.diversity.itertuples():
            yield (f"alike {line.column}", key), line.rows_alike


def _inside(cell: Cell, other: Cell, order: list[str]) -> bool:
    """True if the records of one count are among those of the other."""
    (measure, key), (around, finer) = cell, other
    if around == "records":
        return True
    nested = around == measure or around.split(" ")[0] in AROUND.get(measure, ())
    return nested and order.index(finer) <= order.index(key)


def _classes(reports, shown: Mapping[Cell, int], arm: Arm) -> list:
    """The rows on classes: label, then text and records behind it per set."""
    unit = arm.unit or WORDS["A2"]["rows"]
    lines = [(filled(WORDS["A2"]["records"], unit=unit), [_count(shown.get(("records", key))) for key in reports])]
    lines.append((WORDS["A2"]["classes"], [_class_count(report, ("records", key) in shown) for key, report in reports.items()]))
    lines.append((WORDS["A2"]["smallest"], [_smallest(report) for report in reports.values()]))
    lines += [(label, [_count(shown.get((measure, key))) for key in reports]) for measure, label in WORDS["A2"]["counted"].items()]
    return [*lines, (WORDS["A2"]["alone"], [_share(shown.get(("alone", key)), report.rows) for key, report in reports.items()])]


def _sensitive(reports, shown: Mapping[Cell, int], entries: Mapping[str, Column]) -> list:
    """The rows on each sensitive column, under a heading."""
    lines: list = []
    for at, name in enumerate(next(iter(reports.values())).diversity["column"]):
        label = entries[name].label
        found = {key: report.diversity.iloc[at] for key, report in reports.items()}
        lines.append((filled(WORDS["A2"]["sensitive"], label={"en": label.en, "zh": label.zh}), []))
        lines.append((WORDS["A2"]["fewest"], [_rests_on(str(line["smallest"]), int(line["rows_smallest"])) for line in found.values()]))
        lines.append((WORDS["A2"]["alike"], [_share(shown.get((f"alike {name}", key)), report.rows) for key, report in reports.items()]))
    return lines


def _count(count: int | None) -> tuple:
    return (privacy.MARK, None) if count is None else (f"{count:,}", count)


def _share(count: int | None, rows: int) -> tuple:
    return (privacy.MARK, None) if count is None else (f"{100 * count / rows:.1f}", min(count, rows - count))


def _rests_on(text: str, rows: int) -> tuple:
    return (privacy.MARK, None) if privacy.small([rows])[0] else (text, rows)


def _class_count(report: privacy.Anonymity, of_records: bool) -> tuple:
    """The number of classes; withheld where it is nearly the number of records."""
    return (privacy.MARK, None) if not of_records or privacy.small([report.rows - report.classes])[0] else (f"{report.classes:,}", None)


def _smallest(report: privacy.Anonymity) -> tuple:
    """k, where ten records or more are in classes of that size; else its range."""
    rows = report.rows_below(report.smallest + 1)
    return (
        ((WORDS["A2"]["below_5"] if report.smallest < 5 else WORDS["A2"]["below_10"]), None)
        if privacy.small([rows])[0]
        else (f"{report.smallest:,}", rows)
    )


def _notes(reports, asked: Anonymous, entries: Mapping[str, Column]) -> list[Text]:
    """What a class is, the quasi-identifiers, their bands, and the fewer of them."""
    first = next(iter(reports.values()))
    used = [*first.quasi, *first.diversity["column"]]
    bands = [_band(entries[name].label, rule) for name, rule in asked.bands.items() if name in used]
    notes = [WORDS["A2"]["notes"][0], filled(WORDS["A2"]["notes"][1], names=_listed([entries[name].label for name in first.quasi], BETWEEN))]
    if "rounded" in reports:
        units = [_unit(entries[name], size) for name, size in asked.rounded.items() if name in used]
        notes.append(filled(WORDS["A2"]["rounded"], units=_listed(units, BETWEEN)))
    notes += [filled(WORDS["A2"]["in_bands"], bands=_listed(bands, BETWEEN))] if bands else []
    return notes + (
        [filled(WORDS["A2"]["fewer"], names=_listed([entries[name].label for name in reports["fewer"].quasi], BETWEEN))] if "fewer" in reports else []
    )


def _unit(entry: Column, size: float) -> Text:
    label, unit = ({"en": text.en, "zh": text.zh} for text in (entry.label, entry.unit))
    return filled(WORDS["A2"]["unit"], label=label, unit=unit, size={"en": f"{size:g}", "zh": f"{size:g}"})


def _band(label: Text, rule) -> Text:
    both = {"en": label.en, "zh": label.zh}
    if isinstance(rule, int):
        return filled(WORDS["A2"]["parts"], label=both, parts={"en": str(rule), "zh": str(rule)})
    return filled(WORDS["A2"]["edges"], label=both, edges=_listed(Text(en=f"{edge:,g}", zh=f"{edge:,g}") for edge in rule))


def _listed(labels: Iterable[Text], between: Mapping[str, str] | None = None) -> dict[str, str]:
    """Labels as a list of words in each language."""
    labels, between = list(labels), between or {"en": ", ", "zh": "、"}
    return {language: mark.join(label[language] for label in labels) for language, mark in between.items()}
