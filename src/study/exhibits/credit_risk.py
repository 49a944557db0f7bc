"""A8: which loans went bad: logit, Firth, exact tests, and their numbers."""

from study.design import source_words, words

from .engine.findings import Finding, findings
from .engine.table import Table
from .engine.wording import filled

WORDS = words("credit_risk")

Numbers = dict[str, tuple[float, str, int, str]]


def table(found, *, arm: str) -> Table:
    """A8: logit with running loans and on finished ones, with another control, Firth where a group separates, exact tests.

    Parameters
    ----------
    found : of `analytics.credit_risk`
    """
    said = source_words(arm, "credit_risk")
    terms = {**WORDS["terms"], **said["terms"]}
    rows: list = []
    for name, fit in found.fits.items():
        rows.append(said["panels"][name])
        n = fit.glance()["n_obs"]
        rows += [Finding.of(terms[line["term"]], line, n) for _, line in fit.tidy().iterrows() if line["term"] != "Intercept"]
    for name, test in found.exact.items():
        rows.append(WORDS["exact_panels"][name])
        for i, label in enumerate(said["exact_groups"]):
            low, high = test.intervals[i]
            rows.append(Finding(label, test.rates[i], test.rows[i], low=low, high=high))
        rows.append(Finding(WORDS["exact_test"], None, sum(test.rows), p_value=test.p_value))
        if test.bounds[0] is not None:
            rows.append(Finding(said["exact_bound"], test.bounds[0], test.rows[0]))
    return findings(rows, said["notes"])


def numbers(found) -> Numbers:
    """Coefficients of the amount, the loans with a card, their bounds."""
    made: Numbers = {}
    for name, fit in found.fits.items():
        n, row = fit.glance()["n_obs"], fit.row("ln_amount")
        made[f"loan_amount_{name}"] = (row["estimate"], ".2f", n, f"log-odds of a bad loan per log point of the amount, {name}")
        made[f"loan_amount_{name}_p"] = (row["p_value"], ".3f", n, "its p")
        for end, column in (("low", "ci_low"), ("high", "ci_high")):
            made[f"loan_amount_{name}_{end}"] = (row[column], ".2f", n, f"its interval, {column}")
        for term in {"age", "unemployment", "burden"} & set(fit.terms):
            made[f"loan_{term}_{name}_p"] = (fit.row(term)["p_value"], ".3f", n, f"p of {term}, {name}")
    for name, test in found.exact.items():
        made[f"loans_{name}"] = (sum(test.rows), ",.0f", sum(test.rows), f"loans, {name}")
        made[f"loans_bad_{name}"] = (sum(test.events), ",.0f", sum(test.events), f"bad loans, {name}")
        made[f"loans_card_{name}"] = (test.rows[0], ",.0f", test.rows[0], f"loans with a card before them, {name}")
        made[f"loans_card_{name}_p"] = (test.p_value, ".3f", sum(test.rows), "Fisher's p")
        made[f"loans_card_{name}_high"] = (100 * test.intervals[0][1], ".1f", test.rows[0], "end of the two-sided 95% interval of the same share, %")
        if test.bounds[0] is None:
            continue
        made[f"loans_card_{name}_bound"] = (100 * test.bounds[0], ".1f", test.rows[0], "one-sided 95% upper bound of the share bad with a card, %")
    return made


def said(numbers: Numbers) -> str:
    """What was found, in one sentence."""
    asked = ("loans_all", "loans_bad_all", "loan_amount_all", "loan_amount_finished", "loan_amount_finished_p")
    return filled(WORDS["found"], **{name: format(numbers[name][0], numbers[name][1]) for name in asked}).en
