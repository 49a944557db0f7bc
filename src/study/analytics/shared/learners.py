"""The scorers: preprocessing and classifier, both learned from the training rows only."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.base import ClassifierMixin
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from study.refusals import floats

from ..errors import UnknownChoice
from . import categories
from .vector_machine import VectorMachine

LEARNERS = ("logit", "tree", "svm", "boosting")
BASELINES = ("prior", "recency", "single")
IMBALANCE = ("none", "balanced")
MISSING = "(missing)"  # the category of missing text, in more brackets where a category has that name
DIGITS = 10  # significant digits of a number that is learned from
MANY = 250  # categories that boosting keeps apart; it knows at most 255


def preparation(learner: str, numeric: Sequence[str], categorical: Sequence[str]) -> ColumnTransformer:
    """What is done to the columns before the classifier sees them.

    Numbers: median of the training rows for missing ones plus a column that says so, then standardised.
    Categories: one column each; missing is its own category; one that the training rows do not have gets
    zeros everywhere, so it scores like none of the known ones.
    Trees and boosting get numbers that are not standardised: a split half way between whole numbers then is one to the last bit.
    Boosting gets categories as codes in the first columns, the rarest beyond 250 together; an unseen one goes the way
    of the larger branch.
    """
    imputed = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    if learner == "boosting":
        coded = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, max_categories=MANY)
        return ColumnTransformer([("categorical", coded, list(categorical)), ("numeric", imputed, list(numeric))])
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    numbers = imputed if learner == "tree" else make_pipeline(imputed, StandardScaler())
    return ColumnTransformer([("numeric", numbers, list(numeric)), ("categorical", one_hot, list(categorical))])


def classifier(learner: str, n_categorical: int, *, seed: int, imbalance: str = "none") -> ClassifierMixin:
    """A classifier of scikit-learn with `predict_proba`.

    logit, recency, single : L2 penalty with C = 1 on standardised columns, Newton's method to a slope of 1e-12
    tree     : at most 6 levels, leaves of at least 1 % of the training rows
    svm      : Gaussian kernel by 100 Nystroem landmarks, linear SVM (C = 0.1, squared hinge) to its minimum,
               probabilities by Platt's sigmoid over 3 inner folds drawn at random, averaged
    boosting : 100 rounds of trees with 15 leaves, learning rate 0.1, no early stopping
    prior    : the share of 1s among the training rows

    Parameters
    ----------
    imbalance : "none" (probabilities stay true to the base rate) or "balanced" (classes weigh the same:
        ranks may gain, probabilities are no longer true)

    Raises
    ------
    UnknownChoice for another learner or treatment of imbalance.
    """
    if imbalance not in IMBALANCE:
        raise UnknownChoice(f"imbalance '{imbalance}' is not known; choose one of {', '.join(IMBALANCE)}")
    weight = None if imbalance == "none" else "balanced"
    if learner in ("logit", "recency", "single"):
        return LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-12, max_iter=200, class_weight=weight)
    if learner == "tree":
        return DecisionTreeClassifier(max_depth=6, min_samples_leaf=0.01, class_weight=weight, random_state=seed)
    if learner == "svm":
        return VectorMachine(balanced=weight is not None, seed=seed)
    if learner == "boosting":
        coded = list(range(n_categorical)) or None
        return HistGradientBoostingClassifier(
            max_iter=100, max_leaf_nodes=15, early_stopping=False, categorical_features=coded, class_weight=weight, random_state=seed
        )
    if learner == "prior":
        return DummyClassifier(strategy="prior")
    raise UnknownChoice(f"learner '{learner}' is not known; choose one of {', '.join((*LEARNERS, *BASELINES))}")


def typed(data: pd.DataFrame, numeric: Sequence[str], categorical: Sequence[str]) -> pd.DataFrame:
    """The columns as the pipelines need them: floats of ten digits, and categories as texts (`categories.texts`) with missing as one more.

    What a machine's arithmetic leaves beyond the tenth digit makes no two equal customers different, and puts none on
    the other side of a split.

    Raises
    ------
    BadValue for a numeric column that holds dates, texts (also of digits) or anything else that is no number.
    """
    parts = {name: ten_digits(floats(str(name), data[name])) for name in numeric}
    for name in categorical:
        names = categories.texts(data[name])
        parts[name] = names.fillna(categories.free(MISSING, names.dropna())).astype(str).to_numpy()
    return pd.DataFrame(parts, index=range(len(data)))


def ten_digits(values: np.ndarray) -> np.ndarray:
    """Floats (n,) rounded to ten significant digits; whole numbers, infinite and missing ones as they are."""
    found, place = np.unique(values, return_inverse=True)
    broken = np.isfinite(found) & (found != np.rint(found))
    found[broken] = [float(f"{value:.{DIGITS}g}") for value in found[broken]]
    return found[place]
