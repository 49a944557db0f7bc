"""Settings of a question: declared types and defaults, what a data set says, what is refused."""

import pytest

from study.design import entries, settings
from study.design.entries import Setting, Text

SAID = Text(en="meaning", zh="含义")


def declared():
    return {
        "outcome": Setting(type="text", default="accepted", meaning=SAID),
        "least": Setting(type="whole", default=10, meaning=SAID),
        "numeric": Setting(type="texts", default=["age"], meaning=SAID),
    }


def test_a_data_set_changes_what_it_names_and_no_more():
    printed = {"printed": {"share": {"value": 13.7, "digits": 1, "source": "an article"}}}
    found = settings.of(declared(), {"least": 5} | printed)
    assert (found.outcome, found.least, found["numeric"]) == ("accepted", 5, ["age"])
    assert found.printed["share"].holds(13.653) and not found.printed["share"].holds(13.76)


def test_an_unknown_setting_is_refused_with_the_nearest_name():
    with pytest.raises(AttributeError, match="no setting 'outcom'.*outcome"):
        _ = settings.of(declared(), {}).outcom


@pytest.mark.parametrize(
    ("name", "value"), [("least", "five"), ("least", True), ("numeric", "age"), ("numeric", [1]), ("leest", 5), ("printed", {"a": 1})]
)
def test_what_is_not_declared_or_of_another_type_is_a_fault(name, value):
    assert settings._wrong(declared(), name, value)


def test_what_is_declared_is_no_fault():
    assert settings._wrong(declared(), "least", 5) is None
    assert settings._wrong(declared(), "numeric", ["age", "score"]) is None


def test_groups_are_lists_of_texts_by_name():
    made = Setting(type="groups", default={}, meaning=SAID)
    assert made.fault({"a": ["x", "y"], "b": ["z"]}) is None
    assert made.fault({"a": "x"}) and made.fault({"a": [1]}) and made.fault(["x"])


def test_a_default_must_be_of_its_type():
    with pytest.raises(ValueError, match="must be of type whole"):
        entries.Setting(type="whole", default="ten", meaning=SAID)
