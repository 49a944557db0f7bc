"""The table of detectors: cells by hand, accounts behind the reasons declared."""

import pandas as pd

from study.exhibits.anomalies import WORDS, detectors, found, limits, numbers


def test_cells_by_hand():
    lines = []
    for place, name in enumerate(WORDS["methods"]):
        spread = {
            f"{c}{end}": 0.0 if c.endswith(name) else 0.01 * place - 0.02
            for c in ("less_rules", "less_largest", "less_random")
            for end in ("", "_low", "_high")
        }
        every = {"precision": 0.2, "precision_low": 0.1, "precision_high": 0.3} | spread
        lines.append({"method": name, "injected": "all", "episodes": 50, "recall": 0.5, "recall_rows": 0.25} | every)
        lines.append({"method": name, "injected": "burst", "episodes": 25, "recall": 0.04 * place})
    volume = pd.DataFrame({"method": list(WORDS["methods"]), "alerts_per_1000": 651.3, "accounts_per_1000": 174.2})
    told = pd.DataFrame({"reason": ["silence", "other"], "method": "rules", "alerts": [1200, 31], "accounts": [800, 12]})
    table = detectors(pd.DataFrame(lines), volume, told, {"alerts": 986, "scored": 98604, "accounts": 1515, "planted": 250}, "berka")
    found = table.frame("en").set_index("Measure")
    assert found["panel"].iloc[0] == "A. 986 alerts among 98,604 transactions of 1,515 accounts, 250 of them planted"
    assert found.loc["Precision, lower bound (95% interval)", "Random"] == "0.200 (0.100 to 0.300)"
    assert found.loc["Precision less that of largest amounts"].tolist()[1:3] == [
        "\N{MINUS SIGN}0.020 (\N{MINUS SIGN}0.020 to \N{MINUS SIGN}0.020)"
    ] + ["\N{MINUS SIGN}0.010 (\N{MINUS SIGN}0.010 to \N{MINUS SIGN}0.010)"]
    assert found.loc["Precision less that of random", "Random"] == ""
    assert found.loc["Burst of small payments"].tolist()[1:] == ["0.00", "0.04", "0.08", "0.12"]
    assert found.loc["Longest silence before it"].tolist()[1:] == ["1,200", "", "", ""]
    assert found.loc["Precision less that of the rules"].tolist()[1:3] == ["", "\N{MINUS SIGN}0.010 (\N{MINUS SIGN}0.010 to \N{MINUS SIGN}0.010)"]
    assert "October 1994" in table.notes[0].en
    assert sorted(table.units.behind.values()) == [12, 800]


def test_numbers_and_the_sentence_by_hand():
    every = {"precision": 0.2, "precision_low": 0.1, "precision_high": 0.3, "episodes": 25}
    every |= {f"less_{other}{end}": 0.05 for other in ("rules", "largest", "random") for end in ("", "_low", "_high")}
    lines = [{"method": name, "injected": kind, "recall": 0.6} | every for name in WORDS["methods"] for kind in ("all", "burst")]
    volume = pd.DataFrame({"method": list(WORDS["methods"]), "alerts_per_1000": 651.3})
    counts = {"alerts": 986, "scored": 98604, "accounts": 1515, "planted": 250, "episodes": 150, "kinds": 6}
    made = {number.pop("name"): number for number in numbers(pd.DataFrame(lines), volume, counts, 0.01)}
    assert made["anomaly_budget"] == {"value": 1.0, "meaning": "alerts, % of transactions", "behind": 98604, "form": ".0f", "unit": "%"}
    assert made["anomaly_rules_burst"] == {"value": 0.6, "meaning": "recall of burst, rules", "behind": 1515}
    assert made["anomaly_forest_less_rules_low"]["value"] == 0.05 and made["anomaly_rows"]["value"] == 98604
    said = found(pd.DataFrame(lines), counts).en
    assert (
        said.startswith("At 986 alerts the rules have a precision of 0.200 and find 60% of the planted episodes") and "0.050 (0.050 to 0.050)" in said
    )
    assert limits("own") == WORDS["limits"] and "Hours" in limits("berka").en
