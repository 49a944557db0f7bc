"""What a table should be asked before a score is learned from it: roles, overlap, balance, columns that are too good."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from study.refusals import binary, floats, named
from study.times import is_number

from ..errors import BadValue
from ..shared import categories, metrics
from ..shared.splits import Split

NO_FEATURES = ("treatment", "outcome")  # set by an experiment or the bank with the outcome in view; the outcome or what follows it
ONE_VALUE = 0.99  # share of the training rows with one value from which a column tells nothing
RARELY, RARE = 10, 0.01  # training rows, and share of them, below which a level counts as unseen: it gets no coefficient worth the name
UNSEEN = 0.05  # share of the test rows from which unseen levels, or values outside the training range, are said
IMBALANCE = 0.1  # standard deviations of a column's ranks by which a randomised treatment may differ at most
LEVEL = 0.01  # of the test of balance, divided by the number of columns and periods (Bonferroni)
TOO_GOOD = 0.9  # area under the ROC curve of a column alone
ONE_PERIOD = 0.1  # by which the area in one period exceeds that in every other one
FINDINGS = ("kind", "column", "split", "place", "rows", "of", "value")


@dataclass(frozen=True, eq=False)
class FeatureChecks:
    """What was found.

    Parameters
    ----------
    findings : one row per finding: kind, column, split (name, or "" for all rows), place (the fold, the period, the other column), rows of
        how many (`of`), value. Kinds:
        role: the column is a treatment or an outcome by its declared role (value missing);
        one value: `rows` of the `of` training rows have one value, or none has any;
        unseen: `rows` of the `of` test rows have a level that fewer than ten, or than one in a hundred, of the training rows have;
        outside: `rows` of the `of` test rows lie outside the range of the training rows;
        imbalance: a treatment that is called randomised goes with the column `place`: value is the difference of its ranks,
        within strata, for the treatment (0/1) or for one standard deviation of it, in standard deviations of the ranks;
        groups: value is the share of the treatment's variance within strata that lies between whole groups;
        too good: value is the area under the ROC curve of the column alone;
        one period: the column ranks in the period `place` only: value is the area there.
    """

    findings: pd.DataFrame

    def of(self, kind: str) -> pd.DataFrame:
        """The findings of one kind."""
        return self.findings[self.findings["kind"] == kind].reset_index(drop=True)

    def refuse(self) -> None:
        """Raise BadValue if a treatment, or a column of the outcome or after it, is among the features."""
        wrong = self.of("role")
        if len(wrong):
            told = ", ".join(f"'{line.column}' ({line.place})" for line in wrong.itertuples())
            raise BadValue(
                f"{len(wrong)} of the features are no features: {told}. A score may use only what is known before an offer is made; leave them out"
            )


def examine(
    data: pd.DataFrame,
    *,
    outcome: str,
    features: Sequence[str],
    splits: Mapping[str, Sequence[Split]] | None = None,
    roles: Mapping[str, str] | None = None,
    randomised: Mapping[str, Sequence[str]] | None = None,
    period: str | None = None,
    group: str | None = None,
) -> FeatureChecks:
    """Look at a table before a score is learned from it; nothing is changed and nothing learned.

    Parameters
    ----------
    data : one row per customer, loan or call
    outcome : column of 0 and 1
    features : columns to learn from
    splits : name -> Splits, as for `scoring.compare`
    roles : column -> static, behavioural, external, treatment or outcome; features of the last two are found
    randomised : treatment -> columns whose combinations are its strata; its balance over the features is tested in every period.
        A treatment of more than two texts is tested level by level
    period : column of periods (waves, months), or None
    group : column of groups (branches) that a treatment may have been set by, or None

    Raises
    ------
    MissingColumn; BadValue for an outcome that is not 0 and 1.
    """
    splits, roles, randomised = dict(splits or {}), dict(roles or {}), dict(randomised or {})
    strata = [name for names in randomised.values() for name in names]
    named(data, outcome, *features, *randomised, *strata, *([period] if period else []), *([group] if group else []))
    data = data.reset_index(drop=True).assign(**{outcome: binary(outcome, data[outcome])})
    found = [_finding("role", name, place=roles[name]) for name in features if roles.get(name) in NO_FEATURES]
    for split, folds in splits.items():
        for fold, one in enumerate(folds, start=1):
            for name in features:
                found += _overlap(data[name], split, fold, one)
    for treatment, by in randomised.items():
        found += _balance(data, treatment, list(by), [name for name in features if name != treatment and name not in by], period, group)
    for name in dict.fromkeys([*features, *randomised]):
        found += _too_good(data, name, outcome, period)
    return FeatureChecks(pd.DataFrame(found, columns=FINDINGS))


def _finding(kind: str, column: str, *, split="", place="", rows: int = 0, of: int = 0, value: float = np.nan) -> dict:
    return {"kind": kind, "column": column, "split": split, "place": place, "rows": rows, "of": of, "value": value}


def _numeric(column: pd.Series) -> bool:
    return not isinstance(column.dtype, pd.CategoricalDtype) and is_number(column)


def _overlap(column: pd.Series, split: str, fold: int, one: Split) -> list[dict]:
    """Whether the training rows tell something of the test rows: one value, levels unseen, values outside the range."""
    train, test = column.iloc[one.train].dropna(), column.iloc[one.test].dropna()
    if not len(train) or not len(test):
        return [_finding("one value", column.name, split=split, place=fold, rows=len(one.train), of=len(one.train), value=1.0)] if len(test) else []
    counts, found = train.value_counts(), []
    if counts.iloc[0] >= ONE_VALUE * len(train) and (test != counts.index[0]).mean() > 1 - ONE_VALUE:
        found.append(
            _finding("one value", column.name, split=split, place=fold, rows=int(counts.iloc[0]), of=len(train), value=counts.iloc[0] / len(train))
        )
    if _numeric(column):
        kind, strange = "outside", (test < train.min()) | (test > train.max())
    else:
        kind, strange = "unseen", ~test.isin(counts.index[counts >= max(RARELY, RARE * len(train))])
    if strange.mean() >= UNSEEN:
        found.append(_finding(kind, column.name, split=split, place=fold, rows=int(strange.sum()), of=len(test), value=float(strange.mean())))
    return found


def _balance(data: pd.DataFrame, treatment: str, strata: list[str], columns: list[str], period: str | None, group: str | None) -> list[dict]:
    """Differences in the columns by a treatment, within strata, period by period; and whether whole groups were treated alike."""
    parts = [("", data)] if period is None else [(label, part) for label, part in data.groupby(period, sort=True)]
    x = {name: one.rank() for column in columns for name, one in _as_numbers(data[column]).items()}  # ranks: money has long tails
    found = []
    for label, part in parts:
        for level, treated in _as_numbers(part[treatment]).items():
            shown = level
            cells = [part[name] for name in strata] or [pd.Series(0, index=part.index)]
            tested = [(name, *_difference(one.loc[part.index], treated, cells)) for name, one in x.items()]
            limit = LEVEL / (len(tested) * len(parts)) if tested else 0
            for name, size, p in tested:
                if abs(size) >= IMBALANCE and p < limit:
                    found.append(_finding("imbalance", shown, split=str(label), place=name, rows=len(part), of=len(data), value=size))
            if group is not None and (share := _between(treated, [*cells], part[group])) >= 0.5:
                found.append(_finding("groups", shown, split=str(label), place=group, rows=part[group].nunique(), of=len(part), value=share))
    return found


def _as_numbers(column: pd.Series) -> dict[str, pd.Series]:
    """A column as it is, or one column of 0 and 1 for each level of a category (both levels of two are one column)."""
    if _numeric(column):
        return {column.name: pd.Series(floats(str(column.name), column), index=column.index)}
    names = categories.texts(column)
    levels = sorted(names.dropna().unique())
    ones = {f"{column.name} {level}": (names == level).astype(float).where(names.notna()) for level in levels}
    return dict(list(ones.items())[1:]) if len(levels) == 2 else ones


def _within(values: pd.Series, cells: list[pd.Series]) -> pd.Series:
    return values - values.groupby([cell.loc[values.index] for cell in cells], dropna=False, observed=True).transform("mean")


def _difference(column: pd.Series, treated: pd.Series, cells: list[pd.Series]) -> tuple[float, float]:
    """Slope of a column's ranks, in their standard deviations, on a treatment within cells, and its p-value (ordinary least squares)."""
    there = column.notna() & treated.notna()
    y, d = column[there], treated[there]
    number = len(pd.concat([cell[there] for cell in cells], axis=1).drop_duplicates())
    df = len(y) - number - 1
    if df < 2 or y.std() == 0:
        return 0.0, 1.0
    y, d = _within(y / y.std(), cells), _within(d, cells)
    if d.abs().max() < 1e-12 or y.abs().max() < 1e-12:
        return 0.0, 1.0
    slope = float(d @ y / (d @ d))
    left = float(((y - slope * d) ** 2).sum() / df / (d @ d)) ** 0.5
    unit = 1.0 if set(treated.dropna().unique()) <= {0.0, 1.0} else float(d.std())
    p = 0.0 if left == 0 else 2 * stats.t.sf(abs(slope) / left, df)
    return slope * unit, float(p)


def _between(treated: pd.Series, cells: list[pd.Series], groups: pd.Series) -> float:
    """Adjusted share of the variance within cells that lies between groups."""
    d = _within(treated.dropna(), cells)
    total, inside = float((d**2).sum()), float((_within(d, [groups]) ** 2).sum())
    n, g = len(d), groups.loc[d.index].nunique()
    return 1 - (inside / (n - g)) / (total / (n - 1)) if total > 1e-12 * n and n > g else 0.0


def _too_good(data: pd.DataFrame, name: str, outcome: str, period: str | None) -> list[dict]:
    """A column that ranks the outcome nearly perfectly by itself, or far better in one period than in every other one."""
    whole = _area(data[name], data[outcome])
    found = [_finding("too good", name, rows=int(data[outcome].sum()), of=len(data), value=whole[0])] if whole and whole[0] >= TOO_GOOD else []
    if period is None:
        return found
    areas = {label: area for label, part in data.groupby(period, sort=True) if (area := _area(part[name], part[outcome]))}
    if len(areas) < 2:
        return found
    (best, (area, error)), *rest = sorted(areas.items(), key=lambda one: -one[1][0])
    clear = all(area - other >= max(ONE_PERIOD, 4 * (error**2 + e**2) ** 0.5) for _, (other, e) in rest)
    return [*found, _finding("one period", name, place=str(best), of=len(data), value=area)] if clear else found


def _area(column: pd.Series, y: pd.Series) -> tuple[float, float] | None:
    """Area under the ROC curve of a column alone, at least one half, with its standard error (Hanley and McNeil 1982).

    A category is coded by the rate of the outcome among the other half of the rows (even and odd positions).
    """
    ones = int(y.sum())
    if min(ones, len(y) - ones) < RARELY or column.nunique() < 2:
        return None
    area = metrics.auc(y, column.fillna(column.median())) if _numeric(column) else metrics.auc(y, _rates(column, y))
    area = max(area, 1 - area) if _numeric(column) else max(area, 0.5)
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    variance = area * (1 - area) + (ones - 1) * (q1 - area**2) + (len(y) - ones - 1) * (q2 - area**2)
    return area, float(variance / (ones * (len(y) - ones))) ** 0.5


def _rates(column: pd.Series, y: pd.Series) -> pd.Series:
    half = pd.Series(np.arange(len(column)) % 2, index=column.index)
    coded = pd.Series(y.mean(), index=column.index)
    for side in (0, 1):
        rates = y[half != side].groupby(column[half != side].astype(str)).mean()
        coded[half == side] = column[half == side].astype(str).map(rates).fillna(y.mean())
    return coded


def least_learned(data: pd.DataFrame, columns: Sequence[str], split: Split) -> pd.DataFrame:
    """Of the levels that few training rows have (those that `examine` calls unseen), the one that most test rows have.

    Its coefficient rests on the first and is used on the second.

    Parameters
    ----------
    columns : categories

    Returns
    -------
    DataFrame of one row, none where no level is so rare: column, level, train, test (rows)
    """
    lines = []
    for column in columns:
        texts = categories.texts(data[column])
        learned, used = texts.iloc[split.train].value_counts(), texts.iloc[split.test].value_counts()
        lines += [(column, level, int(learned.get(level, 0)), int(n)) for level, n in used.items()]
    found = pd.DataFrame(lines, columns=["column", "level", "train", "test"])
    rare = found[found["train"] < max(RARELY, RARE * len(split.train))]
    return rare.sort_values(["test", "column", "level"], ascending=[False, True, True]).head(1).reset_index(drop=True)
