"""What may leave and what may not: pseudonyms, bands, anonymity, suppressed cells, the check before publication.

`pseudonyms()` names customers by a key kept outside the project; `anonymity()` reports k and l of a table,
`profile_anonymity()` those of an arm's profile;
`cells()` prints a cross table without cells that are small or can be worked out; `Units` is what a table says of
its units, `check_release()` refuses a folder of results that shows single customers.
"""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from . import identifiers
    from .anonymity import Anonymity, anonymity
    from .bands import age_bands, banded, bands, income_bands
    from .errors import BadTable, CannotProtect, KeyMissing, KeyUnsafe, PrivacyError, ReleaseRefused
    from .profile_sets import profile_anonymity
    from .pseudonyms import key, pseudonym, pseudonyms
    from .release import check_cells, check_number, check_release, of_persons
    from .steps import hide_samples, merge_steps, publishable
    from .suppression import LEAST, MARK, cells, small, suppress, trimmed_range, withheld
    from .units import Units

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
    "Units",
    "age_bands",
    "anonymity",
    "banded",
    "bands",
    "cells",
    "check_cells",
    "check_number",
    "check_release",
    "hide_samples",
    "identifiers",
    "income_bands",
    "key",
    "merge_steps",
    "of_persons",
    "profile_anonymity",
    "pseudonym",
    "pseudonyms",
    "publishable",
    "small",
    "suppress",
    "trimmed_range",
    "withheld",
]

attach(__name__)
