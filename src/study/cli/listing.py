"""What `study list` prints: arms, exhibits, parameters, questions, and the systems of the source report."""

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from study import design as designs
from study import paper
from study.errors import nearest

from .console import out, wide


def arms(plan: "designs.Design", out: Console) -> None:
    rows = [[name, arm.title.en, ", ".join(arm.stages) or "not built yet"] for name, arm in plan.arms.items()]
    _print(out, "Arms", ["arm", "data", "stages"], rows)


def exhibits(plan: "designs.Design", out: Console) -> None:
    made = [(key, key.split(".")[0], plan.exhibits[key.split(".")[1]]) for key in plan.built_exhibits()]
    rows = [[key, exhibit.title.en, exhibit.makers[arm]] for key, arm, exhibit in made]
    _print(out, "Exhibits", ["key", "title", "notebook"], rows)


def parameters(plan: "designs.Design", out: Console) -> None:
    """Each parameter once per notebook that has it: what it may be, its unit, and the arms that it means something for."""
    rows, before = [], None
    for stage, entry in plan.questions.items():
        for name, p in entry.parameters.items():
            if name != "arm":  # chosen with --arm, see `study list arms`
                arms = p.arms or entry.parameters["arm"].choices
                at = [arm for arm in arms if arm in plan.arms and stage in plan.arms[arm].stages]
                shown = stage if stage != before else ""
                rows.append([shown, name, p.type, str(p.default), p.allowed, p.unit, ", ".join(at), p.meaning.en])
                before = stage
    _print(
        out,
        "Parameters (study run --arm ARM --set NAME=VALUE)",
        ["notebook", "name", "type", "default", "allowed", "unit", "arms", "meaning"],
        rows,
    )


def questions(plan: "designs.Design", out: Console) -> None:
    """Each question by each data set: whether it answers, else how many columns or counts it lacks, or that it declines."""
    rows = [[name, *(_cell(answer) for answer in row.values())] for name, row in plan.answers.items()]
    _print(out, "Questions (notebooks) by data sets", ["notebook", *plan.arms], rows)
    out.print(
        "a number: so many columns or counts are lacking; no: the data set declines; why, for each: study list questions --arm ARM", markup=False
    )


def _cell(answer: designs.Answer) -> str:
    return "yes" if answer.given else "no" if answer.declines else str(len(answer.lacks))


def of_arm(plan: "designs.Design", out: Console, arm: str) -> None:
    """What one data set answers, and why not the others: what it lacks or why it declines."""
    if arm not in plan.arms:
        raise designs.ParameterError(f"no arm '{arm}'" + nearest(arm, plan.arms))
    rows = [[name, plan.questions[name].title.en, row[arm].why or "can be asked"] for name, row in plan.answers.items()]
    _print(out, f"Questions to {arm}", ["notebook", "title", "answer"], rows)


def systems(plan: "designs.Design", out: Console) -> None:
    """Each system of the source report with its code, tests, exhibits, and the lines of the paper that name them."""
    lines = paper.lines_of(designs.root())
    out.print("Systems of the source report", style="italic")
    for name, system in plan.systems.items():
        named = sorted({line for key in system.exhibits for line in lines.get(key, ())})
        out.print(f" {name}: {system.title.en} ({system.title.zh})", markup=False)
        for what, found in (("code", system.code), ("tests", system.tests), ("exhibits", system.exhibits)):
            out.print(f"   {what:<9}{', '.join(found)}", markup=False)
        out.print(f"   paper    lines {', '.join(map(str, named))} of paper/paper.en.md", markup=False)


TYPED = ("arm", "key", "name", "notebook", "title", "default", "type")  # columns that keep to one line
LISTS = {"arms": arms, "exhibits": exhibits, "parameters": parameters, "questions": questions, "systems": systems}


def list_command(
    what: Annotated[str, typer.Argument(metavar="WHAT", help="arms, exhibits, parameters, questions, systems or all")] = "all",
    arm: Annotated[str | None, typer.Option(help="With questions: what this data set answers, and what it lacks for the others.")] = None,
) -> None:
    """List the arms, the exhibits, the parameters of the notebooks, which arm answers which question, the systems of the source report."""
    if arm is not None:
        if what != "questions":
            raise designs.ParameterError("--arm goes with `study list questions`")
        of_arm(designs.load(), out, arm)
        return
    if what != "all" and what not in LISTS:
        raise designs.ParameterError(f"nothing to list is called '{what}'" + nearest(what, ["all", *LISTS]))
    for name, show in LISTS.items():
        if what in (name, "all"):
            show(designs.load(), out)


def _print(out: Console, title: str, columns: list[str], rows: list[list[str]]) -> None:
    """Print a table, at least 160 columns wide: names that are to be typed again are never broken."""
    table = Table(title=title, title_justify="left", box=None)
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in TYPED)
    for row in rows:
        table.add_row(*map(escape, row))
    wide(table, 160)
