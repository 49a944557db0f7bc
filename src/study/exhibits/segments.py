"""T23: segments of customers: choice of k, profiles, and what came afterwards beside simpler groupings."""

from collections.abc import Mapping

import pandas as pd

from study import privacy
from study.design import source_words, words

from .engine.run import Run
from .engine.save import save_number
from .engine.table import Table, Text, build
from .engine.wording import WITHHELD, between, filled, interval

WORDS = words("segments")

WIDTHS = (0.25, 0.12, 0.16, 0.16, 0.16, 0.15)


def segments(
    kmeans, mixture, shuffled: pd.DataFrame, after: Mapping[str, pd.DataFrame], explained: Mapping[str, pd.DataFrame],
    *, arm: str, age: pd.DataFrame | None = None, least: int = privacy.LEAST, **stated: float,
) -> Table:  # fmt: skip
    """The table of an arm.

    Parameters
    ----------
    kmeans, mixture : of `analytics.segments`
    shuffled : of `analytics.shuffled`, for k-means: its mean, least and largest silhouette
    after : "kmeans", "rfm" -> of `analytics.groupings.by_group`
    explained : outcome -> of `analytics.groupings.explained`
    age : measure (count, rate, window), n, pearson, spearman, explained; or None
    least : customers behind a share
    stated : numbers that the notes name
    """
    n = int(kmeans.profiles["n"].sum())
    rows = [[WORDS["panels"]["choice"]], list(WORDS["quality"]), *_choice(kmeans, mixture, shuffled)]
    behind = {(row, column): n for row in range(2, len(rows)) for column in range(1, 6)}
    _extend(rows, behind, WORDS["panels"]["profiles"], *_profiles(kmeans.profiles, arm))
    _extend(rows, behind, WORDS["panels"]["outcomes"], *_afterwards(after, kmeans.profiles, least, outcomes_of(arm)))
    _extend(rows, behind, WORDS["panels"]["explained"], *_explained(explained, outcomes_of(arm)))
    if age is not None:
        _extend(rows, behind, WORDS["panels"]["age"], *_age(age))
    hidden = any(cell == privacy.MARK for row in rows for cell in row)
    notes = [filled(note, **stated) for note in (*WORDS["notes"].values(), source_words(arm, "segments")["note"])]
    return build(WORDS["columns"], rows, notes=[*notes, *([WITHHELD] if hidden else [])], widths=WIDTHS, units=privacy.Units(behind=behind))


def outcomes_of(arm: str) -> dict[str, Text]:
    """The words of outcomes: the question's, and those that the data set says otherwise."""
    return {**WORDS["outcomes"], **(source_words(arm, "segments")["outcomes"] if "outcomes" in source_words(arm, "segments") else {})}


def _extend(rows: list, behind: dict, panel: Text, lines: list, counts: Mapping) -> None:
    """Add a panel; its cells' customers are given by (line, column)."""
    rows.append([panel])
    behind |= {(len(rows) + line, column): count for (line, column), count in counts.items()}
    rows += lines


def _choice(kmeans, mixture, shuffled: pd.DataFrame) -> list:
    first, second = kmeans.selection.set_index("k"), mixture.selection.set_index("k")
    alone = shuffled.set_index("k")
    made = []
    for k in first.index:
        mean, least, most = alone.loc[k, ["silhouette", "least", "most"]]
        cells = [_taken(first.loc[k], "silhouette"), interval(mean, least, most, 3), f"{first.loc[k, 'stability']:.2f}"]
        made.append([str(k), *cells, _taken(second.loc[k], "silhouette"), f"{second.loc[k, 'stability']:.2f}"])
    return made


def _taken(line: pd.Series, name: str) -> str | Text:
    value = f"{line[name]:.3f}"
    return Text(en=f"{value} ({WORDS['chosen'].en})", zh=f"{value}({WORDS['chosen'].zh})") if line["chosen"] else value


def _profiles(profiles: pd.DataFrame, arm: str) -> tuple[list, dict]:
    names = ("recency", "frequency", "monetary")
    lines: list = [[WORDS["segment"], WORDS["customers"], WORDS["share"], *(source_words(arm, "segments")["features"][name] for name in names)]]
    counts = {}
    for line in profiles.to_dict("records"):
        counts |= {(len(lines), column): int(line["n"]) for column in range(1, 6)}
        medians = [f"{line[f'{name}_median']:,.0f}" for name in names]
        lines.append([label(line["segment"], line["name"]), f"{int(line['n']):,}", f"{line['share']:.2f}", *medians])
    return lines, counts


def label(segment: int, name: str) -> Text:
    """A segment's number and the words of its name ("low recency, high frequency")."""
    said = (
        [WORDS["words"][feature][level] for level, feature in (part.split(" ") for part in name.split(", "))]
        if name[:4] in ("low ", "high")
        else [WORDS["typical"]]
    )
    return Text(en=f"{segment}: {', '.join(x.en for x in said)}", zh=f"{segment}:{'、'.join(x.zh for x in said)}")


def _afterwards(after: Mapping[str, pd.DataFrame], profiles: pd.DataFrame, least: int, said: Mapping[str, Text]) -> tuple[list, dict]:
    outcomes = list(dict.fromkeys(after["kmeans"]["outcome"]))
    head = [cell for name in outcomes for cell in (said[name], WORDS["empty"])]
    lines: list = [[WORDS["grouping"], WORDS["customers"], *head]]
    names = dict(zip(profiles["segment"], profiles["name"]))
    shown = {name: _having({key: table[table["outcome"] == name] for key, table in after.items()}, least) for name in outcomes}
    counts = {}
    for key, table in after.items():
        groups = sorted(table["group"].unique())
        for group in groups:
            found = table[table["group"] == group].set_index("outcome")
            title = label(group, names[group]) if key == "kmeans" else filled(WORDS["part"], at=group, of=len(groups))
            n = int(found["n"].iloc[0])
            counts[len(lines), 1] = n
            cells = []
            for place, name in enumerate(outcomes):
                behind, hide = shown[name][key, group]
                counts |= {(len(lines), 2 + 2 * place + i): behind for i in (0, 1)}
                cells += [privacy.MARK, privacy.MARK] if hide else _mean(found.loc[name])
            lines.append([title, f"{n:,}", *cells])
    return lines, counts


def _having(tables: Mapping[str, pd.DataFrame], least: int) -> dict:
    """Customers behind each mean and whether it is withheld: a share of 0 and 1 shows those who have it and those who have not."""
    binary = all(((table["mean"] * table["n"]).round(6) == table["having"]).all() and table["mean"].between(0, 1).all() for table in tables.values())
    if not binary:
        return {(key, group): (n, n < least) for key, table in tables.items() for group, n in zip(table["group"], table["n"])}
    few = {key: privacy.small(table["having"], least) | privacy.small(table["n"] - table["having"], least) for key, table in tables.items()}
    if sum(mask.any() for mask in few.values()) == 1:  # the other grouping gives the total away
        key = next(key for key, mask in few.items() if mask.any())
        counts = [*tables[key]["having"], tables[key]["having"].sum()]
        few[key] = privacy.withheld(counts, [(len(counts) - 1, range(len(counts) - 1))], keep=[len(counts) - 1], least=least)[:-1]
    made = {}
    for key, table in tables.items():
        for group, n, having, hide in zip(table["group"], table["n"], table["having"], few[key]):
            made[key, group] = (int(min(having, n - having)), bool(hide))
    return made


def _mean(line: pd.Series) -> list:
    decimals = 3 if line["high"] <= 1 else 1
    value, low, high = (f"{line[name]:,.{decimals}f}" for name in ("mean", "low", "high"))
    return [value, between(low, high)]


def _explained(explained: Mapping[str, pd.DataFrame], said: Mapping[str, Text]) -> tuple[list, dict]:
    outcomes = list(explained)
    head = [WORDS["grouping"], WORDS["groups"]]
    for name in outcomes:
        head += [said[name], WORDS["less"]]
    lines, counts = [head], {}
    for name in explained[outcomes[0]]["predictor"]:
        cells: list = []
        for outcome in outcomes:
            line = explained[outcome].set_index("predictor").loc[name]
            cells.append(interval(100 * line["explained"], 100 * line["low"], 100 * line["high"], 1))
            ahead, low, high = [100 * line[f"ahead{end}"] for end in ("", "_low", "_high")]
            cells.append("" if name == "kmeans" else interval(ahead, low, high, 1))
        counts |= {(len(lines), column): int(line["n"]) for column in range(2, 6)}
        lines.append([WORDS["predictors"][name], "" if name == "linear" else str(int(line["columns"])), *cells])
    return lines, counts


def _age(age: pd.DataFrame) -> tuple[list, dict]:
    lines, counts = [list(WORDS["age"])], {}
    for line in age.to_dict("records"):
        counts |= {(len(lines), column): int(line["n"]) for column in range(1, 5)}
        cells = [f"{line['pearson']:.2f}", f"{line['spearman']:.2f}", f"{100 * line['explained']:.1f}"]
        lines.append([WORDS["measures"][line["measure"]], f"{int(line['n']):,}", *cells, ""])
    return lines, counts


def save_numbers(models: Mapping, shuffled: pd.DataFrame, explained: Mapping[str, pd.DataFrame], agree: float, age: pd.DataFrame | None, run: Run):
    """Offer what T23 shows to the text.

    Parameters
    ----------
    models : "kmeans", "mixture" -> of `analytics.segments`; agree : the adjusted Rand index of the two
    shuffled, explained, age : as for `segments`
    """
    kmeans = models["kmeans"]
    n = int(kmeans.profiles["n"].sum())

    def number(name, value, meaning, form=".2f"):
        save_number(f"segment_{name}", value, run=run, form=form, meaning=meaning, behind=n)

    number("customers", n, "customers in segments", ",.0f")
    for name, model in models.items():
        taken = model.selection.set_index("k").loc[model.k]
        number(f"{name}_k", model.k, f"segments, {name}", ".0f")
        number(f"{name}_silhouette", taken["silhouette"], f"silhouette, {name}", ".3f")
        number(f"{name}_stability", taken["stability"], f"stability, {name}")
    number("agreement", agree, "adjusted Rand index of k-means and mixture")
    wide = kmeans.selection.loc[kmeans.selection["k"] > 2, "silhouette"]
    number("silhouette_least", wide.min(), "least silhouette of k-means for k above 2", ".3f")
    number("silhouette_most", wide.max(), "largest silhouette of k-means for k above 2", ".3f")
    for end, column in (("", "silhouette"), ("_least", "least"), ("_most", "most")):
        number(f"silhouette_shuffled{end}", shuffled.set_index("k")[column][kmeans.k], f"silhouette of shuffled columns, {column}", ".3f")
    _explained_numbers(explained, number)
    for line in [] if age is None else age.itertuples():
        number(f"age_{line.measure}", line.spearman, f"Spearman of {line.measure} with months open")
        number(f"age_{line.measure}_explained", 100 * line.explained, f"months open explained by segments on {line.measure}, %", ".1f")


def _explained_numbers(explained: Mapping[str, pd.DataFrame], number) -> None:
    for outcome, says in explained.items():
        for line in says.itertuples():
            name = f"{outcome}_{line.predictor}"
            number(name, 100 * line.explained, f"variance of {outcome} explained by {line.predictor}, %", ".1f")
            for end in ("", "_low", "_high") if line.predictor != "kmeans" else ():
                number(f"{name}_less{end}", 100 * getattr(line, f"ahead{end}"), f"k-means less {line.predictor}{end}, points", ".1f")


def beside_one_column(explained: Mapping[str, pd.DataFrame], arm: str) -> str:
    """In words: for each outcome, what k-means explains and what the best single column does."""
    made = []
    for outcome, says in explained.items():
        table = says.set_index("predictor")
        best = table.loc[["recency", "frequency", "monetary"], "explained"].idxmax()
        line = table.loc[best]
        known = {"outcome": outcomes_of(arm)[outcome].en, "best": WORDS["predictors"][best].en, "kmeans": 100 * table.loc["kmeans", "explained"]}
        more = {"one": 100 * line["explained"], "low": 100 * line["ahead_low"], "high": 100 * line["ahead_high"]}
        made.append(filled(WORDS["found"], **known, **more).en)
    return "\n".join(made)
