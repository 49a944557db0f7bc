"""Why something may not leave, or can not be protected: one class per reason, each says what to do."""

from study.errors import StudyError


class PrivacyError(StudyError, ValueError):
    """Base of the errors of study.privacy."""


class KeyMissing(PrivacyError):
    """There is no key for pseudonyms: the message says where it was looked for."""


class KeyUnsafe(PrivacyError):
    """The key is too short, lies inside the project, or others can read its file."""


class BadTable(PrivacyError):
    """A table or argument is not what the function works on."""


class CannotProtect(PrivacyError):
    """A small cell can not be hidden by withholding other cells: rows or columns must be joined.

    Parameters
    ----------
    cell : its position
    """

    def __init__(self, message: str, cell: int):
        super().__init__(message)
        self.cell = cell


class ReleaseRefused(PrivacyError):
    """Results may not be published: the message lists exhibit, cell and rule."""
