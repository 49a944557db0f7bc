"""The data of an arm, whatever its source: tables, files, and the figures that its documentation states."""

from pathlib import Path

import pandas as pd

from study.design import load

from . import own, registry
from .errors import DataError
from .registry import Figure

OWN = "own"


def read(arm: str) -> dict[str, pd.DataFrame]:
    """The tables of an arm in the customer model: of its source (see `registry.read`) or of the user's own bank (see `own.read`)."""
    return own.read() if arm == OWN else registry.read(registry.of_arm(arm)[0])


def embedded(table: str) -> str:
    """The arm whose source is part of the project and fills a table of the model.

    Raises
    ------
    DataError if none or several fill it.
    """
    filling = [arm for arm in registry.embedded() if table in load().filled[arm].filled]
    if len(filling) != 1:
        raise DataError(f"{len(filling)} of the embedded sources fill the table '{table}' ({', '.join(filling) or 'none'}); it needs one")
    return filling[0]


def inputs(arm: str) -> list[Path]:
    """The files that a run of the arm reads, for its checksums."""
    return own.paths() if arm == OWN else registry.paths(arm)


def check(arm: str) -> list[Figure]:
    """The figures that the source's documentation states beside those found; own data state none."""
    return [] if arm == OWN else registry.check(registry.of_arm(arm)[0])


def missing(arm: str) -> str | None:
    """How to get the data of an arm that are not here; None if they are."""
    if arm == OWN:
        return None if own.paths() else "put your tables into data/own (see data/own/README.md), or try `study own demo`"
    gone = next((source for source in registry.of_arm(arm) if registry.missing(source)), None)
    return f"get it with `study data get {gone}`" if gone else None


def synthetic(arm: str) -> bool:
    """True if the arm's data were generated: the user's folder may hold the demo."""
    return arm == OWN and own.is_synthetic()
