"""Reader of the Peking University Digital Financial Inclusion Index of China: provinces and cities by year."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from study.design import relative

from .. import tables
from ..columns import empty_is_missing, number, schema, whole
from ..errors import report, validate

INDICES = (
    "index_aggregate", "coverage_breadth", "usage_depth", "payment", "insurance", "monetary_fund", "investment", "credit",
    "credit_investigation", "digitization_level",
)  # fmt: skip
PLACES = {
    "provinces": ("prov_name", "prov_name_eng", "prov_code"),
    "cities": ("pref_name_year18", "pref_name_year18_eng", "pref_code_year18", "pref_name_year14", "pref_code_year14"),
}
KEYS = {"provinces": ["prov_code", "year"], "cities": ["pref_name_year18", "year"]}


def provided(files: Mapping[str, Path]) -> dict[str, pd.DataFrame]:
    """The index by province and by city, checked and typed; sub-indices are missing where not published.

    Parameters
    ----------
    files : "provinces", "cities" -> csv files

    Raises
    ------
    DataError listing the faults.
    """
    return {name: _table(files[name], PLACES[name], KEYS[name]) for name in PLACES}


def _table(file: Path, places: tuple, key: list[str]) -> pd.DataFrame:
    columns = {name: pa.Column(str) for name in places} | {"year": whole(2011, 2023)}
    columns |= {name: number(-200, 1000, missing=True) for name in INDICES}
    texts = empty_is_missing(tables.texts(file, list(columns)), INDICES)
    frame, faults = validate(texts.assign(year=texts["year"].str.removesuffix(".0")), schema(columns))
    faults += [f"line {line}: the same place and year as an earlier row" for line in frame.index[frame.duplicated(key)]]
    report(relative(file), faults)
    return frame.reset_index(drop=True)


def model(provided: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Provinces and cities by year; a place's group is its level, a city's code its name."""
    provinces = provided["provinces"].rename(columns={"prov_code": "place_id", "prov_name_eng": "place"}).assign(group="province")
    cities = provided["cities"].rename(columns={"pref_name_year18": "place_id", "pref_name_year18_eng": "place"}).assign(group="city")
    both = pd.concat([provinces, cities], ignore_index=True).rename(columns={"year": "period"})
    return {"place_periods": both[["place_id", "period", "place", "group", *INDICES]]}


def figures(provided: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """The counts of SOURCE.md and the figures of the index's report, from the tables."""
    by_year = provided["provinces"].groupby("year")["index_aggregate"]
    found = {"province_years": len(provided["provinces"]), "city_years": len(provided["cities"])}
    found |= {f"mean_{year}": by_year.mean()[year] for year in (2011, 2018)}
    return found | {f"median_{year}": by_year.median()[year] for year in (2011, 2015, 2020)}
