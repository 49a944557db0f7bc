"""A regression table from Fits: one line per regression, its inference beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from study.design import words
from study.design.entries import Text
from study.privacy import Units

from .run import Run
from .save import save_number
from .table import Table, build
from .wording import signed

WORDS = words("shared")
COLUMN_KEYS = ("outcome", "estimate", "se", "interval", "p", "p_bootstrap", "q", "p_permuted", "mde", "scope", "n", "banks")


@dataclass(frozen=True)
class Line:
    """One regression of the table.

    Parameters
    ----------
    label : what the line is called
    term : the regressor shown
    fit, jackknife : Fits with CV1 and CV3 errors, or None if the model or its cluster jackknife can not be had
    wild, permutation : results of study.inference for this term, or None
    webb : the bootstrap with Webb's weights, printed in place of `wild`, or None
    mde : minimum detectable effect, in the units of the estimate
    q : adjusted p-value of the line's family, or None
    scoped : the same regression with one effect per bank and scope (fit and wild), or None
    rows : lines of the input that the regression rests on
    key : what the paper calls the line
    """

    label: Text
    term: str
    fit: object | None
    jackknife: object | None = None
    wild: object | None = None
    webb: object | None = None
    permutation: object | None = None
    mde: float | None = None
    q: float | None = None
    scoped: "Line | None" = None
    rows: tuple[int, ...] = ()
    key: str = ""


def regressions(panels: Mapping[Text, Sequence[Line]], *, notes=()) -> Table:
    """The table of several panels of regressions, one line each.

    Parameters
    ----------
    panels : heading -> lines
    notes : sentences under the table
    """
    rows: list[Sequence] = []
    keys: list[str] = []
    for heading, lines in panels.items():
        rows += [[heading], *(_cells(line) for line in lines)]
        keys += ["", *(line.key for line in lines)]
    named = {"keys": keys, "column_keys": COLUMN_KEYS} if any(keys) else {}
    return build(WORDS["regression"]["columns"], rows, notes=notes, wide=True, units=Units(counts={10}), **named)


def save_line(name: str, line: Line, *, run: Run) -> None:
    """Register the numbers of a regression for the text, each under `name` and what it is."""
    if line.fit is None:
        return
    term, glance = line.fit.row(line.term), line.fit.glance()
    numbers = {
        "estimate": (term["estimate"], _form(term["estimate"])),
        "se_cv1": (term["std_error"], ".3f"),
        "p_cv1": (term["p_value"], ".3f"),
        "n": (glance["n_obs"], ".0f"),
        "banks": (glance["n_clusters"], ".0f"),
    }
    if line.jackknife is not None:
        cautious = line.jackknife.row(line.term)
        numbers |= {what: (cautious[column], ".3f") for what, column in (("se_cv3", "std_error"), ("p_cv3", "p_value"))}
        numbers |= {end: (cautious[end], _form(cautious[end])) for end in ("ci_low", "ci_high")}
    for result, what in ((line.wild, "bootstrap"), (line.webb, "webb"), (line.permutation, "permutation")):
        if result is not None:
            numbers[f"p_{what}"] = (result.p_value, ".3f")
            numbers[f"least_{what}"] = (result.smallest_attainable_p, ".3g")
    if line.scoped is not None and line.scoped.fit is not None:
        estimate = line.scoped.fit.row(line.scoped.term)["estimate"]
        numbers["scope_estimate"] = (estimate, _form(estimate))
        numbers["scope_p_bootstrap"] = (line.scoped.wild.p_value, ".3f")
    for what, value in (("mde", line.mde), ("q", line.q)):
        if value is not None:
            numbers[what] = (value, ".3f")
    for what, (value, form) in numbers.items():
        meaning = f"{what} of {line.label.en} on {line.term}"
        save_number(f"{name}_{what}", value, run=run, form=form, meaning=meaning, rows=line.rows, behind=glance["n_obs"])


def _cells(line: Line) -> list:
    if line.fit is None:
        return [line.label, WORDS["regression"]["not_estimable"]] + [""] * (len(WORDS["regression"]["columns"]) - 2)
    term, glance = line.fit.row(line.term), line.fit.glance()
    return [
        line.label,
        shown(term["estimate"]),
        *_cautious(line),
        resampled(line.webb or line.wild),
        "" if line.q is None else probability(line.q),
        resampled(line.permutation),
        WORDS["regression"]["none"] if line.mde is None else f"{line.mde:.3f}",
        _scoped(line),
        str(glance["n_obs"]),
        str(glance["n_clusters"]),
    ]


def _cautious(line: Line) -> list:
    """Error, interval and p of the cluster jackknife."""
    if line.jackknife is None:
        return [WORDS["regression"]["none"]] * 3
    term = line.jackknife.row(line.term)
    return [f"{term['std_error']:.3f}", f"[{shown(term['ci_low'])}, {shown(term['ci_high'])}]", probability(term["p_value"])]


def _scoped(line: Line) -> str | Text:
    """The estimate with one effect per bank and scope, its p by the bootstrap in parentheses."""
    if line.scoped is None or line.scoped.fit is None:
        return WORDS["regression"]["not_estimable"]
    estimate = line.scoped.fit.row(line.scoped.term)["estimate"]
    return f"{shown(estimate)} ({probability(line.scoped.wild.p_value)})"


def shown(value: float, decimals: int = 3) -> str:
    """A number with a true minus sign; one that would round to zero keeps its first digit, so that its sign is seen."""
    return signed(value, needed(value, decimals))


def needed(value: float, decimals: int = 3) -> int:
    """The decimals at which a number does not round to zero, `decimals` at least."""
    if value and abs(value) < 0.5 * 10**-decimals:
        return int(np.ceil(-np.log10(abs(value))))
    return decimals


def _form(value: float) -> str:
    return f".{needed(value)}f"


def resampled(result) -> str:
    """A p-value of draws with the least that they could give, as printed."""
    if result is None:
        return ""
    return f"{probability(result.p_value)} ({probability(result.smallest_attainable_p)})"


def probability(p: float) -> str:
    """A p-value as printed: three decimals, never 0.000; four where three would lift it to a level that it is below."""
    if p < 0.001:
        return "<0.001"
    at = next((level for level in (0.01, 0.05, 0.1) if p < level <= round(p, 3)), None)
    return f"{p:.3f}" if at is None else f"{p:.4f}"
