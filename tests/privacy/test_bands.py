"""Bands in place of exact values."""

import pandas as pd
import pytest

from study import privacy


def test_ages_by_hand():
    found = privacy.age_bands(pd.Series([17, 18, 29, 30, 69, 70, 99, None]))
    assert found.astype(object).where(found.notna(), None).tolist() == ["<18", "18-29", "18-29", "30-39", "60-69", "70+", "70+", None]


def test_incomes_fall_into_parts_whose_edges_are_round():
    found = privacy.income_bands(pd.Series(range(1, 1001)), 4)
    assert list(found.cat.categories) == ["<250", "250-499", "500-749", "750+"]  # quartiles 250.75, 500.5, 750.25
    assert found.value_counts().to_dict() == {"<250": 249, "250-499": 250, "500-749": 250, "750+": 251}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: privacy.bands(pd.Series([1.0]), [3, 3]), "edges of bands must ascend, found 3, 3"),
        (lambda: privacy.bands(pd.Series([float("inf")], name="age"), [3]), "column 'age' has 1 infinite values"),
        (lambda: privacy.income_bands(pd.Series([5] * 9, name="income")), "column 'income': 5 bands have equal edges"),
    ],
)
def test_what_can_not_be_banded_is_named(call, message):
    with pytest.raises(privacy.BadTable, match=message):
        call()


def test_a_table_in_bands_by_hand():
    table = pd.DataFrame({"age": [29.9, 30.0, None], "income": [1.0] * 3, "place": ["a", "b", "c"]})
    found = privacy.banded(table, {"age": (30.0, 40.0), "income": 3, "absent": 2})
    assert found["age"].astype(object).where(found["age"].notna(), None).tolist() == ["<30", "30-39", None]
    assert found["income"].nunique() == 1 and found["place"].tolist() == ["a", "b", "c"]  # one income: no bands of it
    assert table["age"].tolist()[:2] == [29.9, 30.0]


def test_fewer_bands_where_so_many_coincide():
    # 60 zeros and 1 to 40: of five bands two edges are 0, of four two; of three the edges are 0 and 7
    found = privacy.banded(pd.DataFrame({"income": [0.0] * 60 + list(range(1, 41))}), {"income": 5})["income"]
    assert found.value_counts().to_dict() == {"<0": 0, "0-6": 66, "7+": 34}
