"""A FinTech index of Chinese banks from what they publish: investment, its share of revenue, staff."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from study import value

PARTS = ("ln_fintech_investment", "fintech_share", "tech_staff_share")
METHODS = ("equal", "entropy", "pca")


@dataclass(frozen=True)
class FintechIndex:
    """The index by three weights beside its parts.

    Parameters
    ----------
    table : bank, year, the parts, one score per method; the highest equal-weight score first
    weights : method, explained (share of the first component), then per part its weight and, in
        <part>_low and <part>_high, the range of the weight when one bank at a time is left out
    correlations : Spearman rank correlations of parts and scores, over the rows of `table`
    """

    table: pd.DataFrame
    weights: pd.DataFrame
    correlations: pd.DataFrame


def index(panel: pd.DataFrame, parts: Sequence[str] = PARTS) -> FintechIndex:
    """Scores of the bank-years that have every part (see `value.composite`).

    Parameters
    ----------
    panel : table of `panels.bank_year`

    Raises
    ------
    value.ValueInputError if fewer than three bank-years have every part, or if a part does not vary.
    """
    whole = panel[["bank", "year", *parts]].dropna().reset_index(drop=True)
    names = list(parts)
    made = {method: value.composite(whole[names], method) for method in METHODS}
    for method, composite in made.items():
        whole[method] = composite.scores
    weights = [_weights(method, whole, names, made[method]) for method in METHODS]
    order = whole.sort_values(["equal", "bank", "year"], ascending=[False, True, True], ignore_index=True)
    return FintechIndex(order, pd.DataFrame(weights), whole[[*names, *METHODS]].corr(method="spearman"))


def _weights(method: str, whole: pd.DataFrame, names: list[str], made: value.Composite) -> dict:
    """Weights of one method, with their range when one bank at a time is left out."""
    left_out = [whole[whole["bank"] != bank] for bank in sorted(set(whole["bank"]))]
    without = pd.DataFrame([value.composite(rows[names], method).weights for rows in left_out])
    line = {"method": method, "explained": made.explained}
    for name in names:
        line |= {name: made.weights[name], f"{name}_low": without[name].min(), f"{name}_high": without[name].max()}
    return line
