"""A10: the channel of the call and subscription, and its numbers."""

from collections.abc import Mapping

from study.design import words

from .engine.findings import Finding, findings
from .engine.table import Table
from .engine.wording import filled

WORDS = words("channels")

Numbers = dict[str, tuple[float, str, int, str]]


def table(raw: Mapping[str, tuple[float, int]], plain: object, fit: object, wild: object, aipw: Mapping[tuple[float, float], object]) -> Table:
    """A10: the raw gap between channels, the gap within month-blocks, AIPW under two trimmings.

    Parameters
    ----------
    raw : channel -> (share that subscribed, calls)
    plain, fit : regression on the channel alone and with block effects, on the same calls; wild : bootstrap of the second
    aipw : bounds of the propensity -> Fit of `analytics.aipw`
    """
    rows: list = [WORDS["panels"]["raw"]]
    rows += [Finding(WORDS["channels"][name], share, n) for name, (share, n) in raw.items()]
    gap = raw["cellular"][0] - raw["telephone"][0]
    rows.append(Finding(WORDS["gap"], gap, sum(n for _, n in raw.values())))
    rows.append(WORDS["panels"]["blocks"])
    n = fit.glance()["n_obs"]
    rows += [Finding.of(label, one.row("mobile"), n) for label, one in ((WORDS["gap_same"], plain), (WORDS["within"], fit))]
    rows.append(Finding(WORDS["bootstrap"], None, n, low=wild.confidence_set[0], high=wild.confidence_set[1], p_value=wild.p_value))
    rows.append(WORDS["panels"]["aipw"])
    rows += [
        Finding.of(filled(WORDS["trimmed"], low=bounds[0], high=bounds[1]), made.row("ate"), made.glance()["n_obs"]) for bounds, made in aipw.items()
    ]
    return findings(rows, WORDS["notes"])


def numbers(raw: Mapping[str, tuple[float, int]], plain, fit, wild, aipw: Mapping[tuple[float, float], object]) -> Numbers:
    """Shares by channel, the raw gap, the gap within blocks, AIPW; percentage points."""
    n, row = fit.glance()["n_obs"], fit.row("mobile")
    made: Numbers = {f"share_{name}": (100 * share, ".1f", count, f"% subscribed, {name}") for name, (share, count) in raw.items()}
    made["gap_raw"] = (100 * (raw["cellular"][0] - raw["telephone"][0]), ".1f", n, "raw difference, percentage points")
    made["gap_within"] = (100 * row["estimate"], ".1f", n, "difference within blocks, percentage points")
    for end, value in zip(("low", "high"), wild.confidence_set):
        made[f"gap_within_{end}"] = (100 * value, ".1f", n, f"{end} end of its 95% confidence set, wild bootstrap by block")
    for end, column in (("", "estimate"), ("_low", "ci_low"), ("_high", "ci_high")):
        made[f"gap_same{end}"] = (100 * plain.row("mobile")[column], ".1f", n, f"difference on the same calls without block effects, {column}")
    made["gap_calls"] = (n, ",.0f", n, "calls in the blocks with ten calls or more of each channel")
    made["gap_within_p"] = (wild.p_value, ".3f", n, "its p, wild bootstrap by block")
    made["gap_blocks"] = (fit.glance()["n_clusters"], ".0f", n, "blocks with ten calls or more of each channel")
    for (low, high), result in aipw.items():
        row, behind = result.row("ate"), result.glance()["n_obs"]
        for end, column in (("", "estimate"), ("_low", "ci_low"), ("_high", "ci_high")):
            meaning = f"AIPW, propensity {low} to {high}, percentage points, {column}"
            made[f"gap_aipw_{100 * low:.0f}{end}"] = (100 * row[column], ".1f", behind, meaning)
    return made
