"""Why a sample can not be built."""

from study.errors import StudyError


class SampleError(StudyError, ValueError):
    """Data, steps and what is asked of them do not fit together."""
