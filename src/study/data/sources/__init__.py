"""One module per data set, found by the name of its file in design/sources/: nothing here lists them.

Each has `provided(files)`, the provider's tables as they are, checked and typed; `model(provided)`, the same as tables of the
customer model (design/tables.yaml); and `figures(provided)`, the counts that its documentation states.
"""
