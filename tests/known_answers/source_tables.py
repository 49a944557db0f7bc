"""The tables that data/cn_banks/SOURCE.md prints: counts and moments made without this package."""

from study.design import root


def table(heading: str) -> list[list[str]]:
    """The cells of the first table after a heading, its header and rule left out."""
    text = (root() / "data" / "cn_banks" / "SOURCE.md").read_text(encoding="utf-8")
    lines = text[text.index(f"\n## {heading}\n") :].splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("|"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows
