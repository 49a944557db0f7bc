"""Steps of a sample: no published difference shows fewer than ten customers."""

import pandas as pd

from study import privacy
from study.exhibits import Text


def log(*dropped, start=1000):
    lines, left = [], start
    for name, count in zip("abcdef", dropped):
        text = Text(en=name, zh=name)
        lines.append({"label": text, "reason": text, "before": left, "dropped": count, "left": left - count, "clusters": 5})
        left -= count
    return pd.DataFrame(lines)


def read(made):
    return [(line.label.en, line.before, line.dropped, line.left) for line in made.itertuples()]


def test_a_small_step_is_joined_to_the_next():
    assert read(privacy.merge_steps(log(0, 3, 40, 12))) == [("a", 1000, 0, 1000), ("b; c", 1000, 43, 957), ("d", 957, 12, 945)]


def test_a_small_last_step_is_joined_to_the_one_before():
    assert read(privacy.merge_steps(log(0, 40, 12, 3))) == [("a", 1000, 0, 1000), ("b", 1000, 40, 960), ("c; d", 960, 15, 945)]


def test_small_steps_are_joined_until_ten_are_together():
    assert read(privacy.merge_steps(log(20, 4, 3, 5))) == [("a", 1000, 20, 980), ("b; c; d", 980, 12, 968)]


def test_if_all_steps_cost_a_few_only_what_is_left_is_published():
    made = privacy.merge_steps(log(0, 3, 4))
    assert made["label"].iloc[0].en == "a; b; c" and len(made) == 1
    assert made[["before", "dropped"]].isna().all(axis=None) and made["left"].tolist() == [993]


def test_a_sample_that_leaves_out_a_few_is_hidden_with_its_complement():
    samples = pd.DataFrame({"before": [1000, 1000, 1000, 1000], "dropped": [27, 4, 997, 0], "left": [973, 996, 3, 1000]})
    made = privacy.hide_samples(samples)
    for column in ("dropped", "left"):
        assert made[column].isna().tolist() == [False, True, True, False]
