"""Scorers side by side, under splits by time, by group and at random, with simple baselines always in the table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from study.refusals import binary, codes, named

from ..errors import BadValue, NoVariation, TooFew, UnknownChoice
from ..shared import metrics
from ..shared.auc_interval import Interval, clustered, fold_mean
from ..shared.learners import BASELINES, IMBALANCE, LEARNERS, classifier, preparation, typed
from ..shared.splits import Split
from .calibration import calibration, calibration_intercept
from .costs import cost_curve, tiers
from .scorecard import Scorecard, scorecard

# Probabilities that differ by less than a millionth are ties. A kernel is nearly flat far from what was learned, and ten digits would
# let the last bits of a processor order thousands of rows there.
SCORE_DIGITS = 6

__all__ = ["Comparison", "Scorecard", "compare", "cost_curve", "scorecard", "tiers"]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Scorers under splits.

    Parameters
    ----------
    table : one row per split and learner: auc with ci_low and ci_high, gain (auc less that of the
        single variable, on the same rows) with gain_low and gain_high, ks, alift, lift_10 (lift of the
        best tenth), brier, brier_skill (1 - brier / brier of the test rows' own share), intercept and
        slope (calibration), n_train, n_test, ones_train, ones_test, folds
    folds : the same without calibration, one row per split, fold and learner; its intervals are of that fold alone
    predictions : split, fold, row (position in the data), outcome, one column of probabilities per learner, chosen
        (the column of the single variable)
    notes : what was missing, unseen, constant or left out, with counts
    settings : the arguments
    """

    table: pd.DataFrame
    folds: pd.DataFrame
    predictions: pd.DataFrame = field(repr=False)
    notes: tuple[str, ...]
    settings: Mapping[str, Any] = field(repr=False)

    def scores(self, split: str, learner: str) -> pd.DataFrame:
        """row, fold, outcome and probability of one learner on the test rows of one split.

        Raises
        ------
        UnknownChoice naming the splits and learners that there are.
        """
        if split not in set(self.predictions["split"]) or learner not in self.settings["learners"]:
            there = f"{', '.join(self.settings['splits'])}; {', '.join(self.settings['learners'])}"
            raise UnknownChoice(f"no scores of '{learner}' under '{split}'; there are {there}")
        part = self.predictions[self.predictions["split"] == split]
        return part[["row", "fold", "outcome", learner]].rename(columns={learner: "probability"}).reset_index(drop=True)

    def calibration(self, split: str, learner: str, bins: int = 10):
        """Calibration of the pooled test rows (`analytics.calibration`)."""
        part = self.scores(split, learner)
        return calibration(part["outcome"], part["probability"], bins)

    def costs(self, split: str, learner: str, ratios: Sequence[float] = (1, 2, 5, 10, 20, 50)) -> pd.DataFrame:
        """Expected costs on the pooled test rows (`scoring.cost_curve`)."""
        part = self.scores(split, learner)
        return cost_curve(part["outcome"], part["probability"], ratios)

    def chosen(self) -> pd.DataFrame:
        """split, column and in how many folds it was the single variable."""
        folds = self.predictions.groupby(["split", "fold"], sort=False)["chosen"].first().reset_index()
        return folds.groupby(["split", "chosen"], sort=False).size().rename("folds").reset_index()

    def with_savings(self, ratios: Sequence[float]) -> pd.DataFrame:
        """`table` with the column `saving_<ratio>` (of `costs`) for every ratio."""
        saved = [self.costs(line.split, line.learner, ratios)["saving"].to_numpy() for line in self.table.itertuples()]
        return self.table.assign(**{f"saving_{ratio}": column for ratio, column in zip(ratios, np.transpose(saved))})

    def lift(self, split: str, learner: str, parts: int = 10) -> pd.DataFrame:
        """Lift by parts, the best of each fold together: mean over folds weighted by rows."""
        scores = self.scores(split, learner)
        tables = [(metrics.lift_table(f["outcome"], f["probability"], parts), len(f)) for _, f in scores.groupby("fold")]
        weight = np.array([n for _, n in tables]) / len(scores)
        mean = sum(w * table.set_index("part") for w, (table, _) in zip(weight, tables))
        mean[["n", "ones"]] = sum(table.set_index("part")[["n", "ones"]] for table, _ in tables)
        return mean.reset_index()


def compare(
    data: pd.DataFrame,
    *,
    outcome: str,
    numeric: Sequence[str],
    categorical: Sequence[str] = (),
    recency: str | None,
    splits: Mapping[str, Sequence[Split]],
    learners: Sequence[str] = LEARNERS,
    imbalance: str = "none",
    cluster: str | None = None,
    seed: int,
) -> Comparison:
    """Learn and test scorers of a 0/1 outcome under several splits.

    Ranks (AUC, KS, ALIFT, lift) are taken within a fold, whose scores are one model's, and averaged with
    the folds' rows as weights; Brier and calibration are of all test rows together. The AUC's interval
    is DeLong's over the folds, or with `cluster` Obuchowski's: neither holds the uncertainty
    of learning again. A fold with fewer than three of a class to learn from or two to test on is left out
    and counted.

    Parameters
    ----------
    data : one row per customer; the index is not used
    outcome : column of 0 and 1, no missing
    numeric, categorical : columns known before the outcome; missing values are allowed (see `learners`)
    recency : the column of the baseline "recency alone", or None where there is none
    splits : name -> Splits, such as {"time": splits.by_time(...), "random": splits.at_random(...)}
    learners : of logit, tree, svm, boosting; the baselines are always added: prior, recency, and single, the one
        column that ranks the training rows of the fold best
    cluster : column of clusters for the intervals

    Raises
    ------
    MissingColumn, BadValue (infinite or missing values, rows outside the data), UnknownChoice;
    NoVariation if no fold of a split has enough of both classes.
    """
    numeric, categorical = list(numeric), list(categorical)
    alone = [] if recency is None else [recency]
    named(data, outcome, *numeric, *categorical, *alone, *([cluster] if cluster else []))
    y = binary(outcome, data[outcome])
    if outcome in {*numeric, *categorical, *alone}:
        raise BadValue(f"the outcome '{outcome}' is among the columns to learn from")
    x = typed(data, list(dict.fromkeys([*numeric, *alone])), categorical)
    _check_finite(x, [*numeric, *alone])
    unknown = [name for name in learners if name not in LEARNERS + BASELINES]
    if unknown or imbalance not in IMBALANCE:
        raise UnknownChoice(f"learners {list(learners)}, imbalance '{imbalance}': choose from {', '.join(LEARNERS)}; {', '.join(IMBALANCE)}")
    columns = {name: (numeric, categorical) for name in learners if name not in BASELINES}
    columns |= {"prior": (numeric, categorical)} | ({"recency": (alone, [])} if alone else {}) | {"single": (numeric, categorical)}
    task = _Task(x, y, columns, imbalance, seed)
    parts, notes = [], [] if alone else ["no recency column: the baseline 'recency alone' is not in the table"]
    for name, folds in splits.items():
        predicted, said = task.run(name, folds)
        parts.append(predicted)
        notes += said
    predictions = pd.concat(parts, ignore_index=True)
    groups = None if cluster is None else codes(cluster, data[cluster], len(y))
    fold_table = _fold_table(predictions, list(columns), groups)
    settings = {
        "outcome": outcome, "numeric": numeric, "categorical": categorical, "recency": recency, "learners": list(columns),
        "splits": list(splits), "imbalance": imbalance, "cluster": cluster, "seed": seed,
    }  # fmt: skip
    table = _table(predictions, fold_table, list(columns), groups)
    return Comparison(table, fold_table.drop(columns="weight"), predictions.drop(columns=["n_train", "ones_train"]), tuple(notes), settings)


def _check_finite(x: pd.DataFrame, numeric: Sequence[str]) -> None:
    infinite = {name: int(np.isinf(x[name]).sum()) for name in numeric if np.isinf(x[name]).any()}
    if infinite:
        raise BadValue(f"infinite values in {', '.join(f'{name} ({n} rows)' for name, n in infinite.items())}; mend or drop them first")


@dataclass(frozen=True, eq=False)
class _Task:
    """What does not change from split to split."""

    x: pd.DataFrame
    y: np.ndarray
    columns: Mapping[str, tuple[list[str], list[str]]]
    imbalance: str
    seed: int

    def run(self, name: str, folds: Sequence[Split]) -> tuple[pd.DataFrame, list[str]]:
        """Predictions on the test rows of one split, and what should be known."""
        parts, notes = [], []
        for number, split in enumerate(folds, start=1):
            where = f"{name}, fold {number}"
            self._check(split, where)
            few = [said for kind, rows, need in (("training", split.train, 3), ("test", split.test, 2)) for said in self._few(kind, rows, need)]
            if few:
                notes.append(f"{where}: left out, {' and '.join(few)}")
                continue
            notes += [f"{where}: {said}" for said in self._said(split)]
            parts.append(self._predict(split).assign(split=name, fold=number))
        if not parts:
            raise NoVariation(f"no fold of split '{name}' has enough of both classes in training and test rows: {'; '.join(notes)}")
        return pd.concat(parts, ignore_index=True), notes

    def _check(self, split: Split, where: str) -> None:
        n, rows = len(self.y), np.concatenate([split.train, split.test])
        if not len(split.train) or not len(split.test) or rows.min() < 0 or rows.max() >= n:
            raise BadValue(f"{where}: {len(split.train)} training and {len(split.test)} test rows of {n}; positions must be 0 to {n - 1}")
        both = len(np.intersect1d(split.train, split.test))
        if both:
            raise BadValue(f"{where}: {both} rows are in training and test")

    def _few(self, kind: str, rows: np.ndarray, need: int) -> list[str]:
        """Classes of which there are too few: Platt's inner folds need three of each to learn, DeLong two of each to test."""
        counts = {value: int((self.y[rows] == value).sum()) for value in (0, 1)}
        return [f"{n} of {len(rows)} {kind} outcomes are {value}, at least {need} are needed" for value, n in counts.items() if n < need]

    def _said(self, split: Split) -> list[str]:
        said = []
        numeric, categorical = self.columns[next(iter(self.columns))]
        for name in categorical:
            unseen = ~self.x[name].iloc[split.test].isin(self.x[name].iloc[split.train].unique())
            if unseen.any():
                said.append(f"{unseen.sum()} of {len(unseen)} test rows have a {name} that the training rows do not have")
        for name in [*numeric, *categorical]:
            if self.x[name].iloc[split.train].nunique(dropna=False) == 1:
                said.append(f"{name} is constant in the {len(split.train)} training rows and tells nothing")
        return said

    def _predict(self, split: Split) -> pd.DataFrame:
        y_train = self.y[split.train]
        made = {"row": split.test, "outcome": self.y[split.test], "n_train": len(y_train), "ones_train": y_train.sum()}
        prepared = {}
        for learner, (numeric, categorical) in self.columns.items():
            if learner == "single":
                made["chosen"], numeric, categorical = self._best(split.train, numeric, categorical)
            key = (learner if learner in ("boosting", "tree") else "", *numeric, *categorical)
            if key not in prepared:
                columns = preparation(learner, numeric, categorical)
                train, test = columns.fit_transform(self.x.iloc[split.train]), columns.transform(self.x.iloc[split.test])
                # customers that are alike get one score: a product of matrices may give two rows that are equal two last bits
                prepared[key] = [train, *np.unique(test, axis=0, return_inverse=True)]
            train, test, place = prepared[key]
            model = classifier(learner, len(categorical), seed=self.seed, imbalance=self.imbalance)
            with threadpool_limits(1):  # one thread: the same digits on every run, and no waiting for busy cores
                made[learner] = model.fit(train, y_train).predict_proba(test)[place.ravel(), 1].round(SCORE_DIGITS)
        return pd.DataFrame(made)

    def _best(self, rows: np.ndarray, numeric: list[str], categorical: list[str]) -> tuple[str, list[str], list[str]]:
        """The column that ranks some rows best by itself, with the lists of numeric and categorical columns that it makes."""
        x, y = self.x.iloc[rows], self.y[rows]
        level = {name: x[name].fillna(x[name].median()) for name in numeric if x[name].nunique() > 1}
        level |= {name: x[name].map(pd.Series(y).groupby(x[name].to_numpy()).mean()) for name in categorical}
        apart = {name: abs(metrics.auc(y, values) - 0.5) for name, values in level.items()}
        best = max(apart, key=apart.get)
        return best, [best] if best in numeric else [], [best] if best in categorical else []


def _fold_table(predictions: pd.DataFrame, learners: list[str], groups) -> pd.DataFrame:
    rows = []
    for (split, fold), part in predictions.groupby(["split", "fold"], sort=False):
        y = part["outcome"].to_numpy()
        size = {"n_train": part["n_train"].iloc[0], "n_test": len(y), "ones_train": int(part["ones_train"].iloc[0]), "ones_test": int(y.sum())}
        for learner in learners:
            p = part[learner].to_numpy()
            head = {"split": split, "fold": fold, "learner": learner}
            interval = _of_fold(part, learner, groups)
            rows.append(
                head | size | _ranks(y, p) | {"ci_low": interval.ci_low, "ci_high": interval.ci_high, "brier": metrics.brier(y, p), "weight": len(y)}
            )
    return pd.DataFrame(rows)


def _of_fold(part: pd.DataFrame, learner: str, groups) -> Interval:
    """The interval of one fold; missing where its clusters are too few for an error."""
    try:
        return _interval(part, learner, None, groups)
    except TooFew:
        return Interval(np.nan, np.nan, np.nan, np.nan, "none")


def _ranks(y: np.ndarray, p: np.ndarray) -> dict[str, float]:
    best = float(np.interp(0.1, *metrics.gains(y, p).to_numpy().T)) / 0.1
    return {"auc": metrics.auc(y, p), "ks": metrics.ks(y, p), "alift": metrics.alift(y, p), "lift_10": best}


def _table(predictions, folds, learners: list[str], groups) -> pd.DataFrame:
    rows, baseline = [], learners[-1]
    for split, part in predictions.groupby("split", sort=False):
        y, base = part["outcome"].to_numpy(), part["outcome"].mean()
        for learner in learners:
            of_fold = folds[(folds["split"] == split) & (folds["learner"] == learner)]
            mean = {name: float(np.average(of_fold[name], weights=of_fold["weight"])) for name in ("ks", "alift", "lift_10")}
            interval = _interval(part, learner, None, groups)
            gain = _interval(part, learner, baseline, groups)
            flat = (part.groupby("fold")[learner].nunique() == 1).all()  # the folds' differences are no calibration
            slope = np.nan if flat else calibration(y, part[learner]).slope
            brier = metrics.brier(y, part[learner])
            rows.append(
                {
                    "split": split, "learner": learner, "folds": len(of_fold), "n_train": int(of_fold["n_train"].sum()), "n_test": len(y),
                    "ones_train": int(of_fold["ones_train"].sum()), "ones_test": int(y.sum()), "auc": interval.estimate,
                    "ci_low": interval.ci_low, "ci_high": interval.ci_high,
                    "gain": gain.estimate, "gain_low": gain.ci_low, "gain_high": gain.ci_high, **mean, "brier": brier,
                    "brier_skill": 1 - brier / (base * (1 - base)), "intercept": calibration_intercept(y, part[learner]), "slope": slope,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def _interval(part: pd.DataFrame, learner: str, less: str | None, groups) -> Interval:
    """Interval of a learner's AUC, or of it less that of `less`."""
    other = None if less is None else part[less]
    if groups is None:
        return fold_mean(part["outcome"], part[learner], part["fold"], less=other)
    return clustered(part["outcome"], part[learner], groups[part["row"]], less=other, fold=part["fold"])
