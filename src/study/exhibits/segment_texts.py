"""Words of the tables of segments (T23) and of the life cycle (A5), in English and Chinese."""

from study.design.entries import Text

COLUMNS = (Text(en="", zh=""), *(Text(en=f"({i})", zh=f"({i})") for i in range(1, 6)))
K = Text(en="k", zh="k")
QUALITY = (
    K,
    Text(en="Silhouette, k-means", zh="轮廓系数:k-means"),
    Text(en="Silhouette, columns shuffled: mean (least to largest)", zh="轮廓系数:各列打乱,均值(最小至最大)"),
    Text(en="Stability, k-means", zh="稳定性:k-means"),
    Text(en="Silhouette, mixture", zh="轮廓系数:高斯混合"),
    Text(en="Stability, mixture", zh="稳定性:高斯混合"),
)
CHOSEN = Text(en="taken", zh="选用")
PANELS = {
    "choice": Text(en="A. Choice of k", zh="A. k的选择"),
    "profiles": Text(en="B. k-means segments: customers and medians", zh="B. k-means细分:客户数与中位数"),
    "outcomes": Text(en="C. What came afterwards, mean (95 % interval)", zh="C. 其后结果均值(95%置信区间)"),
    "explained": Text(
        en="D. Variance of what came afterwards that a grouping explains, % (95 % interval)", zh="D. 各分组对其后结果方差的解释比例,%(95%置信区间)"
    ),
    "age": Text(en="E. Frequency and the age of the account", zh="E. 频率与账龄"),
}
SEGMENT = Text(en="Segment", zh="细分")
CUSTOMERS = Text(en="Customers", zh="客户数")
SHARE = Text(en="Share", zh="占比")
GROUPS = Text(en="Groups", zh="组数")
GROUPING = Text(en="Grouping", zh="分组")
LESS = Text(en="k-means less it", zh="k-means减该分组")
EXPLAINED = Text(en="Explained", zh="解释比例")
EMPTY = Text(en="", zh="")
FEATURES = {
    ("kz_lender", "recency"): Text(en="Months since the last loan", zh="距上次贷款月数"),
    ("kz_lender", "frequency"): Text(en="Earlier loans", zh="历史贷款次数"),
    ("kz_lender", "monetary"): Text(en="Last loan, rand", zh="上次贷款额(兰特)"),
    ("akiba", "recency"): Text(en="Days since the last deposit", zh="距上次存款天数"),
    ("akiba", "frequency"): Text(en="Days with a deposit", zh="存款天数"),
    ("akiba", "monetary"): Text(en="KSh on such a day", zh="每存款日先令"),
    ("berka", "recency"): Text(en="Days since the last transaction", zh="距上次交易天数"),
    ("berka", "frequency"): Text(en="Transactions in six months", zh="六个月交易次数"),
    ("berka", "monetary"): Text(en="CZK moved in six months", zh="六个月发生额(克朗)"),
}
OUTCOMES = {
    "applied": Text(en="Applied on the offer", zh="对要约提出申请"),
    "revenue": Text(en="Interest, rand per customer mailed", zh="每位收信客户利息(兰特)"),
    "days": Text(en="Later days with a deposit", zh="其后存款天数"),
    "amount": Text(en="Later deposits, KSh", zh="其后存款额(先令)"),
    "card": Text(en="Card by 1998", zh="1998年前办卡"),
    "loan": Text(en="Loan by 1998", zh="1998年前贷款"),
}
PREDICTORS = {
    "kmeans": Text(en="k-means segments", zh="k-means细分"),
    "mixture": Text(en="Gaussian mixture segments", zh="高斯混合细分"),
    "rfm": Text(en="Parts of the RFM total", zh="RFM总分分组"),
    "recency": Text(en="Parts of recency alone", zh="仅近度分组"),
    "frequency": Text(en="Parts of frequency alone", zh="仅频率分组"),
    "monetary": Text(en="Parts of monetary value alone", zh="仅金额分组"),
    "linear": Text(en="The three variables, linear", zh="三变量线性"),
}
WORDS = {  # what a name says of a segment's median against that of all customers
    ("recency", "low"): Text(en="recent", zh="近期"),
    ("recency", "high"): Text(en="long ago", zh="久远"),
    ("frequency", "high"): Text(en="frequent", zh="高频"),
    ("frequency", "low"): Text(en="infrequent", zh="低频"),
    ("monetary", "high"): Text(en="large", zh="大额"),
    ("monetary", "low"): Text(en="small", zh="小额"),
}
TYPICAL = Text(en="like the median customer", zh="与中位客户相同")
PART = Text(en="RFM total, part {at} of {of}", zh="RFM总分第{at}组(共{of}组)")
AGE = (
    Text(en="Measure", zh="度量"),
    CUSTOMERS,
    Text(en="Pearson with months open", zh="与开户月数Pearson相关"),
    Text(en="Spearman with months open", zh="与开户月数Spearman相关"),
    Text(en="Months open explained by segments made on it, %", zh="以其细分对开户月数的解释比例,%"),
    EMPTY,
)
MEASURES = {
    "count": Text(en="Count since the opening", zh="开户以来次数"),
    "rate": Text(en="Rate per month open", zh="每月次数"),
    "window": Text(en="Count of the last six months", zh="近六个月次数"),
}
NOTES = {
    "all": Text(
        en="k-means and Gaussian mixture on recency and the logs of frequency and monetary value, standardised. Stability: mean adjusted "
        "Rand index of {draws} bootstrap samples of at most 5,000 customers; k has the largest silhouette among those with stability of 0.8 or more (the most stable if none has). Shuffled: "
        "mean of {shuffles} times k-means on the same columns, each in random order (of at most 5,000 customers), where there is no group to find, and the least and the largest. Names by rule: per variable, whether the segment's median is above or below "
        "that of all (recent, long ago; frequent, infrequent; large, small), nothing where equal.",
        zh="以近度与频率、金额的对数(标准化)作k-means与高斯混合。稳定性:{draws}次自助样本(至多5000名客户)的平均调整Rand指数;在稳定性不低于0.8的k中取轮廓系数最大者(若无则取最稳定者)。打乱:对同样各列(至多5000名客户)分别随机排序{shuffles}次后k-means的均值与最小、最大值,其中本无群组。"
        "名称由规则生成:逐变量比较细分中位数与全体中位数(近期/久远;高频/低频;大额/小额),相等则不写。",
    ),
    "explained": Text(
        en="Panel D: share of variance, adjusted for the number of groups; parts have as equal a size as ties allow, and as many of them as k-means has segments. No "
        "grouping was made with the outcome. Intervals: Wilson for shares, else {reps} bootstrap draws over customers, groups held fixed; differences are paired.",
        zh="D面板:方差解释比例,按组数调整;各组在同值允许下尽量等分,组数与k-means相同。任何分组均未使用结果变量。区间:比例用Wilson,其余为{reps}次客户自助抽样,分组固定;差异为配对。",
    ),
    "kz_lender": Text(
        en="Before and after a mailed offer whose rate was randomised given risk category and wave; the risk category goes by the history of loans. Interest is revenue and not profit.",
        zh="要约前的特征与要约后的结果;利率在风险等级与批次内随机,而风险等级依贷款历史而定。利息为收入而非利润。",
    ),
    "akiba": Text(
        en="Variables of days 1 to {split}, outcomes of the days after it, to day 60; people with a deposit by day {split}. No bank, and no long-run retention.",
        zh="特征取第1至{split}日,结果取其后至第60日;仅含第{split}日前有存款者。非银行,亦非长期留存。",
    ),
    "berka": Text(
        en="Own transactions in the six months to 30 October 1994, the last that are held of a file of 1993-1998; accounts open that long with neither card nor loan; card and loan to the end of 1998. Panel E: "
        "a count grows with the months that an account is open, and segments made on it are partly cohorts.",
        zh="截至1994年10月30日六个月内的自主交易(1993-1998年文件中所持有的最后部分);开户满六个月且尚无卡与贷款的账户;卡与贷款观察至1998年末。E面板:次数随开户月数增长,以其所做细分部分只是开户批次。",
    ),
}

STAGES = {
    "acquisition": Text(en="Acquisition", zh="获客"),
    "activation": Text(en="Activation", zh="激活"),
    "growth": Text(en="Growth", zh="成长"),
    "maturity": Text(en="Maturity", zh="成熟"),
    "churn": Text(en="Warning and win-back", zh="流失预警与挽回"),
}
STAGE_COLUMNS = (Text(en="", zh=""), CUSTOMERS, Text(en="Moves", zh="转移数"))
STAGE_PANELS = {
    "shares": Text(en="A. Stage by period, %", zh="A. 各期阶段占比,%"),
    "moves": Text(en="B. Stage one period later, % of moves (95 % interval)", zh="B. 下一期阶段,占转移数%(95%置信区间)"),
    "explained": Text(en="C. Variance explained, %: {outcome}", zh="C. 方差解释比例,%:{outcome}"),
}
NEXT = {
    "akiba": Text(en="deposits in the next week (yes or no)", zh="下周是否存款"),
    "berka": Text(en="own transactions in the next month", zh="下月自主交易次数"),
}
STAGE_HEADS = (
    Text(en="Known at the end of the period", zh="期末已知"),
    CUSTOMERS,
    Text(en="Periods", zh="期数"),
    GROUPS,
    Text(en="Explained (95 % interval)", zh="解释比例(95%置信区间)"),
    Text(en="Stage less it (95 % interval)", zh="阶段减该项(95%置信区间)"),
)
KNOWN = {
    "stage": Text(en="Stage", zh="阶段"),
    "silence": Text(en="Periods since the last activity", zh="距上次活动期数"),
    "activity": Text(en="Activity of the period alone", zh="仅本期活动"),
    "calendar": Text(en="Period alone", zh="仅日历期"),
}
PERIOD = {"akiba": Text(en="Week {at}", zh="第{at}周"), "berka": Text(en="{at}", zh="{at}")}
STAGE_NOTES = {
    "akiba": Text(
        en="The eight whole weeks of each saver who ever deposits. Rules, in this order: acquisition, no deposit yet; warning and win-back, {lapse} weeks or more "
        "without a deposit, and the week of the return; activation, the first {activation} weeks from the first deposit; growth, deposits of the last {window} weeks at least {growth} % above "
        "those of the {window} before; maturity, the rest. The report gives no criteria; the thresholds are ours.",
        zh="每位曾存款者的八个整周。规则按序:获客,尚无存款;流失预警与挽回,{lapse}周及以上无存款,及返回当周;激活,首次存款起{activation}周;"
        "成长,近{window}周存款额比此前{window}周高{growth}%以上;成熟,其余。报告未给标准,阈值为本文所定。",
    ),
    "berka": Text(
        en="Whole months of each account after that of the opening, to September 1994, of a file of 1993-1998; own transactions only. Rules, in this order: acquisition, no transaction yet; "
        "warning and win-back, {lapse} months or more without one, and the month of the return; activation, the first {activation} months; growth, turnover of the last {window} months at least {growth} % above "
        "that of the {window} before; maturity, the rest. The report gives no criteria; the thresholds are ours.",
        zh="开户月之后至1994年9月的整月(文件为1993-1998年);仅自主交易。规则按序:获客,尚无交易;流失预警与挽回,{lapse}个月及以上无交易,及返回当月;激活,首{activation}个月;"
        "成长,近{window}个月发生额比此前{window}个月高{growth}%以上;成熟,其余。报告未给标准,阈值为本文所定。",
    ),
    "all": Text(
        en="* Stages of fewer than ten customers are added to the largest one of the row; rows out of a stage that fewer than ten customers have left are not shown. "
        "A stage that no row shows has no column. Panel C: periods from the first activity on. Intervals: {reps} bootstrap draws over customers, who make several moves each.",
        zh="*:不足十名客户的阶段并入该行最大者;离开客户不足十名的阶段不列。各行均未列示的阶段不设列。C面板:自首次活动起的各期。区间:{reps}次客户自助抽样(每位客户有多次转移)。",
    ),
}
