"""Why an exhibit can not be made or saved."""

from study.errors import StudyError


class ExhibitError(StudyError, ValueError):
    """An exhibit does not fit its place in the design, or its parts do not fit each other."""
