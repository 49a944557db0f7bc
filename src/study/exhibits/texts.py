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
T1_PANELS = {
    "rule": Text(en="A. From facts to cells (rows)", zh="A. 从事实到单元(行)"),
    "same_year": Text(
        en="B. Estimation samples, outcome and investment of the same year (bank-years)",
        zh="B. 估计样本:当年投入(银行-年)",
    ),
    "lagged": Text(
        en="C. Estimation samples, investment of the year before (bank-years)",
        zh="C. 估计样本:上年投入(银行-年)",
    ),
}
T1_STEPS = {
    "all": (Text(en="All facts", zh="全部事实"), Text(en="as collected", zh="收集所得")),
    "bounds": (
        Text(en="less bounds", zh="剔除区间值"),
        Text(en='"more than", "close to": an interval, not a point', zh="“超”“近”等为区间而非点值"),
    ),
    "doubt": (Text(en="less doubtful rows", zh="剔除存疑行"), Text(en="reason for doubt in the file", zh="文件注明存疑")),
    "definition": (
        Text(en="less other definitions", zh="剔除其他口径"),
        Text(en="one definition per bank and variable", zh="每家银行每个变量只用一种口径"),
    ),
    "source_kind": (
        Text(en="less machine summaries", zh="剔除机器摘要"),
        Text(en="where another kind of page prints the cell", zh="同一单元另有其他来源"),
    ),
    "restated": (
        Text(en="less restated values", zh="剔除重述值"),
        Text(en="where the first report is there", zh="已有首次报告值"),
    ),
    "median": (
        Text(en="one value per cell", zh="每单元一个数值"),
        Text(en="median of the pages that print it", zh="取各来源中位数"),
    ),
}
SINGLETONS = Text(en="singletons of bank or year", zh="银行或年份单例")
T1_NOTES = (
    Text(
        en="A cell is one bank, year and variable. Panels B and C start from the bank-years that have both outcome and "
        "investment; d.f. are the degrees of freedom left after bank and year effects and one slope.",
        zh="单元指一家银行、一个年份、一个变量。B、C面板自同时具有被解释变量与投入的银行-年开始;自由度为扣除银行、年份效应与一个斜率后的剩余。",
    ),
)

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

T6_PANELS = {
    "lagged": Text(en="A. ln FinTech investment of the year before", zh="A. 上年对数金融科技投入"),
    "same_year": Text(en="B. ln FinTech investment of the same year", zh="B. 当年对数金融科技投入"),
    "too_few_banks": Text(
        en="C. Customers, same year: too few banks for a test", zh="C. 客户指标(当年):银行数过少,无法检验"
    ),
}
T6_NOTES = (
    Text(
        en="Each line is one regression with bank and year effects; the estimate is the coefficient of ln FinTech "
        "investment. Logged outcomes: elasticity. Ratios: percentage points per log point.",
        zh="每行为一个回归,含银行与年份效应;系数为对数金融科技投入的系数。对数变量为弹性;比率为每对数点的百分点变化。",
    ),
    Text(
        en="Std. error, interval and p of t(G-1) are clustered by bank (CRV1). Bootstrap: restricted wild cluster "
        "bootstrap-t, Rademacher, every sign pattern where they are few. Permuted: banks' investment paths exchanged "
        "(banks assumed exchangeable). In parentheses: the least p-value that the test can give with these banks.",
        zh="标准误、区间与 t(G-1) 的 p 值按银行聚类(CRV1)。Bootstrap 为施加原假设的 wild cluster bootstrap-t(Rademacher,组合少时穷举)。"
        "置换:交换各银行的投入路径(假定银行可交换)。括号内为在该银行数下检验所能给出的最小 p 值。",
    ),
    Text(
        en="q: Benjamini-Hochberg over the bootstrap p-values of panels A and B. MDE: the true coefficient that a 5 % t "
        "test finds with the stated power. No causal meaning.",
        zh="q:对A、B面板 bootstrap p 值的 Benjamini-Hochberg 校正。MDE:5%水平 t 检验在给定功效下可检出的真实系数。不作因果解释。",
    ),
)

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
)
