"""Words of the tables of credit and purchase in English and Chinese."""

from study.design.entries import Text

LOAN_PANELS = {
    "all": Text(
        en="A. Logit, all loans: bad is status B or D (running loans count as they stand)", zh="A. Logit,全部贷款:状态B或D为不良(未结清者按现状计)"
    ),
    "finished": Text(en="B. Logit, finished loans only: bad is status B", zh="B. Logit,仅已结清贷款:状态B为不良"),
    "firth": Text(en="C. Firth's logit, all loans: a card before the loan separates", zh="C. Firth logit,全部贷款:贷前持卡造成完全分离"),
}
LOAN_TERMS = {
    "ln_amount": Text(en="ln amount", zh="对数金额"),
    "years": Text(en="duration, years", zh="期限(年)"),
    "age": Text(en="age at the grant, years", zh="放款时年龄(岁)"),
    "unemployment": Text(en="unemployment of the district, %", zh="区失业率(%)"),
    "card_first": Text(en="card before the loan", zh="贷前持卡"),
}
EXACT_PANELS = {
    "all": Text(en="D. Exact, all loans: share bad", zh="D. 精确检验,全部贷款:不良占比"),
    "finished": Text(en="E. Exact, finished loans only: share bad", zh="E. 精确检验,仅已结清:不良占比"),
}
EXACT_GROUPS = (Text(en="with a card before the loan", zh="贷前持卡"), Text(en="without", zh="无卡"))
EXACT_TEST = Text(en="Fisher's test of the two shares", zh="两占比的Fisher检验")
EXACT_BOUND = Text(en="one-sided 95% upper bound of the share with a card", zh="持卡者占比的单侧95%上界")
FISHER = Text(en="two-sided", zh="双侧")
LOAN_NOTES = (
    Text(
        en="Log-odds, each term given the others; errors clustered by district, Firth: profile intervals and penalised likelihood ratio tests. "
        "Intervals of shares: Clopper-Pearson. The logit with the card has no maximum: it is refused by name. Cards go to "
        "customers whom the bank trusts; nothing here is an effect of a card, and the card was looked at before this test.",
        zh="系数为对数几率(给定其他各项);标准误按区聚类,Firth为剖面区间与惩罚似然比检验;占比区间为Clopper-Pearson。加入持卡变量的logit不存在极大值,程序明确拒绝。"
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
        "clustered by branch. Tiers are quarters of the rate within each cell, means adjusted to the same mix of cells. Revenue "
        "is no profit. Past due per customer mailed counts 0 for those who did not borrow; it is no written-off loss. Price was "
        "randomised, not FinTech.",
        zh="利率在风险等级与批次内随机;仅含不高于客户标准利率的要约。标准误按网点聚类。档位为各单元内利率四分位,均值按相同单元构成调整。"
        "收入不是利润;每邮寄客户逾期额对未借款者计0,且不是核销损失。随机的是价格而非金融科技。",
    ),
)


def outcome_by_tier(name: str) -> Text:
    """The heading of an outcome's tiers."""
    label = OUTCOMES[name]
    return Text(en=f"C. By tier of the rate: {label.en}", zh=f"C. 按利率档位:{label.zh}")


def tier(number: int, price: float) -> Text:
    """A tier and its mean rate."""
    return Text(en=f"tier {number}, mean rate {price:.2f} % a month", zh=f"第{number}档,平均月利率{price:.2f}%")


HALVES = {
    "half 1": Text(en="A. First half valued, policy learned on the second", zh="A. 估值于前半,策略学自后半"),
    "half 2": Text(en="B. Second half valued, policy learned on the first", zh="B. 估值于后半,策略学自前半"),
}
LESS = {
    "half 1": Text(en="A. First half: less always high", zh="A. 前半:减去一律高利率"),
    "half 2": Text(en="B. Second half: less always high", zh="B. 后半:减去一律高利率"),
}
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
SAME = Text(en="as above", zh="同上")
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
    "reached": Text(en="B. Against the benefits offer, customers reached, strata effects", zh="B. 相对普通权益要约,接通客户,含分层效应"),
    "all": Text(en="C. The same, all customers assigned (not reached: did not accept)", zh="C. 同上,全部随机客户(未接通计为未接受)"),
    "bounds": Text(
        en="D. Either status offer, Lee bounds for customers reached whatever the offer", zh="D. 任一身份要约:无论何种要约均可接通客户的Lee界"
    ),
}
ARMS = {
    "benefits": Text(en="benefits upgrade on a plain card", zh="普通卡权益升级"),
    "platinum": Text(en="platinum upgrade", zh="白金升级"),
    "merit": Text(en="platinum upgrade on merit", zh="白金升级(择优)"),
}
UPGRADES = {"platinum": Text(en="platinum", zh="白金"), "merit": Text(en="platinum on merit", zh="白金(择优)")}
EITHER = Text(en="either platinum offer, randomisation p within strata", zh="任一白金要约,分层随机化p值")
LOWER = Text(en="lower bound", zh="下界")
UPPER = Text(en="upper bound, and interval of the effect", zh="上界及效应区间")
UPGRADE_NOTES = (
    Text(
        en="Offers had the same price and benefits and were random within six strata. Robust errors (HC1). {missed} % of the "
        "customers were not reached; the share reached hardly differs between offers. Acceptance on the telephone, no later use. "
        "What was randomised is status, not FinTech.",
        zh="要约价格与权益相同,在六个分层内随机。稳健标准误(HC1)。{missed}%的客户未接通,接通率在各要约间差别很小。结果为电话中接受,无后续用卡数据。"
        "随机的是身份标识而非金融科技。",
    ),
)
