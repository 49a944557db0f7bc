"""Numbers of the text on credit and purchase: name -> (value, printed form, customers behind it, meaning)."""

from collections.abc import Mapping

import pandas as pd

from .purchase_texts import PUBLISHED_APPLYING

Numbers = dict[str, tuple[float, str, int, str]]


def prices(
    probit, slopes: Mapping[str, object], tiers: pd.DataFrame, valued: Mapping[str, object], halves: Mapping[str, int], *, funding: float, loss: float
) -> Numbers:
    """The published effect and ours, slopes, the ends of the tiers, what the policies are worth (doubly robust) at the stated funding and loss."""
    n = probit.glance()["n_obs"]
    made: Numbers = {
        "probit_n": (n, ",.0f", n, "customers in the probit of applying"),
        "probit_published": (
            abs(100 * PUBLISHED_APPLYING),
            ".1f",
            n,
            "the article's effect of a point of the monthly rate on applying, percentage points, without its sign",
        ),
        "stated_funding": (100 * funding, ".0f", n, "cost of funds, % of the amount lent a month, stated"),
        "stated_loss": (100 * loss, ".0f", n, "loss on the past-due amount, %, stated"),
        "probit_effect": (
            100 * probit.row("offer4")["estimate"],
            ".2f",
            n,
            "percentage points of applying per point of the monthly rate, probit at the means",
        ),
    }
    for name, fit in slopes.items():
        row = fit.row("offer4")
        for part, column in (("slope", "estimate"), ("slope_low", "ci_low"), ("slope_high", "ci_high")):
            made[f"{part}_{name}"] = (row[column], ".2f", n, f"{name} per point of the monthly rate, {column}")
    for name, part in tiers.groupby("outcome"):
        for end, line in (("lowest", part.iloc[0]), ("highest", part.iloc[-1])):
            made[f"{name}_{end}_tier"] = (line["adjusted"], ".1f", int(line["n"]), f"{name} in the {end} tier of the rate, cells held fixed")
    for half, result in valued.items():
        key, count = half.replace(" ", "_"), halves[half]
        table = result.table[result.table["method"] == "dr"].set_index("policy")["value"]
        for policy in ("always high", "always low", "learned", "random assignment"):
            made[f"{key}_{policy.replace(' ', '_')}"] = (table[policy], ".1f", count, f"rand per customer mailed, {policy}, doubly robust, {half}")
        line = result.differences.query("policy == 'learned' and method == 'dr'").iloc[0]
        for part in ("difference", "ci_low", "ci_high"):
            made[f"{key}_learned_less_high_{part}"] = (line[part], ".2f", count, f"learned less always high, doubly robust, {half}, {part}")
    return made


def loans(fits: Mapping[str, object], exact: Mapping[str, object]) -> Numbers:
    """Coefficients of the amount, the loans with a card, their bounds."""
    made: Numbers = {}
    for name, fit in fits.items():
        n, row = fit.glance()["n_obs"], fit.row("ln_amount")
        made[f"loan_amount_{name}"] = (row["estimate"], ".2f", n, f"log-odds of a bad loan per log point of the amount, {name}")
        made[f"loan_amount_{name}_p"] = (row["p_value"], ".3f", n, "its p")
    for name, test in exact.items():
        made[f"loans_{name}"] = (sum(test.rows), ",.0f", sum(test.rows), f"loans, {name}")
        made[f"loans_bad_{name}"] = (sum(test.events), ",.0f", sum(test.events), f"bad loans, {name}")
        made[f"loans_card_{name}"] = (test.rows[0], ",.0f", test.rows[0], f"loans with a card before them, {name}")
        made[f"loans_card_{name}_p"] = (test.p_value, ".3f", sum(test.rows), "Fisher's p")
        made[f"loans_card_{name}_bound"] = (100 * test.bounds[0], ".1f", test.rows[0], "one-sided 95 % upper bound of the share bad with a card, %")
    return made


def channel(raw: Mapping[str, tuple[float, int]], fit, wild, aipw: Mapping[tuple[float, float], object]) -> Numbers:
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


def upgrades(rates: pd.DataFrame, fits: Mapping[str, object], tests: Mapping[str, object], bounds, n_all: int) -> Numbers:
    """Take-up by arm, customers not reached, effects, randomisation p, bounds; per cent and percentage points."""
    made: Numbers = {
        f"take_up_{arm}": (100 * line["accepted"], ".1f", int(line["reached"]), f"% accepted, {arm}, reached") for arm, line in rates.iterrows()
    }
    missed = n_all - fits["reached"].glance()["n_obs"]
    made["not_reached"] = (100 * missed / n_all, ".0f", missed, "% of the customers assigned who were not reached")
    for name, fit in fits.items():
        n = fit.glance()["n_obs"]
        made[f"platinum_{name}"] = (100 * fit.row("platinum")["estimate"], ".1f", n, f"platinum less benefits, percentage points, {name}")
        made[f"platinum_{name}_p"] = (fit.row("platinum")["p_value"], ".3f", n, "its p")
        made[f"status_{name}_p"] = (tests[name].p_value, ".3f", n, f"randomisation p of either status offer, {name}")
    for side in ("ci_low", "ci_high", "lower", "upper"):
        made[f"lee_{side}"] = (100 * getattr(bounds, side), ".1f", n_all, f"Lee bounds of either status offer, {side}, percentage points")
    return made
