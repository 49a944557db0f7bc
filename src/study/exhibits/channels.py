"""A10: the channel of the call and subscription, and its numbers."""

from study.design import source_words, words

from .engine.findings import Finding, findings
from .engine.table import Table
from .engine.wording import filled

WORDS = words("channels")

Numbers = dict[str, tuple[float, str, int, str]]


def table(found, *, arm: str) -> Table:
    """A10: the raw gap between channels, the gap within blocks, AIPW under two trimmings.

    Parameters
    ----------
    found : of `analytics.channel_gap`
    """
    said = source_words(arm, "channels")
    wild = found.wild
    rows: list = [said["panels"]["raw"]]
    rows += [Finding(said["channels"][name], share, n) for name, (share, n) in found.raw.items()]
    rows.append(Finding(WORDS["gap"], found.gap, sum(n for _, n in found.raw.values())))
    rows.append(said["panels"]["blocks"])
    n = found.within.glance()["n_obs"]
    rows += [Finding.of(label, one.row("treated"), n) for label, one in ((WORDS["gap_same"], found.plain), (WORDS["within"], found.within))]
    rows.append(Finding(WORDS["bootstrap"], None, n, low=wild.confidence_set[0], high=wild.confidence_set[1], p_value=wild.p_value))
    rows.append(said["panels"]["aipw"])
    for bounds, made in found.weighted.items():
        rows.append(Finding.of(filled(WORDS["trimmed"], low=bounds[0], high=bounds[1]), made.row("ate"), made.glance()["n_obs"]))
    return findings(rows, said["notes"])


def numbers(found) -> Numbers:
    """Shares by channel, the raw gap, the gap within blocks, AIPW; percentage points."""
    n, row = found.within.glance()["n_obs"], found.within.row("treated")
    made: Numbers = {f"share_{name}": (100 * share, ".1f", count, f"% subscribed, {name}") for name, (share, count) in found.raw.items()}
    made["gap_raw"] = (100 * found.gap, ".1f", n, "raw difference, percentage points")
    made["gap_within"] = (100 * row["estimate"], ".1f", n, "difference within blocks, percentage points")
    for end, value in zip(("low", "high"), found.wild.confidence_set):
        made[f"gap_within_{end}"] = (100 * value, ".1f", n, f"{end} end of its 95% confidence set, wild bootstrap by block")
    for end, column in (("", "estimate"), ("_low", "ci_low"), ("_high", "ci_high")):
        made[f"gap_same{end}"] = (100 * found.plain.row("treated")[column], ".1f", n, f"difference on the same calls without block effects, {column}")
    made["gap_calls"] = (n, ",.0f", n, "calls in the blocks with ten calls or more of each channel")
    made["gap_within_p"] = (found.wild.p_value, ".3f", n, "its p, wild bootstrap by block")
    made["gap_blocks"] = (found.within.glance()["n_clusters"], ".0f", n, "blocks with ten calls or more of each channel")
    for (low, high), result in found.weighted.items():
        row, behind = result.row("ate"), result.glance()["n_obs"]
        for end, column in (("", "estimate"), ("_low", "ci_low"), ("_high", "ci_high")):
            meaning = f"AIPW, propensity {low} to {high}, percentage points, {column}"
            made[f"gap_aipw_{100 * low:.0f}{end}"] = (100 * row[column], ".1f", behind, meaning)
    return made


def said(numbers: Numbers) -> str:
    """What was found, in one sentence."""
    asked = ("gap_raw", "gap_same", "gap_within", "gap_within_low", "gap_within_high", "gap_within_p")
    return filled(WORDS["found"], **{name: format(numbers[name][0], numbers[name][1]) for name in asked}).en
