"""Words of the value exhibits (T14, F9), in English and Chinese."""

from study.design.entries import Text

COLUMNS = (
    Text(en="Quantity", zh="项目"),
    Text(en="Unit", zh="单位"),
    Text(en="Estimate", zh="估计值"),
    Text(en="Std. error", zh="标准误"),
    Text(en="95 % interval", zh="95%置信区间"),
    Text(en="N", zh="样本量"),
)

PANELS = {
    "formula": Text(en="The report's CLTV, a scenario of loan cycles", zh="报告的CLTV:贷款周期情景"),
    "forms": Text(en="Discounted value over the stated number of cycles, three readings", zh="所设周期数内的折现价值:三种解读"),
    "weights": Text(en="Weights of V = f(A, P, L, S)", zh="V = f(A, P, L, S)的权重"),
    "stability": Text(en="Agreement of the three weightings", zh="三种赋权的一致性"),
    "with_cltv": Text(en="Agreement with the CLTV ordering", zh="与CLTV排序的一致性"),
    "with_revenue": Text(en="Rank correlation with the realised revenue of the offer", zh="与要约实现收入的秩相关"),
    "lift": Text(
        en="Lift of the best tenth in realised revenue, and gain over the last amount alone", zh="前10%客户的实现收入提升度,及相对上次金额的增益"
    ),
    "over_recency": Text(
        en="Lift of the best tenth less that of recency alone, the same bootstrap samples", zh="前10%客户提升度减去仅按最近性者(同一自助样本)"
    ),
    "parameters": Text(en="Parameters", zh="参数"),
    "days_20": Text(en="Days with a deposit after the main split", zh="主分割日之后的存款天数"),
    "days_30": Text(en="Days with a deposit after day 30, the day of withdrawal", zh="第30日(唯一取款日)之后的存款天数"),
    "money_20": Text(en="Deposits in KSh after the main split", zh="主分割日之后的存款额(肯尼亚先令)"),
    "order": Text(en="Rank correlation with the realised deposits (KSh) after the main split", zh="与主分割日后实现存款额的秩相关"),
    "retention": Text(en="Still depositing after day 50, of those who ever deposited", zh="曾存款者中第50日后仍存款的比例"),
    "cooperation": Text(en="The report's effect E (before and after), and the randomised comparison", zh="报告的效应E(前后比较)与随机比较"),
    "literal": Text(en="Inputs of the report's CLTV", zh="报告CLTV的输入"),
    "moves": Text(en="Moves between states of an account's month", zh="账户月度状态转移"),
    "fees": Text(en="Fees paid in a month", zh="每月支付的费用"),
    "chain": Text(en="Expected discounted fees of this month and the months that follow", zh="本月及其后各月费用的期望折现值"),
}

KEYS = {
    "interest": Text(en="Interest of a loan cycle, borrowers of the offer", zh="每个贷款周期利息(接受要约者)"),
    "cost": Text(en="Cost of a cycle (stated)", zh="每周期成本(设定)"),
    "retention": Text(en="Retention r (stated)", zh="留存率r(设定)"),
    "lifetime": Text(en="Lifetime L = 1/(1 − r)", zh="生命周期L=1/(1−r)"),
    "discount": Text(en="Discount i (stated)", zh="贴现率i(设定)"),
    "cltv_literal": Text(en="CLTV = (revenue − cost) × r × L", zh="CLTV=(收入−成本)×r×L"),
    "clv_infinite": Text(en="Discounted value m r/(1 + i − r)", zh="折现价值 m r/(1+i−r)"),
    "ratio": Text(en="CLTV over discounted value", zh="CLTV与折现价值之比"),
    "r_70": Text(en="with r = 0.70", zh="r=0.70时"),
    "r_95": Text(en="with r = 0.95", zh="r=0.95时"),
    "product": Text(en="Product of (1 − R)", zh="(1−R)连乘"),
    "period": Text(en="1 − R in every period", zh="每期1−R"),
    "power": Text(en="(1 − R) to the power t", zh="(1−R)的t次方"),
    "period_ratio": Text(en="1 − R in every period over the product", zh="每期1−R与连乘之比"),
    "equal": Text(en="V, equal weights", zh="V:等权"),
    "entropy": Text(en="V, entropy weights", zh="V:熵权"),
    "pca": Text(en="V, first component", zh="V:第一主成分"),
    "last_amount": Text(en="last amount", zh="上次金额"),
    "loans": Text(en="number of loans", zh="贷款次数"),
    "recency": Text(en="recency", zh="近度"),
    "cltv": Text(en="CLTV scenario", zh="CLTV情景"),
    "revenue": Text(en="realised revenue", zh="实现收入"),
    "credit_turnover": Text(en="A, credit turnover", zh="A:贷方发生额"),
    "transactions": Text(en="P, transactions", zh="P:交易次数"),
    "months_open": Text(en="L, months open", zh="L:开户月数"),
    "fees": Text(en="S, fees", zh="S:费用"),
    "kendall": Text(en="Kendall", zh="Kendall"),
    "spearman": Text(en="Rank correlation", zh="秩相关"),
    "top_overlap": Text(en="Overlap of the best tenth", zh="前10%重合度"),
    "lift": Text(en="Lift", zh="提升度"),
    "gain": Text(en="Gain", zh="增益"),
    "bgbb": Text(en="BG/BB", zh="BG/BB"),
    "bgnbd": Text(en="BG/NBD", zh="BG/NBD"),
    "sbg": Text(en="sBG", zh="sBG"),
    "gamma_gamma": Text(en="Gamma-Gamma", zh="Gamma-Gamma"),
    **{name: Text(en=name, zh=name) for name in ("alpha", "beta", "gamma", "delta", "r", "a", "b", "p", "q")},
    "same_rate": Text(en="the same rate goes on", zh="速率不变"),
    "zero": Text(en="zero", zh="零"),
    "bgbb_value": Text(en="BG/BB × Gamma-Gamma", zh="BG/BB×Gamma-Gamma"),
    "same_amount": Text(en="the same amount a day goes on", zh="日均金额不变"),
    "days_so_far": Text(en="days with a deposit so far", zh="至今存款天数"),
    "last_day": Text(en="day of the last deposit", zh="最近存款日"),
    "total": Text(en="Total", zh="合计"),
    "mae": Text(en="Mean absolute error", zh="平均绝对误差"),
    "correlation": Text(en="Correlation", zh="相关系数"),
    "actual": Text(en="actual", zh="实际"),
    "constant": Text(en="a constant rate of leaving", zh="恒定流失率"),
    "sum": Text(en="E, sum", zh="E:合计"),
    "mean": Text(en="E, mean", zh="E:均值"),
    "relative": Text(en="E, relative", zh="E:相对"),
    "lottery": Text(en="Lottery less control, days with a deposit", zh="抽奖组减对照组:存款天数"),
    "regret": Text(en="Lottery with daily result less control, days with a deposit", zh="每日告知结果的抽奖组减对照组:存款天数"),
    "revenue_bank": Text(en="Revenue of the bank per customer", zh="银行从每位客户所得收入"),
    "cost_bank": Text(en="Cost of the bank per customer", zh="银行对每位客户的成本"),
    "retention_bank": Text(en="Retention", zh="留存率"),
    "quiet": Text(en="quiet", zh="低频"),
    "some": Text(en="some", zh="中频"),
    "busy": Text(en="busy", zh="高频"),
}

UNITS = {
    "parameter": Text(en="parameter", zh="参数"),
    "rand": Text(en="rand", zh="兰特"),
    "share": Text(en="share", zh="比例"),
    "cycles": Text(en="loan cycles", zh="贷款周期"),
    "per_cycle": Text(en="per cycle", zh="每周期"),
    "ratio": Text(en="ratio", zh="比率"),
    "weight": Text(en="weight", zh="权重"),
    "correlation": Text(en="correlation", zh="相关系数"),
    "days": Text(en="days with a deposit", zh="存款天数"),
    "ksh": Text(en="KSh", zh="肯尼亚先令"),
    "czk": Text(en="CZK", zh="捷克克朗"),
    "probability": Text(en="probability", zh="概率"),
    "none": Text(en="", zh=""),
}

NOTES = {
    "kz_lender": (
        Text(
            en="Retention, cost and discount are stated, not observed: the first two panels are a scenario. Interest is of the "
            "loans taken on the offer. The readings add {cycles:.0f} cycles; with one rate of leaving for every cycle the product and the power are the same number by construction. One customer's CLTV takes the interest of the last loan at the standard rate; with one r, "
            "L and share of cost for all, it orders customers as that interest does, and as any discounted value with the same r.",
            zh="留存率、成本与贴现率为设定值,并未观测:前两栏为情景。利息来自接受要约的贷款。各读法加总{cycles:.0f}个周期;流失率各期相同时,连乘与t次方两种读法按构造相等。个体CLTV以上次贷款按标准利率计算的利息为收入;"
            "若r、L与成本比例对所有人相同,其排序与该利息及同一r下的折现价值完全一致。",
        ),
        Text(
            en="The report's V = f(A, P, L, S): assets, loyalty, stage of life, contribution. Here A is the last amount, P the number of loans, L the months "
            "since the last loan (turned round); S is not observed before the offer and is left out. In CLTV, L is the lifetime; in the discounted value, whose "
            "formula is lost, R is the rate of leaving in a period. Realised revenue is interest on the offered loan, after every score; it is not profit. "
            "By chance the overlap of the best tenth is about 0.1 and the lift 1. Intervals are percentiles of {reps:.0f} bootstrap samples of customers.",
            zh="报告的V = f(A, P, L, S):客户资产、忠诚度、生命周期、贡献度。此处A为上次金额,P为贷款次数,L为距上次贷款月数(反向);S在要约前不可观测,故不含。"
            "CLTV中的L为生命周期长度;折现价值(公式已缺失)中的R为每期流失率。实现收入为要约贷款的利息,晚于各评分;不是利润。随机时前10%重合度约0.1、提升度为1。"
            "区间为{reps:.0f}次客户自助抽样的百分位数。",
        ),
    ),
    "akiba": (
        Text(
            en="Days with a deposit in the product's 60 days; the main split is after day {split:.0f}. The models are fitted on the days "
            "up to the split, from the ledger, which has a few more deposits than the authors' own file. Errors: inverse of the observed information, and the delta method for totals; they are of the "
            "expectation, not of one person. This is no bank, and the deposits of 60 days are no long-run customer value. Intervals of rank correlations are percentiles of {reps:.0f} bootstrap samples of people.",
            zh="产品60天内有存款的天数;主分割日为第{split:.0f}日。模型用分割日及以前的流水估计,流水中的存款笔数略多于作者文件。标准误:观测信息矩阵之逆,合计用delta法;"
            "反映期望而非个人行为的不确定性。本产品不是银行,60天存款不是长期客户价值。秩相关的区间为{reps:.0f}次参与者自助抽样的百分位数。",
        ),
        Text(
            en="E, of which the report's formula is lost, is the change in value from before to after; here it compares days 31-60 with days 1-30 of everybody: time and product together, no counterfactual. The two last lines are the "
            "randomised comparison over all 60 days, of the authors' own file, with HC1 errors: another estimand, the effect of the prize "
            "design.",
            zh="E为前后价值之变动(报告公式已缺失),此处比较全体参与者第31-60日与第1-30日:时间与产品混合,无反事实。末两行为作者文件中60天的随机比较,HC1标准误:另一估计对象,即奖励设计的效应。",
        ),
    ),
    "berka": (
        Text(
            en="Accounts open for a month or more on 30 October 1994 with a transaction; rates a month. The report's V = f(A, P, L, S): assets, loyalty, stage of life, contribution. S is what the customer pays: "
            "statement fees and penalty interest. Intervals of weights and agreement are percentiles of {reps:.0f} bootstrap samples of accounts.",
            zh="1994年10月30日开户满一个月且有交易的账户;按月均。报告的V = f(A, P, L, S):客户资产、忠诚度、生命周期、贡献度。S为客户支付的对账单费与罚息。权重与一致性的区间为{reps:.0f}次账户自助抽样的百分位数。",
        ),
        Text(
            en="States of a whole month: quiet, at most 1 transaction of the customer; some, 2 to 4; busy, 5 or more. N of moves counts "
            "months of accounts, as does N of fees and values. The chain takes the next month to depend on this one only, and its errors take moves as independent, which those of one account are not. The sums of fees over {horizon:.0f} "
            "further months at {percent:.0f} % a year show how the method works: the bank's margin, cost and leaving are not observed, so they are "
            "not the value of a customer.",
            zh="整月状态:低频,客户交易至多1次;中频,2至4次;高频,5次及以上。转移、费用与价值的样本量为账户月。链假定下月只取决于本月;标准误假定各次转移相互独立,而同一账户的转移并非如此。"
            "此后{horizon:.0f}个月、年贴现率{percent:.0f}%的费用之和仅演示方法:银行利差、成本与流失不可观测,故并非客户价值。",
        ),
    ),
}

FIGURE_PANELS = {
    "parts": Text(en="By parts of the score", zh="按评分分组"),
    "lift": Text(en="Lift", zh="提升曲线"),
    "tracking": Text(en="Repeat deposit days, cumulative", zh="累计重复存款天数"),
    "frequency": Text(en="Days after the split by days before it", zh="按分割日前重复存款天数"),
    "retention": Text(en="Still depositing", zh="仍在存款的比例"),
}
AXES = {
    ("kz_lender", "parts"): Text(en="tenth of the CLTV scenario | rand a customer", zh="CLTV情景十分位 | 兰特/客户"),
    ("akiba", "parts"): Text(en="fifth of BG/BB × Gamma-Gamma | KSh a person", zh="BG/BB×Gamma-Gamma五分位 | 先令/人"),
    ("kz_lender", "lift"): Text(en="share of customers, best first | share of revenue", zh="客户比例(由高到低) | 收入比例"),
    ("akiba", "lift"): Text(en="share of people, best first | share of KSh", zh="参与者比例(由高到低) | 存款额比例"),
    ("akiba", "tracking"): Text(en="day | days with a deposit, all people", zh="天 | 存款天数(全体)"),
    ("akiba", "frequency"): Text(en="repeat deposit days before the split | mean days after", zh="分割日前重复存款天数 | 其后平均天数"),
    ("akiba", "retention"): Text(en="day | share of those who ever deposited", zh="天 | 曾存款者比例"),
}
SERIES = KEYS | {
    "scenario": Text(en="CLTV scenario ÷ 10", zh="CLTV情景÷10"),
    "expected": Text(en="expected", zh="预测"),
    "realised": Text(en="realised", zh="实现"),
    "chance": Text(en="by chance", zh="随机"),
}
F9_NOTES = {
    "kz_lender": (
        Text(
            en="(a) Customers by tenths of the CLTV scenario (equal values stay together): the scenario's money, a tenth of it, and the interest that the "
            "offer brought. (b) Share of that interest held by the best customers of each score.",
            zh="(a) 按CLTV情景十分位(同值不拆分):情景金额的十分之一与要约实现的利息。(b) 各评分由高到低客户所占利息比例。",
        ),
    ),
    "akiba": (
        Text(
            en="(a), (b), (d), (e): models fitted on days 1 to {split:.0f}, shown against the days after; in (a) expected and realised deposits by fifths of the people. "
            "(c) is in sample, and the last deposit of somebody who would have come back after day 60 counts as leaving.",
            zh="(a)(b)(d)(e):模型用第1至{split:.0f}日估计,与其后比较;(a)为五等分组的预测与实现存款额。(c)为样本内;第60日后才会再存款者按已离开计。",
        ),
    ),
}

NUMBERS = {
    "kz_lender": (
        ("formula", "interest"), ("formula", "cltv_literal"), ("formula", "clv_infinite"), ("formula", "ratio"), ("forms", "period_ratio"),
        ("with_cltv", "spearman/equal"), ("with_cltv", "spearman/recency"), ("with_cltv", "top_overlap/equal"), ("with_cltv", "top_overlap/entropy"),
        ("with_revenue", "spearman/cltv"), ("with_revenue", "spearman/recency"),
        *(("lift", f"lift/{name}") for name in ("cltv", "equal", "entropy", "pca", "recency", "last_amount")),
        *(("over_recency", f"gain/{name}") for name in ("equal", "entropy")),
    ),
    "akiba": (
        ("days_20", "total/actual"), ("days_20", "total/bgbb"), ("days_20", "total/bgnbd"), ("days_20", "total/same_rate"),
        ("days_20", "correlation/bgbb"), ("days_20", "correlation/same_rate"),
        ("days_30", "total/actual"), ("days_30", "total/bgbb"), ("days_30", "total/same_rate"),
        ("money_20", "total/actual"), ("money_20", "total/bgbb_value"), ("money_20", "total/same_amount"),
        ("order", "spearman/bgbb_value"), ("order", "spearman/same_amount"), ("retention", "actual"), ("retention", "sbg"), ("retention", "constant"),
    ),
    "berka": (
        ("stability", "spearman/entropy"), ("stability", "spearman/pca"), ("stability", "top_overlap/entropy"), ("weights", "entropy/fees"),
        ("weights", "entropy/transactions"), ("moves", "quiet/quiet"), ("moves", "some/some"), ("chain", "quiet"), ("chain", "busy"),
    ),
}  # fmt: skip
