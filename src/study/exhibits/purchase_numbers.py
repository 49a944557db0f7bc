"""Numbers of the text on credit and purchase: name -> (value, printed form, customers behind it, meaning)."""

from collections.abc import Mapping

import pandas as pd

from .purchase_texts import PUBLISHED_APPLYING

Numbers = dict[str, tuple[float, str, int, str]]


def prices(
    probit,
    slopes: Mapping[str, object],
    tiers: pd.DataFrame,
    valued: Mapping[str, object],
    halves: Mapping[str, int],
    draws: pd.DataFrame,
    means: pd.Series,
    *,
    funding: float,
    loss: float,
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
    made |= _sizes(slopes["revenue"].row("offer4"), means, n)
    for what, value in (("median", draws["difference"].median()), ("lowest", draws["difference"].min()), ("highest", draws["difference"].max())):
        made[f"learned_less_high_{what}"] = (value, ".1f", min(halves.values()), f"learned less always high over draws of the halves, {what}, rand")
    made["learned_draws"] = (draws["draw"].nunique(), ".0f", min(halves.values()), "draws of the halves")
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


def _sizes(slope: pd.Series, means: pd.Series, n: int) -> Numbers:
    """How large the slope of revenue is: beside the mean revenue, and as an elasticity at the means of revenue and rate."""
    share = slope["estimate"] / means["revenue"]
    return {
        "mean_revenue": (means["revenue"], ".1f", n, "mean interest revenue, rand per customer mailed"),
        "mean_rate": (means["offer4"], ".1f", n, "mean offered rate, per cent a month"),
        "slope_revenue_share": (100 * share, ".1f", n, "slope of revenue per point of the monthly rate, % of mean revenue"),
        "slope_revenue_elasticity": (share * means["offer4"], ".2f", n, "elasticity of revenue to the offered rate, at the means"),
        "slope_revenue_t": (slope["estimate"] / slope["std_error"], ".1f", n, "t statistic of the slope of revenue"),
    }


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


def upgrades(rates: pd.DataFrame, told, tests: Mapping[str, object], bounds) -> Numbers:
    """Take-up by arm, customers not reached, contrasts, randomisation p, bounds; per cent and percentage points."""
    made: Numbers = {
        f"take_up_{arm}": (100 * line["accepted"], ".1f", int(line["reached"]), f"% accepted, {arm}, reached") for arm, line in rates.iterrows()
    }
    n_all, reached = int(told.observed["n"].sum()), int(rates["reached"].sum())
    made["not_reached"] = (100 * (1 - reached / n_all), ".0f", n_all - reached, "% of the customers assigned who were not reached")
    made |= experiment(told, 100, "percentage points")
    for name, test in tests.items():
        made[f"status_{name}_p"] = (test.p_value, ".3f", n_all, f"randomisation p of either platinum offer, {name}")
    for side in ("ci_low", "ci_high", "lower", "upper"):
        made[f"lee_{side}"] = (100 * getattr(bounds, side), ".1f", n_all, f"Lee bounds of either platinum offer, {side}, percentage points")
    return made


def experiment(told, scale: float, unit: str) -> Numbers:
    """Every contrast with interval and p, means of the arms compared with, who was observed, balance; `scale` in `unit` for shares."""
    made: Numbers = {}
    for line in told.effects.to_dict("records"):
        key, n = f"effect_{line['outcome']}_{line['treated']}_{line['against']}", int(line["n"])
        for part in ("estimate", "ci_low", "ci_high"):
            made[f"{key}_{part}"] = (
                scale * line[part],
                ".1f" if scale == 100 else ".2f",
                n,
                f"{line['treated']} less {line['against']}, {part}, {unit}",
            )
        for part in ("p_value", "p_family"):
            made[f"{key}_{part}"] = (line[part], ".3f", n, f"{line['treated']} less {line['against']}, {part}")
    for (outcome, arm), lines in told.effects.groupby(["outcome", "against"]):
        made[f"mean_{outcome}_{arm}"] = (scale * lines["mean_against"].iloc[0], ".1f", int(lines["n"].iloc[0]), f"mean of {outcome}, {arm}, {unit}")
    n = int(told.observed["n"].sum())
    made["observed_p"] = (told.observed_p, ".3f", n, "F test that the shares observed are alike in all arms")
    made["balance_p"] = (told.balance_p, ".3f", n, "family-wise p of the least balanced column measured before")
    made["balance_largest"] = (told.balance["largest"].max(), ".2f", n, "largest difference between two arms before, standard deviations")
    return made


def savers(told) -> Numbers:
    """The savings experiment: contrasts in days, deposits, dollars and answers; gambling also as percentages."""
    made = experiment(told, 1, "as measured")
    for line in told.effects.query("family == 'harm'").to_dict("records"):
        key = f"harm_{line['treated']}_{line['against']}"
        made[key] = (100 * line["estimate"], ".1f", int(line["n"]), "gambles more, difference in percentage points")
        for arm, share in ((line["against"], line["mean_against"]), (line["treated"], line["mean_against"] + line["estimate"])):
            made[f"harm_share_{arm}"] = (100 * share, ".1f", int(line["n"]), f"% who gamble more, {arm}")
    return made
