"""k and l of tables: the example of the paper that introduced l-diversity, and classes counted by hand."""

import math

import pandas as pd
import pytest
from answers import check

from study import privacy

# Machanavajjhala et al. (2007): twelve in-patients, their tables of 4-anonymous and of 3-diverse data.
CONDITION = ["heart", "heart", "viral", "viral", "cancer", "heart", "viral", "viral", "cancer", "cancer", "cancer", "cancer"]
FOUR_ANONYMOUS = [("130**", "<30")] * 4 + [("1485*", ">=40")] * 4 + [("130**", "3*")] * 4
THREE_DIVERSE = [("1305*", "<=40"), ("1306*", "<=40"), ("1306*", "<=40"), ("1305*", "<=40")]
THREE_DIVERSE += [("1485*", ">40")] * 4 + [("1305*", "<=40")] * 2 + [("1306*", "<=40")] * 2


def report(classes, k=10):
    table = pd.DataFrame(classes, columns=["zip", "age"]).assign(condition=CONDITION)
    return privacy.anonymity(table, ["zip", "age"], ["condition"], k=k)


def test_the_published_tables():
    first, second = report(FOUR_ANONYMOUS), report(THREE_DIVERSE)
    check("privacy.anonymity.k", first.smallest)
    check("privacy.anonymity.l_4_anonymous", first.diversity["smallest"].iloc[0])  # the homogeneity attack: all cancer
    check("privacy.anonymity.l_3_diverse", second.diversity["smallest"].iloc[0])
    assert first.diversity["rows_alike"].iloc[0] == 4 and first.diversity["share_alike"].iloc[0] == pytest.approx(1 / 3)
    # In the 3-diverse table the classes have shares 1/4, 1/4, 1/2: entropy 1.5 ln 2.
    assert second.diversity["smallest_entropy"].iloc[0] == pytest.approx(math.exp(1.5 * math.log(2)), rel=1e-12)


def test_sizes_by_hand():
    table = pd.DataFrame({"sex": list("mmmffo") + [None, None], "age": [1] * 8})
    found = privacy.anonymity(table, ["sex", "age"], k=3)
    assert (found.rows, found.classes, found.smallest, found.below) == (8, 4, 1, 5)
    assert found.share_below == 5 / 8
    assert found.sizes.to_dict("list") == {"size": [1, 2, 3], "classes": [1, 2, 1], "rows": [1, 4, 3]}


def test_missing_sensitive_values_are_a_value():
    table = pd.DataFrame({"sex": ["m", "m"], "answer": [None, "yes"]})
    assert privacy.anonymity(table, ["sex"], ["answer"], k=2).diversity["smallest"].tolist() == [2]


@pytest.mark.parametrize(
    ("quasi", "sensitive", "k", "message"),
    [
        ([], [], 10, "needs rows and at least one quasi-identifier"),
        (["sx"], [], 10, "has no column 'sx'; did you mean 'sex'"),
        (["sex"], ["sex"], 10, "sex is named as quasi-identifier and as sensitive"),
        (["sex"], [], 1, "k is 1; a class of one row is a person"),
    ],
)
def test_bad_questions_are_named(quasi, sensitive, k, message):
    with pytest.raises(privacy.BadTable, match=message):
        privacy.anonymity(pd.DataFrame({"sex": ["m"]}), quasi, sensitive, k)
