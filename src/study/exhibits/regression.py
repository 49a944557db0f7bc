"""A regression table from Fits: one line per regression, its inference beside it."""

from dataclasses import dataclass
from typing import Mapping, Sequence

from study.design.entries import Text
from study.privacy import Units

from . import texts
from .run import Run
from .save import save_number
from .table import Table, build

COLUMNS = (
    Text(en="Outcome", zh="被解释变量"),
    Text(en="Estimate", zh="系数"),
    Text(en="Std. error", zh="标准误"),
    Text(en="95% interval", zh="95%置信区间"),
    Text(en="p, t(G-1)", zh="p 值 t(G-1)"),
    Text(en="p, bootstrap (least)", zh="p 值 bootstrap(最小)"),
    Text(en="q", zh="q"),
    Text(en="p, permuted (least)", zh="p 值 置换(最小)"),
    Text(en="MDE", zh="MDE"),
    Text(en="N", zh="N"),
    Text(en="Banks G", zh="银行数 G"),
    Text(en="Within R\N{SUPERSCRIPT TWO}", zh="组内 R\N{SUPERSCRIPT TWO}"),
)
NOT_ESTIMABLE = Text(en="not estimable", zh="不可估计")


@dataclass(frozen=True)
class Line:
    """One regression of the table.

    Parameters
    ----------
    label : what the line is called
    term : the regressor shown
    fit : the Fit, or None if the model can not be estimated
    wild, permutation : results of study.inference for this term, or None
    mde : minimum detectable effect, in the units of the estimate
    q : adjusted p-value of the line's family, or None
    rows : lines of the input that the regression rests on
    """

    label: Text
    term: str
    fit: object | None
    wild: object | None = None
    permutation: object | None = None
    mde: float | None = None
    q: float | None = None
    rows: tuple[int, ...] = ()


def regressions(panels: Mapping[Text, Sequence[Line]], *, notes=()) -> Table:
    """The table of several panels of regressions, one line each.

    Parameters
    ----------
    panels : heading -> lines
    notes : sentences under the table
    """
    rows: list[Sequence] = []
    for heading, lines in panels.items():
        rows.append([heading])
        rows += [_cells(line) for line in lines]
    return build(COLUMNS, rows, notes=notes, wide=True, units=Units(counts={9}))


def variants(panels: Mapping[Text, Sequence["Variant"]], *, notes=()) -> Table:
    """The table of one estimate per change of the sample, outcome by outcome.

    Parameters
    ----------
    panels : outcome -> its variants, the unchanged one first
    """
    rows: list[Sequence] = []
    for heading, lines in panels.items():
        rows.append([heading])
        rows += [_variant_cells(line) for line in lines]
    return build(texts.T13_COLUMNS, rows, notes=notes, units=Units(counts={len(texts.T13_COLUMNS) - 2}))


@dataclass(frozen=True)
class Variant:
    """One line of the robustness table.

    Parameters
    ----------
    label : what was changed
    estimate : the coefficient
    fit, jackknife : Fits with CRV1 and CRV3 errors, or None where only the estimate is known
    wild : result of study.inference.wild_bootstrap, or None
    rows : lines of the input that the line rests on
    """

    label: Text
    estimate: float | None
    fit: object | None = None
    jackknife: object | None = None
    wild: object | None = None
    rows: tuple[int, ...] = ()


def _variant_cells(line: Variant) -> list:
    if line.estimate is None:
        return [line.label, NOT_ESTIMABLE] + [""] * (len(texts.T13_COLUMNS) - 2)
    if line.fit is None:
        return [line.label, f"{line.estimate:.3f}"] + [""] * (len(texts.T13_COLUMNS) - 2)
    errors = [f"{fit.tidy()['std_error'].iloc[0]:.3f}" for fit in (line.fit, line.jackknife)]
    glance = line.fit.glance()
    return [line.label, f"{line.estimate:.3f}", *errors, _resampled(line.wild), str(glance["n_obs"]), str(glance["n_clusters"])]


def save_line(name: str, line: Line, *, run: Run) -> None:
    """Register the numbers of a regression for the text, each under `name` and what it is."""
    if line.fit is None:
        return
    term, glance = line.fit.row(line.term), line.fit.glance()
    numbers = {
        "estimate": (term["estimate"], ".3f"),
        "se": (term["std_error"], ".3f"),
        "ci_low": (term["ci_low"], ".3f"),
        "ci_high": (term["ci_high"], ".3f"),
        "p": (term["p_value"], ".3f"),
        "n": (glance["n_obs"], ".0f"),
        "banks": (glance["n_clusters"], ".0f"),
    }
    for result, what in ((line.wild, "bootstrap"), (line.permutation, "permutation")):
        if result is not None:
            numbers[f"p_{what}"] = (result.p_value, ".3f")
            numbers[f"least_{what}"] = (result.smallest_attainable_p, ".3g")
    for what, value in (("mde", line.mde), ("q", line.q)):
        if value is not None:
            numbers[what] = (value, ".3f")
    for what, (value, form) in numbers.items():
        meaning = f"{what} of {line.label.en} on {line.term}"
        save_number(f"{name}_{what}", value, run=run, form=form, meaning=meaning, rows=line.rows, behind=glance["n_obs"])


def _cells(line: Line) -> list:
    if line.fit is None:
        return [line.label, NOT_ESTIMABLE] + [""] * (len(COLUMNS) - 2)
    term, glance = line.fit.row(line.term), line.fit.glance()
    return [
        line.label,
        f"{term['estimate']:.3f}",
        f"{term['std_error']:.3f}",
        f"[{term['ci_low']:.3f}, {term['ci_high']:.3f}]",
        probability(term["p_value"]),
        _resampled(line.wild),
        "" if line.q is None else probability(line.q),
        _resampled(line.permutation),
        "" if line.mde is None else f"{line.mde:.3f}",
        str(glance["n_obs"]),
        str(glance["n_clusters"]),
        f"{glance['r2_within']:.3f}",
    ]


def _resampled(result) -> str:
    if result is None:
        return ""
    return f"{probability(result.p_value)} ({probability(result.smallest_attainable_p)})"


def probability(p: float) -> str:
    """A p-value as printed: three decimals, never 0.000."""
    return "<0.001" if p < 0.001 else f"{p:.3f}"
