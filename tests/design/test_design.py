"""The design loads, is frozen, and a fault in a file is named with file, line and nearest name."""

import re
import shutil

import pytest
from pydantic import ValidationError

from study.design import DesignError, ParameterError, load, resolve, root


@pytest.fixture
def folder(tmp_path):
    """A copy of design/ that a test may damage."""
    return shutil.copytree(root() / "design", tmp_path / "design")


def edit(folder, name, old, new):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_design_of_the_project_loads():
    design = load()
    assert list(design.exhibits)[:24] == [f"T{i}" for i in range(1, 25)]
    assert [f"F{i}" for i in range(1, 15)] == list(design.exhibits)[24:38]
    assert all(id_.startswith("A") for id_ in list(design.exhibits)[38:])
    assert {"H1a", "H1b", "H2", "H3", "H4a", "H4b", "H10"} <= set(design.hypotheses)


def test_primary_hypotheses_are_tested_on_own_data_only():
    # EMPIRICAL_DESIGN 2.2: no real arm randomises FinTech adoption; the benchmark is method
    for name in ("H1a", "H2", "H4a"):
        hypothesis = load().hypotheses[name]
        assert hypothesis.family == "primary"
        tests = [arm for arm, bears in hypothesis.bears_on.items() if bears == "tests"]
        assert tests == ["own"]
        assert hypothesis.bears_on["benchmark"] == "method"


def test_entries_are_frozen():
    with pytest.raises(ValidationError):
        load().arms["cn_banks"].kind = "synthetic"


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("models.yaml", '"roe ~', '"roo ~', "'roo', which is not defined; did you mean 'roe'"),
        ("models.yaml", "panel: lagged", "pannel: lagged", "unknown key 'pannel'; did you mean 'panel'"),
        ("models.yaml", "  cluster: bank\n", "", "the key 'cluster' is missing"),
        ("exhibits.yaml", "\nT8:", "\nT7:", "'T7' is defined twice \\(first in line 3\\)"),
        ("sources/berka.yaml", "06_lapse_warning: {", "06_lapsewarning: {", "did you mean '06_lapse_warning'"),
        ("hypotheses.yaml", "akiba: neighbour", "akiva: neighbour", "did you mean 'akiba'"),
        ("variables.yaml", "minimum: 2017", "minimum: early", "minimum"),
        ("variables.yaml", "{log: net_profit}", "{log: net_proft}", "did you mean 'net_profit'"),
        ("variables.yaml", "{log: net_profit}", "{log: net_profit, lag: roe}", "exactly one of log, lag, ratio"),
        ("questions.yaml", "default: akiba", "default: [1]", "default"),
        ("questions.yaml", "default: 0.88", "default: 1.88", "the default 1.88 is outside its own range, 0.0 to 0.99"),
        ("questions.yaml", "default: strict\n", "default: strickt\n", "the default 'strickt' is not among the choices"),
        ("samples.yaml", "doubt: drop", "doubt: maybe", "doubt"),
        ("definitions.yaml", "restated: true", "restated: perhaps", "restated"),
        ("sources/cn_banks.yaml", "  p: bootstrap\n", "", "the key 'p' is missing"),
        ("sources/cn_banks.yaml", "family: [lagged, same_year]", "family: []", "family"),
        ("sources/akiba.yaml", "    harm: [more_gambling]", "    harm: []", "the family harm has no outcome"),
        ("sources/akiba.yaml", "[lottery, control], ", "[lottery], ", "contrasts"),
    ],
)
def test_a_damaged_file_is_refused_with_file_and_line(folder, name, old, new, message):
    line = edit(folder, name, old, new)
    with pytest.raises(DesignError, match=message) as caught:
        load(folder)
    named = re.match(rf"design/{name}:(\d+): ", str(caught.value))
    assert named, caught.value
    assert abs(int(named.group(1)) - line) <= 7  # the entry's own line or the key's


def test_a_missing_or_broken_file_is_refused(folder):
    (folder / "models.yaml").write_text("baseline: [", encoding="utf-8")
    with pytest.raises(DesignError, match=r"design/models.yaml:\d+"):
        load(folder)
    (folder / "models.yaml").write_text("", encoding="utf-8")
    with pytest.raises(DesignError, match="must be a mapping"):
        load(folder)
    (folder / "models.yaml").unlink()
    with pytest.raises(DesignError, match="design/models.yaml is missing"):
        load(folder)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"no_such_parameter": "1"}, "no parameter 'no_such_parameter'"),
        ({"rep": "999"}, "did you mean 'reps'"),
        ({"reps": "many"}, "'reps' is 'many'; it must be type int"),
        ({"reps": "9.5"}, "it must be type int"),
        ({"reps": "5"}, "'reps' is 5 draws; allowed is 99 to 999999"),
        ({"power": "nan"}, "'power' is nan"),
        ({"power": "2"}, "allowed is 0.5 to 0.99"),
        ({"rule": "strickt"}, "did you mean 'strict'"),
        ({"arm": "cn_banks"}, "is chosen with --arm"),
    ],
)
def test_a_wrong_parameter_is_refused(given, message):
    with pytest.raises(ParameterError, match=message):
        resolve(load(), "cn_banks", given)


def test_a_parameter_reaches_the_stages_that_declare_it():
    resolved = resolve(load(), "cn_banks", {"reps": "199"})
    assert resolved["10_baseline"]["reps"] == 199
    assert resolved["01_sample"] == {"arm": "cn_banks", "rule": "strict"}
