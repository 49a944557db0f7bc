"""Anomalous transactions: robust rules per account and an isolation forest, at a budget of alerts."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.ensemble import IsolationForest

from study.refusals import number_or_share, whole
from study.times import numbered
from study.value.summary import moment

from ..errors import BadValue, NoVariation, TooFew
from ..shared import resampling
from . import account_history

METHODS = ("rules", "forest", "largest", "random")
COMBINATION = "combination"  # the forest's reason where no single rule is above its usual value


@dataclass(frozen=True)
class Detection:
    """Scores and alerts.

    Parameters
    ----------
    features : one row per transaction (see `account_history.features`)
    scores : columns rules, forest, largest, random; larger is stranger; missing before `learn_until`
    reasons : key of the rule that says most of each row; "combination" if none does
    alerts : method, rank, row (position in the input), account, day, score, reason
    counts : rows, rows scored, accounts, days, alerts
    volume : one row per method: alerts and alerted accounts per 1,000 accounts, alerts per 1,000 accounts and 30 days
    notes : tuple of str
    """

    features: pd.DataFrame
    scores: pd.DataFrame
    reasons: pd.Series
    alerts: pd.DataFrame
    counts: dict[str, int]
    volume: pd.DataFrame
    notes: tuple[str, ...]


def detect(
    transactions: pd.DataFrame,
    *,
    account: str,
    day: str,
    amount: str,
    kind: str,
    balance: str | None = None,
    budget: int | float,
    window: int = 30,
    minimum: int = 5,
    smallest_spread: float = 0.05,
    round_to: float | None = None,
    learn_until: int | pd.Timestamp | None = None,
    trees: int = 200,
    seed: int,
) -> Detection:
    """Score every transaction against its account's past and alert the strangest.

    The features of a row use earlier rows of its account and the row itself, never later ones. A rule's surprise
    says how rare its value is, in powers of ten (see `surprises`), and

    rules = sum of the surprises;   reason = the rule with the largest one

    forest = anomaly score of an isolation forest (Liu, Ting and Zhou 2008; scikit-learn) on the features, the log
    amount and the days since the previous row; largest = absolute amount; random = a draw by lot. The shares and
    the forest are learnt on all rows, or on those up to `learn_until`, and only later rows are then scored.

    Parameters
    ----------
    transactions : in the file's order, which matters within a day; days not decreasing within an account
    account, day, amount, kind, balance : columns; day a date or whole days from 0, the amount with its sign, kind
        such as the operation, balance after the row (optional)
    budget : alerts: a number (int) or a share of the scored rows (float; rounded down)
    window, minimum, smallest_spread, round_to : see `account_history.features`
    trees : of the forest
    seed : forest, random ranking and ties

    Raises
    ------
    MissingColumn; BadValue (missing values, negative days, rows back in time, budget of zero or above the rows);
    TooFew (budget of less than one alert, no row to learn from); NoVariation (all rows are alike).
    """
    book = account_history.ledger(transactions, account, day, amount, kind, balance)
    settings = {"window": window, "minimum": minimum, "smallest_spread": smallest_spread, "round_to": round_to}
    found = account_history.features(book, **settings)
    learn = _learn(transactions[day], learn_until)
    scored = np.ones(len(learn), bool) if learn_until is None else ~learn
    n = _alerts_within(number_or_share("budget", budget), int(scored.sum()))
    surprise = surprises(found, learn)
    random = np.random.default_rng(seed)
    scores = pd.DataFrame(
        {
            "rules": surprise.sum(axis=1),
            "forest": _forest(book, found, learn, whole("trees", trees), seed),
            "largest": np.abs(book.amount),
            "random": random.random(len(found)),
        }
    )
    scores[~scored] = np.nan
    reasons = pd.Series(np.where(surprise.max(axis=1) > 0, surprise.columns[surprise.to_numpy().argmax(axis=1)], COMBINATION), name="reason")
    alerts = _alerts(scores, reasons, book, transactions[day], n, random.random(len(found)))
    counts = {
        "rows": len(found),
        "scored": int(scored.sum()),
        "accounts": len(np.unique(book.account[scored])),
        "days": int(np.ptp(book.day[scored])) + 1,
        "alerts": n,
    }
    return Detection(found, scores, reasons, alerts, counts, _volume(alerts, counts), _notes(book, found, scores, settings, n))


def surprises(found: pd.DataFrame, learn: np.ndarray) -> pd.DataFrame:
    """How rare the value of each rule is, in powers of ten; 0 for values up to 0.

    s(v) = -log10 of the share of learning rows with at least v (v itself counted)
    beyond q, the 99th percentile:  max(s(v), 2 + (v - q) / (m ln 10)),  m the mean of v - q where positive

    The first stops at the log of the number of rows, however strange a row is; the second goes on as an exponential
    tail does.
    """
    made = {}
    for rule in found.columns:
        values = found[rule].to_numpy()
        known = np.sort(values[learn])
        share = (len(known) - np.searchsorted(known, values, side="left") + 1) / (len(known) + 1)
        rare = -np.log10(np.minimum(share, 1))
        border = known[int(np.ceil(0.99 * len(known))) - 1]
        beyond = known[known > border] - border
        if len(beyond):
            rare = np.where(values > border, np.maximum(rare, 2 + (values - border) / (beyond.mean() * np.log(10))), rare)
        made[rule] = np.where(values > 0, rare, 0.0)
    return pd.DataFrame(made)


def _learn(days: pd.Series, until) -> np.ndarray:
    """Rows that the shares and the forest are learnt from."""
    if until is None:
        return np.ones(len(days), bool)
    learn = numbered("day", days) <= moment("learn_until", until, days)
    if learn.sum() < 2 or learn.all():
        raise TooFew(f"{learn.sum()} of {len(learn)} rows are up to learn_until = {until}: nothing to learn from, or nothing to score")
    return learn


def _alerts_within(budget: int | float, rows: int) -> int:
    alerts = budget if isinstance(budget, int) else int(np.floor(budget * rows + 1e-9))
    if alerts > rows:
        raise BadValue(f"a budget of {alerts} alerts is above the {rows} rows that are scored")
    if alerts < 1:
        raise TooFew(f"a budget of {budget:g} of {rows} rows is less than one alert; raise it")
    return alerts


def _forest(book, found: pd.DataFrame, learn: np.ndarray, trees: int, seed: int) -> np.ndarray:
    since = pd.Series(book.day).groupby(book.account).diff().fillna(0)
    table = found.assign(log_amount=np.log(np.maximum(np.abs(book.amount), np.finfo(float).tiny)), since=since).to_numpy()
    if not np.ptp(table, axis=0).any():
        raise NoVariation(f"all {len(table)} transactions are alike in every feature: none is an anomaly")
    model = IsolationForest(n_estimators=trees, random_state=seed, n_jobs=1).fit(table[learn])
    return -model.score_samples(table)


def _alerts(scores: pd.DataFrame, reasons: pd.Series, book, days: pd.Series, n: int, chance: np.ndarray) -> pd.DataFrame:
    """The n highest scores of each method; ties by chance."""
    parts = []
    for method in METHODS:
        value = scores[method].fillna(-np.inf).to_numpy()
        rows = np.lexsort((chance, -value))[:n]
        names = {"method": method, "rank": np.arange(1, n + 1), "row": rows, "account": book.accounts[book.account[rows]]}
        parts.append(pd.DataFrame(names | {"day": days.to_numpy()[rows], "score": value[rows], "reason": reasons.to_numpy()[rows]}))
    return pd.concat(parts, ignore_index=True)


def _volume(alerts: pd.DataFrame, counts: dict[str, int]) -> pd.DataFrame:
    of_method = alerts.groupby("method", sort=False)
    thousand = 1000 / counts["accounts"]
    return pd.DataFrame(
        {
            "alerts_per_1000": of_method.size() * thousand,
            "accounts_per_1000": of_method["account"].nunique() * thousand,
            "alerts_per_1000_and_30_days": of_method.size() * thousand * 30 / counts["days"],
        }
    ).reset_index()


def _notes(book, found: pd.DataFrame, scores: pd.DataFrame, settings, n: int) -> tuple[str, ...]:
    keys = [book.account, book.kind]
    history = pd.Series(book.amount).groupby(keys).cumcount()
    enough = history >= settings["minimum"]
    constant = int((enough & (pd.Series(book.amount).groupby(keys).transform("nunique") == 1)).sum())
    counted = {
        f"of {len(found)} rows have fewer than {settings['minimum']} earlier rows of their account and kind: no amount score": (~enough).sum(),
        f"rows are of an account and kind whose amounts are all equal (MAD 0): their spread is {settings['smallest_spread']:g}": constant,
        "amounts are zero": (book.amount == 0).sum(),
        f"of the {n} alerts of the rules are drawn by lot: no more rows have a surprise": max(0, n - (scores["rules"] > 0).sum()),
    }
    notes = [f"{count} {text}" for text, count in counted.items() if count]
    silent = [rule for rule in found.columns if not (found[rule] > 0).any()]
    if silent:
        notes.append(f"no row is above its usual value by {', '.join(silent)}")
    if len(book.accounts) == 1:
        notes.append("1 account only")
    return tuple(notes)


def evaluate(detection: Detection, labels: pd.DataFrame, *, reps: int = 999, seed: int) -> pd.DataFrame:
    """Precision and recall of the alerts on injected anomalies.

    precision = alerted injected rows / alerts;  recall_rows = alerted injected rows / injected rows;
    recall = episodes with an alerted row / episodes. Real rows count as false alarms although some may be real
    anomalies: precision is a lower bound.

    Parameters
    ----------
    detection : of the transactions with the anomalies
    labels : episode (-1 for real rows) and injected (kind) per transaction, as `injection.inject` gives them
    reps, seed : bootstrap over accounts; the alerts stay as they are

    Returns
    -------
    one row per method and kind of anomaly ("all": together): rows, episodes, found, recall, recall_rows, and for "all"
    alerts, precision with interval, and less_rules, less_largest and less_random (differences in precision) with intervals

    Raises
    ------
    BadValue if the labels do not fit; TooFew if no injected row was scored.
    """
    scored = detection.scores["rules"].notna().to_numpy()
    if len(labels) != len(scored):
        raise BadValue(f"{len(labels)} labels for {len(scored)} transactions; give one per transaction")
    episode = np.where(scored, labels["episode"].to_numpy(), -1)
    if not (episode >= 0).any():
        raise TooFew("no injected row is among the scored ones")
    injected = labels["injected"].to_numpy()
    lines = []
    for method, alerts in detection.alerts.groupby("method", sort=False):
        alerted = np.zeros(len(scored), bool)
        alerted[alerts["row"]] = True
        for name in ["all", *sorted(set(injected[episode >= 0]))]:
            rows = (episode >= 0) & ((injected == name) | (name == "all"))
            hit, episodes = rows & alerted, np.unique(episode[rows])
            line = {"method": method, "injected": name, "rows": int(rows.sum()), "episodes": len(episodes)}
            line |= {"found": len(np.unique(episode[hit])), "recall": len(np.unique(episode[hit])) / len(episodes)}
            line |= {"recall_rows": hit.sum() / rows.sum()}
            if name == "all":
                line |= {"alerts": len(alerts), "precision": hit.sum() / len(alerts)}
            lines.append(line)
    return pd.DataFrame(lines).merge(_intervals(detection, episode, reps, seed), on=["method", "injected"], how="left")


def _intervals(detection: Detection, episode: np.ndarray, reps: int, seed: int) -> pd.DataFrame:
    """Intervals of precision and of its differences; accounts of alerts are redrawn, with all others."""
    alerts = detection.alerts
    codes = pd.factorize(alerts["account"], sort=True)[0]
    n = detection.counts["accounts"]
    per_account = []
    for method in METHODS:
        mine = (alerts["method"] == method).to_numpy()
        for weight in ((episode[alerts["row"]] >= 0).astype(float), np.ones(len(alerts))):
            per_account.append(np.bincount(codes[mine], weights=weight[mine], minlength=n))
    both = resampling.sums(np.column_stack(per_account), whole("reps", reps), seed).reshape(reps, len(METHODS), 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        drawn = both[:, :, 0] / both[:, :, 1]
    found = pd.DataFrame({"method": METHODS, "injected": "all"})
    found["precision_low"], found["precision_high"] = resampling.interval(drawn)
    point = np.array([(episode[alerts.loc[alerts["method"] == method, "row"]] >= 0).mean() for method in METHODS])
    for other in ("rules", "largest", "random"):
        column = METHODS.index(other)
        found[f"less_{other}"] = point - point[column]
        found[f"less_{other}_low"], found[f"less_{other}_high"] = resampling.interval(drawn - drawn[:, [column]])
    return found
