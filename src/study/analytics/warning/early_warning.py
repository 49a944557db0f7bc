"""Early-warning lists: whom to contact in each period, what the alerts catch, and how early."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from study.refusals import complete, finite, named, number_or_share, whole
from study.times import periods_and_events

from ..errors import BadValue, TooFew, UnknownChoice
from ..shared import resampling

RANDOM = "random"


@dataclass(frozen=True)
class Warnings:
    """What the lists of one risk and of its baselines are worth.

    Parameters
    ----------
    alerts : one row per alert of the risk: unit, time, rank, risk, hit (0/1), lead (periods to the event, missing if no hit)
    comparison : one row per ranking (the risk, the baselines, random): see `evaluate`
    leads : one row per ranking and caught unit: periods from the first alert that counts to the event
    counts : units, units with an event, events that an alert could catch, periods, rows, contacts
    notes : what limits the figures, in words
    """

    alerts: pd.DataFrame
    comparison: pd.DataFrame
    leads: pd.DataFrame
    counts: dict[str, float]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Rows:
    """Rows sorted by period: codes of units and periods, event time (inf where none), row number of the input."""

    unit: np.ndarray
    time: np.ndarray
    event: np.ndarray
    order: np.ndarray
    starts: np.ndarray
    n_units: int
    horizon: float

    @property
    def due(self) -> np.ndarray:
        """Rows in which an alert counts: the event is at most `horizon` periods ahead."""
        return self.event - self.time <= self.horizon


def evaluate(
    rows: pd.DataFrame,
    risk: str,
    *,
    unit: str,
    time: str,
    event_time: str,
    capacity: int | float,
    horizon: int,
    baselines: dict[str, str] | tuple[str, ...] = (),
    rest: int = 0,
    reps: int = 999,
    seed: int,
) -> Warnings:
    """Alert, in every period, the units with the highest risk that can be contacted, and count what comes of it.

    An alert at t is a hit if the event comes in t + 1..t + horizon.
    precision = hits / alerts
    recall = units with a hit / units whose event some row could have announced
    lead = event time - time of the unit's first hit, in periods
    false alerts per customer = alerts that are no hits / units
    lift = precision / share of rows whose event comes within the horizon

    Parameters
    ----------
    rows : one row per unit and period at risk, before the event
    risk : column with the predicted risk; what was known at the end of `time`
    unit, time, event_time : columns: customer, period (whole, from 0, or days), period of the event (in the same kind,
        missing where none)
    capacity : contacts per period: a number (int), or a share of the units at risk (float; rounded down)
    horizon : periods ahead in which an event counts as announced
    baselines : other columns to rank by, larger is riskier, such as {"recency": "since"}; random is always added
    rest : periods in which a unit that was alerted is not alerted again
    reps, seed : bootstrap draws over units; the seed also breaks ties and makes the random ranking

    Returns
    -------
    Warnings. `comparison` has ranking, alerts, hits, precision, recall and lead_median with intervals, caught (units
    with a hit), lift, lead_mean, false_alerts_per_customer, and precision and recall less those of random and of the
    first baseline with intervals (less_..., recall_less_...). The intervals redraw customers and keep the lists.

    Raises
    ------
    MissingColumn; BadValue (missing risk, negative period, event not after the row, capacity or horizon of zero,
    a unit twice in a period); TooFew (a capacity that never reaches one contact).
    """
    named_baselines = dict(baselines) if isinstance(baselines, dict) else {column: column for column in baselines}
    rankings = {risk: risk} | named_baselines
    if RANDOM in rankings or len(rankings) != 1 + len(named_baselines):
        raise UnknownChoice(f"baselines {list(named_baselines)} may not be called {RANDOM!r} or {risk!r}")
    table = _checked(rows, unit, time, event_time, horizon, list(rankings.values()))
    limits = _contacts(table, number_or_share("capacity", capacity))
    random = np.random.default_rng(seed)
    chance = random.random(len(rows))
    values = {name: finite(rows, column)[table.order] for name, column in rankings.items()}
    values[RANDOM] = random.random(len(rows))
    chosen = {name: _alerted(table, value, chance, limits, whole("rest", rest, 0)) for name, value in values.items()}
    alerts = _alerts(rows, table, chosen[risk], values[risk], unit, time)
    leads = pd.concat([_leads(table, picked, name, rows[unit]) for name, picked in chosen.items()], ignore_index=True)
    comparison = _comparison(table, chosen, leads, list(named_baselines), reps, seed)
    return Warnings(alerts, comparison, leads, _counts(table, limits), _notes(table, limits, capacity))


def _checked(rows, unit, time, event_time, horizon, columns) -> _Rows:
    named(rows, unit, time, event_time, *columns)
    complete(rows, unit)
    whole("horizon", horizon)
    when, event = periods_and_events(rows, time, event_time)
    for column in columns:
        finite(rows, column)
    past = event <= when
    if past.any():
        raise BadValue(f"{past.sum()} of {len(rows)} rows are not before their event; keep the rows at risk only")
    twice = pd.DataFrame({"unit": rows[unit].to_numpy(), "time": when}).duplicated()
    if twice.any():
        raise BadValue(f"{twice.sum()} rows repeat a unit and period; keep one row for each")
    codes, names = pd.factorize(rows[unit], sort=True)
    order = np.lexsort((codes, when))
    starts = np.flatnonzero(np.r_[True, np.diff(when[order]) > 0])
    return _Rows(codes[order], when[order], np.where(np.isnan(event), np.inf, event)[order], order, starts, len(names), horizon)


def _contacts(table: _Rows, capacity: int | float) -> np.ndarray:
    """Contacts that can be made in each period."""
    at_risk = np.diff(np.r_[table.starts, len(table.time)])
    limits = np.minimum(capacity, at_risk) if isinstance(capacity, int) else np.floor(capacity * at_risk + 1e-9).astype(int)
    if not limits.any():
        raise TooFew(f"capacity {capacity:g} of at most {at_risk.max()} units at risk is less than one contact in every period; raise it")
    return limits


def _alerted(table: _Rows, value: np.ndarray, chance: np.ndarray, limits: np.ndarray, rest: int) -> np.ndarray:
    """Positions of the alerted rows, best first within a period; ties by chance."""
    last = np.full(table.n_units, -np.inf)
    picked = []
    for start, end, limit in zip(table.starts, np.r_[table.starts[1:], len(value)], limits):
        rows = np.arange(start, end)
        free = rows[table.time[start] - last[table.unit[start:end]] > rest]
        best = free[np.lexsort((chance[free], -value[free]))][:limit]
        last[table.unit[best]] = table.time[start]
        picked.append(best)
    return np.concatenate(picked)


def _alerts(rows, table: _Rows, picked: np.ndarray, value: np.ndarray, unit: str, time: str) -> pd.DataFrame:
    """The list that goes to the bank's staff."""
    made = rows.iloc[table.order[picked]][[unit, time]].reset_index(drop=True)
    hit = table.due[picked]
    rank = made.groupby(table.time[picked]).cumcount() + 1
    lead = np.where(hit, table.event[picked] - table.time[picked], np.nan)
    return made.assign(rank=rank, risk=value[picked], hit=hit.astype(int), lead=lead)


def _leads(table: _Rows, picked: np.ndarray, name: str, units: pd.Series) -> pd.DataFrame:
    """Periods from the first hit of a unit to its event."""
    hits = picked[table.due[picked]]
    first = np.unique(table.unit[hits], return_index=True)[1]
    found = hits[first]
    lead = (table.event[found] - table.time[found]).astype(int)
    return pd.DataFrame({"ranking": name, "unit": units.to_numpy()[table.order[found]], "lead": lead})


def _comparison(table: _Rows, chosen, leads, baselines, reps: int, seed: int) -> pd.DataFrame:
    catchable = np.unique(table.unit[table.due]).size
    base_rate = table.due.mean()
    lines = []
    for name, picked in chosen.items():
        hits, lead = int(table.due[picked].sum()), leads.loc[leads["ranking"] == name, "lead"]
        lines.append(
            {
                "ranking": name,
                "alerts": len(picked),
                "hits": hits,
                "caught": len(lead),
                "precision": hits / len(picked),
                "recall": len(lead) / catchable if catchable else np.nan,
                "lift": hits / len(picked) / base_rate if catchable else np.nan,
                "lead_median": lead.median(),
                "lead_mean": lead.mean(),
                "false_alerts_per_customer": (len(picked) - hits) / table.n_units,
            }
        )
    intervals = _intervals(table, chosen, [*baselines[:1], RANDOM], reps, seed)
    medians = _medians(leads, list(chosen), table.n_units, whole("reps", reps), seed)
    return pd.DataFrame(lines).join(intervals).join(medians)


def _intervals(table: _Rows, chosen, against: list[str], reps: int, seed: int) -> pd.DataFrame:
    """Percentile intervals of precision and recall and of their differences; units are redrawn."""
    names, n = list(chosen), table.n_units
    due = table.due.astype(float)

    def per_unit(rows: np.ndarray, weight: np.ndarray) -> np.ndarray:
        return np.bincount(table.unit[rows], weights=weight[rows], minlength=n)

    hits = np.column_stack([per_unit(chosen[name], due) for name in names])
    made = np.column_stack([per_unit(chosen[name], np.ones(len(due))) for name in names])
    catchable = np.repeat(per_unit(np.arange(len(due)), due)[:, None] > 0, len(names), axis=1)
    parts = np.stack([hits, made, hits > 0, catchable]).astype(float)  # (4, units, rankings)
    totals, drawn = parts.sum(axis=1), np.full((1, 4, len(names)), np.nan)
    if n > 1:  # one customer can not be redrawn
        drawn = resampling.sums(parts.transpose(1, 0, 2).reshape(n, -1), whole("reps", reps), seed).reshape(reps, 4, len(names))
    found = {}
    with np.errstate(invalid="ignore", divide="ignore"):
        for prefix, name, over, under in (("", "precision", 0, 1), ("recall_", "recall", 2, 3)):
            point, draws = totals[over] / totals[under], drawn[:, over] / drawn[:, under]
            found |= _ends(name, draws)
            for other in dict.fromkeys(against):
                column, label = names.index(other), f"{prefix}less_{other}"
                found |= {label: point - point[column]} | _ends(label, draws - draws[:, [column]])
    return pd.DataFrame(found)


def _ends(name: str, draws: np.ndarray) -> dict[str, np.ndarray]:
    low, high = resampling.interval(draws)
    return {f"{name}_low": low, f"{name}_high": high}


def _medians(leads: pd.DataFrame, names: list[str], n: int, reps: int, seed: int) -> pd.DataFrame:
    """Percentile intervals of the median lead; the units of `resampling.sums` are redrawn."""
    draws, random = np.full((reps, len(names)), np.nan), np.random.default_rng(seed)
    by_unit = leads.pivot(index="unit", columns="ranking", values="lead").reindex(columns=names).to_numpy(float)
    whole_table = np.vstack([by_unit, np.full((n - len(by_unit), len(names)), np.nan)])
    for rep in range(reps if n > 1 else 0):
        lead = whole_table[random.integers(n, size=n)]
        some = ~np.isnan(lead).all(axis=0)
        draws[rep, some] = np.nanmedian(lead[:, some], axis=0)
    return pd.DataFrame(_ends("lead_median", draws))


def _counts(table: _Rows, limits: np.ndarray) -> dict[str, float]:
    return {
        "units": table.n_units,
        "units_with_event": np.unique(table.unit[np.isfinite(table.event)]).size,
        "catchable_events": np.unique(table.unit[table.due]).size,
        "periods": len(table.starts),
        "rows": len(table.time),
        "contacts": int(limits.sum()),
        "base_rate": float(table.due.mean()),
    }


def _notes(table: _Rows, limits: np.ndarray, capacity: int | float) -> tuple[str, ...]:
    counts = _counts(table, limits)
    at_risk = np.diff(np.r_[table.starts, len(table.time)])
    found = {
        "periods have fewer units at risk than the capacity: all of them are alerted": int((at_risk < capacity).sum())
        if isinstance(capacity, int)
        else 0,
        "periods have too few units at risk for one contact": int((limits == 0).sum()),
        "units have an event that no row could announce within the horizon": counts["units_with_event"] - counts["catchable_events"],
    }
    notes = [f"{count} {text}" for text, count in found.items() if count]
    if not counts["catchable_events"]:
        notes.append("no event falls within the horizon of a row: recall and lift are not defined")
    if table.n_units == 1:
        notes.append("1 customer: no interval")
    return tuple(notes)
