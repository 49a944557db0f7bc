"""T14, F9: the report's value formulas and the models of customer value; value by parts of the score, and lift."""

import pandas as pd
from matplotlib import pyplot
from matplotlib.figure import Figure

from study import privacy
from study.design import source_words, words
from study.design.entries import Text

from .engine.run import Run
from .engine.save import save_number
from .engine.style import COLOURS
from .engine.table import Table, build
from .engine.wording import filled

WORDS = words("value")

ORDER = ("parts", "lift", "retention", "tracking", "frequency")
DASHED = {"same_rate", "same_amount", "last_amount", "constant", "chance"}  # baselines

FORMS = {"ratio": ".3f", "share": ".2f", "correlation": ".2f", "weight": ".2f", "days": ",.0f", "probability": ".2f"}  # of numbers, by unit


def values(lines: pd.DataFrame, arm: str, **stated: float) -> Table:
    """T14 of an arm.

    Parameters
    ----------
    lines : panel, key, unit, estimate, std_error, ci_low, ci_high, n, of `variables.value_lines`; an estimate
        that is missing is printed as not observed
    arm : whose notes are set under the table
    stated : numbers that the notes name
    """
    rows: list = []
    behind: dict = {}
    panel = None
    for one in lines.to_dict("records"):
        if one["panel"] != panel:
            panel = one["panel"]
            rows.append([panels_of(arm)[panel]])
        known = pd.notna(one["estimate"])
        if known and pd.notna(one["n"]):
            behind[len(rows), 2] = int(one["n"])
        interval = "" if pd.isna(one["ci_low"]) else f"[{printed(one['ci_low'])}, {printed(one['ci_high'])}]"
        error = "" if pd.isna(one["std_error"]) else printed(one["std_error"])
        count = "" if pd.isna(one["n"]) else f"{int(one['n']):,}"
        estimate = printed(one["estimate"]) if known else WORDS["not_observed"]
        rows.append([label(one["key"], arm), WORDS["units"][one["unit"]], estimate, error, interval, count])
    notes = [filled(note, **stated) for note in source_words(arm, "value")["notes"]]
    options = {"text_columns": {0, 1}, "widths": (0.38, 0.17, 0.12, 0.1, 0.14, 0.09)}
    return build(WORDS["columns"], rows, notes=notes, units=privacy.Units(counts={5}, bases={4: None}, behind=behind), **options)


def panels_of(arm: str) -> dict[str, Text]:
    """The heads of panels: the question's, and those that the data set says otherwise."""
    return {**WORDS["panels"], **(source_words(arm, "value")["panels"] if "panels" in source_words(arm, "value") else {})}


def keys_of(arm: str) -> dict[str, Text]:
    """The words of keys: the question's, and those of the data set's own."""
    return {**WORDS["keys"], **(source_words(arm, "value")["keys"] if "keys" in source_words(arm, "value") else {})}


def label(key: str, arm: str) -> Text:
    """The words of a key: its parts one after the other."""
    words_of = keys_of(arm)
    parts = [words_of[part] for part in key.split("/")]
    return Text(en=": ".join(part.en for part in parts), zh=":".join(part.zh for part in parts))


def printed(value: float) -> str:
    """Three decimals below ten, fewer above."""
    size = abs(value)
    decimals = 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 10 else 3
    return f"{value:z,.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def panels(data: pd.DataFrame, language: str, arm: str) -> Figure:
    """The panels that `data` has, each with its own axes and legend.

    Parameters
    ----------
    data : panel (a key of the figure's panels), series, x, value, customers
    language : "en" or "zh"
    arm : whose axes are named
    """
    panels = [name for name in ORDER if (data["panel"] == name).any()]
    rows = (len(panels) + 1) // 2
    figure, axes = pyplot.subplots(rows, 2, figsize=(7.2, 2.9 * rows), squeeze=False)
    for letter, axis, name in zip("abcdef", axes.flat, panels):
        _panel(axis, data[data["panel"] == name], language)
        title = WORDS["F9"]["panels"][name][language]
        axis.set_title(f"({letter}) {title}")
        across, up = source_words(arm, "value")["F9"]["axes"][name][language].split(" | ")
        axis.set_xlabel(across)
        axis.set_ylabel(up)
    for axis in axes.flat[len(panels) :]:
        axis.axis("off")
    return figure


def _panel(axis, part: pd.DataFrame, language: str) -> None:
    for i, name in enumerate(dict.fromkeys(part["series"])):
        line = part[part["series"] == name]
        shown = {"color": "black", "marker": "o"} if name in ("actual", "realised") else {"color": COLOURS[i % len(COLOURS)]}
        axis.plot(
            line["x"], line["value"], label=_series(name)[language], markersize=3, linewidth=1.2,
            linestyle="--" if name in DASHED else "-", **shown,
        )  # fmt: skip
    axis.set_ylim(bottom=0)
    axis.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}" if axis.get_ylim()[1] > 5 else f"{value:.1f}")
    axis.legend(fontsize=6.5)


def _series(name: str) -> Text:
    """What a line of the figure is called: its own words, else those of the table."""
    return WORDS["series"][name] if name in WORDS["series"] else WORDS["keys"][name]


def figure_notes(arm: str, **stated: float) -> list[Text]:
    """The notes of F9."""
    return [filled(note, **stated) for note in source_words(arm, "value")["F9"]["notes"]]


def save_numbers(lines: pd.DataFrame, run: Run, **stated: float) -> None:
    """Offer the estimates of T14 that are known, and their intervals' ends, to the text, with what is stated.

    Parameters
    ----------
    lines : of T14, as for `values`; the names are value_<panel>_<key>, then _low, _high
    stated : name -> number; the names are value_<name>
    """
    most = int(lines["n"].max())
    panels = panels_of(run.arm)
    for line in lines[lines["estimate"].notna()].to_dict("records"):
        panel, key, unit = line["panel"], line["key"], line["unit"]
        form, behind = ".2f" if panel in ("lift", "over_recency") else FORMS.get(unit, ",.0f"), most if pd.isna(line["n"]) else int(line["n"])
        for end, column in (("", "estimate"), ("_low", "ci_low"), ("_high", "ci_high")):
            if pd.notna(line[column]):
                name, meaning = f"value_{panel}_{key.replace('/', '_')}{end}", f"{panels[panel].en}: {key}{end.replace('_', ', ')}"
                save_number(name, line[column], run=run, form=form, behind=behind, meaning=meaning)
    for name, number in stated.items():
        save_number(f"value_{name}", number, run=run, form="g", behind=most, meaning=f"{name}, stated")


def best_score(lines: pd.DataFrame, arm: str) -> str:
    """In words: the score with the largest lift beside recency, and whether it beats recency alone by more than its interval."""
    lift = lines[(lines["panel"] == "lift") & lines["key"].str.startswith("lift/")].set_index("key")["estimate"]
    best = lift.drop("lift/recency").idxmax()
    gain = lines[(lines["panel"] == "over_recency") & (lines["key"] == best.replace("lift/", "gain/"))]
    surely = bool(len(gain)) and gain["ci_low"].iloc[0] > 0
    text = WORDS["found"]["beats" if surely else "does_not_beat"]
    return filled(text, score=keys_of(arm)[best.removeprefix("lift/")].en, lift=lift[best], recency=lift["lift/recency"]).en


def beside_baseline(lines: pd.DataFrame) -> str:
    """In words: days after the main split that happened, that the model of days expected, and that the baseline did."""
    days = lines[lines["panel"] == "days_20"].set_index("key")["estimate"]
    known = {name: days[f"total/{key}"] for name, key in (("actual", "actual"), ("model", "bgbb"), ("baseline", "same_rate"))}
    return filled(WORDS["found"]["days"], **known, far=days["mae/bgbb"], base=days["mae/same_rate"]).en


def states_apart(lines: pd.DataFrame, arm: str) -> str:
    """In words: the states of least and most expected value."""
    worth = lines[lines["panel"] == "chain"].set_index("key")["estimate"]
    names = keys_of(arm)
    low, high = worth.idxmin(), worth.idxmax()
    return filled(WORDS["found"]["states"], high=names[high].en, most=worth[high], low=names[low].en, least=worth[low]).en
