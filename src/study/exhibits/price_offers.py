"""A9, T18, F13: response and revenue by the offered rate, the values of rate policies, and their numbers."""

from collections.abc import Callable, Mapping

import pandas as pd
from matplotlib import pyplot
from matplotlib.figure import Figure

from study.design import source_words, words
from study.design.entries import Text
from study.design.settings import Printed
from study.privacy import Units

from .engine.findings import Finding, findings
from .engine.style import COLOURS
from .engine.table import Table, build
from .engine.wording import between, filled, signed

WORDS = words("price_offers")
HALVES = ("half 1", "half 2")
APPLYING = "probit_effect"  # the printed figure beside which the probit stands: percentage points per point of the rate

Numbers = dict[str, tuple[float, str, int, str]]
PANELS = ("response", "take_up", "revenue", "past_due")
OF_LOAN = ("revenue", "past_due")  # depend on the rate of the contract


def table(
    probit: object,
    cells: Mapping[str, object],
    as_offered: Mapping[str, object],
    response: pd.DataFrame,
    *,
    arm: str,
    printed: Mapping[str, Printed],
) -> Table:
    """A9: the published probit beside ours, slopes with all nine cells, outcomes by quarter of the rate, slopes where the contract has the offered rate.

    Parameters
    ----------
    probit : marginal effects of `models.discrete`
    cells : outcome -> Fit of the outcome on the rate with cell effects
    as_offered : the same on the customers whose contract has the offered rate; empty where no other rate is known
    response : of `analytics.policy.price_response`
    printed : the figures that others have printed, `probit_effect` perhaps among them
    """
    said = source_words(arm, "price_offers")
    n = probit.glance()["n_obs"]
    published = f"{printed[APPLYING].value / 100:.3f}" if APPLYING in printed else ""
    rows: list = [said["A9"]["panels"]["published"], Finding.of(WORDS["A9"]["probit"], probit.row("rate"), n, published=published, digits=4)]
    rows.append(said["A9"]["panels"]["cells"])
    rows += _slopes(cells, said)
    for letter, (name, part) in zip("CDEF", response.groupby("outcome", sort=False)):
        rows.append(filled(WORDS["A9"]["by_quarter"], letter=letter, outcome=said["outcomes"][name]))
        for line in part.itertuples():
            label = filled(WORDS["A9"]["quarter"], number=line.tier, price=line.price)
            rows.append(Finding(label, line.adjusted, line.n, line.std_error, line.ci_low, line.ci_high, digits=2))
    if as_offered:
        rows += [filled(WORDS["A9"]["as_offered"], letter="G"), *_slopes(as_offered, said)]
    return findings(rows, said["A9"]["notes"])


def _slopes(fits: Mapping[str, object], said: Mapping) -> list[Finding]:
    return [Finding.of(said["outcomes"][name], fit.row("rate"), fit.glance()["n_obs"]) for name, fit in fits.items()]


def policies(valued: Mapping[str, object], draws: pd.DataFrame, *, arm: str, funding: float, loss: float) -> Table:
    """T18: value per customer mailed of rate policies on held-out halves, and differences from always high.

    Parameters
    ----------
    valued : "half 1", "half 2" -> of `analytics.policy.learn_and_value`
    draws : of `analytics.policy.over_draws`
    funding, loss : stated, as shares
    """
    said = source_words(arm, "price_offers")["T18"]
    rows: list = []
    for half, made in ((half, valued[half]) for half in HALVES):
        rows.append([WORDS["T18"]["halves"][half]])
        for line in made.table[made.table["method"] != "hajek"].itertuples():
            rows.append(_policy(WORDS["T18"]["policies"][line.policy], line.method, line.value, line, made.n, f"{line.share_high:.2f}"))
        rows.append([WORDS["T18"]["less"][half]])
        less, names = made.differences[made.differences["method"] != "hajek"], WORDS["T18"]["policies"]
        for line in less[(less["against"] == less["against"].iloc[0]) | (less["policy"] == "learned")].itertuples():
            label = filled(WORDS["T18"]["policy_less"], policy=names[line.policy], against=names[line.against])
            rows.append(_policy(label, line.method, line.difference, line, made.n, ""))
    found, n = draws["difference"], min(valued[half].n for half in HALVES)
    low, high = signed(found.min(), 2), signed(found.max(), 2)
    rows.append([filled(WORDS["T18"]["draws"], count=draws["draw"].nunique())])
    rows.append(
        [
            WORDS["T18"]["policies"]["learned"],
            WORDS["T18"]["methods"]["dr"],
            signed(found.median(), 2),
            "",
            between(low, high),
            "",
            f"{n:,}",
        ]
    )
    return build(
        (*WORDS["T18"]["columns"][:2], said["value"], *WORDS["T18"]["columns"][2:]),
        rows,
        notes=[filled(note, funding=f"{100 * funding:g}", loss=f"{100 * loss:g}") for note in said["notes"]],
        text_columns={0, 1},
        units=Units(counts={6}, bases={2: 6, 4: None, 5: 6}),
    )


def _policy(label: Text, method: str, value: float, line, n: int, share: str) -> list:
    interval = f"[{signed(line.ci_low, 2)}, {signed(line.ci_high, 2)}]"
    return [label, WORDS["T18"]["methods"][method], signed(value, 2), f"{line.std_error:.2f}", interval, share, f"{n:,}"]


def notes(data: pd.DataFrame, clusters: int, arm: str) -> list[Text]:
    """The notes of `rates`: what bars are, customers, clusters."""
    of_tier = data.loc[data["outcome"] == PANELS[0], "n"]
    values = {"clusters": clusters, "n": int(of_tier.sum()), "least": int(of_tier.min()), "most": int(of_tier.max())}
    return [filled(note, **values) for note in source_words(arm, "price_offers")["F13"]["notes"]]


def rates(arm: str) -> Callable[[pd.DataFrame, str], Figure]:
    """The drawing of an arm's rates, by its own names of outcomes: of `analytics.policy.price_response` and a language, a figure."""
    outcomes = source_words(arm, "price_offers")["outcomes"]

    def draw(data: pd.DataFrame, language: str) -> Figure:
        figure, axes = pyplot.subplots(2, 2, figsize=(7.2, 5.2))
        for letter, axis, name in zip("abcd", axes.flat, PANELS):
            part = data[data["outcome"] == name]
            reach = [part["adjusted"] - part["ci_low"], part["ci_high"] - part["adjusted"]]
            axis.errorbar(part["price"], part["adjusted"], yerr=reach, fmt="o-", color=COLOURS[0], capsize=3, linewidth=1.2)
            axis.set_title(f"({letter}) {outcomes[name][language]}")
            axis.set_xlabel(WORDS["F13"]["rate"][language])
            axis.set_ylim(bottom=0)
        return figure

    return draw


SHORT = {"always high": "high", "always low": "low", "random assignment": "random"}


def numbers(
    probit,
    slopes: Mapping[str, object],
    as_offered: Mapping[str, object],
    tiers: pd.DataFrame,
    valued: Mapping[str, object],
    draws: pd.DataFrame,
    means: pd.Series,
    *,
    printed: Mapping[str, Printed],
    funding: float,
    loss: float,
) -> Numbers:
    """The published effect and ours, slopes, the ends of the tiers, what the policies are worth (doubly robust) at the stated funding and loss."""
    n = probit.glance()["n_obs"]
    made: Numbers = {
        "probit_n": (n, ",.0f", n, "customers in the probit of applying"),
        "stated_funding": (100 * funding, ".0f", n, "cost of funds, % of the amount lent a month, stated"),
        "stated_loss": (100 * loss, ".0f", n, "loss on the past-due amount, %, stated"),
        APPLYING: (
            100 * probit.row("rate")["estimate"],
            ".2f",
            n,
            "percentage points of applying per point of the monthly rate, probit at the means",
        ),
    }
    if APPLYING in printed:
        meaning = "the article's effect of a point of the monthly rate on applying, percentage points, without its sign"
        made["probit_published"] = (abs(printed[APPLYING].value), ".1f", n, meaning)
    made |= _parts(slopes, "") | _parts(as_offered, "_as_offered")
    for name, part in tiers.groupby("outcome"):
        for end, line in (("lowest", part.iloc[0]), ("highest", part.iloc[-1])):
            made[f"{name}_{end}_tier"] = (line["adjusted"], ".1f", int(line["n"]), f"{name} in the {end} tier of the rate, cells held fixed")
    made |= _sizes(slopes["revenue"].row("rate"), means, n) | _over_draws(draws, min(valued[half].n for half in HALVES))
    return made | {name: number for half in HALVES for name, number in _of_half(half, valued[half]).items()}


def _parts(fits: Mapping[str, object], end: str) -> Numbers:
    """The slope of each outcome, its interval and t, and the customers, under names with this end."""
    made: Numbers = {}
    for name, fit in fits.items():
        row, n = fit.row("rate"), fit.glance()["n_obs"]
        parts = {"slope": row["estimate"], "slope_low": row["ci_low"], "slope_high": row["ci_high"], "slope_t": row["estimate"] / row["std_error"]}
        said = ", where the contract has the offered rate" if end else ""
        made |= {
            f"{part}_{name}{end}": (value, ".1f" if part == "slope_t" else ".2f", n, f"{name} per point of the monthly rate, {part}{said}")
            for part, value in parts.items()
        }
        made |= {f"customers{end}": (n, ",.0f", n, f"customers{said}")} if end else {}
    return made


def _over_draws(draws: pd.DataFrame, n: int) -> Numbers:
    """The learned rule less always high, over draws of the halves."""
    less = draws["difference"]
    made: Numbers = {
        f"learned_less_high_{what}": (value, ".2f", n, f"learned less always high over draws of the halves, {what}, rand")
        for what, value in (("median", less.median()), ("lowest", less.min()), ("highest", less.max()))
    }
    made["learned_values"] = (len(draws), ".0f", n, "values of learned less always high, two in a draw")
    made["learned_values_negative"] = (less.lt(0).sum(), ".0f", n, "of them negative")
    return made | {"learned_draws": (draws["draw"].nunique(), ".0f", n, "draws of the halves")}


def _of_half(half: str, found) -> Numbers:
    """What each policy is worth on a half, and the learned one less the others, doubly robust."""
    key, made = half.replace(" ", "_"), {}
    table = found.table[found.table["method"] == "dr"].set_index("policy")["value"]
    for policy in ("always high", "always low", "learned", "random assignment"):
        made[f"{key}_{policy.replace(' ', '_')}"] = (table[policy], ".1f", found.n, f"rand per customer mailed, {policy}, doubly robust, {half}")
    for line in found.differences.query("policy == 'learned' and method == 'dr'").to_dict("records"):
        for part in ("difference", "ci_low", "ci_high"):
            meaning = f"learned less {line['against']}, doubly robust, {half}, {part}"
            made[f"{key}_learned_less_{SHORT[line['against']]}_{part}"] = (line[part], ".2f", found.n, meaning)
    return made


def _sizes(slope: pd.Series, means: pd.Series, n: int) -> Numbers:
    """How large the slope of revenue is: beside the mean revenue, and as an elasticity at the means of revenue and rate."""
    share = slope["estimate"] / means["revenue"]
    return {
        "mean_revenue": (means["revenue"], ".1f", n, "mean interest revenue, rand per customer mailed"),
        "mean_rate": (means["rate"], ".1f", n, "mean offered rate, per cent a month"),
        "slope_revenue_share": (100 * share, ".1f", n, "slope of revenue per point of the monthly rate, % of mean revenue"),
        "slope_revenue_elasticity": (share * means["rate"], ".2f", n, "elasticity of revenue to the offered rate, at the means"),
    }


def said(numbers: Numbers) -> str:
    """What was found, in one sentence."""
    found = {name: format(value, form) for name, (value, form, _, _) in numbers.items()}
    return filled(
        WORDS["found"], **{name: found[name] for name in ("slope_response", "slope_revenue", "learned_values_negative", "learned_values")}
    ).en
