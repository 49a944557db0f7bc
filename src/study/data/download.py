"""Fetch a source's files: resumed where it stopped, accepted by checksum only."""

import io
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path

from study.design import checksum, relative
from study.design.sources import Download, SourceFile

from . import registry
from .errors import DataError

PIECE = 1 << 16
Progress = Callable[[str, int, int | None], None]


class DownloadError(DataError):
    """A file could not be fetched, or is not the one expected."""


def get(name: str, progress: Progress = lambda *_: None) -> list[Path]:
    """Fetch the files of a source that are not here into data/external/<source>.

    Parameters
    ----------
    progress : called with the file's name, the bytes so far and in all (None if not told)

    Returns
    -------
    the files written

    Raises
    ------
    DownloadError: what stopped it; what was fetched stays and the next call goes on from there.
    DataError for a source that can not be fetched: the steps to obtain it.
    """
    entry = registry.source(name)
    here = registry.find(name)
    wanted = {key: file for key, file in entry.files.items() if key not in here}
    if wanted and entry.access != "open":
        raise DataError(f"{name} can not be fetched by a program ({entry.access}). {entry.steps.en}. Address: {entry.address}")
    folder = registry.places(name)[0]
    folder.mkdir(parents=True, exist_ok=True)
    written = [_get(file, folder, progress) for file in wanted.values() if file.download]
    for archive in {folder / _file_name(file.download) for file in wanted.values() if file.download and file.download.inside}:
        archive.unlink(missing_ok=True)
    return written


def _get(file: SourceFile, folder: Path, progress: Progress) -> Path:
    """Fetch one file, out of its archive if it lies in one."""
    target = folder / file.download.form
    fetched = folder / _file_name(file.download)
    if not fetched.is_file():
        fetch(file.download.address, fetched, progress)
    if file.download.inside:
        target.write_bytes(member(fetched, file.download.inside))
    elif fetched != target:
        fetched.rename(target)
    if registry.recognise(target, file.forms) is None:
        wrong = target.with_name(target.name + ".wrong")
        target.rename(wrong)
        expected = ", ".join(str(form.sha256 or form.git_blob) for form in file.forms if form.name == target.name)
        raise DownloadError(
            f"{file.download.address} gave a file with the checksum {checksum(wrong)}, expected {expected}; "
            f"it is kept as {relative(wrong)} and not used. The provider may have a new version"
        )
    return target


def fetch(address: str, target: Path, progress: Progress = lambda *_: None) -> None:
    """Download to `target`; until it is whole the bytes are in `<target>.part`, from which a next call goes on.

    Raises
    ------
    DownloadError if the address can not be opened or the connection ends early.
    """
    part = target.with_name(target.name + ".part")
    start = part.stat().st_size if part.is_file() else 0
    request = urllib.request.Request(address, headers={"Range": f"bytes={start}-"} if start else {})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            total = _total(answer, start)
            _save(answer, part, "ab" if answer.status == 206 else "wb", lambda done: progress(target.name, done, total))
    except urllib.error.HTTPError as error:
        if error.code == 416 and start:  # the part is already as long as the file, or longer: begin anew
            part.unlink()
            return fetch(address, target, progress)
        raise DownloadError(f"{address}: the server answers {error.code} {error.reason}") from None
    except (OSError, urllib.error.URLError) as error:
        raise DownloadError(f"{address}: {getattr(error, 'reason', error)}; call again to go on") from None
    size = part.stat().st_size
    if total is not None and size != total:
        raise DownloadError(f"{address}: the connection ended after {size:,} of {total:,} bytes; call again to go on")
    part.rename(target)


def member(archive: Path, inside: tuple[str, ...]) -> bytes:
    """A file out of a zip, or out of a zip in a zip.

    Parameters
    ----------
    inside : names from the outermost archive inwards

    Raises
    ------
    DownloadError if it is no zip or has no such member: the members it has.
    """
    content = archive.read_bytes()
    for name in inside:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as opened:
                if name not in opened.namelist():
                    raise DownloadError(f"{relative(archive)} has no member '{name}'; it has {', '.join(opened.namelist()[:20])}")
                content = opened.read(name)
        except zipfile.BadZipFile:
            raise DownloadError(f"{relative(archive)} is no whole zip file; remove it and call again") from None
    return content


def _total(answer, start: int) -> int | None:
    """The size of the whole file, if the server tells it."""
    length = answer.headers.get("Content-Length")
    return None if length is None else int(length) + (start if answer.status == 206 else 0)


def _save(answer, part: Path, mode: str, progress: Callable[[int], None]) -> None:
    with open(part, mode) as file:
        while piece := answer.read(PIECE):
            file.write(piece)
            progress(file.tell())


def _file_name(download: Download) -> str:
    """What the fetched bytes are called: the form, or the archive's name."""
    return download.address.rsplit("/", 1)[1] if download.inside else download.form
