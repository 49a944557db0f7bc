"""What every value formula refuses: missing, infinite and out-of-range numbers."""

import numpy as np


class ValueInputError(ValueError):
    """An input of a value formula cannot be used: the message says which, how many and what is allowed."""


def numbers(name: str, given, low: float = -np.inf, high: float = np.inf, strict: str = "") -> np.ndarray:
    """`given` as floats.

    Parameters
    ----------
    low, high : allowed range
    strict : "low" or "high", the end of the range that is itself refused

    Raises
    ------
    ValueInputError if a value is no number, missing, infinite or outside the range.
    """
    try:
        values = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        raise ValueInputError(f"{name} must be numbers; found {given!r}") from None
    if values.size == 0:
        raise ValueInputError(f"{name} is empty")
    missing = ~np.isfinite(values)
    if missing.any():
        raise ValueInputError(f"{name}: {missing.sum()} of {values.size} values are missing or infinite; drop or fill them first")
    below = values <= low if strict == "low" else values < low
    above = values >= high if strict == "high" else values > high
    outside = below | above
    if outside.any():
        allowed = f"{'above' if strict == 'low' else 'at least'} {low:g}"
        if np.isfinite(high):
            allowed += f" and {'below' if strict == 'high' else 'at most'} {high:g}"
        percent = " (per cent? give 0.88 for 88 %)" if high == 1 and values.max() > 1 else ""
        first = values[outside].flat[0]
        raise ValueInputError(f"{name}: {outside.sum()} of {values.size} values are not {allowed}, the first {first:g}{percent}")
    return values


def plain(result: np.ndarray) -> float | np.ndarray:
    """A number for a number, an array for arrays."""
    return float(result) if np.ndim(result) == 0 else result
