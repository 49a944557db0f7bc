"""Stages by period and moves between them, for publication: intervals over customers, small groups added to the largest."""

import pandas as pd

from study.refusals import codes_in_time, complete, named, whole

from ..errors import TooFew
from ..shared import resampling


def stage_shares(stages: pd.DataFrame, *, customer: str, period: str, least: int = 10) -> pd.DataFrame:
    """Share of the customers in each stage, period by period; stages of fewer than `least` are added to the largest.

    Returns
    -------
    DataFrame period, stage, customers, total (of the period), share, with_small (others are in it); no empty stages
    """
    table = _read(stages, customer, period)
    table["stage"], table["with_small"] = _folded(table, ["period"], "stage", least)
    made = table.groupby(["period", "stage"]).agg(customers=("customer", "nunique"), with_small=("with_small", "any")).reset_index()
    made["total"] = made.groupby("period")["customers"].transform("sum")
    return made.assign(share=made["customers"] / made["total"])


def stage_moves(stages: pd.DataFrame, *, customer: str, period: str, least: int = 10, reps: int = 499, seed: int) -> pd.DataFrame:
    """Share of the moves out of each stage that end in each stage one period later.

    A customer makes many moves: intervals are percentiles of a bootstrap over customers. Ends that fewer than
    `least` customers have reached are added to the end that most have; stages that fewer than `least` customers
    have moved from are left out.

    Parameters
    ----------
    stages : customer, period, stage (`LifeCycle.stages`), no gaps

    Returns
    -------
    DataFrame start, end, moves, customers (who made them), at_risk (moves out of the start), out_of (customers who
    made those), share, low, high, with_small (other ends are in it)

    Raises
    ------
    TooFew if no stage has been left by `least` customers.
    """
    table = _read(stages, customer, period)
    made = table.assign(start=table["stage"], end=table.groupby("customer")["stage"].shift(-1)).dropna(subset="end")
    made = made[made.groupby("start")["customer"].transform("nunique") >= least]
    if not len(made):
        raise TooFew(f"no stage with moves of {least} customers or more; take more customers or fewer stages")
    made["end"], made["with_small"] = _folded(made, ["start"], "end", least)
    counts = made.groupby(["start", "end"]).agg(moves=("customer", "size"), customers=("customer", "nunique"), with_small=("with_small", "any"))
    wide = made.groupby(["customer", "start", "end"]).size().unstack(["start", "end"], fill_value=0)[list(counts.index)]
    drawn = pd.DataFrame(resampling.sums(wide.to_numpy(dtype=float), reps, seed), columns=wide.columns)
    total = drawn.T.groupby(level="start").transform("sum").T
    counts["low"], counts["high"] = resampling.interval((drawn / total.where(total > 0)).to_numpy())
    out = counts.reset_index()
    out["at_risk"] = out.groupby("start")["moves"].transform("sum")
    out["out_of"] = out["start"].map(made.groupby("start")["customer"].nunique())
    return out.assign(share=out["moves"] / out["at_risk"])


def _read(stages: pd.DataFrame, customer: str, period: str) -> pd.DataFrame:
    named(stages, customer, period, "stage")
    complete(stages, customer, period, "stage")
    table = stages[[customer, period, "stage"]].set_axis(["customer", "period", "stage"], axis=1)
    table["order"] = codes_in_time("period", table["period"], len(table))
    return table.sort_values(["customer", "order"], ignore_index=True).drop(columns="order")


def _folded(table: pd.DataFrame, within: list[str], column: str, least: int) -> tuple[pd.Series, pd.Series]:
    """The column with small groups called like the largest one, and which rows are of a group that took others in."""
    whole("least", least)
    customers = table.groupby([*within, column])["customer"].nunique().rename("n").reset_index()
    largest = customers.sort_values(["n", column], ascending=[False, True]).drop_duplicates(within).set_index(within)[column]
    small = customers[customers["n"] < least].assign(small=True)
    marked = table[[*within, column]].merge(small, on=[*within, column], how="left")["small"].fillna(False).astype(bool)
    marked.index = table.index
    to = table[within[0]].map(largest)
    return table[column].mask(marked, to), marked
