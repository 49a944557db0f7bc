"""Words of the exhibits on scoring, in English and Chinese."""

from study.design.entries import Text

LEARNERS = {
    "logit": Text(en="Logit", zh="Logit回归"),
    "tree": Text(en="Decision tree", zh="决策树"),
    "svm": Text(en="SVM", zh="支持向量机"),
    "boosting": Text(en="Boosting (yardstick)", zh="梯度提升(参照)"),
    "prior": Text(en="Base rate alone", zh="仅基准率"),
    "single": Text(en="Best single variable", zh="最佳单一变量"),
}
VIEWS = {
    "no_place": Text(en="Without province", zh="不含省份"),
    "two": Text(en="Dormancy and risk only", zh="仅休眠月数与风险类别"),
    "with_letter": Text(en="With the rate and promise of the letter", zh="另含信函的利率与承诺"),
}
ALONE = {
    "dormancy": Text(en="Months since the last loan alone", zh="仅距上次贷款月数"),
    "pdays": Text(en="Days since an earlier call alone", zh="仅距上次联系天数"),
}
TASKS = {
    "applied": Text(en="Applied for the loan", zh="申请贷款"),
    "subscribed": Text(en="Subscribed to the deposit", zh="认购存款"),
    "finished": Text(en="Bad among finished loans (status A, B)", zh="已结清贷款中的不良(状态A、B)"),
    "all_loans": Text(en="Bad among all loans (status A to D; running ones may yet go bad)", zh="全部贷款中的不良(状态A至D;未到期者仍可能转为不良)"),
}
SPLITS = {
    "random": Text(en="random split", zh="随机划分"),
    "grouped": Text(en="whole {groups} left out", zh="整体留出{groups}"),
    "time": Text(en="{past}", zh="{past}"),
    "views": Text(en="the logit {past}, by what it sees", zh="{past}的Logit,按所用变量"),
    "cuts": Text(en="one cut of time, after {shares} % of the rows: lowest to highest", zh="按时间一次划分,于{shares}%处切分:最低至最高"),
}
# what a split by time is for the source: waves of letters that went to other provinces are no mere later time
PAST = {
    "branch": Text(en="learned from earlier waves, used in other provinces", zh="以较早批次学习,用于其他省份"),
    "block": Text(en="learned from the past", zh="以过去预测未来"),
    "district": Text(en="learned from the past", zh="以过去预测未来"),
}
GROUPS = {
    "branch": Text(en="branches", zh="网点"),
    "block": Text(en="month-blocks", zh="月段"),
    "district": Text(en="districts", zh="区"),
}
BLOCKS = {"branch": Text(en="wave", zh="批次"), "block": Text(en="block", zh="时段")}
A3_COLUMNS = (
    Text(en="Scorer", zh="评分模型"),
    Text(en="AUC [95% interval]", zh="AUC[95%置信区间]"),
    Text(en="AUC less that of the best single variable", zh="AUC减最佳单一变量的AUC"),
    Text(en="KS", zh="KS"),
    Text(en="ALIFT", zh="ALIFT"),
    Text(en="Lift, best tenth", zh="最高一成提升度"),
    Text(en="Brier skill, %", zh="Brier技巧得分(%)"),
    Text(en="Slope", zh="校准斜率"),
    Text(en="Saved at 1:5, %", zh="成本比1:5节省(%)"),
    Text(en="Saved at 1:20, %", zh="成本比1:20节省(%)"),
    Text(en="Tested", zh="测试数"),
    Text(en="With outcome 1", zh="其中结果为1"),
)
A3_NOTES = (
    Text(
        en="Ranks (AUC, KS, ALIFT, lift) are taken within a fold and averaged. KS: largest distance of the two "
        "classes' score distributions. The best single variable is chosen on the training rows of each fold ({chosen}); "
        "differences to it are on the same rows, and above 0 the scorer ranks better. Brier skill: gain over the test rows' own "
        "share of ones. Slope: of the logit of the outcome on the logit of the prediction; 1 is right, below 1 is too "
        "extreme. Saved: expected cost against the cheaper of treating all and treating nobody, where a missed 1 costs 5 "
        "or 20 times a needless treatment and the threshold is 1/6 or 1/21. Intervals {interval}; they do not hold the "
        "uncertainty of learning.",
        zh="排序指标(AUC、KS、ALIFT、提升度)在各折内计算后平均。KS为两类得分分布的最大距离。最佳单一变量由各折训练集选出({chosen});差值以同一批数据计算,大于0表示优于该变量。Brier技巧得分为相对测试集自身比例的改善。校准斜率1为准确,小于1为过于极端。"
        "节省:漏判1的成本为多余处理的5或20倍、阈值为1/6或1/21时,相对全部处理与全不处理中较低者的期望成本。置信区间{interval},不含学习过程的不确定性。",
    ),
)
INTERVALS = {
    "branch": Text(en="are Obuchowski's, clustered by branch", zh="为Obuchowski法,按网点聚类"),
    "district": Text(en="are Obuchowski's, clustered by district", zh="为Obuchowski法,按区聚类"),
    None: Text(
        en="are DeLong's and take rows as independent, though calls of one month share its news, so they are too short",
        zh="为DeLong法,视各行独立;同月通话受相同因素影响,故区间偏短",
    ),
}
PUBLISHED = Text(
    en="Published: Moro, Cortez and Rita (2014), rolling windows over 2008-2013", zh="已发表:Moro、Cortez与Rita(2014),2008-2013年滚动窗口"
)
NETWORK = Text(en="Neural network", zh="神经网络")
PUBLISHED_NOTE = Text(
    en="The published figures rest on other data: 52,944 contacts and 22 features chosen from 150, of which the public file "
    "lacks several; its calls' channel, which the bank chose, is not learned from here. A random split of the public file comes close to their AUC; "
    "splits by time do not, and differ among themselves. ALIFT falls with the share of ones, so the "
    "two must not be compared, and the published pair fits a share of about one in three, not the one in nine of the public file.",
    zh="已发表结果使用不同数据:52,944次联系,由150个特征中选出22个,公开文件缺少其中若干;此处不使用由银行选定的联系渠道。公开文件的随机划分接近其AUC,按时间的各种划分则低于它且彼此不同。ALIFT随1的比例下降,两者不可比;已发表的两个数值对应约三分之一的比例,而非公开文件的九分之一。",
)
A4_COLUMNS = (
    Text(en="Variable and bin", zh="变量与分箱"),
    Text(en="Customers", zh="客户数"),
    Text(en="Applied, %", zh="申请(%)"),
    Text(en="Weight of evidence", zh="证据权重WoE"),
    Text(en="Points", zh="分值"),
    Text(en="Revenue a customer, rand", zh="户均收入(兰特)"),
)
A4_TIERS = Text(
    en="Tiers of the last wave (stability of the points: PSI {psi:.3f}; AUC {auc:.3f})",
    zh="末批次客户分层(分值稳定性PSI {psi:.3f};AUC {auc:.3f})",
)
A4_NOTES = (
    Text(
        en="Learned from the first two waves; points at even bins of the customers, 20 points double the odds of applying. IV: "
        "information value; PSI: stability of the variable in the last wave against the first two. Tiers: the best tenth, the "
        "next fifth, the rest, by points; their points are means. Revenue is interest on the loan taken, 0 if none, before "
        "funding costs and losses. The last wave went to other provinces than the first two, so a PSI compares places and not times.",
        zh="由前两批次学习;按客户分位数分箱,每20分申请的优势（odds）翻倍。IV为信息值,PSI为该变量在末批次相对前两批次的稳定性。"
        "分层按分值:前10%、其后20%、其余;其分值为均值。收入为所借贷款利息,未借为0,未扣资金成本与损失。末批次与前两批次寄往不同省份,PSI比较的是地区而非时间。",
    ),
)
MISSING_BIN = Text(en="missing", zh="缺失")
F14_HEADS = {
    "split": Text(en="({letter}) {split}\n({share:.1f} % with outcome 1)", zh="({letter}) {split}\n(结果为1者占{share:.1f}%)"),
    "block": Text(
        en="(d) each later {block}, learned from all before",
        zh="(d) 以此前全部数据学习,逐{block}测试",
    ),
}
F14_PUBLISHED = Text(
    en="Dashed vertical line: the published {auc:.2f} of Moro, Cortez and Rita (2014), on other data.",
    zh="竖直虚线为Moro、Cortez与Rita(2014)基于其他数据发表的{auc:.2f}。",
)
F14_NOTES = (
    Text(
        en="Points: AUC with 95 % intervals, in (d) of that {block} alone, below which are its months and its share with outcome 1; 0.5 is no better than chance. Intervals {interval}. The baselines are drawn in grey. What is shown is "
        "how well scores rank, not what a call or a letter changes.",
        zh="点为AUC及95%置信区间,(d)中为该{block}自身的区间,下方为其月份及结果为1的比例;0.5等同随机。区间{interval}。灰色为基线。图示为评分的排序能力,并非联系或信函的效应。",
    ),
)
