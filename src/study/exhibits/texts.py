"""Words of the exhibits in English and Chinese: heads of columns, panels, notes."""

from study.design.entries import Text

T1_COLUMNS = (
    Text(en="Step or outcome", zh="步骤或被解释变量"),
    Text(en="Before", zh="之前"),
    Text(en="Dropped", zh="剔除"),
    Text(en="Left", zh="剩余"),
    Text(en="Banks", zh="银行数"),
    Text(en="d.f.", zh="自由度"),
    Text(en="Reason", zh="原因"),
)
T1_RULE = Text(en="A. From the data to the sample ({unit})", zh="A. 从数据到样本({unit})")
T1_SAMPLES = Text(en="B. Samples of later analyses, out of what is left", zh="B. 后续分析所用样本(取自剩余部分)")
T1_PANELS = {
    "same_year": Text(
        en="B. Estimation samples, outcome and investment of the same year (bank-years)",
        zh="B. 估计样本:当年投入(银行-年)",
    ),
    "lagged": Text(
        en="C. Estimation samples, investment of the year before (bank-years)",
        zh="C. 估计样本:上年投入(银行-年)",
    ),
}
SINGLETONS = Text(en="singletons of bank or year", zh="仅有一个观测值的银行或年份")
T1_NOTES = (
    Text(
        en="A cell is one bank, year and variable. Panels B and C start from the bank-years that have both outcome and "
        "investment; d.f. are the degrees of freedom left after bank and year effects and one slope.",
        zh="单元指一家银行、一个年份、一个变量。B、C面板自同时具有被解释变量与投入的银行-年开始;自由度为扣除银行、年份效应与一个斜率后的剩余。",
    ),
)

BLOCKS = {
    "static": Text(en="Static, before", zh="静态(事前)"),
    "behavioural": Text(en="Behavioural, before", zh="行为(事前)"),
    "external": Text(en="External, before", zh="外部(事前)"),
    "treatment": Text(en="Treatment", zh="处理"),
    "outcome": Text(en="Outcome, after", zh="结果(事后)"),
}
SHARE = Text(en="share", zh="比例")

T2_COLUMNS = (
    Text(en="Variable", zh="变量"),
    Text(en="Name in code", zh="代码名"),
    Text(en="Unit", zh="单位"),
    Text(en="Definition", zh="定义"),
)
T2_NOTES = (Text(en="All from data/cn_banks or derived from it.", zh="均来自 data/cn_banks 或由其推导。"),)

T3_COLUMNS = (
    Text(en="Variable", zh="变量"),
    Text(en="Unit", zh="单位"),
    Text(en="N", zh="观测数"),
    Text(en="Banks", zh="银行数"),
    Text(en="Years", zh="年份"),
    Text(en="Mean", zh="均值"),
    Text(en="SD", zh="标准差"),
    Text(en="Median", zh="中位数"),
    Text(en="Min", zh="最小值"),
    Text(en="Max", zh="最大值"),
)
T3_NOTES = (
    Text(
        en="Every variable over the bank-years in which it is published; the banks differ from line to line, so means of "
        "two lines are not comparable.",
        zh="各变量按其披露的银行-年统计;各行所含银行不同,均值不可跨行比较。",
    ),
)

T3_PROFILE_COLUMNS = (
    Text(en="Variable", zh="变量"),
    Text(en="Unit", zh="单位"),
    Text(en="N", zh="观测数"),
    Text(en="Missing, %", zh="缺失(%)"),
    Text(en="Mean", zh="均值"),
    Text(en="SD", zh="标准差"),
    Text(en="P10", zh="P10"),
    Text(en="Median", zh="中位数"),
    Text(en="P90", zh="P90"),
)
T3_PROFILE_NOTES = (
    Text(
        en="N of a level is its number of rows, its mean the share among those recorded. No smallest or largest value of a person is printed.",
        zh="各类别的N为其行数,均值为其在有记录者中的占比;不列示个体的最小值与最大值。",
    ),
)

T6_PANELS = {
    "lagged": Text(en="A. ln FinTech investment of the year before", zh="A. 上年对数金融科技投入"),
    "same_year": Text(en="B. ln FinTech investment of the same year", zh="B. 当年对数金融科技投入"),
    "too_few_banks": Text(en="C. Customers, same year: three to five banks, no test is reliable", zh="C. 客户指标(当年):仅三至五家银行,检验均不可靠"),
}
T6_NOTES = (
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


def t6_notes(*, reps: int, floors: list[float], tests: int, power: float) -> tuple[Text, ...]:
    """The notes of T6.

    Parameters
    ----------
    reps : draws; floors : least Rademacher p-values of panel C; tests : in the family; power : of the MDE
    """
    said = {"reps": reps, "floors": " / ".join(f"{p:.3g}" for p in sorted(set(floors), reverse=True)), "tests": tests, "power": 100 * power}
    return tuple(Text(en=note.en.format(**said), zh=note.zh.format(**said)) for note in T6_NOTES)


F11_NOTES = (
    Text(
        en="(a), (b): ABC, BOC, BOCOM, CCB, ICBC, PSBC. The scope of BOCOM's investment changed in 2021; the second bar "
        "leaves out banks in the year of a change.",
        zh="(a)(b)为农行、中行、交行、建行、工行、邮储六家。交行2021年投入口径变更;第二组柱剔除当年口径变更的银行。",
    ),
    Text(
        en="(c)-(f): banks with two years or more; lines join the years that are published. Mobile "
        "users are registered, signed-up, effective or app users: compare within a bank only.",
        zh="(c)-(f)为至少有两年数据的银行,连线连接已披露年份。手机银行用户口径不一,仅可在同一银行内比较。",
    ),
    Text(
        en="(g), (h): the published series of two case banks; no event is drawn, because none with a dated source is at "
        "hand, and nothing is read as an effect.",
        zh="(g)(h)为两家案例银行的披露序列;因无注明日期的来源,未标注事件,亦不作效应解读。",
    ),
)

A1_COLUMNS = (
    Text(en="Bank", zh="银行"),
    Text(en="Customers (million)", zh="客户数(百万户)"),
    Text(en="Years", zh="年份"),
    Text(en="Growth, % a year", zh="年均增长率(%)"),
    Text(en="Pages", zh="来源页数"),
    Text(en="Spread, %", zh="来源差异(%)"),
    Text(en="Retention", zh="留存率"),
    Text(en="Satisfaction", zh="满意度"),
)
NOT_PUBLISHED = Text(en="none comparable", zh="无可比披露")
A1_NOTES = (
    Text(
        en="The report's three indicators of customer relations: growth, retention, satisfaction. Customers of the last "
        "year published; growth per year between the first and the last year. Pages: how many print the last figure as a "
        "point; spread: highest over lowest of them, before any is set aside, where they differ. None comparable: "
        "no value with its method and base is published.",
        zh="报告提出的三项客户关系指标:增长率、留存率(报告称保持率)、满意度。客户数为最近披露年份;增长率为首末年份间年均值。来源页数为以点值披露该数的页面数;来源差异为剔除前最高值与最低值之比,仅在二者不同时列示。“无可比披露”指未见连同方法与基数披露的数值。",
    ),
)

T5_FIRST = Text(en="Bank and year", zh="银行与年份")
T5_METHODS = {
    "equal": Text(en="Equal weights", zh="等权"),
    "entropy": Text(en="Entropy weights", zh="熵权"),
    "pca": Text(en="First component", zh="第一主成分"),
}
T5_PANELS = {
    "scores": Text(en="A. Parts and scores", zh="A. 分项与得分"),
    "weights": Text(en="B. Weights (range when one bank at a time is left out)", zh="B. 权重(括号内为逐一剔除银行时的范围)"),
    "correlations": Text(en="C. Rank correlations (Spearman)", zh="C. 秩相关系数(Spearman)"),
}
T5_NOTES = (
    Text(
        en="The {n} bank-years of {banks} banks that publish all three parts. A score is the weighted sum of the standardised "
        "parts: above zero is more than the average of these bank-years, in no unit. The first component carries {share:.0f} % "
        "of the variance of the parts. The index is ours, and describes: no regression uses it.",
        zh="{banks}家银行中三个分项均披露的{n}个银行-年。得分为标准化分项的加权和,大于零表示高于这些银行-年的平均,无量纲。"
        "第一主成分解释分项方差的{share:.0f}%。该指数为本研究构造,仅作描述,未用于回归。",
    ),
)

T4_NOTES = (
    Text(
        en="Below the diagonal: correlations over the bank-years that have both variables, their number in parentheses. "
        "Above it: the same after bank and year effects. Under 20 bank-years: none. VIF: variance inflation among the four "
        "variables that have one, over {n} bank-years; within: after bank and year effects, over {within} bank-years.",
        zh="对角线下方为同时具有两变量的银行-年相关系数(括号内为个数);上方为扣除银行与年份效应后的相关系数;不足20个不列。"
        "VIF为所列四个变量之间的方差膨胀因子,共{n}个银行-年;组内VIF扣除银行与年份效应,共{within}个。",
    ),
)
T4_HEADS = (Text(en="Variable", zh="变量"), Text(en="VIF", zh="VIF"), Text(en="VIF within", zh="组内VIF"))

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


NUMERALS = "一二三四五六七"
PARTS = {  # text of a chapter that the report's list of contents does not name
    "intro": Text(en="introduction", zh="引言"),
    "key": Text(en="key strategies", zh="关键策略"),
    "core": Text(en="core paths", zh="核心路径"),
}
T20_COLUMNS = (
    Text(en="What the report prints [chapter.section]", zh="报告内容[章(节)]"),
    Text(en="As printed", zh="原文"),
    Text(en="Status", zh="状态"),
    Text(en="Beside it", zh="对照"),
)
T20_PANELS = {
    "figures": Text(en="A. Case figures [5.1]", zh="A. 案例数字[五(一)]"),
    "joint": Text(en="B. The joint value index of ICBC, recomputed from its own inputs", zh="B. 工商银行联合价值指数(由报告自身数据重算)"),
    "case": Text(en="C. Cases in words", zh="C. 文字案例"),
    "table": Text(en="D. The other tables", zh="D. 其余表格"),
}
T20_STATUS = {
    "arithmetic": Text(en="arithmetic, inputs claimed", zh="算术可核,输入仅为宣称"),
    "checkable": Text(en="checkable in principle", zh="原则上可核实"),
    "claimed": Text(en="claimed only", zh="仅为宣称"),
    "terms": Text(en="terms, nothing to verify", zh="术语,无可核实内容"),
    "not_comparable": Text(en="not comparable", zh="不可比"),
}
T20_BESIDE = {
    "checkable": Text(en="dates and names could be checked", zh="年代与名称可核对"),
    "claimed": Text(en="no method, base, date or document", zh="无方法、基数、日期或文件"),
    "terms": Text(en="no claim", zh="无论断"),
    "not_comparable": Text(en="a rating without a scale", zh="无量表的评级"),
}
T20_NOTHING = Text(en="no comparable fact in these data", zh="本数据中无可比事实")
T20_NOTES = (
    Text(
        en="The source report names no document for any figure; lower bounds in its text become points in its tables. Beside "
        "it: facts on the same bank, of the nearest year, from the embedded data; they may measure something else. The bounds of panel B "
        "hold whatever the dependence of satisfaction and loyalty; the product is the joint share only under independence.",
        zh="报告未给出任何数字的文件出处;其正文中的下限在表格中成为点值。“对照”为内嵌数据中同一银行最近年份的事实,口径可能不同。"
        "B面板的界对满意度与忠诚度的任何相依关系均成立;仅在独立时乘积才是联合份额。",
    ),
)


def t20_place(mark: str) -> Text:
    """Where the report says it: "5(一)" is 5.1, "5 intro" the introduction of chapter 5."""
    chapter, rest = mark[0], mark[1:]
    if rest.startswith("("):
        return Text(en=f"{chapter}.{NUMERALS.index(rest[1]) + 1}", zh=f"{NUMERALS[int(chapter) - 1]}{rest}")
    part = PARTS[rest.strip()]
    return Text(en=f"{chapter}, {part.en}", zh=f"{NUMERALS[int(chapter) - 1]}、{part.zh}")


def t20_joint(joint) -> list[tuple[Text, Text, str]]:
    """Rows of panel B: label, remark, printed value."""
    percent = {name: f"{100 * value:.1f} %" for name, value in joint.items()}
    return [
        (
            Text(en="CS x CL", zh="CS×CL"),
            Text(en="joint share if satisfaction and loyalty are independent", zh="满意与忠诚独立时的联合份额"),
            percent["product"],
        ),
        (
            Text(en="Fréchet bounds", zh="Fréchet界"),
            Text(en="all that the two shares imply", zh="两项份额所能推出的全部"),
            Text(en=f"{percent['lower']} to {percent['upper']}", zh=f"{percent['lower']}至{percent['upper']}"),
        ),
    ]


WITHHELD = Text(
    en="[c]: withheld, because it shows fewer than ten customers or would give such a number back.",
    zh="[c]:涉及不足十名客户,或可由此推算出此类数字,故不予公布。",
)
