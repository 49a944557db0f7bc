"""TRANSITION, to be removed: a sample's rows and tables in the provider's names too, until study.variables and the notebooks read the model."""

from dataclasses import replace

from study.data import registry

from .built import Built


def beside(built: Built) -> Built:
    """The sample with `rows` in the provider's names (the index is that of `units`) and the provider's tables beside the model's.

    Where both have a table of one name (customers) it is the model's. A user's own bank has the model's tables only.
    """
    source = next(iter(registry.of_arm(built.arm)), None)
    if source is None:
        return built
    tables = registry.provided(source)
    assert built.units is not None, "a sample of customers has units"
    return replace(built, rows=next(iter(tables.values())).loc[built.units.index], tables=tables | dict(built.tables))
