"""What the customer model, what data sets fill of it and the steps of their samples say of each other."""


def named(tables, filled, steps):
    """Names that must be defined: part of the design, place, name, allowed."""
    for id_, table in tables.items():
        for name in table.key:
            yield "tables", (id_, "key"), name, table.columns
        for name, column in table.columns.items():
            if column.refers:
                yield "tables", (id_, "columns", name, "refers"), column.refers, tables
            if column.instead:
                yield "tables", (id_, "columns", name, "instead"), column.instead, table.columns
    for id_, entry in filled.items():
        yield "filled", (id_, "unit"), entry.unit, tables
        for name, table in entry.filled.items():
            yield "filled", (id_, "filled", name), name, tables
            for column in table.columns:
                yield "filled", (id_, "filled", name, "columns"), column, tables[name].columns
            for column in table.may_miss:
                yield "filled", (id_, "filled", name, "may_miss"), column, table.columns
        known = columns(tables, entry)
        if entry.cluster:
            yield "filled", (id_, "cluster"), entry.cluster, known
        for step, described in steps[id_].root.items() if id_ in steps else ():
            for keep in described.keep:
                if keep.rows_of:
                    yield "steps", (id_, step, "keep"), keep.rows_of, entry.filled or tables
                for column in keep.columns:
                    yield "steps", (id_, step, "keep"), column, known


def columns(tables, entry) -> list[str]:
    """The columns, as table.column, that a data set has: those it says, or all of the model for a user's own bank."""
    if not entry.filled:
        return [f"{name}.{column}" for name, table in tables.items() for column in table.columns]
    return [f"{name}.{column}" for name, table in entry.filled.items() for column in (*table.columns, *table.extra)]


def faults(design):
    """What does not fit although every name is defined: part, place, message."""
    for id_, entry in design.filled.items():
        for name, table in entry.filled.items():
            lacking = design.tables[name].lacking(table.columns)
            if lacking:
                yield "filled", (id_, "filled", name, "columns"), f"the table {name} must have the column {lacking[0]} (design/tables.yaml)"
            for column in table.extra:
                if column in design.tables[name].columns:
                    yield "filled", (id_, "filled", name, "extra", column), f"{name}.{column} is a column of the model; list it under `columns`"
    for id_, steps in design.steps.items():
        unit = design.filled[id_].unit if id_ in design.filled else None
        for step in list(steps.root)[1:]:
            if unit != "bank_periods" and not steps.root[step].keep:
                yield "steps", (id_, step), f"the step '{step}' does not say which rows it keeps; give `keep`"
