"""The table of several models side by side: one column per Fit, errors in brackets below the coefficients."""

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from study.design import words
from study.design.entries import Text
from study.models.fit import Fit
from study.privacy import Units

from .errors import ExhibitError
from .regression import probability
from .table import Table, both, build
from .wording import filled

WORDS = words("shared")

STATISTICS = {"n_obs": ",.0f", "n_clusters": ",.0f", "r2": "z.{decimals}f", "r2_within": "z.{decimals}f", "r2_mcfadden": "z.{decimals}f"}
LEVELS = ((0.01, "***"), (0.05, "**"), (0.1, "*"))


def regression_table(
    fits: Sequence[Fit] | Mapping[str | Text, Fit],
    *,
    labels: Mapping[str, str | Text] | None = None,
    terms: Sequence[str] | None = None,
    drop: Collection[str] = (),
    below: str = "std_error",
    stars: bool = False,
    decimals: int = 3,
    notes: Sequence[str | Text] = (),
    fit_notes: bool = True,
) -> Table:
    """Models in columns, coefficients in rows, then N, clusters, effects and R2: a Table for `save_table`.

    Parameters
    ----------
    fits : Fits of any estimator, or head of the column -> Fit; the default head is the number and the outcome
    labels : name of a term, an effect or an outcome -> what is printed for it
    terms : the terms shown, in this order; default all, in order of appearance, the constant last
    drop : terms left out
    below : what stands under a coefficient: "std_error", "interval" (95 %) or "p_value"
    stars : True prints p under the errors and stars that follow it as it is printed
    decimals : of coefficients, errors and R2
    notes : sentences under the table, before those of the fits
    fit_notes : what the fits themselves say of dropped rows and errors stands under the table, by column

    Raises
    ------
    ExhibitError if there is no fit, a term shown is in none, or `below` is unknown.
    """
    columns = _columns(fits, labels or {})
    shown = _shown(list(columns.values()), terms, drop)
    if below not in WORDS["fit_table"]["below"]:
        raise ExhibitError(f"below='{below}'; there is {', '.join(WORDS['fit_table']['below'])}")
    lines = {i: fit.tidy().set_index("term") for i, fit in enumerate(columns.values())}
    rows = []
    for term in shown:
        rows += _coefficient(term, lines, labels or {}, below, stars, decimals)
    rows += _effects(list(columns.values()), labels or {}) + _statistics(list(columns.values()), decimals)
    errors = [fit.summary.get("vcov", "") for fit in columns.values()]
    if len(set(errors)) > 1:
        rows.append([WORDS["fit_table"]["errors"], *errors])
    sizes = {1 + j: fit.summary.get("n_obs") for j, fit in enumerate(columns.values())}
    behind = {(i, column): int(n) for column, n in sizes.items() for i in range(len(rows)) if n is not None}
    return build(
        [WORDS["fit_table"]["first"], *columns],
        rows,
        notes=[*_notes(errors, below, stars), *notes, *(_of_fits(list(columns.values())) if fit_notes else [])],
        wide=len(columns) > 5,
        units=Units(behind=behind),
    )


def _columns(fits, labels: Mapping) -> dict[Text, Fit]:
    """Head -> Fit."""
    if isinstance(fits, Fit):
        fits = [fits]
    if not isinstance(fits, Mapping):
        heads = [_outcome(fit, labels) for fit in fits]
        fits = {Text(en=f"({i}) {head.en}".strip(), zh=f"({i}) {head.zh}".strip()): fit for i, (head, fit) in enumerate(zip(heads, fits), 1)}
    if not fits:
        raise ExhibitError("no fit was given; a table has at least one column")
    return {both(head): fit for head, fit in fits.items()}


def _outcome(fit: Fit, labels: Mapping) -> Text:
    name = fit.settings.get("outcome") or str(fit.summary.get("formula", "")).partition("~")[0].strip()
    return both(labels.get(name, name))


def _shown(fits: Sequence[Fit], terms, drop: Collection[str]) -> list[str]:
    found = list(dict.fromkeys(term for fit in fits for term in fit.terms))
    missing = [term for term in [*(terms or ()), *drop] if term not in found]
    if missing:
        raise ExhibitError(f"no fit has the term '{missing[0]}'; there is {', '.join(found)}")
    if terms is None:
        terms = sorted(found, key=lambda term: term == "Intercept")
    return [term for term in terms if term not in drop]


def _coefficient(term: str, lines: Mapping[int, pd.DataFrame], labels: Mapping, below: str, stars: bool, decimals: int) -> list[list]:
    """The rows of a term: coefficients, what stands below, and p if there are stars."""
    of_fit = [table.loc[term] if term in table.index else None for table in lines.values()]
    label = both(labels.get(term, WORDS["fit_table"]["constant"] if term == "Intercept" else term))
    rows: list[list] = [
        [label, *("" if line is None else _number(line["estimate"], decimals) + (_stars(line["p_value"]) if stars else "") for line in of_fit)],
        ["", *("" if line is None else _below(line, below, decimals) for line in of_fit)],
    ]
    if stars and below != "p_value":
        rows.append(["", *("" if line is None or pd.isna(line["p_value"]) else f"p {probability(line['p_value'])}" for line in of_fit)])
    return rows


def _number(value: float, decimals: int) -> str:
    return "" if pd.isna(value) else f"{value:z,.{decimals}f}"


def _below(line: pd.Series, below: str, decimals: int) -> str:
    if pd.isna(line["std_error"]):
        return ""
    if below == "interval":
        return f"[{_number(line['ci_low'], decimals)}, {_number(line['ci_high'], decimals)}]"
    return f"p {probability(line['p_value'])}" if below == "p_value" else f"({_number(line['std_error'], decimals)})"


def _stars(p: float) -> str:
    """Stars of the p-value as it is printed."""
    printed = 0.0 if p < 0.001 else float(probability(p))
    return next((mark for level, mark in LEVELS if printed < level), "")


def _effects(fits: Sequence[Fit], labels: Mapping) -> list[list]:
    of_fit = [[name for name in str(fit.summary.get("fixed_effects") or "").split(" + ") if name] for fit in fits]
    names = list(dict.fromkeys(name for names in of_fit for name in names))
    return [
        [
            filled(WORDS["fit_table"]["effect"], name=both(labels.get(name, name))),
            *(WORDS["fit_table"]["yes"] if name in names else "" for names in of_fit),
        ]
        for name in names
    ]


def _statistics(fits: Sequence[Fit], decimals: int) -> list[list]:
    """The lines of `glance` that at least one fit has."""
    rows = []
    for key, form in STATISTICS.items():
        values = [None if key == "r2_within" and not fit.summary.get("fixed_effects") else fit.summary.get(key) for fit in fits]
        if any(value is not None for value in values):
            rows.append(
                [
                    WORDS["fit_table"]["statistics"][key],
                    *("" if value is None or pd.isna(value) else format(value, form.format(decimals=decimals)) for value in values),
                ]
            )
    return rows


def _notes(errors: Sequence[str], below: str, stars: bool) -> list[Text]:
    what = (
        filled(WORDS["fit_table"]["of_all"], below=WORDS["fit_table"]["below"][below], vcov=errors[0])
        if len(set(errors)) == 1 and errors[0]
        else filled(WORDS["fit_table"]["by_column"], below=WORDS["fit_table"]["below"][below])
    )
    return [what, *([WORDS["fit_table"]["stars"]] if stars else [])]


def _of_fits(fits: Sequence[Fit]) -> list[str]:
    """What the fits say, the columns that say it in front."""
    said: dict[str, list[str]] = {}
    for i, fit in enumerate(fits, 1):
        for note in fit.notes:
            said.setdefault(note, []).append(f"({i})")
    return [f"{', '.join(columns)}: {note}." for note, columns in said.items()]
