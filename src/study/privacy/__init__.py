"""What may leave and what may not: pseudonyms, bands, anonymity, suppressed cells, the check before publication.

`pseudonyms()` names customers by a key kept outside the project; `anonymity()` reports k and l of a table;
`cells()` prints a cross table without cells that are small or can be worked out.
"""

from . import identifiers
from .anonymity import Anonymity, anonymity
from .bands import age_bands, bands, income_bands
from .errors import BadTable, CannotProtect, KeyMissing, KeyUnsafe, PrivacyError, ReleaseRefused
from .pseudonyms import key, pseudonym, pseudonyms
from .suppression import LEAST, MARK, cells, small, suppress, trimmed_range, withheld

__all__ = [
    "LEAST",
    "MARK",
    "Anonymity",
    "BadTable",
    "CannotProtect",
    "KeyMissing",
    "KeyUnsafe",
    "PrivacyError",
    "ReleaseRefused",
    "age_bands",
    "anonymity",
    "bands",
    "cells",
    "identifiers",
    "income_bands",
    "key",
    "pseudonym",
    "pseudonyms",
    "small",
    "suppress",
    "trimmed_range",
    "withheld",
]
