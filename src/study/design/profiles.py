"""The typed entries of design/steps.yaml and design/profiles.yaml: samples and 360-degree tables of the arms."""

from typing import Literal

from pydantic import RootModel

from .entries import Entry, Text


class Step(Entry):
    """A step of a sample, or (kind sample) a part of it that a later analysis uses."""

    kind: Literal["step", "sample"]
    label: Text
    reason: Text


class Steps(RootModel[dict[str, Step]]):
    """The steps of one arm, by id, in their order."""

    model_config = {"frozen": True}


class Column(Entry):
    """A column of a 360-degree table."""

    block: Literal["static", "behavioural", "external", "treatment", "outcome"]
    kind: Literal["number", "flag", "category"]
    label: Text
    unit: Text
    definition: Text


class Profile(RootModel[dict[str, Column]]):
    """The columns of one arm's table, by name, in their order."""

    model_config = {"frozen": True}
