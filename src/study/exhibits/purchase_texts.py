"""Words of the tables of credit and purchase in English and Chinese."""

from study.design.entries import Text

LOAN_PANELS = {
    "all": Text(
        en="A. Logit, all loans: bad is status B or D (running loans count as they stand)", zh="A. Logit,全部贷款:状态B或D为不良(未结清者按现状计)"
    ),
    "finished": Text(en="B. Logit, finished loans only: bad is status B", zh="B. Logit,仅已结清贷款:状态B为不良"),
    "burden": Text(
        en="C. Logit, all loans: instalment over the district's mean salary in place of age and unemployment",
        zh="C. Logit,全部贷款:以月供占区平均工资之比代替年龄与失业率",
    ),
    "firth": Text(en="D. Firth's logit, all loans: a card before the loan separates", zh="D. Firth logit,全部贷款:贷前持卡造成完全分离"),
}
LOAN_TERMS = {
    "ln_amount": Text(en="ln amount", zh="对数金额"),
    "years": Text(en="duration, years", zh="期限(年)"),
    "age": Text(en="age at the grant, years", zh="放款时年龄(岁)"),
    "unemployment": Text(en="unemployment of the district, %", zh="区失业率(%)"),
    "burden": Text(en="instalment over salary", zh="月供占工资之比"),
    "card_first": Text(en="card before the loan", zh="贷前持卡"),
}
EXACT_PANELS = {
    "all": Text(en="E. Exact, all loans: share bad", zh="E. 精确检验,全部贷款:不良占比"),
    "finished": Text(en="F. Exact, finished loans only: share bad", zh="F. 精确检验,仅已结清:不良占比"),
}
EXACT_GROUPS = (Text(en="with a card before the loan", zh="贷前持卡"), Text(en="without", zh="无卡"))
EXACT_TEST = Text(en="Fisher's test of the two shares, two-sided", zh="两占比的Fisher检验(双侧)")
EXACT_BOUND = Text(en="one-sided 95% upper bound of the share with a card", zh="持卡者占比的单侧95%上界")
LOAN_NOTES = (
    Text(
        en="Log-odds, each term given the others; errors clustered by district, Firth: profile intervals and penalised likelihood ratio tests. "
        "Intervals of shares: Clopper-Pearson. The likelihood of the logit with the card has no maximum, so that panel D has Firth's penalty. Cards go to "
        "customers whom the bank trusts; nothing here is an effect of a card, and the card was looked at before this test.",
        zh="系数为对数几率(给定其他各项);标准误按区聚类,Firth为剖面区间与惩罚似然比检验;占比区间为Clopper-Pearson。加入持卡变量的logit似然无极大值,故D面板用Firth惩罚。"
        "银行只向其信任的客户发卡,此处不构成持卡的效应,且该关系在检验前已被查看。",
    ),
)

PRICE_PANELS = {
    "published": Text(en="A. Applying, probit as in the article, one point of the monthly rate", zh="A. 申请:按原文probit,月利率每上升一个百分点"),
    "cells": Text(
        en="B. With all nine cells of risk and wave, one point of the monthly rate", zh="B. 控制全部九个风险×批次单元,月利率每上升一个百分点"
    ),
}
PUBLISHED_APPLYING = -0.003  # Karlan and Zinman (2008): applying, per point of the monthly rate
PROBIT = Text(en="change in the probability of applying", zh="申请概率变化")
OUTCOMES = {
    "response": Text(en="applied, % of customers mailed", zh="申请,占邮寄客户%"),
    "take_up": Text(en="borrowed, % of customers mailed", zh="借款,占邮寄客户%"),
    "revenue": Text(en="interest revenue, rand per customer mailed", zh="利息收入,兰特/邮寄客户"),
    "past_due": Text(en="average past due, rand per customer mailed", zh="平均逾期,兰特/邮寄客户"),
}
PRICE_NOTES = (
    Text(
        en="The rate was random within risk category and wave; offers at or below the customer's standard rate. Errors "
        "clustered by branch. Quarters of the rate are taken within each cell, means adjusted to the same mix of cells. Revenue "
        "is no profit. Past due per customer mailed counts 0 for those who did not borrow; it is no written-off loss. Price was "
        "randomised, not FinTech.",
        zh="利率在风险等级与批次内随机;仅含不高于客户标准利率的要约。标准误按网点聚类。按各单元内利率四分位分组,均值按相同单元构成调整。"
        "收入不是利润;每邮寄客户逾期额对未借款者计0,且不是核销损失。随机的是价格而非金融科技。",
    ),
)


def outcome_by_quarter(letter: str, name: str) -> Text:
    """The heading of an outcome by quarters of the rate."""
    label = OUTCOMES[name]
    return Text(en=f"{letter}. By quarter of the rate: {label.en}", zh=f"{letter}. 按利率四分位:{label.zh}")


def quarter(number: int, price: float) -> Text:
    """A quarter of the rates and its mean."""
    return Text(en=f"quarter {number}, mean rate {price:.2f} % a month", zh=f"第{number}四分位,平均月利率{price:.2f}%")


HALVES = {
    "half 1": Text(en="A. First half valued, policy learned on the second", zh="A. 估值于前半,策略学自后半"),
    "half 2": Text(en="B. Second half valued, policy learned on the first", zh="B. 估值于后半,策略学自前半"),
}
LESS = {
    "half 1": Text(en="A. First half: less always high", zh="A. 前半:减去一律高利率"),
    "half 2": Text(en="B. Second half: less always high", zh="B. 后半:减去一律高利率"),
}
DRAWS = Text(
    en="C. Learned less always high, {count} draws of the halves, two values each: median, lowest to highest",
    zh="C. 学得策略减一律高利率,{count}次对半划分、每次两个估值:中位数,最低至最高",
)
POLICIES = {
    "learned": Text(en="learned", zh="学得策略"),
    "always low": Text(en="always low", zh="一律低利率"),
    "always high": Text(en="always high", zh="一律高利率"),
    "random assignment": Text(en="as it was randomised", zh="按原随机"),
}
METHODS = {
    "ipw": Text(en="inverse propensity", zh="逆概率"),
    "dr": Text(en="doubly robust", zh="双重稳健"),
}
POLICY_COLUMNS = (
    Text(en="Policy", zh="策略"),
    Text(en="Estimator", zh="估计量"),
    Text(en="Rand per customer mailed", zh="兰特/邮寄客户"),
    Text(en="Std. error", zh="标准误"),
    Text(en="95% interval", zh="95%置信区间"),
    Text(en="Share high", zh="高利率占比"),
    Text(en="N", zh="观测数"),
)
POLICY_NOTES = (
    Text(
        en="High is above the median rate of the customer's risk category and wave, low at or below it; the propensity is the "
        "cell's share. Value is interest less a cost of funds of {funding} % of the amount lent a month and a loss of {loss} % of the past-due amount, both stated and not observed. Errors clustered by branch; "
        "halves are whole branches. Nobody was left unmailed and customers also borrowed later or elsewhere, so the effect of "
        "mailing is not identified. Gross revenue is largest at a corner.",
        zh="高利率指高于所在风险等级与批次的中位利率,否则为低;倾向得分为单元内占比。价值=利息减去资金成本(放款额每月{funding}%)与逾期损失(逾期额的{loss}%),均为设定值而非观测。标准误按网点聚类,"
        "两半按整网点划分。所有客户均被邮寄,且客户也在其后或他处借款,因此邮寄本身的效应不可识别。毛收入在角点最大。",
    ),
)

CHANNEL_PANELS = {
    "raw": Text(en="A. Share that subscribed, all calls", zh="A. 认购占比,全部通话"),
    "blocks": Text(en="B. Within month-blocks that have ten calls or more of each channel", zh="B. 两种渠道各不少于十次的月段内"),
    "aipw": Text(
        en="C. Augmented inverse-propensity weighting in the same blocks (another estimand)", zh="C. 同一月段内的增强逆概率加权(另一估计对象)"
    ),
}
CHANNELS = {"cellular": Text(en="mobile telephone", zh="手机"), "telephone": Text(en="fixed line", zh="固定电话")}
GAP = Text(en="difference, raw", zh="差异(未调整)")
WITHIN = Text(en="difference with block effects", zh="含月段效应的差异")
BOOTSTRAP = Text(en="the same, wild bootstrap by block", zh="同上,按月段野自助法")
CHANNEL_NOTES = (
    Text(
        en="Calls were not randomised: conditional associations. The first blocks have no call to a mobile telephone, and the "
        "subscription rate moves from block to block, so much of the raw difference is calendar. Block effects weigh blocks by "
        "the variance of the channel in them, AIPW by their calls kept; the two need not agree. The length of the call is not used.",
        zh="渠道并非随机,此处为条件关联。前几个月段没有手机通话,认购率随月段变动,原始差异多为日历效应。月段效应按月段内渠道方差加权,"
        "AIPW按保留通话数加权,二者无须一致。未使用通话时长。",
    ),
)


def trimmed(low: float, high: float) -> Text:
    """AIPW with the propensity kept between two bounds."""
    return Text(en=f"mean difference, propensity {low:g} to {high:g}", zh=f"平均差异,倾向得分{low:g}至{high:g}")


UPGRADE_PANELS = {
    "rates": Text(en="A. Accepted, of customers reached", zh="A. 接通客户中接受者占比"),
    "reached": Text(en="B. Customers reached, strata effects", zh="B. 接通客户,含分层效应"),
    "all": Text(en="C. The same, all customers assigned (not reached: did not accept)", zh="C. 同上,全部随机客户(未接通计为未接受)"),
    "bounds": Text(
        en="D. Either platinum offer, Lee bounds for customers reached whatever the offer", zh="D. 任一白金要约:无论何种要约均可接通客户的Lee界"
    ),
    "observed": Text(en="E. Reached, by offer", zh="E. 各要约的接通占比"),
    "balance": Text(en="F. Balance before: largest difference between two offers, standard deviations", zh="F. 事前平衡:任两要约间最大差异(标准差)"),
}
ARMS = {
    "benefits": Text(en="benefits upgrade on a plain card", zh="普通卡权益升级"),
    "platinum": Text(en="platinum upgrade", zh="白金升级"),
    "merit": Text(en="platinum upgrade on merit", zh="白金升级(择优)"),
    "control": Text(en="interest match", zh="利息匹配"),
    "lottery": Text(en="lottery", zh="抽奖"),
    "regret": Text(en="lottery, result every day", zh="抽奖并每日告知结果"),
}
LESS_OF = Text(en="{treated} less {against}", zh="{treated}减{against}")
OUTCOME_OF = Text(en="{outcome}: {treated} less {against} ({mean})", zh="{outcome}:{treated}减{against}({mean})")
EITHER = Text(en="either platinum offer less benefits, randomisation p within strata", zh="任一白金要约减普通权益,分层随机化p值")
LOWER = Text(en="lower bound", zh="下界")
UPPER = Text(en="upper bound, and interval of the effect", zh="上界及效应区间")
ALL_ALIKE = Text(en="all alike, F test", zh="各组相同(F检验)")
JOINT = Text(en="all columns together, family-wise p of the smallest", zh="全部列合并:最小者的族系p值")
FAMILY_NOTE = Text(
    en="p: robust t test (HC1) of the contrast alone. Family-wise p: Westfall and Young's step-down over all contrasts of all outcomes of the panel, by "
    "{reps} re-assignments as the experiment was assigned. p of balance and of the shares observed: F tests.",
    zh="p值为该对比自身的稳健t检验(HC1);族系p值按Westfall与Young逐步法,对该面板全部结果的全部对比、按原分配机制重新分配{reps}次。平衡与可观测占比的p值为F检验。",
)
UPGRADE_NOTES = (
    Text(
        en="Offers had the same price and benefits and were random within six strata. {missed} % of the customers were not reached. The interval of the Lee "
        "bounds includes zero: for customers who are reached whatever the offer, an effect of zero can not be excluded. Panel C needs no such step. Acceptance on the telephone, no later use. "
        "What was randomised is status, not FinTech.",
        zh="要约价格与权益相同,在六个分层内随机。{missed}%的客户未接通。Lee界的区间包含零:对无论何种要约均可接通的客户,不能排除效应为零;C面板无需此步。结果为电话中接受,无后续用卡数据。"
        "随机的是身份标识而非金融科技。",
    ),
)
SAVERS_PANELS = {
    "use": Text(en="A. Use of the product in 60 days", zh="A. 60天内对产品的使用"),
    "harm": Text(en="B. Harm: gambles more at endline than before", zh="B. 损害:终期赌博增多"),
    "attitudes": Text(en="C. Answers at endline", zh="C. 终期回答"),
    "observed": Text(en="D. Answered at endline, by design", zh="D. 各设计的终期应答占比"),
    "balance": Text(en="E. Balance before: largest difference between two designs, standard deviations", zh="E. 事前平衡:任两设计间最大差异(标准差)"),
}
SAVERS_OUTCOMES = {
    "mobile_savedays": Text(en="days with a deposit", zh="有存款天数"),
    "mobile_totdeposits": Text(en="deposits", zh="存款次数"),
    "mobile_totdepositamt": Text(en="amount deposited, US dollars at PPP", zh="存款金额(购买力平价美元)"),
    "more_gambling": Text(en="gambles more, share", zh="赌博增多,占比"),
    "akiba_trust_1": Text(en="trust, 1 to 4", zh="信任(1-4)"),
    "akiba_confidence_1": Text(en="confidence, 1 to 4", zh="信心(1-4)"),
    "akiba_continue_1": Text(en="wants to go on, share", zh="愿继续,占比"),
}
SAVERS_NOTES = (
    Text(
        en="In parentheses the mean of the second design. Individual randomisation of 311 people to three designs of one product; amounts and deposits are of the authors' "
        "own file. Trust and confidence: nine in ten give the top answer. Every design has the product, so no contrast is an effect of the product.",
        zh="圆括号内为被减组的均值。311人按个人随机分入同一产品的三种设计;金额与存款取自作者文件。信任与信心:九成选最高。各组均可使用该产品,任何对比都不是产品本身的效应。",
    ),
)
