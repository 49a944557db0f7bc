"""Tables of sample construction: a step that costs a few customers would show them by subtraction."""

from dataclasses import replace

import pandas as pd

from study.design.entries import Text

from .suppression import LEAST, small


def publishable(built, *, least: int = LEAST):
    """A sample whose log and samples can be published: `merge_steps` and `hide_samples`; its rows are as they were.

    Parameters
    ----------
    built : of `sample.build`, or any dataclass with `log` and `samples`
    """
    return replace(built, log=merge_steps(built.log, least=least), samples=hide_samples(built.samples, least=least))


def merge_steps(log: pd.DataFrame, *, least: int = LEAST) -> pd.DataFrame:
    """The steps with those that drop 1 to 9 customers joined to the next one (the last: to the one before).

    Parameters
    ----------
    log : label, reason (Text), before, dropped, left, and any columns that a step leaves as they are at its
        end; one line per step, each from what the last one left

    Returns
    -------
    DataFrame, the same columns; where even all steps together drop 1 to 9, one line whose before and dropped
    are missing: what is left is published alone
    """
    lines: list[dict] = []
    for line in log.to_dict("records"):
        if lines and small([lines[-1]["dropped"]], least)[0]:
            lines[-1] = _joined(lines[-1], line)
        else:
            lines.append(line)
    while len(lines) > 1 and small([lines[-1]["dropped"]], least)[0]:
        last = lines.pop()
        lines[-1] = _joined(lines[-1], last)
    made = pd.DataFrame(lines, columns=log.columns).astype({"before": "Int64", "dropped": "Int64", "left": "Int64"})
    few = small(made["dropped"], least)
    return made.assign(before=made["before"].mask(few), dropped=made["dropped"].mask(few))


def hide_samples(samples: pd.DataFrame, *, least: int = LEAST) -> pd.DataFrame:
    """Samples of the same rows: dropped and left are missing where either is 1 to 9, since they add up to `before`."""
    few = small(samples["dropped"], least) | small(samples["left"], least)
    counts = {name: samples[name].astype("Int64").mask(few) for name in ("dropped", "left")}
    return samples.assign(**counts)


def _joined(first: dict, second: dict) -> dict:
    texts = {name: _and(first[name], second[name]) for name in ("label", "reason")}
    return {**second, **texts, "before": first["before"], "dropped": first["dropped"] + second["dropped"]}


def _and(first: Text, second: Text) -> Text:
    return first if first == second else Text(en=f"{first.en}; {second.en}", zh=f"{first.zh};{second.zh}")
