"""The generated part of data/own/README.md: the contract's tables and columns."""

from study.design import Design, answers, load, root
from study.design.entries import Needs

from .readme import fill

PAGE = ("data", "own", "README.md")


def contract() -> str:
    """One table per table of design/tables.yaml, and what the stages need."""
    design, lines = load(), []
    for name, table in design.own.items():
        state = "required" if table.required else "optional"
        lines += [f"**{name}** ({state}; one row per {' + '.join(table.key)}): {table.meaning.en} / {table.meaning.zh}", ""]
        lines += ["| column | kind | | meaning | 含义 |", "| --- | --- | --- | --- | --- |"]
        for column, entry in table.columns.items():
            limits = [", ".join(entry.choices), f"in {entry.refers}" if entry.refers else "", _range(entry)]
            kind = "; ".join([entry.kind, *(limit for limit in limits if limit)])
            needed = f"required, or `{entry.instead}`" if entry.instead else "required" if entry.required else ""
            lines.append(f"| `{column}` | {kind} | {needed} | {entry.meaning.en} | {entry.meaning.zh} |")
        lines.append("")
    lines += ["| stage | needs |", "| --- | --- |"]
    lines += [f"| {stage} | {answers.said(_of_own(design, stage))} |" for stage in design.arms["own"].stages]
    return "\n".join(lines)


def _of_own(design: Design, stage: str) -> tuple[Needs, ...]:
    """The sets of needs that a bank's own tables can meet."""
    return tuple(one for one in design.questions[stage].needs if one.keys() <= design.own.keys())


def page(text: str) -> str:
    """The page with the contract as it is."""
    return fill(text, {"contract": contract()})


def write() -> None:
    """Write the generated part of data/own/README.md."""
    file = root().joinpath(*PAGE)
    file.write_text(page(file.read_text(encoding="utf-8")), encoding="utf-8")


def _range(entry) -> str:
    if entry.minimum is None and entry.maximum is None:
        return ""
    return f"{entry.minimum:g} to {entry.maximum:g}" if entry.maximum is not None and entry.minimum is not None else f"at least {entry.minimum:g}"
