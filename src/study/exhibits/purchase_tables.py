"""Tables of credit and purchase: loans, price response, policy values, channels, upgrades."""

from collections.abc import Mapping

import pandas as pd

from study.design.entries import Text
from study.design.profiles import Column
from study.privacy import Units

from . import purchase_texts as words
from .findings import Finding, findings
from .table import Table, build
from .wording import filled, signed


def loans(fits: Mapping[str, object], exact: Mapping[str, object]) -> Table:
    """A8: logit with running loans and on finished ones, Firth where a card separates, exact tests.

    Parameters
    ----------
    fits : "all", "finished", "firth" -> Fit of `models.discrete.fit`
    exact : "all", "finished" -> of `models.discrete.exact`, the first group had a card before the loan
    """
    rows: list = []
    for name, fit in fits.items():
        rows.append(words.LOAN_PANELS[name])
        n = fit.glance()["n_obs"]
        rows += [Finding.of(words.LOAN_TERMS[line["term"]], line, n) for _, line in fit.tidy().iterrows() if line["term"] != "Intercept"]
    for name, test in exact.items():
        rows.append(words.EXACT_PANELS[name])
        for i, label in enumerate(words.EXACT_GROUPS):
            low, high = test.intervals[i]
            rows.append(Finding(label, test.rates[i], test.rows[i], low=low, high=high))
        rows.append(Finding(words.EXACT_TEST, None, sum(test.rows), p_value=test.p_value))
        rows.append(Finding(words.EXACT_BOUND, test.bounds[0], test.rows[0]))
    return findings(rows, words.LOAN_NOTES)


def prices(probit: object, cells: Mapping[str, object], response: pd.DataFrame) -> Table:
    """A9: the published probit beside ours, slopes with all nine cells, outcomes by quarter of the rate.

    Parameters
    ----------
    probit : marginal effects of `models.discrete`
    cells : outcome -> Fit of the outcome on the rate with cell effects
    response : of `analytics.price_response`
    """
    n = probit.glance()["n_obs"]
    rows: list = [
        words.PRICE_PANELS["published"],
        Finding.of(words.PROBIT, probit.row("offer4"), n, published=f"{words.PUBLISHED_APPLYING:.3f}", digits=4),
    ]
    rows.append(words.PRICE_PANELS["cells"])
    rows += [Finding.of(words.OUTCOMES[name], fit.row("offer4"), fit.glance()["n_obs"]) for name, fit in cells.items()]
    for letter, (name, part) in zip("CDEF", response.groupby("outcome", sort=False)):
        rows.append(words.outcome_by_quarter(letter, name))
        for line in part.itertuples():
            label = words.quarter(line.tier, line.price)
            rows.append(Finding(label, line.adjusted, line.n, line.std_error, line.ci_low, line.ci_high, digits=2))
    return findings(rows, words.PRICE_NOTES)


def policies(valued: Mapping[str, object], customers: Mapping[str, int], draws: pd.DataFrame, *, funding: float, loss: float) -> Table:
    """T18: value per customer mailed of rate policies on held-out halves, and differences from always high.

    Parameters
    ----------
    valued : "half 1", "half 2" -> of `analytics.policy.learn_and_value`; customers : the same -> customers valued
    draws : of `analytics.policy.over_draws`
    funding, loss : stated, as shares
    """
    rows: list = []
    for half, made in valued.items():
        rows.append([words.HALVES[half]])
        for line in made.table[made.table["method"] != "hajek"].itertuples():
            rows.append(_policy(words.POLICIES[line.policy], line.method, line.value, line, customers[half], f"{line.share_high:.2f}"))
        rows.append([words.LESS[half]])
        for line in made.differences[made.differences["method"] != "hajek"].itertuples():
            rows.append(_policy(words.POLICIES[line.policy], line.method, line.difference, line, customers[half], ""))
    found, n = draws["difference"], min(customers.values())
    low, high = signed(found.min(), 2), signed(found.max(), 2)
    rows.append([filled(words.DRAWS, count=draws["draw"].nunique())])
    rows.append(
        [
            words.POLICIES["learned"],
            words.METHODS["dr"],
            signed(found.median(), 2),
            "",
            Text(en=f"{low} to {high}", zh=f"{low}至{high}"),
            "",
            f"{n:,}",
        ]
    )
    return build(
        words.POLICY_COLUMNS,
        rows,
        notes=[filled(note, funding=f"{100 * funding:g}", loss=f"{100 * loss:g}") for note in words.POLICY_NOTES],
        text_columns={0, 1},
        units=Units(counts={6}, bases={2: 6, 4: None, 5: 6}),
    )


def _policy(label: Text, method: str, value: float, line, n: int, share: str) -> list:
    interval = f"[{signed(line.ci_low, 2)}, {signed(line.ci_high, 2)}]"
    return [label, words.METHODS[method], signed(value, 2), f"{line.std_error:.2f}", interval, share, f"{n:,}"]


def channel(raw: Mapping[str, tuple[float, int]], fit: object, wild: object, aipw: Mapping[tuple[float, float], object]) -> Table:
    """A10: the raw gap between channels, the gap within month-blocks, AIPW under two trimmings.

    Parameters
    ----------
    raw : channel -> (share that subscribed, calls); fit : regression with block effects; wild : its bootstrap
    aipw : bounds of the propensity -> Fit of `analytics.aipw`
    """
    rows: list = [words.CHANNEL_PANELS["raw"]]
    rows += [Finding(words.CHANNELS[name], share, n) for name, (share, n) in raw.items()]
    gap = raw["cellular"][0] - raw["telephone"][0]
    rows.append(Finding(words.GAP, gap, sum(n for _, n in raw.values())))
    rows.append(words.CHANNEL_PANELS["blocks"])
    n = fit.glance()["n_obs"]
    rows.append(Finding.of(words.WITHIN, fit.row("mobile"), n))
    rows.append(Finding(words.BOOTSTRAP, None, n, low=wild.confidence_set[0], high=wild.confidence_set[1], p_value=wild.p_value))
    rows.append(words.CHANNEL_PANELS["aipw"])
    rows += [Finding.of(words.trimmed(*bounds), made.row("ate"), made.glance()["n_obs"]) for bounds, made in aipw.items()]
    return findings(rows, words.CHANNEL_NOTES)


def upgrades(
    rates: pd.DataFrame,
    told: object,
    fits: Mapping[str, object],
    tests: Mapping[str, object],
    bounds: object,
    columns: Mapping[str, Column],
    reps: int,
) -> Table:
    """A11 of the card upgrades: take-up by arm, every contrast among reached and among all, bounds, who was reached, balance.

    Parameters
    ----------
    rates : index arm; published (%), reached, accepted (share)
    told : of `analytics.experiment`, families "reached" and "all"; fits : the same -> Fit with strata effects
    tests : the same -> `inference.randomisation` of either platinum offer; bounds : of `inference.lee_bounds`
    columns : of design/profiles.yaml, for the labels; reps : re-assignments
    """
    rows: list = [words.UPGRADE_PANELS["rates"]]
    for arm, line in rates.iterrows():
        printed = "" if pd.isna(line["published"]) else f"{line['published']:.1f} %"
        share = Text(en=f"{100 * line['accepted']:.1f} %", zh=f"{100 * line['accepted']:.1f}%")
        rows.append(Finding(words.ARMS[arm], share, int(line["reached"]), published=printed))
    for name, fit in fits.items():
        rows.append(words.UPGRADE_PANELS[name])
        rows += [_contrast(line, words.LESS_OF) for line in told.effects.query("family == @name").to_dict("records")]
        rows.append(Finding(words.EITHER, tests[name].statistic, fit.glance()["n_obs"], p_value=tests[name].p_value))
    n_all = int(told.observed["n"].sum())
    rows.append(words.UPGRADE_PANELS["bounds"])
    rows.append(Finding(words.LOWER, bounds.lower, n_all, bounds.std_error_lower))
    rows.append(Finding(words.UPPER, bounds.upper, n_all, bounds.std_error_upper, bounds.ci_low, bounds.ci_high))
    rows += _before(told, words.UPGRADE_PANELS, columns)
    missed = 100 * (1 - fits["reached"].glance()["n_obs"] / n_all)
    notes = [*(filled(note, missed=f"{missed:.0f}") for note in words.UPGRADE_NOTES), filled(words.FAMILY_NOTE, reps=f"{reps:,}")]
    return findings(rows, notes)


def savers(told: object, columns: Mapping[str, Column], reps: int) -> Table:
    """A11 of the savings experiment: use, harm and attitudes by design, who answered, balance.

    Parameters
    ----------
    told : of `analytics.experiment`, families "use", "harm", "attitudes"; columns : of design/profiles.yaml; reps : re-assignments
    """
    rows: list = []
    for name, lines in told.effects.groupby("family", sort=False):
        rows.append(words.SAVERS_PANELS[name])
        rows += [_contrast(line, words.OUTCOME_OF, outcome=words.SAVERS_OUTCOMES[line["outcome"]]) for line in lines.to_dict("records")]
    rows += _before(told, words.SAVERS_PANELS, columns)
    return findings(rows, [*words.SAVERS_NOTES, filled(words.FAMILY_NOTE, reps=f"{reps:,}")])


def _contrast(line: Mapping, form: Text, **more) -> Finding:
    """One contrast of an experiment, with its family-wise p."""
    arms = {"treated": words.ARMS[line["treated"]], "against": words.ARMS[line["against"]], "mean": f"{line['mean_against']:.2f}"}
    return Finding.of(filled(form, **arms, **more), pd.Series(line), int(line["n"]), family=line["p_family"])


def _before(told, panels: Mapping[str, Text], columns: Mapping[str, Column]) -> list:
    """Who could be observed, and what was measured before, by arm."""
    rows: list = [panels["observed"]]
    rows += [Finding(words.ARMS[line.arm], line.share, int(line.n)) for line in told.observed.itertuples()]
    rows.append(Finding(words.ALL_ALIKE, None, int(told.observed["n"].sum()), p_value=told.observed_p))
    rows.append(panels["balance"])
    rows += [Finding(columns[line.column].label, line.largest, int(line.n), p_value=line.p_value) for line in told.balance.itertuples()]
    return [*rows, Finding(words.JOINT, None, int(told.balance["n"].max()), family=told.balance_p)]
