"""A8: which loans went bad: logit, Firth, exact tests, and their numbers."""

from collections.abc import Mapping

from study.design import words

from .engine.findings import Finding, findings
from .engine.table import Table

WORDS = words("credit_risk")

Numbers = dict[str, tuple[float, str, int, str]]


def table(fits: Mapping[str, object], exact: Mapping[str, object]) -> Table:
    """A8: logit with running loans and on finished ones, Firth where a card separates, exact tests.

    Parameters
    ----------
    fits : "all", "finished", "firth" -> Fit of `models.discrete.fit`
    exact : "all", "finished" -> of `models.discrete.exact`, the first group had a card before the loan
    """
    rows: list = []
    for name, fit in fits.items():
        rows.append(WORDS["panels"][name])
        n = fit.glance()["n_obs"]
        rows += [Finding.of(WORDS["terms"][line["term"]], line, n) for _, line in fit.tidy().iterrows() if line["term"] != "Intercept"]
    for name, test in exact.items():
        rows.append(WORDS["exact_panels"][name])
        for i, label in enumerate(WORDS["exact_groups"]):
            low, high = test.intervals[i]
            rows.append(Finding(label, test.rates[i], test.rows[i], low=low, high=high))
        rows.append(Finding(WORDS["exact_test"], None, sum(test.rows), p_value=test.p_value))
        rows.append(Finding(WORDS["exact_bound"], test.bounds[0], test.rows[0]))
    return findings(rows, WORDS["notes"])


def numbers(fits: Mapping[str, object], exact: Mapping[str, object]) -> Numbers:
    """Coefficients of the amount, the loans with a card, their bounds."""
    made: Numbers = {}
    for name, fit in fits.items():
        n, row = fit.glance()["n_obs"], fit.row("ln_amount")
        made[f"loan_amount_{name}"] = (row["estimate"], ".2f", n, f"log-odds of a bad loan per log point of the amount, {name}")
        made[f"loan_amount_{name}_p"] = (row["p_value"], ".3f", n, "its p")
        for end, column in (("low", "ci_low"), ("high", "ci_high")):
            made[f"loan_amount_{name}_{end}"] = (row[column], ".2f", n, f"its interval, {column}")
        for term in {"age", "unemployment", "burden"} & set(fit.terms):
            made[f"loan_{term}_{name}_p"] = (fit.row(term)["p_value"], ".3f", n, f"p of {term}, {name}")
    for name, test in exact.items():
        made[f"loans_{name}"] = (sum(test.rows), ",.0f", sum(test.rows), f"loans, {name}")
        made[f"loans_bad_{name}"] = (sum(test.events), ",.0f", sum(test.events), f"bad loans, {name}")
        made[f"loans_card_{name}"] = (test.rows[0], ",.0f", test.rows[0], f"loans with a card before them, {name}")
        made[f"loans_card_{name}_p"] = (test.p_value, ".3f", sum(test.rows), "Fisher's p")
        made[f"loans_card_{name}_high"] = (100 * test.intervals[0][1], ".1f", test.rows[0], "end of the two-sided 95% interval of the same share, %")
        made[f"loans_card_{name}_bound"] = (100 * test.bounds[0], ".1f", test.rows[0], "one-sided 95% upper bound of the share bad with a card, %")
    return made
