"""The typed entries of design/privacy.yaml: whose data an arm holds, and what of it is public already."""

from pydantic import Field, model_validator

from .entries import Entry


class Place(Entry):
    """A cell of a table, by what is printed in English: the first cell of its row, the head of its column."""

    row: str
    column: str


class Public(Entry):
    """Something that the provider has published already: an exhibit or cells of it, or a number of the text."""

    exhibit: str | None = None
    cells: tuple[Place, ...] = Field(default=(), strict=False)
    number: str | None = None
    source: str

    @model_validator(mode="after")
    def _one_thing(self):
        if (self.exhibit is None) == (self.number is None) or (self.cells and self.exhibit is None):
            raise ValueError("give one of exhibit (all of it, or its cells) and number")
        return self


class Protection(Entry):
    """What protects the customers in an arm's results.

    `persons`: the data are of customers. `identifiers`: columns of its source that tell who a row is.
    `units`: keys of the source's expected figures that say how many customers or accounts it has.
    `least`: customers behind a published cell. `most_rows`: rows of a published table or figure.
    """

    persons: bool
    why: str
    identifiers: tuple[str, ...] = Field(default=(), strict=False)
    units: tuple[str, ...] = Field(default=(), strict=False)
    least: int = Field(default=10, ge=10)
    most_rows: int = Field(default=500, ge=1)
    public: tuple[Public, ...] = Field(default=(), strict=False)

    def cells_of(self, exhibit: str) -> frozenset[tuple[str, str]] | None:
        """The cells (row, column) of an exhibit that are public already; None if all of it is."""
        entries = [entry for entry in self.public if entry.exhibit == exhibit]
        if any(not entry.cells for entry in entries):
            return None
        return frozenset((cell.row, cell.column) for entry in entries for cell in entry.cells)


def faults(privacy, arms):
    """What is wrong between privacy.yaml and arms.yaml: place in privacy.yaml and message."""
    for name, arm in arms.items():
        if name not in privacy:
            yield (), f"has no entry '{name}'; say whether the arm's data are of persons"
        elif arm.kind == "own" and (privacy[name].public or not privacy[name].persons):
            yield (name, "public"), f"'{name}' can not list anything as public already or without persons: it is a bank's own data"
