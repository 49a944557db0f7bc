"""A regression table from Fits: one line per regression, its inference beside it."""

from dataclasses import dataclass
from typing import Sequence

from study.design.entries import Text

from .table import Table, build

COLUMNS = (
    Text(en="Outcome", zh="被解释变量"),
    Text(en="Estimate", zh="系数"),
    Text(en="Std. error", zh="标准误"),
    Text(en="95 % interval", zh="95%置信区间"),
    Text(en="p, t(G-1)", zh="p 值 t(G-1)"),
    Text(en="p, bootstrap", zh="p 值 bootstrap"),
    Text(en="least", zh="最小可得"),
    Text(en="p, permuted", zh="p 值 置换"),
    Text(en="least", zh="最小可得"),
    Text(en="MDE", zh="最小可检测效应"),
    Text(en="N", zh="样本量"),
    Text(en="Banks G", zh="银行数 G"),
    Text(en="Within R2", zh="组内R2"),
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
    """

    label: Text
    term: str
    fit: object | None
    wild: object | None = None
    permutation: object | None = None
    mde: float | None = None


def regressions(panels: dict[str | Text, Sequence[Line]], *, notes=()) -> Table:
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
    return build(COLUMNS, rows, notes=notes, wide=True)


def _cells(line: Line) -> list:
    if line.fit is None:
        return [line.label, NOT_ESTIMABLE] + [""] * (len(COLUMNS) - 2)
    term = line.fit.tidy().set_index("term").loc[line.term]
    glance = line.fit.glance()
    return [
        line.label,
        f"{term.estimate:.3f}",
        f"{term.std_error:.3f}",
        f"[{term.ci_low:.3f}, {term.ci_high:.3f}]",
        probability(term.p_value),
        *_resampled(line.wild),
        *_resampled(line.permutation),
        "" if line.mde is None else f"{line.mde:.3f}",
        str(glance["n_obs"]),
        str(glance["n_clusters"]),
        f"{glance['r2_within']:.3f}",
    ]


def _resampled(result) -> list[str]:
    if result is None:
        return ["", ""]
    return [probability(result.p_value), probability(result.smallest_attainable_p)]


def probability(p: float) -> str:
    """A p-value as printed: three decimals, never 0.000."""
    return "<0.001" if p < 0.001 else f"{p:.3f}"
