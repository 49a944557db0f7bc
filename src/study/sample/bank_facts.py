"""From published facts to one value per bank, year and variable, by a rule of design/samples.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from study.design.entries import Definition, Sample
from study.design.profiles import Step

from .built import COLUMNS, Built, Count

CELL = ["bank", "year", "variable"]
INVESTMENT = "fintech_investment"
SMALL = ("city", "rural", "internet")  # types of bank
WEAK = "machine_summary"  # kind of page
OWN = ("annual_report", "filing_digest")  # kinds of page: of the bank itself, or drawn from its filings


@dataclass(frozen=True)
class Cells:
    """The values that a rule keeps.

    Parameters
    ----------
    cells : bank, year, variable, value (unit of the codebook), rows (how many facts it is the
        median of), series (the definition), series_break (1 in the first year of a new scope), lines
        (of the facts file)
    attrition : step, rows, cells, bank_years, banks left after it, and rows and cells dropped
    rule : the rule that was applied
    """

    cells: pd.DataFrame
    attrition: pd.DataFrame
    rule: Sample


def cells(facts: pd.DataFrame, rule: Sample, definitions: Mapping[str, Definition]) -> Cells:
    """Apply a rule to the facts.

    value(bank, year, variable) = median of the rows that the rule keeps

    Parameters
    ----------
    facts : table `bank_periods` of the model, with the columns of the facts file
    rule : entry of design/samples.yaml; every switch is applied in the order of the log
    definitions : note -> series it belongs to, from design/definitions.yaml

    Returns
    -------
    Cells, sorted by bank, year, variable; the order of the rows of `facts` does not matter
    """
    rows = _named(facts, definitions)
    log = [_count("all", rows, rows)]
    for step, keep in _steps(rule):
        kept = keep(rows)
        log.append(_count(step, kept, rows))
        rows = kept
    grouped = rows.groupby(CELL, sort=True)
    table = grouped.agg(
        value=("value", "median"),
        rows=("value", "size"),
        series=("series", lambda names: " / ".join(sorted(set(names)))),
        series_break=("series_break", "max"),
        lines=("line", lambda lines: tuple(sorted(lines))),
    )
    return Cells(table.reset_index(), pd.DataFrame(log), rule)


def build(arm: str, tables: Mapping[str, pd.DataFrame], rule: Sample, definitions: Mapping[str, Definition], steps: Mapping[str, Step]) -> Built:
    """The sample of the facts: its rows are the cells, its log says what each step of the rule cost.

    Parameters
    ----------
    tables : "bank_periods" of the model
    steps : of the section `sample`
    """
    made = cells(tables["bank_periods"], rule, definitions)
    log = [_line(s.step, steps[s.step], s.rows + s.rows_dropped, s.rows, s.banks) for s in made.attrition.itertuples()]
    last = made.attrition.iloc[-1]
    log.append(_line("median", steps["median"], last["rows"], last["cells"], last["banks"]))
    lines = tuple(sorted({line for lines in made.cells["lines"] for line in lines}))
    return Built(arm, made.cells, {**tables, "cells": made}, pd.DataFrame(log, columns=COLUMNS), lines=lines)


def counts(built: Built) -> list[Count]:
    """Facts, banks, cells, and the cells and banks with FinTech investment; what kind of page the facts are from."""
    banks, facts, cells = built.tables["banks"], built.tables["bank_periods"], built.rows
    invested = cells[cells["variable"] == INVESTMENT]
    small = invested[invested["bank"].isin(banks.loc[banks["type"].isin(SMALL), "bank_id"])]
    return [
        Count("facts", len(facts), "rows of facts"),
        Count("banks", facts["bank_id"].nunique(), "banks with any fact"),
        Count("cells", len(cells), "cells that the rule keeps"),
        Count("banks_kept", cells["bank"].nunique(), "banks with a cell that the rule keeps"),
        Count("investment_cells", len(invested), "bank-years with FinTech investment"),
        Count("investment_banks", invested["bank"].nunique(), "banks with FinTech investment"),
        Count("investment_small_banks", small["bank"].nunique(), "city, rural and internet banks with FinTech investment"),
        Count("investment_small_cells", len(small), "bank-years of them"),
        *_source_counts(facts, cells),
    ]


def _source_counts(facts: pd.DataFrame, cells: pd.DataFrame) -> list[Count]:
    """Facts by kind of page, without an address, of the last year and unaudited; cells that rest on weak pages alone."""
    weak = (facts["source_kind"] == WEAK).groupby([facts[c] for c in ("bank_id", "period", "variable")]).all()
    kind = facts.set_index("line")["source_kind"]
    is_weak, is_own = kind == WEAK, kind.isin(OWN)
    invested = cells[cells["variable"] == INVESTMENT]
    last = facts[facts["period"] == facts["period"].max()]
    kinds = facts["source_kind"].value_counts()
    return [
        *(Count(f"facts_{kind}", int(n), f"facts from pages of the kind {kind}") for kind, n in kinds.items()),
        Count("facts_no_address", int((facts["source_url"] == "").sum()), "facts without an address"),
        Count("facts_last_year", len(last), f"facts of {facts['period'].max()}"),
        Count("facts_unaudited", int(last["source_title_or_note"].str.contains("unaudited").sum()), "of them unaudited notices"),
        Count("cells_machine_summary", int(weak.sum()), "cells of the facts that rest on machine summaries alone"),
        Count("kept_machine_summary", sum(is_weak[list(lines)].all() for lines in cells["lines"]), "of the cells kept"),
        Count("investment_own_pages", sum(is_own[list(lines)].any() for lines in invested["lines"]), "investment cells on a bank's page or filing"),
    ]


def _line(name: str, step: Step, before: int, left: int, banks: int) -> dict:
    return dict(zip(COLUMNS, (name, step.label, step.reason, int(before), int(before - left), int(left), int(banks))))


def _named(facts: pd.DataFrame, definitions: Mapping[str, Definition]) -> pd.DataFrame:
    """The facts with the series of each row and whether it is restated, in a fixed order."""
    rows = facts.rename(columns={"bank_id": "bank", "period": "year"})
    rows = rows.assign(
        series=[definitions[note].series for note in rows["definition"]],
        restated=[definitions[note].restated for note in rows["definition"]],
    )
    columns = [*CELL, "value", "bound", "doubt", "series", "restated", "series_break", "source_kind", "line"]
    return rows[columns].sort_values(columns, kind="stable").reset_index(drop=True)


def _steps(rule: Sample):
    """The switches of a rule as (name, function of the rows), in the order of SOURCE.md."""
    yield "bounds", lambda rows: rows[rows["bound"].isin(rule.bounds)]
    if rule.kinds:
        yield "kinds", lambda rows: rows[rows["source_kind"].isin(rule.kinds)]
    if rule.doubt == "drop":
        yield "doubt", lambda rows: rows[rows["doubt"] == ""]
    if rule.definition == "main":
        yield "definition", _main_series
    if rule.set_aside_kinds:
        yield "source_kind", lambda rows: _set_aside(rows, rows["source_kind"].isin(rule.set_aside_kinds))
    if rule.restated == "set_aside":
        yield "restated", lambda rows: _set_aside(rows, rows["restated"])


def main_series(rows: pd.DataFrame) -> pd.DataFrame:
    """The definition that is used for each bank and variable.

    The one with most bank-years among those that have an investment figure, then with most
    bank-years at all, then the unmarked one; a tie that is left goes to the first in the alphabet.

    Returns
    -------
    DataFrame bank, variable, series
    """
    invested = set(rows.loc[rows["variable"] == INVESTMENT, ["bank", "year"]].itertuples(index=False, name=None))
    years = rows[["bank", "variable", "series", "year"]].drop_duplicates()
    with_investment = [pair in invested for pair in zip(years["bank"], years["year"])]
    years = years.assign(with_investment=with_investment)
    counted = years.groupby(["bank", "variable", "series"], as_index=False).agg(with_investment=("with_investment", "sum"), years=("year", "size"))
    counted["unmarked"] = counted["series"] == "unmarked"
    order = counted.sort_values(
        ["bank", "variable", "with_investment", "years", "unmarked", "series"],
        ascending=[True, True, False, False, False, True],
    )
    return order.drop_duplicates(["bank", "variable"])[["bank", "variable", "series"]]


def _main_series(rows: pd.DataFrame) -> pd.DataFrame:
    used = main_series(rows).itertuples(index=False, name=None)
    chosen = {(bank, variable): series for bank, variable, series in used}
    main = [chosen[b, v] == s for b, v, s in zip(rows["bank"], rows["variable"], rows["series"])]
    return rows[main]


def _set_aside(rows: pd.DataFrame, weak: pd.Series) -> pd.DataFrame:
    """Drop the weak rows of the cells that have others."""
    only_weak = weak.groupby([rows[column] for column in CELL]).transform("all")
    return rows[~weak | only_weak]


def _count(step: str, rows: pd.DataFrame, before: pd.DataFrame) -> dict:
    def cells_of(frame):
        return len(frame[CELL].drop_duplicates())

    return {
        "step": step,
        "rows": len(rows),
        "rows_dropped": len(before) - len(rows),
        "cells": cells_of(rows),
        "cells_dropped": cells_of(before) - cells_of(rows),
        "bank_years": len(rows[["bank", "year"]].drop_duplicates()),
        "banks": rows["bank"].nunique(),
    }
