"""T6: the baseline regressions: panels and notes; the table itself is of engine/regression.py."""

from study.design import words
from study.design.entries import Text

from .engine.wording import filled

WORDS = words("baseline")


def notes(*, reps: int, floors: list[float], tests: int, power: float) -> tuple[Text, ...]:
    """The notes of T6.

    Parameters
    ----------
    reps : draws; floors : least Rademacher p-values of panel C; tests : in the family; power : of the MDE
    """
    said = {"reps": reps, "floors": " / ".join(f"{p:.3g}" for p in sorted(set(floors), reverse=True)), "tests": tests, "power": 100 * power}
    return tuple(filled(note, **said) for note in WORDS["notes"])
