"""Which data set answers which question: worked out from needs and tables, by hand on three small tables; refusals before a kernel starts."""

import subprocess
import sys
import time

import pytest

from study import exhibits
from study.design import ParameterError, data_set, load, refusal
from study.design.answers import Held, lacking, said
from study.design.entries import Need
from study.errors import StudyError

OFFERS = {"offers": Need(columns=("customer_id", "rate"), rows=100)}
MONTHS = {"customer_months": Need(columns=("revenue",), customers=50, periods=12), "customers": Need(columns=("closed",))}


@pytest.mark.parametrize(
    ("needs", "held", "lacks"),
    [
        ((OFFERS,), {}, ("offers.customer_id", "offers.rate")),
        ((OFFERS,), {"offers": Held(frozenset({"customer_id", "rate"}))}, ()),  # how many is not known: the reader will see
        ((OFFERS,), {"offers": Held(frozenset({"customer_id", "rate"}), rows=99)}, ("offers: 99 rows of 100",)),
        ((OFFERS,), {"offers": Held(frozenset({"customer_id"}), rows=100)}, ("offers.rate",)),
        (
            (MONTHS,),
            {"customer_months": Held(frozenset({"revenue"}), customers=1200, periods=11)},
            ("customer_months: 11 periods of 12", "customers.closed"),
        ),
        ((MONTHS, OFFERS), {"offers": Held(frozenset({"customer_id"}), rows=100)}, ("offers.rate",)),  # the nearer set of needs
        ((MONTHS, OFFERS), {"offers": Held(frozenset({"customer_id", "rate"}), rows=100)}, ()),
        ((), {}, ()),
    ],
)
def test_what_is_lacking(needs, held, lacks):
    assert lacking(needs, held) == lacks


def test_needs_in_words():
    assert said((OFFERS, MONTHS)) == (
        "offers.customer_id, offers.rate (100 rows) or customer_months.revenue (50 customers, 12 periods), customers.closed"
    )


def test_an_arm_has_the_questions_that_it_answers_as_its_stages():
    design = load()
    for arm, entry in design.arms.items():
        assert entry.stages == tuple(name for name, row in design.answers.items() if row[arm].given)
    assert all(answer.given != bool(answer.why) for row in design.answers.values() for answer in row.values())


def test_a_notebook_refuses_a_data_set_that_it_can_not_take():
    with pytest.raises(
        ParameterError, match="'04_segments' can not be asked of the data set 'findex', which lacks .*study list questions --arm findex"
    ):
        exhibits.start("04_segments", arm="findex")
    assert refusal(load(), "04_segments", "akiba") is None


def test_a_notebook_takes_the_data_set_that_is_named_or_its_own():
    assert data_set("04_segments", "berka") == "berka"
    assert data_set("04_segments") == load().questions["04_segments"].parameters["arm"].default == "akiba"
    with pytest.raises(ParameterError, match="'04_segmets' is not in the design; did you mean '04_segments'"):
        data_set("04_segmets")
    with pytest.raises(ParameterError, match="'akibba' is not in the design; did you mean 'akiba'"):
        data_set("04_segments", "akibba")


def test_a_stage_is_refused_before_a_kernel_starts(tmp_path):
    began = time.monotonic()
    call = [sys.executable, "-m", "study.cli", "stage", "findex", "04_segments", "{}", str(tmp_path / "a"), str(tmp_path / "b.ipynb"), str(tmp_path)]
    done = subprocess.run(call, capture_output=True, text=True)
    assert done.returncode == 2 and "can not be asked of the data set 'findex'" in done.stderr and "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir()) and time.monotonic() - began < 30


def test_the_matrix_is_read_at_160_columns(capsys):
    from study.cli import listing

    listing.list_command("questions")
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 160
    assert len([line for line in lines if line.split() and line.split()[0] in load().questions]) == len(load().questions)
    for arm in load().arms:
        listing.list_command("questions", arm)
        shown = capsys.readouterr().out
        assert all(name in shown for name in load().questions)


@pytest.mark.parametrize(("what", "arm", "said"), [("questions", "akibba", "did you mean 'akiba'"), ("arms", "akiba", "--arm goes with")])
def test_a_wrong_call_is_refused(what, arm, said):
    from study.cli import listing

    with pytest.raises(StudyError, match=said):
        listing.list_command(what, arm)
