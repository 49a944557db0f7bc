"""Why a model can not be estimated: one class per reason, each says what to do."""

from study.errors import InputError, MissingColumn

ModelError = InputError  # base of the errors of this room, with which tables and columns are refused, too
__all__ = [
    "BadOutcome",
    "Collinear",
    "DuplicateKeys",
    "FormulaError",
    "InfiniteValues",
    "MissingColumn",
    "ModelError",
    "NoVariation",
    "NotConverged",
    "NotEstimable",
    "Separated",
    "Underidentified",
    "UnknownTerm",
    "Unseen",
]


class FormulaError(ModelError):
    """The formula is not understood."""


class InfiniteValues(ModelError):
    """A column holds infinite values."""


class NotEstimable(ModelError):
    """The data can not carry the model: no rows, no degrees of freedom, one cluster."""


class NoVariation(NotEstimable):
    """A regressor does not vary once the effects are removed."""


class Collinear(NotEstimable):
    """A regressor is, to the digits that matter, a combination of the others."""


class Underidentified(NotEstimable):
    """The instruments can not identify the endogenous variables."""


class DuplicateKeys(ModelError):
    """Two rows have the same unit and time where the estimator needs one."""


class BadOutcome(ModelError):
    """The outcome has values, or an order, that the model has no probability for."""


class Separated(NotEstimable):
    """Regressors predict the outcome of some rows perfectly: a maximum of the likelihood does not exist."""


class NotConverged(NotEstimable):
    """The maximum was not found in the steps allowed."""


class Unseen(ModelError):
    """A prediction asks for a period or level that the estimation sample does not have."""


class UnknownTerm(ModelError, KeyError):
    """The fit has no such term."""

    __str__ = Exception.__str__  # the message, which a KeyError puts in quotes
