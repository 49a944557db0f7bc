"""Profiles under sets of quasi-identifiers: classes counted by hand, columns that a bank's own tables lack."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from study import privacy
from study.design import DesignError, load, root
from study.design.protection import Anonymous

ASKED = Anonymous(quasi=("sex", "age", "place"), fewer=("sex", "age"), sensitive=("ill", "debt"), bands={"age": (30, 40), "debt": (100,)})
# By hand: as recorded, the first two rows are one class. In bands the third joins them. Without the place there are
# two classes: four women under 30 and two men of 40 or more; the age of the last man is missing.
TABLE = pd.DataFrame(
    {
        "sex": ["w", "w", "w", "w", "m", "m", "m"],
        "age": [21.0, 21.0, 29.5, 22.0, 40.0, 55.0, None],
        "place": ["a", "a", "a", "b", "a", "a", "a"],
        "ill": ["yes", "no", "yes", "no", "no", "no", "no"],
        "debt": [10.0, 20.0, 30.0, 400.0, 500.0, 600.0, 700.0],
    }
)


def test_sets_by_hand():
    found = privacy.profile_anonymity(TABLE, ASKED)
    counted = {key: (r.classes, r.smallest, r.rows_below(2), r.rows_below(3), r.rows_below(5)) for key, r in found.items()}
    assert counted == {"recorded": (6, 1, 5, 7, 7), "bands": (4, 1, 2, 4, 7), "fewer": (3, 1, 1, 3, 7)}
    assert found["fewer"].quasi == ("sex", "age") and found["bands"].quasi == ("sex", "age", "place")


def test_sensitive_columns_by_hand():
    """In bands: three women (ill yes, no, yes; debt below 100), one woman, two men, one man."""
    lines = {key: r.diversity.set_index("column") for key, r in privacy.profile_anonymity(TABLE, ASKED).items()}
    assert lines["bands"].loc["ill", ["smallest", "rows_smallest", "rows_alike"]].tolist() == [1, 4, 4]
    assert lines["bands"].loc["debt", ["smallest", "rows_smallest", "rows_alike"]].tolist() == [1, 7, 7]
    assert lines["fewer"].loc["debt", ["smallest", "rows_smallest", "rows_alike"]].tolist() == [1, 3, 3]  # the women: 10, 20, 30 and 400
    assert lines["recorded"].loc["debt", "rows_alike"] == 7  # a debt in bands even where the rest is as recorded


@pytest.mark.parametrize(
    ("absent", "sets"),
    [
        (["place"], {"recorded": ("sex", "age"), "bands": ("sex", "age")}),  # fewer would be the same set again
        (["sex", "ill"], {"recorded": ("age", "place"), "bands": ("age", "place"), "fewer": ("age",)}),
        (["sex", "age"], {"recorded": ("place",), "bands": ("place",)}),
        (["sex", "age", "place"], {}),
    ],
)
def test_columns_that_are_not_there_are_left_out(absent, sets):
    found = privacy.profile_anonymity(TABLE.drop(columns=absent), ASKED)
    assert {key: report.quasi for key, report in found.items()} == sets


def test_rounded_by_hand():
    """Cut to whole years: 30.2 and 30.9 are 30, 31.0 is 31; incomes to tenths: 0.3 is three tenths, not two; missing is its own."""
    table = pd.DataFrame({"age": [30.2, 30.9, 31.0, 31.5, None, None], "income": [0.3, 0.39, 0.3, 0.2999, 0.05, 0.0]})
    asked = Anonymous(quasi=("age", "income"), rounded={"age": 1, "income": 0.1}, bands={"age": (31,), "income": (0.3,)})
    found = privacy.profile_anonymity(table, asked)
    assert list(found) == ["recorded", "rounded", "bands"]
    assert [found[key].rows_below(2) for key in found] == [6, 2, 2]  # rounded: two of 30, two missing; bands the same
    alone = privacy.profile_anonymity(table.assign(income=0.0), asked)
    assert [alone[key].rows_below(2) for key in alone] == [4, 0, 0]


def test_rounding_that_changes_nothing_is_no_set():
    asked = Anonymous(quasi=("sex", "age"), rounded={"age": 1}, bands={"age": (30, 40)})
    assert list(privacy.profile_anonymity(TABLE.assign(age=20.0), asked)) == ["recorded", "bands"]
    assert list(privacy.profile_anonymity(TABLE.drop(columns="age"), asked)) == ["recorded", "bands"]


@pytest.mark.parametrize("bands", [{"income": 3}, {"age": 3}, {"age": (30.5,)}])
def test_what_is_rounded_needs_bands_that_are_coarser(bands):
    with pytest.raises(ValueError, match="'age' is rounded to 1; give it bands whose edges are multiples of that"):
        Anonymous(quasi=("age",), rounded={"age": 1}, bands=bands)


def test_an_empty_table_has_no_report():
    assert privacy.profile_anonymity(TABLE.iloc[:0], ASKED) == {}


KZ = "fewer: [female, age, province]"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "quasi: [female, age, married",
            "quasi: [female, agge, married",
            r"sources/kz_lender.yaml:\d+: 'kz_lender' names 'agge', which is not defined; did you mean 'age'",
        ),
        ("sensitive: [risk, tookup]", "sensitive: [risk, tookupp]", "'kz_lender' names 'tookupp', which is not defined; did you mean 'tookup'"),
        (KZ, "fewer: [female, risk]", "'kz_lender' names 'risk', which is not defined; .*allowed: age, dependants"),
        ("dependants: [1, 3], grossincome", "lastamount: [1, 3], grossincome", "'kz_lender' names 'lastamount', which is not defined"),
        ("dependants: [1, 3], grossincome", "province: [1, 3], grossincome", "'kz_lender': bands are of numbers, 'province' is a category"),
        ("dependants: [1, 3], grossincome", "dependants: [3, 1], grossincome", "the edges of the bands of 'dependants' must ascend"),
        ("dependants: [1, 3], grossincome", "dependants: 1, grossincome", "the bands of 'dependants' are 1; ask for 2 or more"),
        (KZ, "fewer: [female, age, married, dependants, grossincome, province]", "'fewer' has all the quasi-identifiers"),
        ("sensitive: [risk, tookup]", "sensitive: [risk, age]", "'age' is a quasi-identifier and sensitive"),
        ("quasi: [female, age, married, dependants, grossincome, province]", "quasi: []", "quasi: .*at least 1 item"),
        ("rounded: {age: 1, grossincome: 0.1}", "rounded: {age: 0, grossincome: 0.1}", "sources/kz_lender.yaml:.*greater than 0"),
        ("rounded: {age: 1, grossincome: 0.1}", "rounded: {age: 1, income: 0.1}", "'income' is rounded to 0.1; give it bands"),
        (
            "sensitive: [risk, tookup]\n    rounded: {age: 1,",
            "sensitive: [risk, tookup, trcount]\n    rounded: {age: 1, trcount: 1,",
            "'trcount' is rounded",
        ),
        (KZ, KZ.replace("fewer", "less"), "unknown key 'less'"),
    ],
)
def test_faults_of_the_design_are_named(tmp_path, old, new, message):
    with pytest.raises(DesignError, match=message):
        load(altered(tmp_path, "kz_lender", lambda text: text.replace(old, new, 1)))


def altered(tmp_path, arm, change):
    """A copy of the design with what is said of one arm changed."""
    folder = Path(shutil.copytree(root() / "design", tmp_path / "design"))
    path = folder / "sources" / f"{arm}.yaml"
    text = path.read_text(encoding="utf-8")
    assert change(text) != text
    path.write_text(change(text), encoding="utf-8")
    return folder


def test_a_profile_of_persons_needs_its_quasi_identifiers(tmp_path):
    with pytest.raises(DesignError, match=r"sources/status_goods.yaml:\d+: 'status_goods' has a profile of persons and no 'anonymity'"):
        load(altered(tmp_path, "status_goods", lambda text: re.sub(r"(?m)^  anonymity:\n(?:    .*\n)+", "", text)))
