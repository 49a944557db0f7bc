"""The scorers: preprocessing and classifier, both learned from the training rows only."""

from collections.abc import Sequence

import pandas as pd
from sklearn.base import ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from .errors import UnknownChoice

LEARNERS = ("logit", "tree", "svm", "boosting")
BASELINES = ("prior", "recency", "single")
IMBALANCE = ("none", "balanced")
MISSING = "(missing)"  # the category of missing text
MANY = 250  # categories that boosting keeps apart; it knows at most 255


def preparation(learner: str, numeric: Sequence[str], categorical: Sequence[str]) -> ColumnTransformer:
    """What is done to the columns before the classifier sees them.

    Numbers: median of the training rows for missing ones plus a column that says so, then standardised.
    Categories: one column each; missing is its own category; one that the training rows do not have gets
    zeros everywhere, so it scores like none of the known ones.
    Boosting gets numbers that are not standardised and categories as codes in the first columns, the
    rarest beyond 250 together; an unseen one goes the way of the larger branch.
    """
    imputed = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    if learner == "boosting":
        coded = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, max_categories=MANY)
        return ColumnTransformer([("categorical", coded, list(categorical)), ("numeric", imputed, list(numeric))])
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return ColumnTransformer([("numeric", make_pipeline(imputed, StandardScaler()), list(numeric)), ("categorical", one_hot, list(categorical))])


def classifier(learner: str, n_categorical: int, *, seed: int, imbalance: str = "none") -> ClassifierMixin:
    """A classifier of scikit-learn with `predict_proba`.

    logit, recency, single : L2 penalty with C = 1 on standardised columns
    tree     : at most 6 levels, leaves of at least 1 % of the training rows
    svm      : Gaussian kernel by 100 Nystroem landmarks, linear SVM (C = 0.1, squared hinge, tolerance
               0.01), probabilities by Platt's sigmoid over 3 inner folds drawn at random, averaged
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
        return LogisticRegression(C=1.0, solver="newton-cholesky", max_iter=200, class_weight=weight)
    if learner == "tree":
        return DecisionTreeClassifier(max_depth=6, min_samples_leaf=0.01, class_weight=weight, random_state=seed)
    if learner == "svm":
        return _svm(seed, weight)
    if learner == "boosting":
        coded = list(range(n_categorical)) or None
        return HistGradientBoostingClassifier(
            max_iter=100, max_leaf_nodes=15, early_stopping=False, categorical_features=coded, class_weight=weight, random_state=seed
        )
    if learner == "prior":
        return DummyClassifier(strategy="prior")
    raise UnknownChoice(f"learner '{learner}' is not known; choose one of {', '.join((*LEARNERS, *BASELINES))}")


def _svm(seed: int, weight: str | None) -> Pipeline:
    machine = LinearSVC(C=0.1, class_weight=weight, dual=False, tol=1e-2, random_state=seed)
    landmarks = Nystroem(kernel="rbf", n_components=100, random_state=seed)
    inner = StratifiedKFold(3, shuffle=True, random_state=seed)  # not in the order of the rows, which may be that of time
    return make_pipeline(landmarks, CalibratedClassifierCV(machine, method="sigmoid", cv=inner))


def typed(data: pd.DataFrame, numeric: Sequence[str], categorical: Sequence[str]) -> pd.DataFrame:
    """The columns as the pipelines need them: floats, and text with missing as a category."""
    parts = {name: data[name].astype(float) for name in numeric}
    parts |= {name: data[name].astype(object).where(data[name].notna(), MISSING).astype(str) for name in categorical}
    return pd.DataFrame(parts, index=data.index).reset_index(drop=True)
