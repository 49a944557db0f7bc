"""T2, T3, A2: the codebook, descriptive statistics, and how many persons a profile table would single out."""

from collections.abc import Iterable, Mapping

import pandas as pd

from study import privacy
from study.design.entries import Arm, Text, Variable
from study.design.profiles import Column
from study.design.protection import Anonymous

from .engine import moments
from .engine.table import Table, build
from .engine.wording import WITHHELD, filled, number

BLOCKS = {
    "static": Text(en="Static, before", zh="静态(事前)"),
    "behavioural": Text(en="Behavioural, before", zh="行为(事前)"),
    "external": Text(en="External, before", zh="外部(事前)"),
    "treatment": Text(en="Treatment", zh="处理"),
    "outcome": Text(en="Outcome, after", zh="结果(事后)"),
}
SHARE = Text(en="share", zh="比例")
T2_COLUMNS = (
    Text(en="Variable", zh="变量"),
    Text(en="Name in code", zh="代码名"),
    Text(en="Unit", zh="单位"),
    Text(en="Definition", zh="定义"),
)
T2_NOTES = (Text(en="All from data/cn_banks or derived from it.", zh="均来自 data/cn_banks 或由其推导。"),)
T3_COLUMNS = (
    Text(en="Variable", zh="变量"),
    Text(en="Unit", zh="单位"),
    Text(en="N", zh="观测数"),
    Text(en="Banks", zh="银行数"),
    Text(en="Years", zh="年份"),
    Text(en="Mean", zh="均值"),
    Text(en="SD", zh="标准差"),
    Text(en="Median", zh="中位数"),
    Text(en="Min", zh="最小值"),
    Text(en="Max", zh="最大值"),
)
T3_NOTES = (
    Text(
        en="Every variable over the bank-years in which it is published; the banks differ from line to line, so means of "
        "two lines are not comparable.",
        zh="各变量按其披露的银行-年统计;各行所含银行不同,均值不可跨行比较。",
    ),
)
T3_PROFILE_COLUMNS = (
    Text(en="Variable", zh="变量"),
    Text(en="Unit", zh="单位"),
    Text(en="N", zh="观测数"),
    Text(en="Missing, %", zh="缺失(%)"),
    Text(en="Mean", zh="均值"),
    Text(en="SD", zh="标准差"),
    Text(en="P10", zh="P10"),
    Text(en="Median", zh="中位数"),
    Text(en="P90", zh="P90"),
)
T3_PROFILE_NOTES = (
    Text(
        en="N of a level is its number of rows, its mean the share among those recorded. No smallest or largest value of a person is printed.",
        zh="各类别的N为其行数,均值为其在有记录者中的占比;不列示个体的最小值与最大值。",
    ),
)


def codebook(entries: Mapping[str, Variable | Column]) -> Table:
    """T2: label, name, unit and definition of every variable; those of a 360-degree table by block."""
    rows: list = []
    block = None
    for name, entry in entries.items():
        if getattr(entry, "block", block) != block:
            block = entry.block
            rows.append([BLOCKS[block]])
        rows.append([entry.label, name, entry.unit, entry.definition])
    notes = () if block else T2_NOTES
    widths = (0.22, 0.24, 0.14, 0.40)
    return build(T2_COLUMNS, rows, notes=notes, text_columns={0, 1, 2, 3}, widths=widths, wide=True, units=privacy.Units())


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
    return build(T3_COLUMNS, rows, notes=T3_NOTES, text_columns={0, 1}, wide=True)


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
            rows.append([BLOCKS[block]])
        label = _of_level(entry, line.level) if line.level else entry.label
        printed = ["" if pd.isna(getattr(line, m)) else number(getattr(line, m)) for m in moments.MOMENTS]
        cells = [f"{line.n:,}", f"{100 * line.share_missing:.1f}", *printed]
        cells = [privacy.MARK if cell and (i, name) in hidden else cell for name, cell in zip(moments.COLUMNS, cells)]
        places |= {(len(rows), 2 + at): behind[i, name] for at, name in enumerate(moments.COLUMNS) if (i, name) in behind}
        rows.append([label, SHARE if line.level else entry.unit, *cells])
    notes = [*T3_PROFILE_NOTES, *([WITHHELD] if hidden else [])]
    units = privacy.Units(counts={2}, behind=places)
    return build(T3_PROFILE_COLUMNS, rows, notes=notes, text_columns={0, 1}, wide=True, units=units)


def _of_level(entry: Column, code: str) -> Text:
    """The label of a category's line: the variable and what the code stands for."""
    level = entry.level(code)
    return Text(en=f"{entry.label.en}: {level.en}", zh=f"{entry.label.zh}:{level.zh}")


FIRST = Text(en="Measure", zh="指标")
SETS = {
    "recorded": Text(en="As recorded", zh="原始记录"),
    "rounded": Text(en="Rounded", zh="取整后"),
    "bands": Text(en="In bands", zh="分组后"),
    "fewer": Text(en="Fewer, in bands", zh="精简并分组"),
}
RECORDS = Text(en="Records ({unit})", zh="记录数({unit})")
CLASSES = Text(en="Classes", zh="等价类数")
SMALLEST = Text(en="Smallest class, k", zh="最小等价类 k")
COUNTED = {
    "below_5": Text(en="Records in classes below 5", zh="少于5条的等价类中的记录数"),
    "below_10": Text(en="Records in classes below 10", zh="少于10条的等价类中的记录数"),
}
ALONE = Text(en="Alone in their class, %", zh="独占一类的记录(%)")
SENSITIVE = Text(en="Sensitive: {label}", zh="敏感变量:{label}")
FEWEST = Text(en="Fewest values in a class, l", zh="类内最少取值数 l")
ALIKE = Text(en="In classes of one value, %", zh="类内取值唯一的记录(%)")
BELOW_5, BELOW_10 = Text(en="below 5", zh="低于5"), Text(en="5 to 9", zh="5至9")
NOTES = (
    Text(
        en="Records with the same quasi-identifiers, what an acquaintance may know of a person, are one class; a missing value "
        "is a value. Who is alone in a class is singled out, and in a class of one value of the sensitive column that value is "
        "learned. k and l are of ten records or more. The profile itself is not published: no row of a person leaves the package.",
        zh="准标识符(熟人可能知道的信息)取值相同的记录构成一个等价类,缺失视为一个取值。独占一类者可被识别;类内敏感变量取值唯一时,该值随之泄露。k与l均涉及十条及以上记录。"
        "画像本身不予公布:任何个体记录均不离开本程序包。",
    ),
    Text(en="Quasi-identifiers: {names}.", zh="准标识符:{names}。"),
)
ROUNDED = Text(
    en="Rounded, since an acquaintance does not know an age or an income to its decimals: {units}.",
    zh="取整(熟人不会知道精确到小数的年龄或收入):{units}。",
)
UNIT = Text(en="{label} in steps of {size} ({unit})", zh="{label}以{size}({unit})为步长")
IN_BANDS = Text(en="Bands: {bands}.", zh="分组:{bands}。")
FEWER = Text(en="Fewer: {names}.", zh="精简:{names}。")
EDGES = Text(en="{label} from {edges}", zh="{label}自{edges}起")
PARTS = Text(en="{label} in {parts} of about as many", zh="{label}按人数约等分为{parts}组")
NONE = Text(en="Quasi-identifiers in the tables", zh="表中的准标识符")
NOTHING = Text(en="none", zh="无")
LOOKED_FOR = Text(
    en="Looked for: {names}. A table without them singles out nobody by them; what else may be known of a person was not looked at.",
    zh="所查:{names}。无上述变量时不能据此识别个体;其他可能为人所知的信息未作检查。",
)
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
        note = filled(LOOKED_FOR, names={language: ", ".join(asked.quasi) for language in ("en", "zh")})
        return build([FIRST, SETS["recorded"]], [[NONE, NOTHING]], notes=[note], units=privacy.Units())
    shown = published(reports)
    lines = [*_classes(reports, shown, arm), *_sensitive(reports, shown, entries)]
    behind = {(row, 1 + at): count for row, (_, cells) in enumerate(lines) for at, (_, count) in enumerate(cells) if count is not None}
    rows = [[label, *(text for text, _ in cells)] for label, cells in lines]
    hides = any(text == privacy.MARK for _, cells in lines for text, _ in cells)
    notes = [*_notes(reports, asked, entries), *([WITHHELD] if hides else [])]
    return build([FIRST, *(SETS[key] for key in reports)], rows, notes=notes, units=privacy.Units(behind=behind))


def anonymity_numbers(reports: Mapping[str, privacy.Anonymity]) -> dict[str, tuple]:
    """The numbers of the text: name -> value in per cent, form, records behind it, meaning; those that may be published."""
    shown, found = published(reports), {}
    words = {"alone": "records alone in their class", "below_10": "records in classes below ten"}
    for (measure, key), count in shown.items():
        if measure in words:
            rows = reports[key].rows
            meaning = f"{words[measure]}, quasi-identifiers {SETS[key].en.lower()}, %"
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
    unit = {"en": arm.unit.en, "zh": arm.unit.zh} if arm.unit else {"en": "rows", "zh": "行"}
    lines = [(filled(RECORDS, unit=unit), [_count(shown.get(("records", key))) for key in reports])]
    lines.append((CLASSES, [_class_count(report, ("records", key) in shown) for key, report in reports.items()]))
    lines.append((SMALLEST, [_smallest(report) for report in reports.values()]))
    lines += [(label, [_count(shown.get((measure, key))) for key in reports]) for measure, label in COUNTED.items()]
    return [*lines, (ALONE, [_share(shown.get(("alone", key)), report.rows) for key, report in reports.items()])]


def _sensitive(reports, shown: Mapping[Cell, int], entries: Mapping[str, Column]) -> list:
    """The rows on each sensitive column, under a heading."""
    lines: list = []
    for at, name in enumerate(next(iter(reports.values())).diversity["column"]):
        label = entries[name].label
        found = {key: report.diversity.iloc[at] for key, report in reports.items()}
        lines.append((filled(SENSITIVE, label={"en": label.en, "zh": label.zh}), []))
        lines.append((FEWEST, [_rests_on(str(line["smallest"]), int(line["rows_smallest"])) for line in found.values()]))
        lines.append((ALIKE, [_share(shown.get((f"alike {name}", key)), report.rows) for key, report in reports.items()]))
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
    return ((BELOW_5 if report.smallest < 5 else BELOW_10), None) if privacy.small([rows])[0] else (f"{report.smallest:,}", rows)


def _notes(reports, asked: Anonymous, entries: Mapping[str, Column]) -> list[Text]:
    """What a class is, the quasi-identifiers, their bands, and the fewer of them."""
    first = next(iter(reports.values()))
    used = [*first.quasi, *first.diversity["column"]]
    bands = [_band(entries[name].label, rule) for name, rule in asked.bands.items() if name in used]
    notes = [NOTES[0], filled(NOTES[1], names=_listed([entries[name].label for name in first.quasi], BETWEEN))]
    if "rounded" in reports:
        units = [_unit(entries[name], size) for name, size in asked.rounded.items() if name in used]
        notes.append(filled(ROUNDED, units=_listed(units, BETWEEN)))
    notes += [filled(IN_BANDS, bands=_listed(bands, BETWEEN))] if bands else []
    return notes + ([filled(FEWER, names=_listed([entries[name].label for name in reports["fewer"].quasi], BETWEEN))] if "fewer" in reports else [])


def _unit(entry: Column, size: float) -> Text:
    label, unit = ({"en": text.en, "zh": text.zh} for text in (entry.label, entry.unit))
    return filled(UNIT, label=label, unit=unit, size={"en": f"{size:g}", "zh": f"{size:g}"})


def _band(label: Text, rule) -> Text:
    both = {"en": label.en, "zh": label.zh}
    if isinstance(rule, int):
        return filled(PARTS, label=both, parts={"en": str(rule), "zh": str(rule)})
    return filled(EDGES, label=both, edges=_listed(Text(en=f"{edge:,g}", zh=f"{edge:,g}") for edge in rule))


def _listed(labels: Iterable[Text], between: Mapping[str, str] | None = None) -> dict[str, str]:
    """Labels as a list of words in each language."""
    labels, between = list(labels), between or {"en": ", ", "zh": "、"}
    return {language: mark.join(label[language] for label in labels) for language, mark in between.items()}
