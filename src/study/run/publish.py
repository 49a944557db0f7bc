"""Replace the published results of an arm when, and only when, a run is complete."""

import shutil
from pathlib import Path

from study import privacy
from study.design import checksum, load, read_json, relative
from study.errors import StudyError
from study.exhibits.run import write_json


class PublishError(StudyError, RuntimeError):
    """The stages' results do not fit together or can not be written."""


def publish(planned) -> list[str]:
    """Merge the stages' folders into the arm's results; untouched if nothing changed.

    Returns
    -------
    the files that were added, changed or removed

    Raises
    ------
    PublishError if a built exhibit is missing, two stages write the same file, the results show single
    customers (see `privacy.check_release`), or the disk refuses.
    """
    try:
        new = assemble(planned)
        changed = differences(planned.results, new)
        if changed:
            privacy.check_release(new, planned.arm)
            _swap(planned.results, new)
        return changed
    except privacy.ReleaseRefused as error:
        raise PublishError(f"{error}\n{relative(planned.results)} is as it was") from None
    except OSError as error:
        name = error.filename and relative(Path(error.filename))
        raise PublishError(
            f"{name or relative(planned.results)} can not be written ({error.strerror}); {relative(planned.results)} is as it was"
        ) from None


def assemble(planned) -> Path:
    """The results of a run as they would be published, in the run's own folder."""
    new = planned.folder / "results"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    _check_complete(planned.arm, _merge(planned, new))
    return new


def recover(results: Path) -> None:
    """Put back the published results if a run was killed in the instant of replacing them."""
    old = _aside(results)
    if old.is_dir() and not results.is_dir():
        old.rename(results)
    for left in (old, _staged(results)):
        shutil.rmtree(left, ignore_errors=True)


def differences(old: Path, new: Path) -> list[str]:
    """The files that differ between two folders, by checksum."""
    before, after = (_checksums(folder) for folder in (old, new))
    return sorted(f for f in before | after if before.get(f) != after.get(f))


def _checksums(folder: Path) -> dict[str, str]:
    files = (f for f in sorted(folder.rglob("*")) if f.is_file())
    return {f.relative_to(folder).as_posix(): checksum(f) for f in files}


def _merge(planned, new: Path) -> dict:
    """Copy every stage's exhibits; join their numbers and manifests."""
    numbers: dict = {}
    manifest: dict = {"arm": planned.arm, "stages": {}, "exhibits": {}}
    for stage in planned.parameters:
        folder = planned.folder / "stages" / stage
        lines = _json(folder / "manifest.json")
        manifest["stages"][stage] = {"code": lines["code"]}
        _join(manifest["exhibits"], lines["exhibits"], stage)
        _join(numbers, _json(folder / "numbers.json"), stage)
        for part in ("tables", "figures"):
            for file in sorted((folder / part).glob("*")):
                target = new / part / file.name
                target.parent.mkdir(exist_ok=True)
                if target.exists():
                    raise PublishError(f"{stage} writes {part}/{file.name}, which is written already")
                shutil.copyfile(file, target)
    write_json(new / "numbers.json", numbers)
    manifest["numbers"] = checksum(new / "numbers.json")
    write_json(new / "manifest.json", manifest)
    return manifest


def _join(whole: dict, part: dict, stage: str) -> None:
    twice = sorted(whole.keys() & part.keys())
    if twice:
        raise PublishError(f"{stage} saves {', '.join(twice)}, which another stage saved already")
    whole |= part


def _json(path: Path) -> dict:
    return read_json(path) if path.is_file() else {}


def _check_complete(arm: str, manifest: dict) -> None:
    design = load()
    keys = (key.removeprefix(f"{arm}.") for key in design.built_exhibits(arm))
    wanted = [id_ for id_ in keys if design.exhibits[id_].notebook in manifest["stages"]]
    missing = [id_ for id_ in wanted if id_ not in manifest["exhibits"]]
    if missing:
        raise PublishError(f"design/exhibits.yaml says that {arm} has {', '.join(missing)}, but no notebook saved it; save it or mark it as planned")


def _aside(results: Path) -> Path:
    return results.with_name(f".{results.name}.old")


def _staged(results: Path) -> Path:
    return results.with_name(f".{results.name}.new")


def _swap(results: Path, new: Path) -> None:
    """Rename the old results aside and the new ones into place; `recover` mends a kill between."""
    results.parent.mkdir(parents=True, exist_ok=True)
    staged = _staged(results)
    shutil.rmtree(staged, ignore_errors=True)
    shutil.copytree(new, staged)
    if results.is_dir():
        results.rename(_aside(results))
    staged.rename(results)
    shutil.rmtree(_aside(results), ignore_errors=True)
