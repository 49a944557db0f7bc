"""Event studies of any estimators side by side: coefficients by event time with intervals and the reference period."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib import pyplot
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter

from study.design import words
from study.design.entries import Text
from study.models.fit import LEVEL, Fit

from . import style
from .errors import ExhibitError
from .style import COLOURS
from .table import both
from .wording import filled

WORDS = words("shared")

MARKERS = "osD^vPX"
WIDTH = 0.6  # share of a period over which the series stand side by side
MINUS = "\N{MINUS SIGN}"
TICKS = 13  # event times named on the axis at most
EVENT = re.compile(r"(?:::|\[(?:T\.)?|^e(?P<end><=|>=|=))(?P<time>-?\d+)(?:\.0)?(?:\]|:|$)")
REFERENCE = re.compile(r"\bref\s*=\s*(-?\d+)")


def event_study_data(fits: Fit | Sequence[Fit] | Mapping, *, level: float = LEVEL, reference: int | None = None) -> pd.DataFrame:
    """What an event-study plot draws: one row per series and event time.

    Parameters
    ----------
    fits : Fits whose terms have event times (`models.did` with aggregate="event", i(period, ref=-1) in a formula,
        C(period)), or name of the series (str or Text) -> Fit
    level : of the intervals
    reference : event time that is zero by construction; default that of the fit: ref= of its formula, e = -1 for a
        universal base of `models.did`, none where a coefficient stands there or each term has another base

    Returns
    -------
    DataFrame series, series_zh, event_time, estimate, ci_low, ci_high, kind ("estimate", "reference", "<=" or ">=" for
        binned ends), level; a reference is 0 and has no interval, a term without standard error none either

    Raises
    ------
    ExhibitError if there is no fit, or a fit has no term with an event time.
    """
    if isinstance(fits, Fit):
        fits = [fits]
    if not isinstance(fits, Mapping):
        fits = {filled(WORDS["event_plot"]["numbered"], i=i): fit for i, fit in enumerate(fits, 1)}
    if not fits:
        raise ExhibitError("no fit was given; an event study has at least one")
    return pd.concat([_series(both(name), fit, level, reference) for name, fit in fits.items()], ignore_index=True)


def event_study_plot(fits, language: str = "en", **options) -> Figure:
    """Points and intervals by event time, several series side by side, references as hollow points at 0.

    Parameters
    ----------
    fits : Fits or name -> Fit, as for `event_study_data`, or a frame that it returned: with a frame the function serves as
        `draw` of `save_figure`
    language : "en" or "zh"
    options : of `event_study_data`, with Fits
    """
    if isinstance(fits, pd.DataFrame):
        return _draw(fits, language)
    data = event_study_data(fits, **options)
    with style.figure_style():
        figure = _draw(data, language)
        style.settle(figure)
    return figure


def _series(name: Text, fit: Fit, level: float, reference: int | None) -> pd.DataFrame:
    found = {term: EVENT.search(term) for term in fit.terms}
    terms = [term for term, match in found.items() if match]
    if not terms:
        raise ExhibitError(
            f"'{name.en}' has no term with an event time (e=-2, period::-2, C(period)[T.-2]); it has {', '.join(fit.terms[:8])}: "
            "ask models.did for aggregate='event', or write i(period, ref=-1) in the formula"
        )
    limits = fit.confint(level).loc[terms]
    rows = pd.DataFrame(
        {
            "event_time": [int(found[term]["time"]) for term in terms],
            "estimate": fit.coefficients[[fit.terms.index(term) for term in terms]],
            "ci_low": limits["ci_low"].to_numpy(),
            "ci_high": limits["ci_high"].to_numpy(),
            "kind": [found[term]["end"] if found[term]["end"] in ("<=", ">=") else "estimate" for term in terms],
        }
    )
    at = _reference(fit, set(rows["event_time"])) if reference is None else reference
    if at is not None and at not in set(rows["event_time"]):
        rows.loc[len(rows)] = [at, 0.0, np.nan, np.nan, "reference"]
    rows = rows.sort_values("event_time", kind="stable")
    return rows.assign(level=level, series=name.en, series_zh=name.zh)[["series", "series_zh", *rows.columns, "level"]]


def _reference(fit: Fit, times: set[int]) -> int | None:
    """The event time left out: said by the formula, or that of a universal base."""
    said = REFERENCE.search(str(fit.summary.get("formula") or ""))
    if said:
        return int(said[1])
    return -1 if getattr(fit.prepared, "base", "") == "universal" and min(times) < -1 else None


def _draw(data: pd.DataFrame, language: str) -> Figure:
    figure, axis = pyplot.subplots(figsize=(7.2, 3.6))
    names = list(dict.fromkeys(data["series"]))
    axis.axhline(0, color="black", linewidth=0.8)
    axis.axvline(-0.5, color="#4D4D4D", linewidth=0.8, linestyle="--")
    for i, name in enumerate(names):
        part = data[data["series"] == name]
        shift = 0.0 if len(names) == 1 else WIDTH * (i / (len(names) - 1) - 0.5)
        label = part["series" if language == "en" else "series_zh"].iloc[0]
        ends = [end for time, end in _binned(part).items() if time not in _binned(data)]
        _points(axis, part, shift, i, label + (f" ({', '.join(ends)})" if ends else ""))
    _ticks(axis, data)
    axis.set_xlabel(WORDS["event_plot"]["across"][language])
    axis.set_ylabel(WORDS["event_plot"]["up"][language].format(level=100 * data["level"].iloc[0]))
    if len(names) > 1:
        axis.legend(loc="best")
    return figure


def _points(axis, part: pd.DataFrame, shift: float, i: int, label: str) -> None:
    colour, marker = COLOURS[i % len(COLOURS)], MARKERS[i % len(MARKERS)]
    own = part[part["kind"] != "reference"]
    reach = np.abs(own[["ci_low", "ci_high"]].to_numpy(dtype=float) - own[["estimate"]].to_numpy()).T
    reach = np.nan_to_num(reach)  # a term without standard error is drawn without interval
    axis.errorbar(
        own["event_time"] + shift, own["estimate"], yerr=reach, fmt=marker, color=colour, markersize=4, capsize=2, linewidth=1.1, label=label
    )
    base = part[part["kind"] == "reference"]
    axis.plot(base["event_time"] + shift, base["estimate"], marker, color=colour, markersize=4.5, fillstyle="none", markerfacecolor="white")


def _binned(data: pd.DataFrame) -> dict[int, str]:
    """Event time -> its label, where all series are binned."""
    found = {}
    for kind, sign in (("<=", "≤"), (">=", "≥")):
        for time in data.loc[data["kind"] == kind, "event_time"].unique():
            if (data.loc[data["event_time"] == time, "kind"] == kind).all():
                found[int(time)] = f"{sign}{int(time)}".replace("-", MINUS)
    return found


def _ticks(axis, data: pd.DataFrame) -> None:
    """Whole event times, the binned ends with their sign."""
    first, last = int(data["event_time"].min()), int(data["event_time"].max())
    step = -(-(last - first + 1) // TICKS)
    marks = _binned(data)
    axis.xaxis.set_major_locator(FixedLocator(sorted({*range(-(-first // step) * step, last + 1, step), *marks})))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda time, _: marks.get(int(time), str(int(time)).replace("-", MINUS))))
    axis.grid(axis="x", visible=False)
