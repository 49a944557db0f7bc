"""Replace the published results of an arm when, and only when, a run is complete and of the present code and data."""

import errno
import os
import shutil
from pathlib import Path

from study import privacy
from study.design import checksum, load, read_json, relative, root
from study.errors import StudyError
from study.exhibits.engine.run import write_json
from study.paper import numbers_named

from . import manifests, record, recovery


class PublishError(StudyError, RuntimeError):
    """The stages' results do not fit together, are not of the present code, or can not be written."""


def publish(planned) -> list[str]:
    """Merge the stages' folders into the arm's results; untouched if nothing changed.

    Returns
    -------
    the files that were added, changed or removed

    Raises
    ------
    PublishError as for `assemble` and `replace`.
    """
    return replace(planned, assemble(planned))


def assemble(planned) -> Path:
    """The results of a run as they would be published, in the run's own folder.

    Raises
    ------
    PublishError if a stage's code, design, packages, data or parameters are not the present ones, a built exhibit is
    missing, two stages write the same file, or the disk refuses.
    """
    new = planned.folder / "results"
    with _told(planned):
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        _check_complete(planned.arm, _merge(planned, new))
    return new


def replace(planned, new: Path) -> list[str]:
    """Put `new` in the place of the arm's results, all or nothing; the files that changed.

    Raises
    ------
    PublishError if the results show single customers (see `privacy.check_release`) or the disk refuses.
    """
    with _told(planned), recovery.publishing():
        changed = differences(planned.results, new)
        if changed:
            privacy.check_release(new, planned.arm)
            _swap(planned.results, new)
    return changed


class _told:
    """Errors of the disk and of the release check as one `PublishError` that says that the results are as they were."""

    def __init__(self, planned) -> None:
        self.results = planned.results

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind, error, trace) -> None:
        if isinstance(error, privacy.ReleaseRefused):
            raise PublishError(f"{error}\n{relative(self.results)} is as it was") from None
        if isinstance(error, OSError):
            raise PublishError(f"{_refused(error, self.results)}; {relative(self.results)} is as it was") from None


def _refused(error: OSError, results: Path) -> str:
    """What the disk refused and what to do; of a folder that was copied (`shutil.Error`) the first file."""
    place, reason, number = error.filename, error.strerror, error.errno
    if isinstance(error, shutil.Error) and error.args and isinstance(error.args[0], list):
        _, place, reason = error.args[0][0]
        number = next((code for code in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT) if f"[Errno {code}]" in str(reason)), None)
        reason = os.strerror(number) if number else reason
    full = number in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
    way = ". The disk or your share of it is full: free some space and run again" if full else ""
    return f"{relative(Path(place)) if place else relative(results)} can not be written ({reason}){way}"


def differences(old: Path, new: Path) -> list[str]:
    """The files that differ between two folders, by checksum."""
    before, after = (_checksums(folder) for folder in (old, new))
    return sorted(f for f in before | after if before.get(f) != after.get(f))


def _checksums(folder: Path) -> dict[str, str]:
    files = (f for f in sorted(folder.rglob("*")) if f.is_file())
    return {f.relative_to(folder).as_posix(): checksum(f) for f in files}


def _merge(planned, new: Path) -> dict:
    """Copy every stage's exhibits; join their manifests and those of their numbers that somebody reads."""
    numbers: dict = {}
    manifest: dict = {"version": manifests.VERSION, "arm": planned.arm, "stages": {}, "exhibits": {}, "files": {}, "data": {}}
    for stage, parameters in planned.parameters.items():
        folder = planned.folder / "stages" / stage
        lines = _of_the_present(planned, stage, parameters)
        rests_on = lines["record"]
        manifest["stages"][stage] = {"parameters": rests_on["parameters"], "files": sorted(rests_on["files"])}
        manifest["packages"] = rests_on["packages"]
        for part in ("files", "data"):
            manifest[part] |= rests_on[part]
        _join(manifest["exhibits"], lines["exhibits"], stage)
        _join(numbers, _json(folder / "numbers.json"), stage)
        for part in ("tables", "figures"):
            for file in sorted((folder / part).glob("*")):
                target = new / part / file.name
                target.parent.mkdir(exist_ok=True)
                if target.exists():
                    raise PublishError(f"{stage} writes {part}/{file.name}, which is written already")
                shutil.copyfile(file, target)
    for name in numbers.keys() - _read(planned.arm, numbers):
        del numbers[name]
        manifest["exhibits"].pop(f"{manifests.NUMBER}{name}", None)
    write_json(new / "numbers.json", numbers)
    manifest["numbers"] = checksum(new / "numbers.json")
    manifests.write(new / "manifest.json", manifest)
    return manifest


def _read(arm: str, numbers: dict) -> set[str]:
    """The numbers that are registered: those that the paper names; of the user's own data all, for a text of their own."""
    if load().arms[arm].access == "user":
        return set(numbers)
    return {key.split(".", 1)[1] for key in numbers_named(root()) if key.startswith(f"{arm}.")}


def _of_the_present(planned, stage: str, parameters: dict) -> dict:
    """The stage's manifest, if the stage ran with what is there now."""
    file = planned.folder / "stages" / stage / "manifest.json"
    if not file.is_file():
        raise PublishError(f"{stage} of {planned.arm} has no results in {relative(planned.folder)}; run again")
    lines = manifests.of_this_version(file)
    changed = record.changes(lines["record"], record.present(planned.arm, stage, parameters))
    if changed:
        raise PublishError(
            f"{stage} of {planned.arm} did not run with what is here now: {record.told(changed)}; "
            f"{relative(planned.results)} is as it was; run again, and change nothing meanwhile"
        )
    return lines


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
    wanted = [id_ for id_ in keys if design.exhibits[id_].makers[arm] in manifest["stages"]]
    missing = [id_ for id_ in wanted if id_ not in manifest["exhibits"]]
    if missing:
        raise PublishError(f"design/questions.yaml says that {arm} has {', '.join(missing)}, but no notebook saved it; save it or mark it as planned")


def _swap(results: Path, new: Path) -> None:
    """Rename the old results aside and the new ones into place; `recovery.recover` mends a kill between."""
    results.parent.mkdir(parents=True, exist_ok=True)
    staged, aside = recovery.staged(results), recovery.aside(results)
    shutil.rmtree(staged, ignore_errors=True)
    try:
        shutil.copytree(new, staged)
    except OSError:
        shutil.rmtree(staged, ignore_errors=True)  # a full disk needs the room
        raise
    if results.is_dir():
        results.rename(aside)
    staged.rename(results)
    shutil.rmtree(aside, ignore_errors=True)
