"""What each arm's customers are scored by: columns known before the outcome, groups, time, and what came of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from study.analytics import feature_checks, metrics, scoring, splits
from study.analytics.scoring.scorecard import woe
from study.analytics.shared import categories
from study.analytics.shared.splits import Split
from study.design.profiles import Column
from study.sample import Built

from . import profile

BEFORE = ("static", "behavioural", "external")


@dataclass(frozen=True, eq=False)
class ScoringTask:
    """One outcome to be predicted.

    Parameters
    ----------
    data : one row per customer, loan or call; the columns below, and no identifier among those learned from
    outcome : column of 0 and 1
    numeric, categorical : columns known before the outcome
    alone : the column of recency, or None where there is none
    group : column of the groups that a grouped split keeps whole (branches, districts, month-blocks)
    order : column that orders the rows in time
    cluster : column by which intervals are clustered, or None: rows taken as independent
    value : column of what a customer brought later, or None
    blocks : tests of the split by time at most
    views : name -> numeric and categorical columns, other than those above, that the logit is shown across time
    cuts : shares of the rows, in the order of time, after which a single cut is made as well
    when : column of the month, "2008-05", or None where no row has one
    randomised : treatment -> columns of the strata within which the provider calls it randomised
    """

    data: pd.DataFrame
    outcome: str
    numeric: tuple[str, ...]
    categorical: tuple[str, ...]
    alone: str | None
    group: str
    order: str
    cluster: str | None = None
    value: str | None = None
    blocks: int = 100
    views: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    cuts: tuple[float, ...] = ()
    when: str | None = None
    randomised: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def splits(self, folds: int, blocks: int, seed: int) -> dict[str, list[Split]]:
        """The three splits: at random, by whole groups, by time (learned from the past, tested on the next block).

        Parameters
        ----------
        folds : of the random and the grouped split; blocks : tests of the split by time, fewer if there are fewer periods
        """
        data = self.data
        blocks = min(blocks, self.blocks, data[self.order].nunique() - 1)
        return {
            "random": splits.at_random(len(data), folds, seed),
            "grouped": splits.by_group(data[self.group], folds, seed),
            "time": splits.by_time(data[self.order], blocks),
        }

    def months(self, tests: Sequence[Split]) -> list[str]:
        """First and last month of the rows of each test, "2008-05 to 2008-07"; empty where no row has one."""
        if self.when is None:
            return []
        months = [self.data[self.when].iloc[one.test] for one in tests]
        return [" to ".join(dict.fromkeys([month.min(), month.max()])) for month in months]

    def examine(
        self, parts: Mapping[str, Sequence[Split]], columns: Mapping[str, Column], features: Sequence[str] = ()
    ) -> feature_checks.FeatureChecks:
        """What should be known before anything is learned (`analytics.feature_checks.examine`).

        Parameters
        ----------
        parts : of `splits`; columns : of the arm's profile (design/sources/); features : instead of the task's own
        """
        return feature_checks.examine(
            self.data, outcome=self.outcome, features=features or [*self.numeric, *self.categorical], splits=parts,
            roles={name: column.block for name, column in columns.items()}, randomised=self.randomised,
            period=self.when, group=self.cluster if self.randomised else None,
        )  # fmt: skip


def tasks(built: Built, columns: Mapping[str, Column]) -> dict[str, ScoringTask]:
    """What is predicted for an arm, by name.

    Parameters
    ----------
    built : of `sample.build`; columns : of the arm's profile (design/sources/)

    Raises
    ------
    KeyError if nothing is scored for the arm.
    """
    return MAKERS[built.arm](built, columns)


def _before(columns: Mapping[str, Column], *kinds: str) -> list[str]:
    """Columns of the 360-degree table known before the outcome, of some kinds."""
    return [name for name in profile.by_kind(columns, *kinds) if columns[name].block in BEFORE]


def by_cut(task: ScoringTask, learners: Sequence[str], seed: int) -> pd.DataFrame:
    """Scorers under one cut of time at each of the task's shares: `table` of `scoring.compare` with split "cut_50" for 0.5."""
    parts = {f"cut_{round(100 * share)}": [splits.before_and_after(task.data[task.order], share)] for share in task.cuts}
    if not parts:
        return pd.DataFrame()
    return scoring.compare(
        task.data, outcome=task.outcome, numeric=task.numeric, categorical=task.categorical, recency=task.alone,
        splits=parts, learners=learners, cluster=task.cluster, seed=seed,
    ).table  # fmt: skip


def by_view(task: ScoringTask, tests: Sequence[Split], ratios: Sequence[float], seed: int) -> pd.DataFrame:
    """The logit on some tests, once for every view of the task: `with_savings` of `scoring.compare` with split "views", learner the view."""
    parts = []
    for name, (numeric, categorical) in task.views.items():
        made = scoring.compare(
            task.data, outcome=task.outcome, numeric=numeric, categorical=categorical, recency=task.alone,
            splits={"views": tests}, learners=["logit"], cluster=task.cluster, seed=seed,
        )  # fmt: skip
        parts.append(made.with_savings(ratios).query("learner == 'logit'").assign(learner=name))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


WAVES = {1: "2003-07", 2: "2003-09", 3: "2003-10"}


def _kz_lender(built: Built, columns) -> dict[str, ScoringTask]:
    """Applying: what the lender knew of the customer; income is not in the first wave, and what the letter says is no feature."""
    data = profile.build(built, columns).assign(wave=built.rows["wave"], branch=built.rows["branchuse"], when=built.rows["wave"].map(WAVES))
    letter, place = ("offer4", "yearlong"), ("province",)
    known = tuple(name for name in _before(columns, "number", "flag") if name != "grossincome")
    categorical = tuple(_before(columns, "category"))
    elsewhere = tuple(name for name in categorical if name not in place)
    views = {
        "no_place": (known, elsewhere),
        "two": (("dormancy",), ("risk",)),
        "with_letter": ((*known, *letter), categorical),
        "letter_no_place": ((*known, *letter), elsewhere),
    }
    more = {"views": views, "when": "when", "randomised": dict.fromkeys(letter, ("risk",))}
    return {"applied": ScoringTask(data, "applied", known, categorical, "dormancy", "branch", "wave", "branch", "grossinterest", **more)}


MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _uci_marketing(built: Built, columns) -> dict[str, ScoringTask]:
    """Subscribing: without the duration of the call, which is known only after it, and without its channel, which the bank chose."""
    rows = built.rows
    made = profile.build(built, columns)
    # days since an earlier call exist for few; called_before says for whom
    extra = {"pdays": rows["pdays"].astype(float), "weekday": rows["day_of_week"], "month": rows["month"]}
    data = made.assign(**extra, block=rows["block"], position=np.arange(len(rows)), when=calendar_months(rows["month"], 2008))
    numeric = (*_before(columns, "number", "flag"), "pdays")
    categorical = (*_before(columns, "category"), "weekday", "month")
    return {"subscribed": ScoringTask(data, "subscribed", numeric, categorical, "pdays", "block", "position", cuts=CUTS, when="when")}


CUTS = (0.5, 0.6, 0.7, 0.8)


def calendar_months(months: pd.Series, year: int) -> pd.Series:
    """Months of rows in the order of time as "2008-05": a month before that of the row above is of the next year."""
    number = months.map({name: i for i, name in enumerate(MONTHS, start=1)})
    years = year + (number.diff() < 0).cumsum()
    return years.astype(str) + "-" + number.astype(str).str.zfill(2)


def _berka(built: Built, columns) -> dict[str, ScoringTask]:
    """Bad loans: over finished loans (status A or B), and over all (A to D), where running ones may yet go bad."""
    loans, account = built.tables["loan"], built.rows.set_index("account_id")
    loans = loans[loans["account_id"].isin(account.index)].sort_values(["date", "loan_id"], ignore_index=True)
    who = profile.build(built, columns).set_axis(account.index).loc[loans["account_id"]].reset_index(drop=True)
    opened = account.loc[loans["account_id"], "date"].reset_index(drop=True)
    data = pd.DataFrame(
        {
            "sex": who["sex"],
            "frequency": who["frequency"],
            "age": who["age"] + loans["date"].dt.year - 1994,
            "amount": loans["amount_cents"] / 100,
            "instalment": loans["payments_cents"] / 100,
            "duration": loans["duration"].astype(float),
            "months_open": (loans["date"] - opened).dt.days / profile.MONTH,
            "district": account.loc[loans["account_id"], "district_id"].to_numpy(),
            "year": loans["date"].dt.year,
            "status": loans["status"],
            "bad": loans["status"].isin(["B", "D"]).astype(int),
        }
    )
    # nothing of the district: its figures are of 1995 and 1996 or have no date, and loans begin in 1993
    numeric = ("age", "amount", "instalment", "duration", "months_open")
    finished = data[data["status"].isin(["A", "B"])].reset_index(drop=True)
    parts = {"finished": finished, "all_loans": data}
    # three tests by time: with more the first would learn from 20 loans
    rest = (("sex", "frequency"), None, "district", "year", "district")
    return {name: ScoringTask(part, "bad", numeric, *rest, blocks=3) for name, part in parts.items()}


MAKERS: dict[str, Callable[[Built, Mapping[str, Column]], dict[str, ScoringTask]]] = {
    "kz_lender": _kz_lender,
    "uci_marketing": _uci_marketing,
    "berka": _berka,
}


CARD = {
    "kz_lender": (("dormancy", "trcount", "lastamount", "appscore", "itcscore", "age"), ("risk",)),
}


@dataclass(frozen=True, eq=False)
class Points:
    """A scorecard learned from the past and used on the last block.

    Parameters
    ----------
    bins : variable, bin, low, high, n, rate (share of 1s), woe, points: of the rows learned from
    variables : variable, iv (information value), psi (stability index of the last block against the past)
    tiers : tier, threshold, n, rate, points (mean), value (mean per customer): of the last block
    psi : of the points
    auc : of the points on the last block
    unknown : variable -> rows of the last block with a value that the card does not know
    """

    bins: pd.DataFrame
    variables: pd.DataFrame
    tiers: pd.DataFrame
    psi: float
    auc: float
    unknown: Mapping[str, int]


def points(task: ScoringTask, variables: tuple[Sequence[str], Sequence[str]], shares: Sequence[float]) -> Points:
    """Scorecard of the earlier periods, tiers of the customers of the last one.

    Only what is known of the customer earns points, not the offer, so that the card can be used before one is made.

    Parameters
    ----------
    variables : numeric and categorical columns (`CARD`); shares : cumulative from the top, such as (0.1, 0.3)
    """
    numeric, categorical = variables
    last = task.data[task.order] == task.data[task.order].max()
    past, now = task.data[~last], task.data[last]
    card = scoring.scorecard(past, outcome=task.outcome, numeric=numeric, categorical=categorical, good=1)
    score, unknown = card.score(now)
    tier, table = scoring.tiers(score, shares=shares, outcome=now[task.outcome])
    if task.value:
        table["value"] = now[task.value].groupby(tier).mean().reindex(table["tier"]).to_numpy()
    bins = card.bins.assign(n=card.bins["good"] + card.bins["bad"], rate=lambda b: b["good"] / b["n"])
    moved = [_numbers_moved(past[v], now[v]) if v in numeric else _categories_moved(past[v], now[v]) for v in card.information_value.index]
    shift = pd.DataFrame({"variable": card.information_value.index, "iv": card.information_value.to_numpy(), "psi": moved})
    drift = float(metrics.psi(card.score(past)[0], score)["part"].sum())
    return Points(bins, shift, table.rename(columns={"mean_score": "points"}), drift, metrics.auc(now[task.outcome], score), unknown)


def _numbers_moved(past: pd.Series, now: pd.Series) -> float:
    return float(metrics.psi(past, now)["part"].sum())


def _categories_moved(past: pd.Series, now: pd.Series) -> float:
    """PSI of a category: the information value of its levels with the two samples in place of good and bad."""
    counts = pd.DataFrame({"past": categories.texts(past).value_counts(), "now": categories.texts(now).value_counts()}).fillna(0).sort_index()
    return float(woe(counts["past"], counts["now"])["iv"].sum())
