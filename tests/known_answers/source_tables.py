"""The tables that data/cn_banks/SOURCE.md prints: counts and moments made without this package."""

import re

from study.design import root

REGRESSION = ("", "n0/b0", "n/b ignore", "df ignore", "n/b drop", "df drop", "n/units scope", "df scope", "banks left")
GROWTH = ("", "", "", "growth", "growth without BOCOM")


def section(heading: str) -> str:
    """The text under a heading, up to the next one."""
    text = (root() / "data" / "cn_banks" / "SOURCE.md").read_text(encoding="utf-8")
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def table(heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, its header and rule left out."""
    lines = section(heading).splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("|"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def ledger() -> list[tuple[str, str, str, str, str]]:
    """Every printed number that a test asserts: id, what, expected, source, where (the lines of ledger.csv)."""
    sample, data = "tests/sample/test_bank_facts.py::test_", "tests/data/test_cn_banks.py::test_"
    parts = [
        ("Size", ("", "", "rows"), f"{data}rows_per_variable_are_those_of_SOURCE_md"),
        ("Size", ("", "", "", "bank-years"), f"{data}bank_years_per_variable_are_those_of_SOURCE_md"),
        ("Size", ("", "", "", "", "strict"), f"{sample}strict_counts_per_variable_are_those_of_SOURCE_md"),
        ("Moments", ("", "n", "mean", "sd", "median", "min", "max"), f"{sample}moments_are_those_of_SOURCE_md"),
        ("Regression samples", REGRESSION, f"{sample}regression_samples_are_those_of_SOURCE_md"),
        ("Consistency checks", ("", "sum"), "tests/variables/test_variables.py::test_investment_totals_are_the_printed_ones"),
        ("Consistency checks", GROWTH, "tests/variables/test_variables.py::test_growth_and_growth_without_bocom_are_those_of_SOURCE_md"),
    ]
    lines = [line for heading, names, where in parts for line in _lines(heading, names, where)]
    for bank, variable, series in re.findall(r"^- (\w+) (\w+): (.+?); set aside", section("Rules"), flags=re.MULTILINE):
        where = f"{sample}definitions_used_and_set_aside_are_those_of_SOURCE_md"
        lines.append((f"cn_banks.definition.{bank}.{variable}", "definition used", series, _source("Rules"), where))
    for variable, n, banks in re.findall(r"^- (\w+): (\d+) bank-years, (\d+) banks", section("Size"), flags=re.MULTILINE):
        where = f"{sample}bank_years_with_investment_and_outcome_are_those_of_SOURCE_md"
        what = "bank-years/banks with investment and outcome"
        lines.append((f"cn_banks.both.{variable}", what, f"{n}/{banks}", _source("Size"), where))
    return lines


def _lines(heading: str, names: tuple[str, ...], where: str):
    """A line of the ledger for each cell of the columns that have a name."""
    for row in table(heading):
        for name, cell in zip(names, row):
            if name and cell:
                id_ = f"cn_banks.{heading}.{row[0]}.{name}".replace(" ", "_").lower()
                yield id_, f"{name} of {row[0]}", cell, _source(heading), where


def _source(heading: str) -> str:
    return f"data/cn_banks/SOURCE.md, {heading}"
