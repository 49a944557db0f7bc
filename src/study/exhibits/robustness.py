"""T13: one estimate per change of the sample or of the regression, for two timings of the regressor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from study.design import words
from study.design.entries import Text
from study.privacy import Units

from .engine.regression import probability, shown
from .engine.table import Table, build
from .engine.wording import filled

WORDS = words("robustness")
SHARED = words("shared")


WIDTHS = (0.25, *2 * (0.115, 0.06, 0.06, 0.075, 0.065))
COLUMN_KEYS = ("change", *(f"{timing}_{what}" for timing in ("same_year", "lagged") for what in ("estimate", "se", "p", "p_bootstrap", "n")))
HALF = 5  # columns of one timing


@dataclass(frozen=True)
class Entry:
    """One estimate.

    Parameters
    ----------
    term : the regressor shown
    fit, jackknife : Fits with CV1 and CV3 errors; the second None where the cluster jackknife can not be had
    wild : result of study.inference.wild_bootstrap
    rows : lines of the input that it rests on
    bank : the bank left out, or ""
    """

    term: str
    fit: object
    jackknife: object | None = None
    wild: object | None = None
    rows: tuple[int, ...] = ()
    bank: str = ""

    @property
    def estimate(self) -> float:
        """The coefficient."""
        return float(self.fit.row(self.term)["estimate"])

    @property
    def p_jackknife(self) -> float | None:
        """p of t(G-1) with the error of the cluster jackknife."""
        return None if self.jackknife is None else float(self.jackknife.row(self.term)["p_value"])

    @property
    def size(self) -> tuple[int, int]:
        """Rows and clusters."""
        glance = self.fit.glance()
        return glance["n_obs"], glance["n_clusters"]


@dataclass(frozen=True)
class Variant:
    """One line: what was changed, the estimate for the same year and the year before (None: not estimable), what the paper calls the change."""

    label: Text
    same_year: Entry | None
    lagged: Entry | None
    key: str = ""

    def cells(self) -> list:
        """What is printed after the label."""
        return [*_cells(self.same_year), *_cells(self.lagged)]


def variants(panels: Mapping[Text, Sequence[Variant]], *, names: Sequence[str] = (), notes=()) -> Table:
    """The table, outcome by outcome; a change that alters nothing that is printed has no line.

    Parameters
    ----------
    panels : outcome -> its variants, the unchanged one first
    names : what the paper calls the outcomes; the key of a row is outcome and change, such as "roe size"
    """
    rows: list[Sequence] = []
    made: list = []
    keys: list[str] = []
    for name, (heading, lines) in zip(names or [""] * len(panels), panels.items()):
        shown = [line for line in lines if line is lines[0] or line.cells() != lines[0].cells()]
        rows += [[heading], *([line.label, *line.cells()] for line in shown)]
        keys += ["", *(f"{name} {line.key}" for line in shown)]
        made += [entry.wild for line in shown for entry in (line.same_year, line.lagged) if entry]
    floor = sum(wild.p_value <= wild.smallest_attainable_p * (1 + 1e-9) for wild in made)
    notes = [*notes, filled(WORDS["T13"]["floor"], floor=floor, count=len(made))]
    return build(
        WORDS["T13"]["columns"],
        rows,
        notes=notes,
        wide=True,
        widths=WIDTHS,
        units=Units(),
        **({"keys": keys, "column_keys": COLUMN_KEYS} if names else {}),
    )


def _cells(entry: Entry | None) -> list:
    if entry is None:
        return [SHARED["regression"]["not_estimable"]] + [""] * (HALF - 1)
    estimate = shown(entry.estimate) + (f" ({entry.bank})" if entry.bank else "")
    cautious = [SHARED["regression"]["none"]] * 2
    if entry.jackknife is not None:
        cautious = [f"{entry.jackknife.row(entry.term)['std_error']:.3f}", probability(entry.p_jackknife)]
    rows, banks = entry.size
    return [estimate, *cautious, probability(entry.wild.p_value), f"{rows} ({banks})"]
