"""T13: one estimate per change of the sample or of the regression, for two timings of the regressor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from study.design.entries import Text
from study.privacy import Units

from .engine.regression import NONE, NOT_ESTIMABLE, probability, shown
from .engine.table import Table, build

T13_COLUMNS = (
    Text(en="Change", zh="变动"),
    Text(en="Same year: estimate", zh="当年:系数"),
    Text(en="Same year: SE, CV3", zh="当年:标准误 CV3"),
    Text(en="Same year: p, CV3", zh="当年:p 值 CV3"),
    Text(en="Same year: p, bootstrap", zh="当年:p 值 bootstrap"),
    Text(en="Same year: N (G)", zh="当年:N (G)"),
    Text(en="Year before: estimate", zh="上年:系数"),
    Text(en="Year before: SE, CV3", zh="上年:标准误 CV3"),
    Text(en="Year before: p, CV3", zh="上年:p 值 CV3"),
    Text(en="Year before: p, bootstrap", zh="上年:p 值 bootstrap"),
    Text(en="Year before: N (G)", zh="上年:N (G)"),
)
T13_SIZE = Text(en="ln Total assets as a control", zh="加入对数总资产为控制变量")
T13_SAME_ROWS = Text(en="Bank-years with assets, no control", zh="仅限披露总资产的银行-年,无控制变量")
T13_TYPES = {
    "state": Text(en="State banks only", zh="仅国有大行"),
    "joint_stock": Text(en="Joint-stock banks only", zh="仅股份制银行"),
}
T13_LEFT_OUT = {
    "low": Text(en="Lowest with one bank left out", zh="剔除一家银行的最低值"),
    "high": Text(en="Highest with one bank left out", zh="剔除一家银行的最高值"),
}
T13_NOTES = (
    Text(
        en="Each line changes one thing of the regressions of T6: a switch of the sample rule, a control, a type of bank, or one bank (named "
        "beside the estimate). The two types are an exploratory look and rest on few banks each; customers' outcomes rest on two to six banks, and no test on them is reliable. Outcome on ln FinTech investment of the same year or of the year before, bank and year effects. "
        "SE, CV3: standard error of the cluster jackknife, p of t(G-1). Bootstrap: restricted, Rademacher weights, for customers' outcomes Webb's. A change that leaves "
        "every printed figure as it is has no line. Assets are an outcome as well: as a control they "
        "also remove the part of the association that runs through assets.",
        zh="每行改变表T6回归的一处:样本规则的一个开关、一个控制变量、一类银行或一家银行(列于系数旁)。两类银行分列仅为探索,各自银行很少;客户指标仅二至六家银行,检验均不可靠。被解释变量对当年或上年对数投入回归,含银行与年份效应。"
        "CV3为聚类刀切法,p 值按 t(G-1)。Bootstrap 施加原假设,Rademacher 权重,客户指标用Webb权重。各列数字均不变的变动不列示。总资产本身也是结果变量,投入经由总资产的关联被剔除。",
    ),
)

WIDTHS = (0.25, *2 * (0.115, 0.06, 0.06, 0.075, 0.065))
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
    """One line: what was changed, and the estimate for the same year and the year before (None: not estimable)."""

    label: Text
    same_year: Entry | None
    lagged: Entry | None

    def cells(self) -> list:
        """What is printed after the label."""
        return [*_cells(self.same_year), *_cells(self.lagged)]


def variants(panels: Mapping[Text, Sequence[Variant]], *, notes=()) -> Table:
    """The table, outcome by outcome; a change that alters nothing that is printed has no line.

    Parameters
    ----------
    panels : outcome -> its variants, the unchanged one first
    """
    rows: list[Sequence] = []
    for heading, lines in panels.items():
        shown = [line for line in lines if line is lines[0] or line.cells() != lines[0].cells()]
        rows += [[heading], *([line.label, *line.cells()] for line in shown)]
    return build(T13_COLUMNS, rows, notes=notes, wide=True, widths=WIDTHS, units=Units())


def _cells(entry: Entry | None) -> list:
    if entry is None:
        return [NOT_ESTIMABLE] + [""] * (HALF - 1)
    estimate = shown(entry.estimate) + (f" ({entry.bank})" if entry.bank else "")
    cautious = [NONE, NONE]
    if entry.jackknife is not None:
        cautious = [f"{entry.jackknife.row(entry.term)['std_error']:.3f}", probability(entry.p_jackknife)]
    rows, banks = entry.size
    return [estimate, *cautious, probability(entry.wild.p_value), f"{rows} ({banks})"]
