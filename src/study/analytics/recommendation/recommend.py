"""Recommendation: hide one product of every customer, recommend from the rest, and see whether it comes back."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from scipy import sparse

from study.refusals import finite, whole

from ..errors import BadValue, TooFew, UnknownChoice
from ..shared import resampling
from ..shared.auc_interval import placements
from . import ranking, recommenders
from .holdings import Holdings, known

POPULARITY = "popularity"
METHODS = ("item_cosine", "matrix_factorisation", "customer_features", "product_features")
FEW = 5  # hidden cases of a product below which its AUC is called unreliable


@dataclass(frozen=True)
class Recommendation:
    """What each recommender finds again.

    Parameters
    ----------
    measures : one row per recommender and measure: value, interval, difference to popularity, interval
    products : one row per recommender and product: hidden cases, recall at each k, AUC with its error
    cold : one row per recommender and measure for customers whose only product is hidden; defined is False where
        the recommender knows nothing of them and so draws by lot
    hidden : the product hidden from each customer
    counts, notes : sample sizes and what limits the figures
    """

    measures: pd.DataFrame
    products: pd.DataFrame
    cold: pd.DataFrame
    hidden: pd.Series
    counts: dict[str, int]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Trial:
    """Training table, and the customers of whom a product is hidden: rows, hidden column, open products."""

    train: sparse.csr_array
    rows: np.ndarray
    hidden: np.ndarray
    open_: np.ndarray


def evaluate(
    table: Holdings,
    *,
    methods: tuple[str, ...] = METHODS[:2],
    k: tuple[int, ...] = (1, 2),
    customer_features: pd.DataFrame | None = None,
    product_features: pd.DataFrame | None = None,
    seen_only: tuple[str, ...] = (),
    hidden: pd.Series | None = None,
    factors: int = 2,
    reps: int = 999,
    seed: int,
) -> Recommendation:
    """Leave-one-out evaluation against popularity and a draw by lot.

    Every customer with two or more products hides one, drawn at random; all hidden ones leave the training table
    at once. Open to recommendation are the products that the customer does not hold in it.

    recall@k = share of customers whose hidden product is among the first k
    map = mean average precision; with one hidden product, the mean of 1 / rank
    similarity = mean cosine of predicted interest and realised purchase over the open products (the report asks
        for a similarity of the two and names none: the cosine is this study's choice)
    coverage@k = share of products that reach somebody's first k
    AUC of a product = P(score of a customer who hides it > score of one who does not hold it)

    A draw by lot is the line to beat: with few products its recall is high. Popularity gives everybody the same
    list, so that its AUC is one half by construction. That of other methods may lie some hundredths off one half
    without any information, because customers with many products are more often tried. Differences are paired; intervals redraw customers.

    Parameters
    ----------
    table : holdings
    methods : some of item_cosine, matrix_factorisation, customer_features, product_features
    k : lengths of the list
    customer_features, product_features : numbers, one row per customer (product), for the methods of that name
    seen_only : products that recommenders may see but that are never hidden nor recommended
    hidden : product to hide by customer (index), such as the latest one; default: one at random of every customer
        with two or more
    factors : of the matrix factorisation
    reps, seed : bootstrap; the seed also chooses what is hidden and starts the factorisation

    Raises
    ------
    UnknownChoice (method, product); BadValue (k of zero or above the number of products, missing features, a hidden
    product that is not held); TooFew (fewer than two products, nobody with two products).
    """
    known(table, *seen_only)
    targets = np.flatnonzero(~table.products.isin(seen_only))
    _check_k(k, len(targets))
    functions = _functions(table, methods, customer_features, product_features, factors, seed)
    trial = _hide(table, targets, hidden, seed)
    scores = {name: ranking.rounded(function(trial.train, targets)[trial.rows]) for name, function in functions.items()}
    counts = _counts(table, targets, trial)
    return Recommendation(
        _measures(scores, trial, k, whole("reps", reps), seed),
        _products(scores, trial, k, table, targets),
        _cold(table, targets, functions, k, seed),
        pd.Series(table.products[targets[trial.hidden]], index=table.customers[trial.rows], name="hidden"),
        counts,
        _notes(table, targets, trial, k, counts),
    )


def leak(table: Holdings, *, column: str, product: str, seed: int, **settings) -> pd.DataFrame:
    """How much a recommender gains from a column that exists only because of the product it is to predict.

    The same customers, the same hidden products; once the recommenders see `column`, once they do not. It is
    neither hidden nor recommended in either run.

    Parameters
    ----------
    column : a product that follows from another one, such as the order that repays a loan
    product : that other one
    settings : further arguments of `evaluate`

    Returns
    -------
    one row per recommender: recall@1 of `product` and its AUC, recall@1 and map over all products, with and
    without the column
    """
    known(table, column, product)
    runs = {
        "with": evaluate(table, seen_only=(column,), seed=seed, **settings),
        "without": evaluate(table.without(column), seed=seed, **settings),
    }
    made = {}
    for word, run in runs.items():
        one = run.products[run.products["product"] == product].set_index("recommender")
        every = run.measures.pivot(index="recommender", columns="measure", values="value")
        made |= {f"recall_{word}": one["recall@1"], f"auc_{word}": one["auc"]}
        made |= {f"all_recall_{word}": every["recall@1"], f"all_map_{word}": every["map"]}
    return pd.DataFrame(made).reindex(runs["with"].measures["recommender"].unique()).rename_axis("recommender").reset_index()


def over_draws(table: Holdings, *, draws: int, seed: int, **settings) -> pd.DataFrame:
    """What `evaluate` finds product by product, over draws of what is hidden: one draw says little where few hold a product.

    The first draw is that of `evaluate` with the same seed; the others have the seeds after it.

    Parameters
    ----------
    settings : further arguments of `evaluate`, but `hidden`

    Returns
    -------
    one row per recommender and product: hidden and others (means over the draws), and of the AUC `auc` (mean), `auc_sd` (standard
    deviation over draws), `auc_low` and `auc_high` (lowest, highest); draws without a case are left out
    """
    runs = [evaluate(table, seed=seed + draw, **settings | {"reps": 1}).products for draw in range(whole("draws", draws, 2))]
    grouped = pd.concat(runs).groupby(["recommender", "product"], sort=False)
    found = grouped["auc"].agg(auc="mean", auc_sd="std", auc_low="min", auc_high="max")
    return found.join(grouped[["hidden", "others"]].mean()).reset_index()


def _check_k(k: tuple[int, ...], products: int) -> None:
    if products < 2:
        raise TooFew(f"{products} products can be recommended; two are needed")
    for length in k:
        if whole("k", length) > products:
            raise BadValue(f"k = {length} is above the {products} products that can be recommended")


def _functions(table: Holdings, methods, customer_features, product_features, factors: int, seed: int) -> dict:
    """Recommenders by name, each a function of the training table and the target columns."""
    unknown = [method for method in methods if method not in METHODS]
    if unknown:
        raise UnknownChoice(f"no recommender {', '.join(map(repr, unknown))}; there are {', '.join(METHODS)}")
    found = {"lot": lambda held, targets: np.ones((held.shape[0], len(targets))), POPULARITY: recommenders.popularity}
    for method in methods:
        function = getattr(recommenders, method)
        if method == "matrix_factorisation":
            function = partial(function, seed=seed, factors=whole("factors", factors))
        if method == "customer_features":
            function = partial(function, features=_features(customer_features, table.customers, "customer_features"))
        if method == "product_features":
            function = partial(function, features=_features(product_features, table.products, "product_features"))
        found[method] = function
    return found


def _features(features: pd.DataFrame | None, names: pd.Index, what: str) -> np.ndarray:
    if features is None:
        raise BadValue(f"method {what} needs the table `{what}`")
    absent = names.difference(features.index)
    if len(absent) or features.index.has_duplicates:
        raise BadValue(f"{what}: {len(absent)} of {len(names)} rows are absent, the index has duplicates: {features.index.has_duplicates}")
    chosen = features.loc[names]
    return np.column_stack([finite(chosen, column) for column in chosen.columns])


def _hide(table: Holdings, targets: np.ndarray, given: pd.Series | None, seed: int) -> _Trial:
    held = table.matrix[:, targets].toarray() > 0
    if given is not None:
        return _trial(table, targets, *_given(table, targets, held, given))
    rows = np.flatnonzero(held.sum(axis=1) >= 2)
    if not len(rows):
        raise TooFew(f"none of {len(held)} customers holds two products that can be recommended: nothing can be hidden")
    lots = np.random.default_rng(seed).random((len(rows), len(targets)))
    return _trial(table, targets, rows, np.where(held[rows], lots, -1).argmax(axis=1))


def _given(table: Holdings, targets: np.ndarray, held: np.ndarray, given: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Rows and hidden columns as asked for."""
    if given.index.has_duplicates or not len(given):
        raise BadValue(f"hidden has {given.index.duplicated().sum()} customers twice and {len(given)} rows; name each customer once")
    rows, columns = table.customers.get_indexer(given.index), table.products[targets].get_indexer(given)
    wrong = (rows < 0) | (columns < 0)
    wrong[~wrong] = ~held[rows[~wrong], columns[~wrong]] | (held[rows[~wrong]].sum(axis=1) < 2)
    if wrong.any():
        raise BadValue(f"hidden: {wrong.sum()} of {len(given)} are not a product that the customer holds beside another one")
    order = np.argsort(rows)
    return rows[order], columns[order]


def _trial(table: Holdings, targets: np.ndarray, rows: np.ndarray, hidden: np.ndarray) -> _Trial:
    mask = sparse.coo_array((np.ones(len(rows)), (rows, targets[hidden])), shape=table.matrix.shape)
    train = (table.matrix - mask).tocsr()
    train.eliminate_zeros()
    return _Trial(train, rows, hidden, train[rows][:, targets].toarray() == 0)


def _by_customer(scores: np.ndarray, trial: _Trial, k: tuple[int, ...]) -> dict[str, np.ndarray]:
    before, ties = ranking.places(scores, trial.open_, trial.hidden)
    found = {f"recall@{length}": ranking.recall_at(before, ties, length) for length in k}
    return found | {
        "map": ranking.average_precision(before, ties),
        "similarity": ranking.similarity(scores, trial.open_, trial.hidden),
    }


def _measures(scores: dict, trial: _Trial, k: tuple[int, ...], reps: int, seed: int) -> pd.DataFrame:
    """Means over customers with intervals, and the differences to popularity."""
    each = {name: _by_customer(score, trial, k) for name, score in scores.items()}
    keys = [(name, measure) for name in each for measure in each[name]]
    values = np.column_stack([each[name][measure] for name, measure in keys])
    base = np.array([keys.index((POPULARITY, measure)) for _, measure in keys])
    drawn = resampling.sums(values, reps, seed) / len(values)
    low, high = resampling.interval(drawn)
    less_low, less_high = resampling.interval(drawn - drawn[:, base])
    mean = values.mean(axis=0)
    made = pd.DataFrame(keys, columns=["recommender", "measure"]).assign(
        value=mean, low=low, high=high, less_popularity=mean - mean[base], less_low=less_low, less_high=less_high
    )
    covered = [(name, f"coverage@{n}", ranking.coverage(s, trial.open_, n)) for name, s in scores.items() if name != "lot" for n in k]
    return pd.concat([made, pd.DataFrame(covered, columns=["recommender", "measure", "value"])], ignore_index=True)


def _products(scores: dict, trial: _Trial, k: tuple[int, ...], table: Holdings, targets: np.ndarray) -> pd.DataFrame:
    """Recall and AUC product by product."""
    held = table.matrix[trial.rows][:, targets].toarray() > 0
    lines = []
    for name, score in scores.items():
        each = _by_customer(score, trial, k)
        for column, target in enumerate(targets):
            mine, none = trial.hidden == column, ~held[:, column]
            area, error = _area(score[mine, column], score[none, column])
            recalls = {f"recall@{n}": each[f"recall@{n}"][mine].mean() if mine.any() else np.nan for n in k}
            lines.append(
                {"recommender": name, "product": table.products[target], "hidden": int(mine.sum()), "others": int(none.sum())}
                | recalls | {"auc": area, "auc_error": error}
            )  # fmt: skip
    return pd.DataFrame(lines)


def _area(holders: np.ndarray, others: np.ndarray) -> tuple[float, float]:
    """AUC with DeLong's error; missing where a class is empty, no error where it has one member."""
    if not len(holders) or not len(others):
        return np.nan, np.nan
    outcome = np.r_[np.ones(len(holders)), np.zeros(len(others))]
    beaten, beats = placements(outcome, np.r_[holders, others])
    single = min(len(holders), len(others)) < 2
    return beaten.mean(), np.nan if single else np.sqrt(beaten.var(ddof=1) / len(beaten) + beats.var(ddof=1) / len(beats))


def _cold(table: Holdings, targets: np.ndarray, functions: dict, k: tuple[int, ...], seed: int) -> pd.DataFrame:
    """Customers with one product: a random half of them hide it, so that nothing is known but their features."""
    held = table.matrix[:, targets].toarray() > 0
    single = np.flatnonzero((held.sum(axis=1) == 1) & (table.counts.to_numpy() == 1))
    rows = np.sort(np.random.default_rng(seed).permutation(single)[: len(single) // 2])
    columns = ["recommender", "measure", "customers", "value", "defined"]
    if not len(rows):
        return pd.DataFrame(columns=columns)
    trial = _trial(table, targets, rows, held[rows].argmax(axis=1))
    lines = []
    for name, function in functions.items():
        score = ranking.rounded(function(trial.train, targets)[rows])
        defined = name != "lot" and bool((np.ptp(score, axis=1) > 0).any())
        lines += [(name, measure, len(rows), value.mean(), defined) for measure, value in _by_customer(score, trial, k).items()]
    return pd.DataFrame(lines, columns=columns)


def _counts(table: Holdings, targets: np.ndarray, trial: _Trial) -> dict[str, int]:
    own = np.asarray(table.matrix[:, targets].sum(axis=1)).ravel()
    return {
        "customers": len(own),
        "products": len(targets),
        "holdings": int(own.sum()),
        "without_products": int((own == 0).sum()),
        "with_one": int((own == 1).sum()),
        "evaluated": len(trial.rows),
    }


def _notes(table: Holdings, targets: np.ndarray, trial: _Trial, k: tuple[int, ...], counts: dict[str, int]) -> tuple[str, ...]:
    full = np.asarray(table.matrix[:, targets].sum(axis=0)).ravel()
    train = np.asarray(trial.train[:, targets].sum(axis=0)).ravel()
    cases = np.bincount(trial.hidden, minlength=len(targets))

    def listed(which):
        return f"{which.sum()} products ({', '.join(map(str, table.products[targets[which]][:10]))})"

    notes = []
    if counts["without_products"]:
        notes.append(f"{counts['without_products']} customers hold nothing: popularity or customer features only, and no evaluation")
    if (full == 0).any():
        notes.append(f"{listed(full == 0)} are held by nobody: they can be neither hidden nor learnt")
    if ((full > 0) & (train == 0)).any():
        notes.append(f"{listed((full > 0) & (train == 0))} have all their holders hidden: they can not be learnt")
    few = (full > 0) & (cases < FEW)
    if few.any():
        notes.append(f"{listed(few)} are hidden fewer than {FEW} times: their recall and AUC say little")
    for length in k:
        sure = int((trial.open_.sum(axis=1) <= length).sum())
        if sure:
            notes.append(f"{sure} customers have at most {length} open products: their recall@{length} is 1 whatever the recommender")
    if len(trial.rows) == 1:
        notes.append("1 customer is evaluated: its interval has no width and no meaning")
    return tuple(notes)
