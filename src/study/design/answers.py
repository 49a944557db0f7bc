"""Which data set can answer which question: worked out from what the question needs and what the data set's tables hold."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from .contract import Filled, ModelTable
from .entries import Arm, Exhibit, Need, Needs, Parameter, Question, Text
from .words import words


@dataclass(frozen=True)
class Held:
    """What a data set holds of a table: the columns that are filled, and how many rows, customers and periods (None: not known)."""

    columns: frozenset[str]
    rows: int | None = None
    customers: int | None = None
    periods: int | None = None


def held(arms: Mapping[str, Arm], filled: Mapping[str, Filled], tables: Mapping[str, ModelTable]) -> dict[str, dict[str, Held]]:
    """What each arm holds of the customer model, as its file says; a user's bank may hold all that the model has for it."""
    of_user = {name: Held(frozenset(table.columns)) for name, table in tables.items() if table.own}
    return {arm: of_user if entry.access == "user" else _said_to_hold(filled.get(arm)) for arm, entry in arms.items()}


def _said_to_hold(filled: Filled | None) -> dict[str, Held]:
    return {name: Held(frozenset(table.columns), max(table.rows)) for name, table in filled.filled.items()} if filled else {}


def lacking(needs: tuple[Needs, ...], held: Mapping[str, Held]) -> tuple[str, ...]:
    """What the tables lack of the set of needs that they come nearest to; nothing if they have one whole.

    Returns
    -------
    such as ("offers.rate", "customers: 40 rows of 100")
    """
    found = [tuple(lack for table, need in one.items() for lack in _of_table(table, need, held.get(table))) for one in needs]
    return min(found, key=len) if found else ()


def said(needs: tuple[Needs, ...]) -> str:
    """Needs in words: customers.customer_id, offers.rate (100 rows) or holdings.status."""
    return " or ".join(", ".join(_said(table, need) for table, need in one.items()) for one in needs)


def _said(table: str, need: Need) -> str:
    columns = ", ".join(f"{table}.{column}" for column in need.columns)
    least = [f"{getattr(need, what):,} {what}" for what in ("rows", "customers", "periods") if getattr(need, what) > 1]
    return columns + (f" ({', '.join(least)})" if least else "")


def _of_table(table: str, need: Need, held: Held | None) -> list[str]:
    columns = [f"{table}.{column}" for column in need.columns if held is None or column not in held.columns]
    counts = [(what, getattr(held, what, None), getattr(need, what)) for what in ("rows", "customers", "periods")]
    return columns + [f"{table}: {found:,} {what} of {least:,}" for what, found, least in counts if found is not None and found < least]


@dataclass(frozen=True)
class Answer:
    """Whether a data set answers a question: what it lacks, and why it declines although it lacks nothing (both empty: it answers)."""

    lacks: tuple[str, ...] = ()
    declines: Text | None = None

    @property
    def given(self) -> bool:
        return not self.lacks and self.declines is None

    @property
    def why(self) -> str:
        """Why it is not given, in words."""
        return f"declines: {self.declines.en}" if self.declines else "lacks " + ", ".join(self.lacks) if self.lacks else ""


def matrix(
    arms: Mapping, questions: Mapping[str, Question], held: Mapping[str, Mapping[str, Held]], declined: Mapping
) -> dict[str, dict[str, Answer]]:
    """The answer of each data set to each question, by question and arm.

    held : arm -> table -> what it holds; declined : arm -> question -> why it makes no sense for this data set
    """
    return {
        name: {arm: _answer(name, question, arm, entry, held, declined[arm].root if arm in declined else {}) for arm, entry in arms.items()}
        for name, question in questions.items()
    }


def _answer(name: str, question: Question, arm: str, entry: Arm, held, declined: Mapping[str, Text]) -> Answer:
    of_results = entry.access == "results"
    if question.across != of_results:
        return Answer(("tables of its own: it has results of others",) if of_results else ("results of several data sets, of which the question is",))
    if name in declined:
        return Answer(declines=declined[name])
    return Answer(() if of_results else lacking(question.needs, held.get(arm, {})))


def with_tables(design, arm: str, held: Mapping[str, Held]) -> dict[str, Answer]:
    """The answers of a data set to every question that is asked of tables, if it holds these."""
    declined = design.declines[arm].root if arm in design.declines else {}
    asked = {name: question for name, question in design.questions.items() if not question.across}
    return {name: _answer(name, question, arm, design.arms[arm], {arm: held}, declined) for name, question in asked.items()}


def answering(found: Mapping[str, Mapping[str, Answer]]) -> dict[str, tuple[str, ...]]:
    """The arms that answer each question, in their order."""
    return {name: tuple(arm for arm, answer in row.items() if answer.given) for name, row in found.items()}


def with_arms(questions: Mapping[str, Question], able: Mapping[str, tuple[str, ...]]) -> dict[str, Question]:
    """The questions with the parameter `arm`, whose choices are the arms that answer them."""
    return {
        name: question.model_copy(update={"parameters": _arm(question, able[name]) | question.parameters}) for name, question in questions.items()
    }


def _arm(question: Question, able: tuple[str, ...]) -> dict[str, Parameter]:
    if not able:
        return {}
    default = question.default if question.default in able else able[0]
    return {"arm": Parameter(type="str", default=default, choices=able, unit="name", meaning=words("shared")["design"]["arm"])}


def with_status(
    exhibits: Mapping[str, Exhibit], able: Mapping[str, tuple[str, ...]], made: Collection[str], arms: Iterable[str]
) -> dict[str, Exhibit]:
    """The exhibits, T, F, A by number, with the arms for which each is built or planned and the question that makes it for each.

    made : those that stand with their question; arms : all, in their order
    """

    def worked_out(id_: str) -> dict[str, dict[str, str]]:
        shares = exhibits[id_].shares.items()
        builders = {arm: question for question, share in shares for arm in able.get(question, ()) if id_ in made and arm in (share.only or (arm,))}
        planners = {arm: question for question, share in shares for arm in share.planned}
        built = [arm for arm in arms if arm in builders]
        return {"arms": dict.fromkeys(built, "built") | dict.fromkeys(planners, "planned"), "makers": builders | planners}

    return {id_: exhibits[id_].model_copy(update=worked_out(id_)) for id_ in sorted(exhibits, key=_order)}


def _order(id_: str) -> tuple:
    return "TFA".find(id_[:1]), int(id_[1:]) if id_[1:].isdigit() else 0, id_


def with_stages(arms: Mapping[str, Arm], able: Mapping[str, tuple[str, ...]]) -> dict[str, Arm]:
    """The arms with their stages: the questions that they answer."""
    return {name: arm.model_copy(update={"stages": tuple(question for question, of in able.items() if name in of)}) for name, arm in arms.items()}


def refusal(design, question: str, arm: str) -> str | None:
    """Why a question can not be asked of a data set and what can be done, or None if it can."""
    answer = design.answers[question][arm]
    if answer.given:
        return None
    able = ", ".join(design.questions[question].parameters["arm"].choices)
    return f"'{question}' can not be asked of the data set '{arm}', which {answer.why}; it can be asked of {able} (see `study list questions --arm {arm}`)"
