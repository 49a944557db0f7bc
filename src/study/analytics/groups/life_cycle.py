"""The life cycle of a customer in five stages by stated rules, and how customers move between them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from study.refusals import complete, finite, named, whole
from study.times import periods

from ..errors import BadValue
from ..shared.metrics import wilson

STAGES = {
    "acquisition": "获客",
    "activation": "激活",
    "growth": "成长",
    "maturity": "成熟",
    "churn": "流失预警与挽回",
}
LEFT = "left"


@dataclass(frozen=True)
class LifeCycleRules:
    """Thresholds of the stages; all are choices of ours, the report gives none.

    Parameters
    ----------
    activation : periods from the first activity that count as activation
    lapse : periods in a row without activity after which the warning starts
    won_back : periods from the return that still belong to win-back
    window : periods whose mean value is compared with the same number before
    growth : relative rise of that mean from which a customer grows
    """

    activation: int = 3
    lapse: int = 3
    won_back: int = 1
    window: int = 3
    growth: float = 0.10


@dataclass(frozen=True, eq=False)
class LifeCycle:
    """Stages and moves.

    Parameters
    ----------
    stages : customer, period, stage, status (in stage churn: "warning" or "won back", else "")
    shares : period, stage, n, share
    transitions : start, end, n, at_risk, rate, ci_low, ci_high (Wilson) from one period to the next;
        end "left" is a customer whose rows stop before the table's last period
    notes : what to know of the counts
    """

    stages: pd.DataFrame
    shares: pd.DataFrame
    transitions: pd.DataFrame
    notes: tuple[str, ...]


def life_cycle(data: pd.DataFrame, *, customer: str, period: str, activity: str, value: str, rules: LifeCycleRules = LifeCycleRules()) -> LifeCycle:
    """Stage of every customer in every period.

    Taken in this order, the first that holds:
    acquisition 获客  no activity yet
    churn 流失预警与挽回  no activity for `lapse` periods in a row or more (warning), or the first `won_back`
        periods from the return after that (won back)
    activation 激活  the first `activation` periods from the first activity on
    growth 成长  mean value of the last `window` periods at least 1 + `growth` times that of the `window` before
    maturity 成熟  all others, also where there are not yet two windows since the first row

    Only the past and the present period are used. A customer's first row is when he came on the books.

    Parameters
    ----------
    data : one row per customer and period, without gaps; periods are whole numbers
    activity : number of the customer's own transactions in the period, at least 0
    value : what growth is measured by (balance, contribution), at least 0

    Raises
    ------
    MissingColumn; BadValue for missing or negative values, duplicate or missing periods, thresholds below 1.
    """
    _check_rules(rules)
    named(data, customer, period, activity, value)
    complete(data, customer)
    table = pd.DataFrame({"customer": data[customer].to_numpy(), "period": periods(data, period)})
    table["active"], table["value"] = finite(data, activity, 0) > 0, finite(data, value, 0)
    table = table.sort_values(["customer", "period"], ignore_index=True)
    _check_grid(table)
    table["stage"], table["status"] = _stage(table, rules)
    stages = table[["customer", "period", "stage", "status"]].rename(columns={"customer": customer, "period": period})
    counts = table.groupby(["period", "stage"]).size().unstack(fill_value=0).reindex(columns=list(STAGES), fill_value=0)
    shares = counts.stack().rename("n").reset_index()
    shares["share"] = shares["n"] / shares.groupby("period")["n"].transform("sum")
    transitions, note = _transitions(table)
    return LifeCycle(stages, shares.rename(columns={"period": period}), transitions, (note,))


def _check_rules(rules: LifeCycleRules) -> None:
    for name in ("activation", "lapse", "window"):
        whole(name, getattr(rules, name))
    whole("won_back", rules.won_back, 0)
    if not 0 <= rules.growth < np.inf:
        raise BadValue(f"growth must be at least 0; found {rules.growth!r}")


def _check_grid(table: pd.DataFrame) -> None:
    twice = table.duplicated(["customer", "period"], keep=False)
    if twice.any():
        raise BadValue(f"{twice.sum()} rows share customer and period; add them up first")
    gap = table.groupby("customer")["period"].diff() > 1
    if gap.any():
        first = table[gap].iloc[0]
        raise BadValue(
            f"{gap.sum()} gaps in {table.loc[gap, 'customer'].nunique()} customers, the first before period {first['period']} "
            f"of {first['customer']}; put a row with activity 0 into every period between first and last"
        )


def _stage(table: pd.DataFrame, rules: LifeCycleRules) -> tuple[np.ndarray, np.ndarray]:
    by = table["customer"]
    active = table["active"]
    since_first = active.groupby(by).cummax().groupby(by).cumsum()  # 1 in the period of the first activity
    started = since_first > 0
    spell = active.groupby(by).cumsum()
    idle = (~active).groupby([by, spell]).cumsum().where(started, 0)
    lapsed = idle >= rules.lapse
    before = idle.groupby(by).shift(fill_value=0)
    returned = active & (before >= rules.lapse)
    run = returned.groupby(by).cumsum()
    since_return = (run > 0).groupby([by, run]).cumsum()
    won_back = (run > 0) & (since_return <= rules.won_back) & ~lapsed
    mean = table.groupby("customer")["value"].rolling(rules.window).mean().to_numpy()
    earlier = pd.Series(mean).groupby(by).shift(rules.window).to_numpy()
    grows = np.isfinite(earlier) & (mean > earlier) & (mean >= (1 + rules.growth) * np.nan_to_num(earlier))
    conditions = [~started, lapsed | won_back, since_first <= rules.activation, grows]
    stage = np.select([np.asarray(c) for c in conditions], ["acquisition", "churn", "activation", "growth"], "maturity")
    status = np.select([np.asarray(started & lapsed), np.asarray(started & won_back)], ["warning", "won back"], "")
    return stage, status


def _transitions(table: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    follows = table.groupby("customer")["stage"].shift(-1)
    end = follows.fillna(LEFT)
    counted = table["period"] < table["period"].max()
    counts = pd.crosstab(table.loc[counted, "stage"], end[counted]).reindex(index=list(STAGES), columns=[*STAGES, LEFT], fill_value=0)
    long = counts.rename_axis(index="start", columns="end").stack().rename("n").reset_index()
    long["at_risk"] = long.groupby("start")["n"].transform("sum")
    long["rate"] = np.where(long["at_risk"] > 0, long["n"] / long["at_risk"].where(long["at_risk"] > 0, 1), np.nan)
    long["ci_low"], long["ci_high"] = wilson(long["n"], long["at_risk"])
    note = (
        f"{int(counted.sum())} moves of {table['customer'].nunique()} customers; the intervals take moves as independent, "
        "though a customer makes several"
    )
    return long, note
