"""What the notebooks of the data chapter show for any arm: its table, its codebook, its moments."""

from collections.abc import Mapping

import pandas as pd

from study.design import Design, formula_names
from study.design.entries import Variable
from study.design.profiles import Column
from study.sample import Built

from . import descriptives, panels, profile

Entries = Mapping[str, Variable | Column]
REGRESSIONS = {"same_year": ("same_year", "too_few_banks"), "lagged": ("lagged",)}  # panel of T1 -> panels of design/models.yaml


def table(built: Built, design: Design) -> pd.DataFrame:
    """The panel of banks and years, or the 360-degree table of the units (`profile.build`)."""
    if built.arm == "cn_banks":
        return panels.bank_year(built.tables["cells"])
    return profile.build(built, design.profiles[built.arm].root)


def entries(arm: str, design: Design, table: pd.DataFrame) -> Entries:
    """The codebook of what an arm's table has: name -> entry with label, unit and definition."""
    if arm == "cn_banks":
        return {name: entry for name, entry in design.variables.items() if name in ("bank", "scope", *table.columns)}
    return {name: entry for name, entry in design.profiles[arm].root.items() if name in table}


def describe(built: Built, table: pd.DataFrame, entries: Entries) -> pd.DataFrame:
    """Moments of the published variables over their cells, or of the columns of a 360-degree table."""
    if built.arm == "cn_banks":
        return descriptives.of_cells(built.tables["cells"])
    return descriptives.of_profile(table, entries)


def left_for_regressions(built: Built, design: Design) -> dict[str, pd.DataFrame]:
    """Rows and banks that each regression of design/models.yaml can use; empty for an arm without bank-years.

    Returns
    -------
    "same_year", "lagged" -> table of `panels.estimation_counts`
    """
    if built.arm != "cn_banks":
        return {}
    cells, found = built.tables["cells"], {}
    panel = panels.bank_year(cells)
    for key, names in REGRESSIONS.items():
        models = [formula_names(model.formula) for model in design.models.values() if model.panel in names and model.arm == built.arm]
        outcomes, treatments = (list(dict.fromkeys(model[i] for model in models)) for i in (0, 1))
        found[key] = panels.estimation_counts(panel, cells, outcomes, treatments[0])
    return found
