"""A10: the channel of the call and subscription, and its numbers."""

from collections.abc import Mapping

from study.design import words

from .engine.findings import Finding, findings
from .engine.table import Table
from .engine.wording import filled

WORDS = words("channels")

Numbers = dict[str, tuple[float, str, int, str]]


def table(raw: Mapping[str, tuple[float, int]], fit: object, wild: object, aipw: Mapping[tuple[float, float], object]) -> Table:
    """A10: the raw gap between channels, the gap within month-blocks, AIPW under two trimmings.

    Parameters
    ----------
    raw : channel -> (share that subscribed, calls); fit : regression with block effects; wild : its bootstrap
    aipw : bounds of the propensity -> Fit of `analytics.aipw`
    """
    rows: list = [WORDS["panels"]["raw"]]
    rows += [Finding(WORDS["channels"][name], share, n) for name, (share, n) in raw.items()]
    gap = raw["cellular"][0] - raw["telephone"][0]
    rows.append(Finding(WORDS["gap"], gap, sum(n for _, n in raw.values())))
    rows.append(WORDS["panels"]["blocks"])
    n = fit.glance()["n_obs"]
    rows.append(Finding.of(WORDS["within"], fit.row("mobile"), n))
    rows.append(Finding(WORDS["bootstrap"], None, n, low=wild.confidence_set[0], high=wild.confidence_set[1], p_value=wild.p_value))
    rows.append(WORDS["panels"]["aipw"])
    rows += [
        Finding.of(filled(WORDS["trimmed"], low=bounds[0], high=bounds[1]), made.row("ate"), made.glance()["n_obs"]) for bounds, made in aipw.items()
    ]
    return findings(rows, WORDS["notes"])


def numbers(raw: Mapping[str, tuple[float, int]], fit, wild, aipw: Mapping[tuple[float, float], object]) -> Numbers:
    """Shares by channel, the raw gap, the gap within blocks, AIPW; percentage points."""
    n, row = fit.glance()["n_obs"], fit.row("mobile")
    made: Numbers = {f"share_{name}": (100 * share, ".1f", count, f"% subscribed, {name}") for name, (share, count) in raw.items()}
    made["gap_raw"] = (100 * (raw["cellular"][0] - raw["telephone"][0]), ".1f", n, "raw difference, percentage points")
    made["gap_within"] = (100 * row["estimate"], ".1f", n, "difference within blocks, percentage points")
    made["gap_within_p"] = (wild.p_value, ".3f", n, "its p, wild bootstrap by block")
    made["gap_blocks"] = (fit.glance()["n_clusters"], ".0f", n, "blocks with ten calls or more of each channel")
    for (low, high), result in aipw.items():
        made[f"gap_aipw_{100 * low:.0f}"] = (
            100 * result.row("ate")["estimate"],
            ".1f",
            result.glance()["n_obs"],
            f"AIPW, propensity {low} to {high}, percentage points",
        )
    return made
