"""The base of every error that a user can cause and mend, and the hint that ends many of their messages.

Every room derives its errors from `StudyError`; the command line prints them in one place (cli/app.py) without a
traceback. An error that is no `StudyError` is a fault of the program.
"""

from collections.abc import Iterable
from difflib import get_close_matches

FEW = 12  # names that are listed in full
NEAR = 0.65  # one letter of three may differ (roo, roe: .67); zebra is no berka (.6)


class StudyError(Exception):
    """What was found, where, and what to do. A room's errors are also ValueErrors or the like, for those who catch these."""


class InputError(StudyError, ValueError):
    """What a function was given can not be used: the base of what the methods refuse."""


class BadValue(InputError):
    """A value is missing, infinite, of the wrong kind or outside what its meaning allows."""


class MissingColumn(InputError):
    """A named column is not in the table."""


class TooFew(InputError):
    """Too few rows, customers, groups, distinct values or outcomes for what is asked."""


def nearest(found: object, allowed: Iterable) -> str:
    """The end of an error message: the name that is near to `found`, if one is; all names if they are few, else the first.

    Near is a name with a ratio of difflib of NEAR or more, or a longer name that holds `found`; upper and lower case are one.
    """
    names = list(dict.fromkeys(map(str, allowed)))
    if not names:
        return "; nothing is defined"
    plain = {name.casefold(): name for name in reversed(names)}
    asked = str(found).casefold()
    close = get_close_matches(asked, plain, n=1, cutoff=NEAR) or [name for name in plain if len(asked) > 2 and asked in name]
    meant = f"; did you mean '{plain[close[0]]}'?" if close else ""
    if len(names) > FEW:
        return meant or f"; there are {len(names)}: {', '.join(names[:FEW])}, ..."
    listed = f"allowed: {', '.join(sorted(names))}"
    return f"{meant} ({listed})" if meant else f"; {listed}"
