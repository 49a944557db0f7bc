"""Every "check yourself" cell fails when an input is altered, and the published results stay."""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from clones import clone_into

from study.data import registry
from study.design import load, root
from study.run.publish import differences
from study.run.stage import PINNED
from study.run.trace import behind

pytestmark = pytest.mark.end_to_end
FACTS = "data/cn_banks/facts.csv"


def other_count(text):
    return text.replace("facts: {value: 1355,", "facts: {value: 1356,", 1)


def half_of_the_bad(text):
    return text.replace('isin(["B", "D"])', 'isin(["B"])', 1)


def missing_are_no_class(text):
    return text.replace("dropna=False, observed", "dropna=True, observed", 1)


def one_more_bound(text):
    """The revenue of ICBC in 2023 becomes a bound, so one bank-year is lost."""
    return re.sub(r"^(ICBC,.*,2023,(?:operating_revenue|npl_ratio),.*),point,", r"\1,lower,", text, flags=re.MULTILINE)


def another_kind(text):
    """A page of the press becomes a broker's note."""
    return re.sub(r"^(ABC,.*,2017,npl_ratio,.*,0),press,", r"\1,broker,", text, count=1, flags=re.MULTILINE)


def a_larger_investment(text):
    return re.sub(r"^(PSBC,.*,2024,fintech_investment),122\.96,", r"\1,123.96,", text, flags=re.MULTILINE)


def no_scope_change(text):
    return re.sub(r"^(BOCOM,.*,2021,fintech_investment,.*),1,", r"\1,0,", text, flags=re.MULTILINE)


def other_clusters(text):
    return text.replace("cluster: bank", "cluster: year", 1)


def bare_sum(text):
    return text.replace("return gaps.T @ gaps * (clusters - 1) / clusters,", "return gaps.T @ gaps,", 1)


def other_correction(text):
    return text.replace('method="fdr_bh"', 'method="fdr_by"', 1)


def other_printed_growth(text):
    return text.replace("printed growth of 23.60%", "printed growth of 52.90%", 1)


def fewer_customers(text):
    return re.sub(r"^(ICBC,.*,2018,retail_customers),607,", r"\1,507,", text, flags=re.MULTILINE)


def no_staff_share(text):
    """Bank of Beijing's share of technology staff in 2022 becomes a bound, so one bank-year has no index."""
    return re.sub(r"^(BJB,.*,2022,tech_staff_share,.*),point,", r"\1,lower,", text, flags=re.MULTILINE)


def other_satisfaction(text):
    return text.replace("share: 0.95", "share: 0.94", 1)


def two_sided_bound(text):
    return text.replace("_interval(events, rows, 1 - 2 * (1 - level))", "_interval(events, rows, level)", 1)


def more_mobile_users(text):
    return re.sub(r"^(CCB,.*,2022,mobile_users),440,", r"\1,340,", text, flags=re.MULTILINE)


def designs_exchanged(text):
    return text.replace('2: "lottery", 3: "regret"', '2: "regret", 3: "lottery"', 1)


def no_retention(text):
    return text.replace("margin * r * periods", "margin * periods", 1)


def more_ways(text):
    return text.replace("ways = gammaln(last + 1)", "ways = gammaln(last + 2)", 1)


def revenue_of_all(text):
    """Those who did not borrow pay a unit as well."""
    return text.replace('"revenue": c["grossinterest"]', '"revenue": c["grossinterest"] + 1', 1)


def other_fee(text):
    return text.replace("statement_fee: {value: 14.6,", "statement_fee: {value: 14.7,", 1)


def two_months_on(text):
    return text.replace('["state"].shift(-1)', '["state"].shift(-2)', 1)


def moves_two_on(text):
    return text.replace('["stage"].shift(-1)', '["stage"].shift(-2)', 1)


def no_year_effects(text):
    return text.replace('absorb=[\\"bank\\", \\"year\\"]', 'absorb=[\\"bank\\"]')


def paid_loans_are_bad(text):
    return text.replace('isin(["B", "D"])', 'isin(["A", "D"])', 1)


def area_of_the_square(text):
    return text.replace('np.trapezoid(curve["reached"], ', 'np.trapezoid(curve["reached"] ** 2, ', 1)


def district_is_learned(text):
    return text.replace('rest = (("sex", "frequency"),', 'rest = (("sex", "frequency", "district"),', 1)


def other_cards(text):
    return text.replace("cards: {value: 892,", "cards: {value: 891,", 1)


def insurance_is_leasing(text):
    return text.replace('"insurance": "insurance"', '"insurance": "leasing"', 1)


def least_popular_first(text):
    return text.replace("return np.tile(np.asarray(held.mean", "return -np.tile(np.asarray(held.mean", 1)


def other_head(text):
    return text.replace("head_rows: {value: 99999,", "head_rows: {value: 99998,", 1)


def larger_amounts(text):
    return text.replace("random.uniform(np.log(5), np.log(20))", "random.uniform(np.log(50), np.log(200))", 1)


def recall_as_precision(text):
    return text.replace('"precision": hit.sum() / len(alerts)', '"precision": hit.sum() / rows.sum()', 1)


def other_ledger(text):
    return text.replace("ledger_rows: {value: 7557,", "ledger_rows: {value: 7558,", 1)


def one_day_sooner(text):
    return text.replace("(following - days[time] > gap)", "(following - days[time] >= gap)", 1)


def other_customers(text):
    return text.replace("probit_n: {value: 53178,", "probit_n: {value: 53179,", 1)


def followed_is_not(text):
    return text.replace("(plan[rows, action] == 1).sum()", "(plan[rows, action] != 1).sum() + 1", 1)


def half_of_the_bad_codes(text):
    return text.replace("bad: [B, D]", "bad: [B]", 1)


def the_other_channel_printed(text):
    return text.replace("share_telephone: {value: 5.2,", "share_telephone: {value: 5.3,", 1)


def no_block_effects(text):
    return text.replace('treated | {block}", cluster=block)', 'treated", cluster=block)', 1)


def smaller_family_p(text):
    return text.replace('p_family=table["p_adjusted"].to_numpy()', 'p_family=table["p_adjusted"].to_numpy() / 9', 1)


def risk_from_the_start(text):
    return text.replace("(cumulative[gap] - cumulative[silent.astype(int)])", "cumulative[gap]", 1)


def contacts_rounded_up(text):
    return text.replace("np.floor(capacity * at_risk + 1e-9)", "np.ceil(capacity * at_risk - 1e-9)", 1)


def other_leavers(text):
    return text.replace("attrited: {value: 1627,", "attrited: {value: 1628,", 1)


def one_zero_more_beaten(text):
    return text.replace("(ranks[one] - rankdata(s[one])) / zeros", "(ranks[one] - rankdata(s[one]) + 1) / zeros", 1)


def ranks_from_nought(text):
    return text.replace("(rank - 0.5)", "(rank - 1.0)", 1)


def stretched(text):
    return text.replace("pdist(z)", "pdist(z**3)", 1)


def not_adjusted(text):
    return text.replace("/ spread * (n - 1)", "/ spread * (n - p)", 1)


def later_warning(text):
    return text.replace("lapsed = idle >= rules.lapse", "lapsed = idle > rules.lapse", 1)


ALTERED = {
    ("01_sample", "check-figures"): ("design/sources/cn_banks.yaml", other_count),
    ("01_sample", "check-steps"): (FACTS, another_kind),
    ("01_sample", "check-samples"): (FACTS, one_more_bound),
    ("02_variables", "check-figures"): ("design/sources/cn_banks.yaml", other_count),
    ("02_variables", "check-table"): ("src/study/variables/profile.py", half_of_the_bad, "berka"),
    ("02_variables", "check-anonymity"): ("src/study/privacy/anonymity.py", missing_are_no_class),
    ("02_indicators", "check-totals"): (FACTS, a_larger_investment),
    ("02_indicators", "check-growth"): (FACTS, no_scope_change),
    ("02_indicators", "check-like-for-like"): (FACTS, other_printed_growth),
    ("02_indicators", "check-customers"): (FACTS, fewer_customers),
    ("02_indicators", "check-index"): (FACTS, no_staff_share),
    ("03_value_scores", "check-formulas"): ("src/study/value/cltv.py", no_retention),
    ("03_value_scores", "check-orderings"): ("src/study/data/sources/kz_lender.py", revenue_of_all),
    ("03_buying_till_leaving", "check-published"): ("src/study/data/sources/akiba.py", designs_exchanged),
    ("03_buying_till_leaving", "check-identities"): ("src/study/value/bgbb.py", more_ways),
    ("03_value_from_months", "check-published"): ("design/sources/berka.yaml", other_fee),
    ("03_value_from_months", "check-chain"): ("src/study/variables/value_inputs.py", two_months_on),
    ("04_segments", "check-figures"): ("design/sources/berka.yaml", other_cards, "berka"),
    ("04_segments", "check-scores"): ("src/study/analytics/groups/rfm.py", ranks_from_nought, "akiba"),
    ("04_segments", "check-silhouette"): ("src/study/analytics/groups/segments.py", stretched, "akiba"),
    ("04_segments", "check-explained"): ("src/study/analytics/groups/groupings.py", not_adjusted, "akiba"),
    ("04_life_cycle", "check-stages"): ("src/study/analytics/groups/life_cycle.py", later_warning, "akiba"),
    ("04_life_cycle", "check-moves"): ("src/study/analytics/groups/stage_moves.py", moves_two_on),
    ("05_scoring", "check-published"): ("src/study/variables/scoring.py", paid_loans_are_bad, "berka"),
    ("05_scoring", "check-identities"): ("src/study/analytics/shared/metrics.py", area_of_the_square, "berka"),
    ("05_scoring", "check-before"): ("src/study/variables/scoring.py", district_is_learned, "berka"),
    ("06_lapse_warning", "check-figures"): ("design/sources/akiba.yaml", other_ledger, "akiba"),
    ("06_lapse_warning", "check-days"): ("src/study/analytics/warning/person_periods.py", one_day_sooner, "akiba"),
    ("06_lapse_warning", "check-hazard"): ("src/study/analytics/warning/lapse_risk.py", risk_from_the_start, "akiba"),
    ("06_lapse_warning", "check-lists"): ("src/study/analytics/warning/early_warning.py", contacts_rounded_up, "akiba"),
    ("06_leakage", "check-figures"): ("design/sources/bankchurners.yaml", other_leavers, "bankchurners"),
    ("06_leakage", "check-areas"): ("src/study/analytics/shared/auc_interval.py", one_zero_more_beaten, "bankchurners"),
    ("07_recommendation", "check-figures"): ("design/sources/berka.yaml", other_cards, "berka"),
    ("07_recommendation", "check-holdings"): ("src/study/variables/product_holdings.py", insurance_is_leasing, "berka"),
    ("07_recommendation", "check-recall"): ("src/study/analytics/recommendation/recommenders.py", least_popular_first, "berka"),
    ("08_anomalies", "check-figures"): ("design/sources/berka.yaml", other_head, "berka"),
    ("08_anomalies", "check-planted"): ("src/study/analytics/anomaly/injection.py", larger_amounts, "berka"),
    ("08_anomalies", "check-precision"): ("src/study/analytics/anomaly/anomaly.py", recall_as_precision, "berka"),
    ("09_price_offers", "check-published"): ("design/sources/kz_lender.yaml", other_customers, "kz_lender"),
    ("09_price_offers", "check-identity"): ("src/study/analytics/policy/policy.py", followed_is_not, "kz_lender"),
    ("09_credit_risk", "check-published"): ("design/sources/berka.yaml", half_of_the_bad_codes, "berka"),
    ("09_credit_risk", "check-identity"): ("src/study/models/discrete/exact.py", two_sided_bound, "berka"),
    ("09_channels", "check-published"): ("design/sources/uci_marketing.yaml", the_other_channel_printed, "uci_marketing"),
    ("09_channels", "check-identity"): ("src/study/analytics/policy/channel_gap.py", no_block_effects, "uci_marketing"),
    ("10_baseline", "check-library"): ("design/models.yaml", other_clusters),
    ("10_baseline", "check-jackknife"): ("src/study/models/gram/gram.py", bare_sum),
    ("10_baseline", "check-family"): ("src/study/inference/multiple.py", other_correction),
    ("10_baseline", "check-sample"): (FACTS, one_more_bound),
    ("15_experiments", "check-published"): ("src/study/data/sources/akiba.py", designs_exchanged, "akiba"),
    ("15_experiments", "check-identity"): ("src/study/analytics/policy/experiment.py", smaller_family_p, "status_goods"),
    ("18_robustness", "check-samples"): (FACTS, one_more_bound),
    ("18_robustness", "check-left-out"): ("notebooks/18_robustness.ipynb", no_year_effects),
    ("20_cases", "check-joint"): ("design/report_figures.yaml", other_satisfaction),
    ("20_cases", "check-beside"): (FACTS, more_mobile_users),
}


def test_every_check_has_an_alteration():
    checks = set()
    for path in (root() / "notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        checks |= {(path.stem, cell["id"]) for cell in cells if cell["id"].startswith("check-")}
    assert checks == set(ALTERED)


# No check's answer depends on the number of draws: few are enough.
FEW = {"reps": 99, "permutations": 99}


@dataclass(frozen=True)
class Case:
    """A check, the arm whose data it looks at, and the file whose alteration it must see."""

    stage: str
    check: str
    file: str
    alter: Callable[[str], str]
    arm: str

    @property
    def parameters(self) -> dict:
        return {name: FEW.get(name, p.default) for name, p in load().questions[self.stage].parameters.items()} | {"arm": self.arm}


def case(key) -> Case:
    file, alter, *arm = ALTERED[key]
    return Case(*key, file, alter, *(arm or [load().questions[key[0]].parameters["arm"].default]))


def cells_behind(folder, stage, checks):
    """The stage's code cells that the checks depend on, checks included, and the imports of the others, as [id, source]."""
    cells = json.loads((folder / "notebooks" / f"{stage}.ipynb").read_text(encoding="utf-8"))["cells"]
    code = [[cell["id"], "".join(cell["source"])] for cell in cells if cell["cell_type"] == "code"]
    ids, sources = zip(*code, strict=True)
    needed = {0}  # the parameters
    for check in checks:
        needed |= set(behind(sources[: ids.index(check) + 1]))
    cells = [[ids[i], source if i in needed else imports(source)] for i, source in enumerate(sources)]
    return [cell for cell in cells if cell[1]]


def imports(source):
    """The import statements of a cell; `behind` goes by names that are assigned and leaves them aside."""
    return "\n".join(ast.unparse(node) for node in ast.parse(source).body if isinstance(node, ast.Import | ast.ImportFrom))


@pytest.fixture(scope="module")
def server():
    """A process with the libraries imported, pinned as a stage is."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("STUDY_")}
    env |= PINNED | {"MPLBACKEND": "Agg", "STUDY_DATA": str(root().parent / "shared" / "data")}
    command = [sys.executable, str(Path(__file__).with_name("checks_server.py"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env) as process:
        assert process.stdout.readline() == "ready\n"
        yield process
        process.stdin.close()


@pytest.fixture(scope="module")
def lasting(tmp_path_factory):
    """One clone for all checks; each alteration is taken back."""
    return clone_into(tmp_path_factory.mktemp("checks"))


@pytest.fixture
def execute(server, lasting, tmp_path):
    """Run a stage's cells behind some checks in the clone; {"failed": cell or None, "error": ..., "message": ...}."""

    def call(stage, checks, parameters):
        cells = cells_behind(lasting, stage, checks)
        request = {"root": str(lasting), "stage_folder": str(tmp_path / "stage"), "parameters": parameters, "cells": cells}
        server.stdin.write(json.dumps(request) + "\n")
        server.stdin.flush()
        return json.loads(server.stdout.readline())

    return call


@contextmanager
def altered(folder, one):
    """The folder with the case's file altered; taken back at the end. Times differ, or Python would take old bytecode for new."""
    path = folder / one.file
    text, times = path.read_text(encoding="utf-8"), path.stat().st_mtime
    assert one.alter(text) != text
    path.write_text(one.alter(text), encoding="utf-8")
    os.utime(path, (times + 1000, times + 1000))
    yield
    path.write_text(text, encoding="utf-8")
    os.utime(path, (times, times))


def by_data():
    """(stage, arm) -> its checks."""
    groups: dict = {}
    for key in ALTERED:
        groups.setdefault((key[0], case(key).arm), []).append(key[1])
    return groups


@pytest.mark.parametrize(("stage", "arm"), by_data(), ids=map("-".join, by_data()))
def test_the_checks_pass_as_they_are(execute, require, stage, arm):
    require_arm(require, arm)
    checks = by_data()[stage, arm]
    assert execute(stage, checks, case((stage, checks[0])).parameters) == {"failed": None}


@pytest.mark.parametrize("key", ALTERED, ids="-".join)
def test_the_check_fails_when_its_input_is_altered(execute, lasting, require, key):
    one = case(key)
    require_arm(require, one.arm)
    with altered(lasting, one):
        outcome = execute(one.stage, [one.check], one.parameters)
    assert (outcome["failed"], outcome.get("error")) == (one.check, "AssertionError"), outcome.get("message")


def require_arm(require, arm):
    for source in registry.of_arm(arm):
        require(source)


@pytest.mark.parametrize("key", [("02_indicators", "check-totals"), ("20_cases", "check-joint")], ids="-".join)
def test_the_command_of_a_stage_names_the_failing_cell(clone, study, key):
    """The true path: the command, papermill and a kernel."""
    one = case(key)
    with altered(clone, one):
        done = study("stage", one.arm, one.stage, json.dumps(one.parameters), "build/s", f"build/{one.stage}.ipynb", "build")
    assert done.returncode == 2
    assert re.search(rf"notebooks/{one.stage}.ipynb, cell \d+ \(id {one.check}\) raised AssertionError", done.stderr), done.stderr
    assert f"The executed notebook is build/{one.stage}.ipynb" in done.stderr
    assert (clone / "build" / f"{one.stage}.ipynb").is_file()


def test_a_run_with_a_failing_check_publishes_nothing(clone, study):
    with altered(clone, case(("02_indicators", "check-totals"))):
        done = study("run", "--arm", "cn_banks")
    assert done.returncode == 2 and "(id check-totals) raised AssertionError" in done.stderr
    assert "Traceback" not in done.stderr
    assert (clone / "build" / "run" / "cn_banks" / "notebooks" / "02_indicators.ipynb").is_file()
    assert differences(root() / "results", clone / "results") == []
