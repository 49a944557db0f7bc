"""Why a variable can not be made."""

from study.errors import StudyError


class VariableError(StudyError, ValueError):
    """A variable, a bank or a year that is asked for is not there, or not once."""
