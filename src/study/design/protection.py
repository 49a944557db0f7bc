"""The typed entries of design/sources/ (section `privacy`): whose data an arm holds, what singles a person out, what is public already."""

from typing import Annotated

from pydantic import Field, model_validator

from .entries import Entry, Names


class Place(Entry):
    """A cell of a table, by what is printed in English: the first cell of its row, the head of its column."""

    row: str
    column: str


class Public(Entry):
    """Something that the provider has published already: an exhibit or cells of it, or a number of the text."""

    exhibit: str | None = None
    cells: tuple[Place, ...] = Field(default=(), strict=False, min_length=1)
    number: str | None = None
    source: str

    @model_validator(mode="after")
    def _one_thing(self):
        if (self.exhibit is None) == (self.number is None) or (self.cells and self.exhibit is None):
            raise ValueError("give one of exhibit (all of it, or its cells) and number")
        return self


Edges = Annotated[tuple[float, ...], Field(strict=False)]


class Anonymous(Entry):
    """What of an arm's profile is known of a person from elsewhere, and what nobody should learn.

    `quasi`: quasi-identifiers; `fewer`: those that are left when the others are dropped; `sensitive`: columns that
    nobody should learn. `bands`: column of numbers -> inner edges of its bands, or how many bands of about as many
    rows each; quasi-identifiers in bands are one of the sets compared, sensitive columns are always in bands.
    `rounded`: column of numbers -> unit that it is cut to, in a set between the file's own digits and the bands.
    """

    quasi: Names
    fewer: Names = ()
    sensitive: Names = ()
    bands: dict[str, int | Edges] = Field(default_factory=dict, min_length=1)
    rounded: dict[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict, min_length=1)

    @model_validator(mode="after")
    def _makes_sense(self):
        if set(self.fewer) >= set(self.quasi):
            raise ValueError("'fewer' has all the quasi-identifiers; leave some of them out")
        both = sorted(set(self.quasi) & set(self.sensitive))
        if both:
            raise ValueError(f"'{both[0]}' is a quasi-identifier and sensitive; it can be only one of them")
        for name, rule in self.bands.items():
            if isinstance(rule, int) and rule < 2:
                raise ValueError(f"the bands of '{name}' are {rule}; ask for 2 or more, or list their inner edges")
            if isinstance(rule, tuple) and (not rule or any(b <= a for a, b in zip(rule, rule[1:]))):
                raise ValueError(f"the edges of the bands of '{name}' must ascend")
        for name, unit in self.rounded.items():
            edges = self.bands.get(name)
            if not isinstance(edges, tuple) or any(abs(edge / unit - round(edge / unit)) > 1e-9 for edge in edges):
                raise ValueError(
                    f"'{name}' is rounded to {unit:g}; give it bands whose edges are multiples of that, so that each set is coarser than the one before"
                )
        return self


class Protection(Entry):
    """What protects the customers in an arm's results.

    `persons`: the data are of customers. `identifiers`: columns of its source that tell who a row is.
    `anonymity`: how its profile table is looked at in exhibit A2.
    `units`: keys of the source's expected figures that say how many customers or accounts it has.
    `least`: customers behind a published cell. `most_rows`: rows of a published table or figure.
    """

    persons: bool
    why: str
    identifiers: Names = ()
    units: Names = ()
    least: int = Field(default=10, ge=10)
    most_rows: int = Field(default=500, ge=1)
    public: tuple[Public, ...] = Field(default=(), strict=False, min_length=1)
    anonymity: Anonymous | None = None

    def cells_of(self, exhibit: str) -> frozenset[tuple[str, str]] | None:
        """The cells (row, column) of an exhibit that are public already; None if all of it is."""
        entries = [entry for entry in self.public if entry.exhibit == exhibit]
        if any(not entry.cells for entry in entries):
            return None
        return frozenset((cell.row, cell.column) for entry in entries for cell in entry.cells)


def faults(privacy, arms, profiles):
    """What is wrong between the sections `privacy`, `arm` and `profile` of the data sets: part of the design, place, message."""
    for name, arm in arms.items():
        if name not in privacy:
            yield "arms", (name,), f"'{name}' has no section `privacy`; say whether the arm's data are of persons"
        elif arm.kind == "own" and (privacy[name].public or not privacy[name].persons):
            yield "privacy", (name, "public"), f"'{name}' can not list anything as public already or without persons: it is a bank's own data"
        elif name in profiles and privacy[name].persons and privacy[name].anonymity is None:
            yield "privacy", (name,), f"'{name}' has a profile of persons and no 'anonymity'; name its quasi-identifiers"
    for name, protection in privacy.items():
        for column in protection.anonymity.bands if protection.anonymity and name in profiles else ():  # what is rounded is in bands
            if profiles[name].root[column].kind != "number":
                kind = profiles[name].root[column].kind
                yield "privacy", (name, "anonymity", "bands", column), f"'{name}': bands are of numbers, '{column}' is a {kind} of its profile"


def columns(protection: Protection, profile) -> list[tuple[str, str, list[str]]]:
    """The names that `anonymity` gives: key, name, the names allowed there (columns of the arm's profile)."""
    asked = protection.anonymity
    if asked is None:
        return []
    known = list(profile.root) if profile else []
    found = [(key, name, known) for key in ("quasi", "sensitive") for name in getattr(asked, key)]
    found += [("fewer", name, list(asked.quasi)) for name in asked.fewer]
    found += [("rounded", name, list(asked.quasi)) for name in asked.rounded]
    return found + [("bands", name, [*asked.quasi, *asked.sensitive]) for name in asked.bands]
