"""T6: the baseline regressions: panels and notes; the table itself is of engine/regression.py."""

from study.design.entries import Text

PANELS = {
    "lagged": Text(en="A. ln FinTech investment of the year before", zh="A. 上年对数金融科技投入"),
    "same_year": Text(en="B. ln FinTech investment of the same year", zh="B. 当年对数金融科技投入"),
    "too_few_banks": Text(en="C. Customers, same year: three to five banks, no test is reliable", zh="C. 客户指标(当年):仅三至五家银行,检验均不可靠"),
}
NOTES = (
    Text(
        en="Each line is one regression with bank and year effects; the estimate is the coefficient of ln FinTech "
        "investment. Logged outcomes: elasticity. Ratios: percentage points per log point. With scope effects: one effect per bank and scope of its "
        "investment in place of one per bank, so that a change of scope (two of them are large: Bank of Communications in 2021, China Minsheng Bank in 2022) does not enter as growth.",
        zh="每行为一个回归,含银行与年份效应;系数为对数金融科技投入的系数。对数变量为弹性;比率为每对数点的百分点变化。含口径效应:以银行×投入口径效应代替银行效应,口径变更(较大者为交通银行2021年、民生银行2022年)不作为增长进入。",
    ),
    Text(
        en="SE: standard error. CV3: cluster jackknife, from which interval, p of t(G-1) "
        "and MDE follow (none: without one of the banks the coefficient is not identified). Bootstrap: restricted wild cluster "
        "bootstrap-t, Rademacher weights in panels A and B, Webb's six points in panel C, every pattern where there are at most "
        "{reps:,}. Permuted: banks' investment paths exchanged (banks assumed exchangeable). In parentheses: the least p-value "
        "that the test can give with these banks and weights; in panel C Rademacher weights could give no less than {floors}.",
        zh="CV3为聚类刀切法,区间、t(G-1) 的 p 值与 MDE 由其得出(“无”:剔除某家银行后系数不可识别)。"
        "Bootstrap为施加原假设的野聚类自助法(wild cluster bootstrap-t),A、B面板用 Rademacher 权重,C面板用 Webb 六点权重,组合不超过{reps:,}时穷举。"
        "置换:交换各银行的投入路径(假定银行可交换)。括号内为在该银行数与权重下检验所能给出的最小 p 值;C面板若用 Rademacher 权重,不可能低于{floors}。",
    ),
    Text(
        en="q: Benjamini-Hochberg over the {tests} bootstrap p-values of panels A and B. MDE: the true coefficient that a two-sided "
        "5 % t test with the CV3 error finds with power {power:.0f} %, one test at a time (no allowance for their number). No "
        "causal meaning.",
        zh="q:对A、B面板{tests}个 bootstrap p 值的 Benjamini-Hochberg 校正。MDE:以CV3标准误作5%水平双侧 t 检验、功效{power:.0f}%时可检出的真实系数,"
        "按单个检验计,未考虑多重检验。不作因果解释。",
    ),
)


def notes(*, reps: int, floors: list[float], tests: int, power: float) -> tuple[Text, ...]:
    """The notes of T6.

    Parameters
    ----------
    reps : draws; floors : least Rademacher p-values of panel C; tests : in the family; power : of the MDE
    """
    said = {"reps": reps, "floors": " / ".join(f"{p:.3g}" for p in sorted(set(floors), reverse=True)), "tests": tests, "power": 100 * power}
    return tuple(Text(en=note.en.format(**said), zh=note.zh.format(**said)) for note in NOTES)
