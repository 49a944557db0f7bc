"""The table on the anonymity of profiles: cells by hand, what is withheld, a bank's tables without the columns."""

import pandas as pd
import pytest

from study import privacy
from study.design import load
from study.design.entries import Text
from study.design.profiles import Column
from study.design.protection import Anonymous
from study.exhibits.variables import anonymity, anonymity_numbers, published

ARM = load().arms["own"]
ASKED = Anonymous(quasi=("place", "age"), fewer=("place",), sensitive=("ill",), bands={"age": (50,)})


def entry(en, zh, kind="category"):
    text = Text(en="x", zh="x")
    return Column(block="static", kind=kind, label=Text(en=en, zh=zh), unit=text, definition=text)


ENTRIES = {"place": entry("Place", "地点"), "age": entry("Age", "年龄", "number"), "ill": entry("Illness", "疾病")}


def customers(*groups):
    """Rows from (place, ages, ill): one row per age."""
    return pd.DataFrame([(place, float(age), ill) for place, ages, ill in groups for age in ages], columns=["place", "age", "ill"])


def cells(table, asked=ASKED):
    reports = privacy.profile_anonymity(table, asked)
    made = anonymity(reports, asked, ENTRIES, ARM)
    return made, made.frame("en").set_index("Measure"), reports


# 40 customers of a, each of another age: 20 to 49 (30 below the edge, ill "no") and 50 to 59 ("yes"); 20 of b, all
# aged 30 ("no"). As recorded 40 are alone; in bands the classes have 30, 10 and 20, each with one value; by place 40
# (two values) and 20 (one).
TABLE = customers(("a", range(20, 50), "no"), ("a", range(50, 60), "yes"), ("b", [30] * 20, "no"))


def test_cells_by_hand():
    made, found, reports = cells(TABLE)
    assert list(found.columns) == ["panel", "As recorded", "In bands", "Fewer, in bands"]
    lines = {label: found.loc[label].tolist()[1:] for label in found.index}
    assert lines == {
        "Records (customers)": ["60", "60", "60"],
        "Classes": ["41", "3", "2"],
        "Smallest class, k": ["1", "10", "20"],
        "Records in classes below 5": ["40", "0", "0"],
        "Records in classes below 10": ["40", "0", "0"],
        "Alone in their class, %": ["66.7", "0.0", "0.0"],
        "Fewest values in a class, l": ["1", "1", "1"],
        "In classes of one value, %": ["100.0", "100.0", "33.3"],
    }
    assert [note.en for note in made.notes[1:]] == ["Quasi-identifiers: Place; Age.", "Bands: Age from 50.", "Fewer: Place."]
    assert anonymity_numbers(reports)["anonymity_alone_recorded"][:3] == (pytest.approx(200 / 3), ".1f", 60)
    assert made.units.behind[(5, 1)] == 20  # the fewer of the 40 who are alone and the 20 who are not


def test_small_counts_are_withheld_with_what_gives_them_back():
    # As recorded a is one class of 30, b three of one, c two of six, d one of four: 7 records below five, 19 below ten.
    table = customers(("a", [30] * 30, "no"), ("b", [1, 2, 3], "no"), ("c", [1, 2] * 6, "no"), ("d", [9] * 4, "no"))
    _, found, reports = cells(table)
    assert found["As recorded"].tolist()[1:6] == ["7", "below 5", "[c]", "19", "[c]"]
    # In bands and by place the classes are 30, 3, 12 and 4: 7 below five, 7 below ten.
    assert found["In bands"].tolist()[1:6] == ["4", "below 5", "[c]", "[c]", "0.0"]
    assert {"anonymity_alone_recorded", "anonymity_below_10_bands"}.isdisjoint(anonymity_numbers(reports))


def test_counts_that_nearly_agree_are_not_both_printed():
    # 20 alone, and a class of 6: 26 below ten differ by six from the 20 who are alone
    table = customers(("a", [200] * 40, "no"), ("b", range(20), "no"), ("c", [200] * 6, "no"))
    shown = published(privacy.profile_anonymity(table, ASKED))
    assert shown["alone", "recorded"] == 20 and ("below_10", "recorded") not in shown
    assert shown["below_5", "recorded"] == 20  # the same 20: nobody is between


def test_all_but_a_few_is_a_few():
    table = customers(("a", range(40), "no"), ("b", [30, 30], "no"))
    made, found, reports = cells(table)
    assert found["As recorded"].tolist()[:6] == ["42", "[c]", "1", "42", "42", "[c]"]  # 41 classes of 42 records give the two back
    assert made.notes[-1].en.startswith("[c]: withheld")
    assert "anonymity_alone_recorded" not in anonymity_numbers(reports)


@pytest.mark.parametrize("seed", range(20))
def test_no_small_count_follows_from_what_is_printed(seed):
    """Against every pair of printed counts of which one holds the other, found from the rows themselves."""
    table = pd.DataFrame(
        {
            "place": pd.Series(range(300)).map(lambda i: (i * i * (seed + 3)) % 97 // 7),
            "age": [(i * 37 + seed) % 71 for i in range(300)],
            "ill": ["no"] * 300,
        }
    ).astype({"place": str, "age": float})
    reports = privacy.profile_anonymity(table, ASKED)
    keys = {"recorded": ["place", "age"], "bands": ["place", "old"], "fewer": ["place"]}
    size = {key: table.assign(old=table["age"] >= 50).groupby(columns)["ill"].transform("size") for key, columns in keys.items()}
    under = {"alone": 2, "below_5": 5, "below_10": 10}
    members = {(m, k): set(table.index[size[k] < limit]) for k in keys for m, limit in under.items()} | {("records", "recorded"): set(table.index)}
    shown = [members[cell] for cell in published(reports) if cell in members]
    assert all(not 1 <= len(whole - part) <= 9 for whole in shown for part in [*shown, set()] if part <= whole)


def test_what_is_printed_passes_the_release_check():
    design = load()
    for table in (TABLE, customers(("a", range(40), "no"), ("b", [30, 30], "no"))):
        made, _, _ = cells(table)
        units = privacy.Units.read(made.written_units())
        privacy.check_cells({"en": made.cells("en"), "zh": made.cells("zh")}, units, exhibit="A2", arm="own", design=design)


def test_fewer_than_ten_records_print_nothing_of_them():
    _, found, _ = cells(customers(("a", range(5), "no")))
    assert found["As recorded"].tolist()[:6] == ["[c]", "[c]", "below 5", "[c]", "[c]", "[c]"]


def test_tables_without_quasi_identifiers_say_so():
    made, found, reports = cells(TABLE[["ill"]])
    assert reports == {} and anonymity_numbers(reports) == {}
    assert found["As recorded"].to_dict() == {"Quasi-identifiers in the tables": "none"}
    assert made.notes[0].en.startswith("Looked for: place, age.")


def test_a_file_with_decimals_shows_what_they_do():
    """Sixty ages 20.00, 20.25, ...: all alone as recorded, four of each whole year, in bands 44 below 31 and 16 above."""
    asked = Anonymous(quasi=("age",), sensitive=("ill",), rounded={"age": 1}, bands={"age": (31,)})
    table = pd.DataFrame({"age": [20 + i / 4 for i in range(60)], "ill": "no"})
    made, found, reports = cells(table, asked)
    assert found.loc["Alone in their class, %"].tolist()[1:] == ["100.0", "0.0", "0.0"] and found.columns.tolist()[2] == "Rounded"
    assert found.loc["Classes"].tolist()[1:] == ["60", "15", "2"]
    assert made.notes[2].en.endswith("decimals: Age in steps of 1 (x).")
    assert anonymity_numbers(reports)["anonymity_alone_rounded"][0] == 0


def test_a_band_by_size_is_described():
    asked = Anonymous(quasi=("age",), sensitive=("ill",), bands={"age": 4})
    made, _, _ = cells(TABLE, asked)
    assert made.notes[2].en == "Bands: Age in 4 of about as many." and len(made.columns) == 3
