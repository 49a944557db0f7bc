"""Reader of the Global Findex Database 2025: one row per economy or aggregate, wave and group."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from study.design import relative

from .. import tables
from ..columns import empty_is_missing, number, schema, whole
from ..errors import report, validate

KEY = ["codewb", "year", "group", "group2"]
NAMES = ("countrynewwb", "codewb", "regionwb24_hi", "incomegroupwb24", "group", "group2")
SERIES = (
    "account_t_d", "fiaccount_t_d", "mobileaccount_t_d", "borrow_any_t_d", "fin4_d", "fin11_2a", "fin11a", "fin11b", "fin11c",
    "fin11f", "fin11d", "fin11e", "fin14a", "fin14b", "fin14c", "fin14d", "fin13_1a", "fin13_1b", "fin26a", "fin26b", "fin27a",
    "fin27b", "fin17f", "fin17a_17a1_d", "fin17a", "fin17b", "fin17c",
)  # fmt: skip
COLUMNS = {
    **{name: pa.Column(str) for name in NAMES},
    "year": whole(2011, 2024),
    "pop_adult": number(0, 1e11, missing=True),
    **{name: number(0, 1, missing=True) for name in SERIES},
}


def provided(files: Mapping[str, Path]) -> dict[str, pd.DataFrame]:
    """The indicators, checked and typed: shares of adults from 0 to 1, missing where not asked.

    Parameters
    ----------
    files : "countries" -> the csv file

    Returns
    -------
    {"countries": DataFrame, the provider's columns; aggregates have an empty `regionwb24_hi`}

    Raises
    ------
    DataError listing the faults: among them a key (economy, year, group) that is there twice.
    """
    optional = [name for name, column in COLUMNS.items() if column.nullable]
    texts = empty_is_missing(tables.texts(files["countries"], list(COLUMNS)), optional, "NA")
    frame, faults = validate(texts, schema(COLUMNS))
    faults += [f"line {line}: the same economy, year and group as an earlier row" for line in frame.index[frame.duplicated(KEY)]]
    report(relative(files["countries"]), faults)
    return {"countries": frame.assign(regionwb24_hi=frame["regionwb24_hi"].replace("NA", "")).reset_index(drop=True)}


def model(provided: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Economies and aggregates by wave and group of adults; an aggregate has no region."""
    c = provided["countries"]
    names = {"codewb": "place_id", "year": "period", "countrynewwb": "place", "group": "group", "group2": "subgroup"}
    names |= {"regionwb24_hi": "region", "incomegroupwb24": "income_group", "pop_adult": "population"}
    made = c.rename(columns=names)[[*names.values(), *SERIES]]
    return {"place_periods": made.assign(region=made["region"].where(made["region"] != ""))}


def figures(provided: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """The counts of SOURCE.md and the shares that the World Bank publishes, from the table."""
    adults = provided["countries"][provided["countries"]["group"] == "all"]
    economies = adults[adults["regionwb24_hi"] != ""]
    waves = economies.groupby("codewb")["year"].nunique()
    share = adults.set_index(["countrynewwb", "year"])
    found = {"rows_all": len(adults), "economies": len(waves), "five_waves": (waves == 5).sum()}
    found |= {f"world_{year}": share.loc[("world", year), "account_t_d"] for year in (2011, 2021, 2024)}
    found |= {f"saving_{year}": share.loc[("Developing economies", year), "fin17a_17a1_d"] for year in (2021, 2024)}
    places = {"africa": "Sub-Saharan Africa", "latin_america": "Latin America", "kenya": "Kenya"}
    for key, place in places.items():
        rows = adults[adults["countrynewwb"].str.startswith(place) & (adults["year"] == 2024)]
        found[f"{key}_2024"] = rows["mobileaccount_t_d"].iloc[0]
    return found
