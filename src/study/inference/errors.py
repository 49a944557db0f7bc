"""Why a test can not be made: one class per reason, each says what to do."""

from study.errors import StudyError


class InferenceError(StudyError, ValueError):
    """Base of the errors of study.inference."""


class Degenerate(InferenceError):
    """No draw or assignment has a statistic, or all have the same one."""


class DifferentSamples(InferenceError):
    """Tests that must share their draws rest on different clusters or units."""


class MissingValues(InferenceError):
    """A column has missing values where the method has no rule for them."""


class NotIdentified(InferenceError):
    """The fit does not carry what the test needs: no such term, a term without variance, a singular covariance."""
