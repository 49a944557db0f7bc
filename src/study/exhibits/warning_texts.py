"""Words of the tables of early warnings, English and Chinese."""

from study.design.entries import Text

FIRST = Text(en="Measure", zh="指标")
HAZARD_PANEL = Text(
    en="A. Hazards of {people} savers: hazard ratios (95 % interval; errors clustered by saver)",
    zh="A. {people}名储户的风险率模型:风险比(95%置信区间;按储户聚类)",
)
EVENT = Text(en="Event", zh="事件")
BASELINE = Text(en="An effect for every", zh="基准风险")
FRAILTY = Text(en="Variance of the frailty (p, none)", zh="脆弱性方差(p值:为零)")
ROWS = Text(en="Days at risk", zh="风险期(人日)")
EVENTS = Text(en="Events", zh="事件数")
RETURN = Text(en="Deposit next day", zh="次日存款")
STOP = Text(en="Last deposit, deposit days", zh="最后一次存款(存款日)")
STOP_ANY = Text(en="Last deposit, all days", zh="最后一次存款(任一日)")
DAY = Text(en="day of the product", zh="产品使用日")
DAY_FRAILTY = Text(en="day; gamma frailty of each silence", zh="产品使用日;每次静默的gamma脆弱性")
SILENCE = Text(en="day of the silence", zh="静默日")
NO_BASELINE = Text(en="none (Cox)", zh="无(Cox)")
HAZARDS = {  # model -> event, baseline
    "return_by_day": (RETURN, DAY),
    "return_by_day_frailty": (RETURN, DAY_FRAILTY),
    "return_by_silence": (RETURN, SILENCE),
    "stop": (STOP, DAY),
    "stop_arms": (STOP_ANY, DAY),
    "stop_cox": (STOP_ANY, NO_BASELINE),
}
TERMS = {  # term -> label, step of the hazard ratio
    "log_silent": (Text(en="Days since the last deposit, log", zh="距上次存款天数(对数)"), 1.0),
    "log_times": (Text(en="Days with a deposit so far, log", zh="累计存款天数(对数)"), 1.0),
    "share": (Text(en="Share of days with a deposit, per tenth", zh="存款天数占比(每0.1)"), 0.1),
    "lottery": (Text(en="Lottery (randomised)", zh="抽奖(随机)"), 1.0),
    "regret": (Text(en="Lottery, daily results (randomised)", zh="抽奖并每日告知结果(随机)"), 1.0),
}
RANKINGS = {
    "hazard": Text(en="Hazard", zh="风险率模型"),
    "logit": Text(en="Logit", zh="逻辑回归"),
    "boosting": Text(en="Gradient boosting", zh="梯度提升"),
    "recency": Text(en="Recency alone", zh="仅按距上次存款天数"),
    "random": Text(en="Random", zh="随机"),
}
RANKED = Text(en="Ranked by", zh="排序依据")
LIST_PANELS = {
    "all": Text(
        en="B. {contacts} contacts with {share:.0%} of the savers at risk on each day after day {until}, {units} savers in all",
        zh="B. 第{until}日后每日联系{share:.0%}处于风险期的储户(共{units}名),合计{contacts}次",
    ),
    "early": Text(
        en="C. Only while silent for at most {early} days: {contacts} contacts, {units} savers in all",
        zh="C. 仅限静默不超过{early}日者:共{units}名,合计{contacts}次",
    ),
    "rested": Text(
        en="D. As B, no saver twice within {rest} days: {contacts} contacts",
        zh="D. 同B,同一储户{rest}日内不重复联系:{contacts}次联系",
    ),
}
MEASURES = {
    "precision": Text(en="Precision (95 % interval)", zh="精确率(95%置信区间)"),
    "less_recency": Text(en="Precision less that of recency", zh="精确率减仅按距上次存款天数者"),
    "recall": Text(en="Recall (95 % interval)", zh="召回率(95%置信区间)"),
    "recall_less_recency": Text(en="Recall less that of recency", zh="召回率减仅按距上次存款天数者"),
    "lead_median": Text(en="Median lead in days (95 % interval)", zh="提前天数中位数(95%置信区间)"),
}
TARGET_PANEL = Text(
    en="E. Whom to give the prize design from the first day: the {n} of all {assigned} people assigned ({listed:.0%}) first on each list",
    zh="E. 自首日起向谁提供奖励设计:全部{assigned}名随机参与者中各名单前{n}名({listed:.0%})",
)
LISTED = Text(en="Listed by", zh="名单依据")
LISTS = {
    "risk": Text(en="Risk of a lapse", zh="停止存款风险"),
    "response": Text(en="Response to the prize", zh="对奖励的响应"),
    "random": Text(en="Random", zh="随机"),
}
EXPECTED = Text(en="Share that stop: no prize less prize, expected", zh="停止者占比:无奖励减有奖励,模型预期")
REALISED = Text(en="Share that stop: no prize less prize, randomised (95 % interval)", zh="停止者占比:无奖励减有奖励,随机比较(95%置信区间)")
EVERYBODY = Text(en="The same over all people assigned", zh="同上,全部随机参与者")
DEPOSITED = Text(en="Share that ever deposit: prize; no prize; p, Fisher", zh="曾存款者占比:有奖励;无奖励;Fisher检验p值")
LAPSE_NOTES = (
    Text(
        en="A lapse is {gap} days without a deposit; a contact is a hit if the lapse is complete within the next {gap} days, and the lead is "
        "the days from a saver's first hit to that day. B counts the same silent savers day after day; D does not. This is a savings product of {last} days, not a bank, and to stop depositing is "
        "not to leave a bank; {returned} of the {lapses} savers who lapsed deposited again. Days at risk end at day {end}, the last whose next {gap} days are seen.",
        zh="流失指连续{gap}日无存款;联系后{gap}日内流失成立即为命中,提前天数为首次命中至该日。B逐日重复计入同一静默储户,D则否。此为{last}天的储蓄产品而非银行,停止存款不等于银行客户流失;"
        "{lapses}名流失者中{returned}名其后再次存款。风险期止于第{end}日(其后{gap}日可观测)。",
    ),
    Text(
        en="Models of B to D learn from one half of the savers up to day {until} and rank the other half after it, both ways round, by days "
        "since the last deposit and the share of days with one (the hazard, column 3, also by the design). Recency alone learns nothing; "
        "it has the advantage that the lapse is defined by it. Intervals redraw savers and keep the lists. "
        "How many savers lapse after day {until} is not printed: recall would give back counts under ten.",
        zh="B-D各模型以半数储户至第{until}日的数据学习,对另一半其后的日期排序,两半互换;变量为距上次存款天数与存款天数占比(风险率模型即第3列,另含产品设计)。"
        "仅按距上次存款天数者无需学习,且流失本身由其定义,故占优势。区间对储户重抽样,名单保持不变。"
        "第{until}日后的流失人数不予列示,以免由召回率反推小于十的计数。",
    ),
    Text(
        en="Columns 1 to 4 hold behaviour fixed that the design may have changed; only columns 5 and 6 (Cox: one row per saver, no clusters) compare the randomised groups, "
        "among savers with a deposit. The frailty of column 2 is of each silence (the days after one deposit to the next) and integrated out. The comparison group has interest in place of prizes. "
        "E leaves nobody out who was assigned: to stop is to lapse or never to deposit. Risk and response are learned on one half of the people "
        "from answers before the product, by one logit for each randomised group, and judged on the other, where the share listed leaves some of each group on every list. "
        "Who ever deposits is shown for both prize designs together: one of them alone has fewer than ten who never do.",
        zh="第1-4列控制了可能受设计影响的行为;仅第5、6列(Cox:每名储户一行,不聚类)比较随机分组(限有存款者)。第2列的脆弱性属于每次静默(一次存款后至下次存款的各日),已积分消去。对照组以利息匹配代替奖励。"
        "E含全部随机参与者:停止指流失或从未存款。风险与响应由半数参与者的产品前问卷分组逻辑回归得出,在另一半上评价;所列比例保证各名单中两组皆有人。"
        "曾存款者按两种奖励设计合并列示,因其中一种从未存款者不足十人。",
    ),
)

STEP = Text(en="Columns", zh="所用列")
LEAK_COLUMNS = (
    STEP,
    Text(en="How many", zh="列数"),
    Text(en="AUC (95 % interval)", zh="AUC(95%置信区间)"),
    Text(en="Change (95 % interval)", zh="变化(95%置信区间)"),
    Text(en="Precision", zh="精确率"),
    Text(en="Recall", zh="召回率"),
    Text(en="AUC, logit", zh="AUC,逻辑回归"),
)
LEAK_PANELS = {
    "steps": Text(en="A. Gradient boosting as groups of columns leave", zh="A. 逐组剔除列后的梯度提升"),
    "alone": Text(en="B. Each group alone", zh="B. 各组单独使用"),
    "baselines": Text(en="C. Baselines", zh="C. 基准"),
}
ALL = Text(en="All columns", zh="全部列")
WITHOUT = Text(en="Without {group} as well", zh="再剔除{group}")
FIRST_WITHOUT = Text(en="Without {group}", zh="剔除{group}")
GROUPS = {
    "transactions": Text(en="transactions", zh="交易额与笔数"),
    "changes": Text(en="changes over the year", zh="年内变化"),
    "balances": Text(en="balances", zh="余额与使用率"),
    "contacts": Text(en="inactivity and contacts", zh="不活跃月数与联系次数"),
    "products": Text(en="number of products", zh="产品数"),
    "kept": Text(en="fixed before (age, income, limit, ...)", zh="事前固定(年龄、收入、额度等)"),
    "recency": Text(en="months inactive", zh="不活跃月数"),
    "count": Text(en="number of transactions", zh="交易笔数"),
}
BASELINES = {
    "recency": Text(en="Recency alone: months inactive", zh="仅按不活跃月数"),
    "count": Text(en="One column: number of transactions", zh="仅按交易笔数"),
}
LOT = Text(en="Random", zh="随机")
LEAK_NOTES = (
    Text(
        en="Teaching data of unknown origin: nothing here is evidence on customers of any bank. {customers} rows, {left:.1%} of which "
        "are marked as having left.",
        zh="来源不明的教学数据:本表不构成关于任何银行客户的证据。共{customers}行,其中{left:.1%}标记为流失。",
    ),
    Text(
        en="The columns of A that leave are measured over the twelve months in which the customers leave, or at their end: who left in "
        "the sixth month has no transactions after it. No column says when, so that nothing can be forecast here. A fall alone is no proof "
        "of a leak; when a column is measured decides.",
        zh="A中剔除的列均在客户流失的十二个月内或期末测量:第六个月流失者其后自然没有交易。数据无时间信息,故无法做真正的预测。"
        "精度下降本身并不证明泄漏,取决于列的测量时点。",
    ),
    Text(
        en="Precision and recall if the {share:.0%} with the highest scores of each of the {folds} random folds are contacted; random "
        "contacts have the share of leavers as precision. Differences by DeLong's method, folds put together.",
        zh="精确率与召回率:联系每个随机折(共{folds}折)中得分最高的{share:.0%};随机联系的精确率即流失比例。差异按DeLong法,各折合并。",
    ),
)
