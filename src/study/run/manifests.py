"""The manifest of results: what each exhibit and number came from, written so that a change of it can be read line by line.

On disk nothing stands twice: parameters and inputs once per stage, one line per exhibit, numbers of one cell and the same
rows together, every file that the stages rest on once with the stages that use it. Read back, each exhibit and number
(`number <name>`) has a line of its own with all that holds for it.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from study.design import read_json, relative
from study.errors import StudyError

VERSION = 3  # 1 had a checksum of bytes per file and stage, 2 repeated parameters and inputs per line and had a line per number
ALL = "all"  # in place of the names of all stages
NUMBER = "number "


class ManifestVersion(StudyError, ValueError):
    """A manifest was written by another version of the study."""


def read(file: Path) -> dict:
    """The manifest of published results.

    Returns
    -------
    dict version, arm, packages, data, numbers (checksum of numbers.json), files (name -> digest),
    stages (name -> parameters, files), exhibits (id or "number <name>" -> notebook, cell, parameters, inputs, files
    (name -> digest), and rows, models, pooled, synthetic where they were said)

    Raises
    ------
    ManifestVersion if it is of another version; UnreadableFile if it is no JSON.
    """
    return _whole(of_this_version(file))


def of_this_version(file: Path) -> dict:
    """The content of a manifest, as it is written; a stage's own has its record and lines as the notebook saved them.

    Raises
    ------
    ManifestVersion, UnreadableFile as for `read`.
    """
    content = read_json(file)
    found = content.get("version", 1)
    if found != VERSION:
        older = isinstance(found, int) and found < VERSION
        way = "make the results anew with `study run`" if older else "take the version of the study that wrote it"
        raise ManifestVersion(f"{relative(file)} is of version {found}, this checkout reads version {VERSION}; {way}")
    return content


def write(file: Path, whole: Mapping) -> None:
    """Write a manifest of the form that `read` gives; what holds for a stage or for several numbers is written once."""
    file.write_text(_text(_brief(whole)), encoding="utf-8")


def stage_of(line: Mapping) -> str:
    """The stage that saved an exhibit or number."""
    return Path(line["notebook"]).stem


def _brief(whole: Mapping) -> dict:
    stages: dict[str, dict] = {name: {"parameters": dict(stage["parameters"])} for name, stage in whole["stages"].items()}
    exhibits: dict[str, dict] = {}
    numbers: dict[tuple, list[str]] = {}
    for key, line in whole["exhibits"].items():
        stage = stage_of(line)
        asked = stages[stage]["parameters"]
        rest = {name: value for name, value in line.get("parameters", {}).items() if name not in asked}
        stages[stage] |= {"inputs": _inputs(line.get("inputs", {}), whole["data"]), **({"defaults": rest} if rest else {})}
        if line.get("synthetic"):
            stages[stage]["synthetic"] = True
        rows = line.get("rows", "")
        if key.startswith(NUMBER):
            numbers.setdefault((stage, line["cell"], rows), []).append(key.removeprefix(NUMBER))
            continue
        said = {name: line[name] for name in ("pooled",) if line.get(name)}
        models = [f"{one['model']} {one['rows']}" for one in line.get("models", ())]
        said |= {"models": models} if models else {"rows": rows} if rows else {}
        exhibits[key] = {"stage": stage, "cell": line["cell"], "files": line["files"], **said}
    used = {name: [stage for stage in whole["stages"] if name in whole["stages"][stage]["files"]] for name in whole["files"]}
    return {
        "version": VERSION,
        "arm": whole["arm"],
        "packages": whole["packages"],
        "data": whole["data"],
        "stages": stages,
        "exhibits": exhibits,
        "numbers": [
            {"stage": stage, "cell": cell, **({"rows": rows} if rows else {}), "names": sorted(names)}
            for (stage, cell, rows), names in sorted(numbers.items())
        ],
        "numbers.json": whole["numbers"],
        "files": {name: " ".join([whole["files"][name], *([ALL] if len(of) == len(stages) else of)]) for name, of in used.items()},
    }


def _inputs(read: Mapping[str, str], data: Mapping[str, str]) -> list[str] | dict[str, str]:
    """The files that a stage read: their names, whose checksums stand under data; with checksums if those are others."""
    return sorted(read) if all(data.get(name) == digest for name, digest in read.items()) else dict(read)


def _whole(brief: Mapping) -> dict:
    stages = brief["stages"]
    files: dict[str, str] = {}
    used: dict[str, list[str]] = {stage: [] for stage in stages}
    for name, written in brief["files"].items():
        files[name], *of = written.split(" ")
        for stage in stages if of == [ALL] else of:
            used[stage].append(name)

    def line(said: Mapping, **more) -> dict:
        stage = stages[said["stage"]]
        parameters = {**stage["parameters"], **stage.get("defaults", {})}
        inputs = stage.get("inputs", {})
        inputs = inputs if isinstance(inputs, dict) else {name: brief["data"][name] for name in inputs}
        start = {"notebook": f"notebooks/{said['stage']}.ipynb", "cell": said["cell"], "parameters": parameters, "inputs": inputs}
        return {**start, **({"synthetic": True} if stage.get("synthetic") else {}), **more}

    exhibits = {key: line(said, **_said(said)) for key, said in brief["exhibits"].items()}
    for said in brief["numbers"]:
        exhibits |= {f"{NUMBER}{name}": line(said, files={}, rows=said.get("rows", "")) for name in said["names"]}
    return {
        **{name: brief[name] for name in ("version", "arm", "packages", "data")},
        "numbers": brief["numbers.json"],
        "files": files,
        "stages": {name: {"parameters": stage["parameters"], "files": used[name]} for name, stage in stages.items()},
        "exhibits": exhibits,
    }


def _said(said: Mapping) -> dict:
    models = [dict(zip(("model", "rows"), one.split(" ", 1))) for one in said.get("models", ())]
    return {"files": said["files"], "rows": said.get("rows", ""), "models": models, **({"pooled": said["pooled"]} if "pooled" in said else {})}


def _text(brief: Mapping) -> str:
    """JSON with a line per entry of the large parts."""
    parts = []
    for name, part in brief.items():
        if isinstance(part, dict) and name != "packages":
            shown = ",\n".join(f"  {json.dumps(key)}: {_line(value)}" for key, value in sorted(part.items()))
            parts.append(f' "{name}": {{\n{shown}\n }}' if part else f' "{name}": {{}}')
        elif isinstance(part, list):
            shown = ",\n".join(f"  {_line(value)}" for value in part)
            parts.append(f' "{name}": [\n{shown}\n ]' if part else f' "{name}": []')
        else:
            parts.append(f' "{name}": {_line(part)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _line(value) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
