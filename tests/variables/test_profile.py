"""The 360-degree tables: identifiers stay behind, traps of the sources are met, moments by hand."""

import numpy as np
import pandas as pd
import pandera
import pytest

from study import data, design, sample
from study.data import registry
from study.design.entries import Text
from study.design.profiles import Column
from study.variables import descriptives, profile

DESIGN = design.load()
ARMS = [arm for arm in DESIGN.profiles if arm != "own"]
IDENTIFIERS = {"surveyid", "account", "account_id", "client_id", "birth_number", "CLIENTNUM", "branchuse", "district_id"}


def table(arm, require):
    require(registry.of_arm(arm)[0])
    built = sample.build(arm, data.read(arm), DESIGN, "strict")
    return profile.build(built, DESIGN.profiles[arm].root)


@pytest.mark.parametrize("arm", ARMS)
def test_a_profile_has_the_designs_columns_and_no_identifier(arm, require):
    made = table(arm, require)
    assert list(made.columns) == list(DESIGN.profiles[arm].root)
    assert not IDENTIFIERS & set(made.columns)
    assert made.notna().any().all()
    blocks = {column.block for column in DESIGN.profiles[arm].root.values()}
    assert "outcome" in blocks and blocks & {"static", "behavioural", "external"}


def test_the_lenders_zeros_that_mean_missing_are_missing(require):
    made = table("kz_lender", require)
    assert made["age"].min() > 0 and made["itcscore"].min() > 0 and made["appscore"].min() > 0
    # SOURCE.md: income is missing for the whole first wave, age for 256 of all 53,810
    assert made["grossincome"].isna().sum() == 4958 - 632


def test_deposits_before_the_split_are_of_the_first_twenty_days(require):
    made = table("akiba", require)
    assert made["early_days"].max() <= 20
    assert (made["early_deposits"] >= made["early_days"]).where(made["early_days"].notna(), True).all()
    assert made["early_days"].notna().sum() == 277  # accounts in both files (SOURCE.md)


def test_rates_are_per_month_open_by_hand():
    opened = pd.Series(pd.to_datetime(["1994-06-30", "1994-10-20", "1995-01-01"]), index=[1, 2, 3])
    moves = pd.DataFrame(
        {
            "unit": [1, 1, 1, 2],
            "date": pd.to_datetime(["1994-07-01", "1994-08-01", "1994-10-25", "1994-10-30"]),
            "credit": [True, False, True, True],
            "cents": [100_00, 30_00, 50_00, 7_00],
        }
    )
    made = profile.behaviour(opened, moves, pd.Timestamp("1994-10-30"))
    months = 122 / 30.4375  # 30 June to 30 October
    assert made["months_open"].tolist()[0] == pytest.approx(months)
    assert made["transactions"].iloc[0] == pytest.approx(3 / months)
    assert made["credit_turnover"].iloc[0] == pytest.approx(150 / months)
    assert made["recency"].tolist()[:2] == [5, 0]
    assert made["transactions"].iloc[1:].isna().all()  # open for less than a month, and not yet open


def test_small_levels_are_joined_and_no_level_under_ten_is_left():
    values = pd.Series(["a"] * 50 + ["b"] * 12 + ["c"] * 6 + ["d"] * 2)
    assert profile.joined(values).value_counts().to_dict() == {"a": 50, "other": 20}  # c and d make 8: b joins them
    assert profile.joined(values.replace("a", "other")).value_counts().to_dict() == {"other": 50, "(other)": 20}  # an own level of that name
    assert profile.joined(values[:62]).value_counts().to_dict() == {"a": 50, "b": 12}


def column(kind):
    text = {"en": "x", "zh": "x"}
    return Column(block="static", kind=kind, label=text, unit=text, definition=text)


def test_moments_by_hand():
    frame = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0, np.nan], "f": [1.0, 0.0, 0.0, 0.0, 0.0], "c": ["a", "a", "b", None, None]})
    columns = {"x": column("number"), "f": column("flag"), "c": column("category")}
    found = descriptives.of_profile(frame, columns).set_index(["variable", "level"])
    x = found.loc[("x", "")]
    assert (x["n"], x["mean"], x["median"]) == (4, 2.5, 2.5)
    assert x["sd"] == pytest.approx((5 / 3) ** 0.5) and x["share_missing"] == 0.2
    assert found.loc[("f", ""), "mean"] == 0.2 and pd.isna(found.loc[("f", ""), "median"])
    assert found.loc[("c", "a"), ["n", "mean"]].tolist() == [2, pytest.approx(2 / 3)]


def test_a_column_of_another_kind_is_refused():
    rows = pd.DataFrame({"x": [0.0, 2.0]})
    built = sample.Built("none", rows, {}, pd.DataFrame())
    with pytest.raises(Exception, match="isin"):
        profile.build(built, {"x": column("flag")})


@pytest.mark.parametrize("arm", ARMS)
def test_every_code_of_a_category_has_a_name_and_every_name_a_code(arm, require):
    made = table(arm, require)
    for name, column in DESIGN.profiles[arm].root.items():
        if column.kind == "category":
            assert set(column.levels) == set(made[name].dropna()), f"{arm}.{name}"
            assert (
                len({column.level(code).en for code in column.levels}) == len({column.level(code).zh for code in column.levels}) == len(column.levels)
            )


def test_a_code_without_a_name_is_refused_and_a_banks_own_is_printed():
    text = Text(en="x", zh="x")
    column = Column(block="static", kind="category", label=text, unit=text, definition=text, levels={"M": Text(en="man", zh="男")})
    built = sample.Built(arm="none", rows=pd.DataFrame({"sex": ["M", None, "F"]}), log=None, samples=None, lines=None, tables={})
    with pytest.raises(pandera.errors.SchemaErrors, match="sex"):
        profile.build(built, {"sex": column})
    assert column.level("M").zh == "男" and column.model_copy(update={"levels": {}}).level("F").en == "F"
    with pytest.raises(ValueError, match="levels name the codes of a category, and this is a flag"):
        Column(block="static", kind="flag", label=text, unit=text, definition=text, levels={"1": text})
