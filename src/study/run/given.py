"""Whether a notebook takes the parameters that it is given: papermill itself only warns, and runs with the defaults."""

import ast
from collections.abc import Mapping

TAG, INJECTED = "parameters", "injected-parameters"


def faults(notebook: Mapping, parameters: Mapping) -> list[str]:
    """Why the notebook would not run with these parameters, as far as its cells show it; empty if it would.

    The first code cell, and no other, has the tag `parameters` and assigns each of them; no later cell assigns one anew.
    """
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    tagged = [i for i, cell in enumerate(cells) if TAG in _tags(cell)]
    if any(INJECTED in _tags(cell) for cell in cells):
        return [f"a cell has the tag '{INJECTED}', as an executed notebook has it: take the notebook of the repository"]
    if not parameters and not tagged:
        return []
    if len(tagged) != 1:
        return [f"{len(tagged)} of its cells have the tag '{TAG}'; exactly the cell that assigns {', '.join(parameters)} must have it"]
    assigned = _assigned(cells[tagged[0]])
    found = [f"the cell with the tag '{TAG}' does not assign {name}" for name in parameters if name not in assigned]
    for cell in cells[: tagged[0]]:
        used = _stored(cell) & parameters.keys()
        found += [f"cell {cell.get('id')} assigns {name} before the cell with the tag '{TAG}'" for name in sorted(used)]
    for cell in cells[tagged[0] + 1 :]:
        anew = _stored(cell) & parameters.keys()
        found += [f"cell {cell.get('id')} assigns the parameter {name} anew" for name in sorted(anew)]
    return found


def differences(executed: Mapping, parameters: Mapping) -> list[str]:
    """How what ran differs from what was asked for: the cell that papermill puts after the parameters is read back."""
    injected = [cell for cell in executed["cells"] if INJECTED in _tags(cell)]
    if not parameters and not injected:
        return []
    if len(injected) != 1:
        return [f"{len(injected)} cells with the tag '{INJECTED}' were executed instead of one"]
    ran = _assigned(injected[0])
    found = []
    for name, value in parameters.items():
        if name not in ran:
            found.append(f"{name} was not passed")
        elif ran[name] != value:
            found.append(f"{name} was {ran[name]!r} instead of {value!r}")
    return found


def _tags(cell: Mapping) -> list[str]:
    return cell.get("metadata", {}).get("tags", [])


def _tree(cell: Mapping) -> ast.Module:
    """The cell's code; a cell that is no plain Python will be told by the kernel."""
    try:
        return ast.parse("".join(cell["source"]))
    except SyntaxError:
        return ast.Module([], [])


def _assigned(cell: Mapping) -> dict[str, object]:
    """Name -> value of a cell's plain assignments; the value is Ellipsis where it is no literal."""
    found: dict[str, object] = {}
    for node in _tree(cell).body:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) and node.value else []
        for target in targets:
            if isinstance(target, ast.Name):
                found[target.id] = _literal(node.value)
    return found


def _literal(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return ...


def _stored(cell: Mapping) -> set[str]:
    """The names that a cell binds in the notebook itself, not inside its functions, classes or comprehensions."""
    inner = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    found: set[str] = set()
    waiting: list[ast.AST] = [*_tree(cell).body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).split(".")[0])
        if not isinstance(node, inner):
            waiting += ast.iter_child_nodes(node)
    return found
