"""The generated parts of README.md on data: sources with their terms, files with their checksums."""

from pathlib import Path

from study.design import checksum, load
from study.design.sources import Source, SourceFile

PASSED_ON = {True: "in data/, passed on", False: "not passed on"}


def sources() -> str:
    """One entry per source: provider, address, licence, right to pass on, citation, how to get it, its arm."""
    return "\n".join(_entry(name, source) for name, source in load().sources.items())


def _entry(name: str, source: Source) -> str:
    carries = f"Carries the arm `{source.arm}`" if source.arm else "Carries no arm of this version"
    terms = f"Licence: {source.licence}; {PASSED_ON[source.access == 'embedded']}."
    get = source.steps.en.rstrip(".")
    return f"- **{name}**: {source.title.en}. {source.provider}, <{source.address}>. {terms} Get it: {get}. {carries}. Cite: {source.citation}."


def data_files(folder: Path) -> str:
    """One line per file: those of data/ with size and checksum, then those that the providers have."""
    lines = ["| file | source | provided | rows | bytes | SHA-256 |", "| --- | --- | --- | --: | --: | --- |"]
    for file in sorted(folder.glob("data/*/*.csv")):
        name = file.relative_to(folder).as_posix()
        if file.parent.name in load().sources:
            rows = file.read_bytes().count(b"\n") - 1
            size = f"{rows:,} | {file.stat().st_size:,}"
            lines.append(f"| [`{name}`]({name}) | {file.parent.name} | yes | {size} | `{checksum(file)[:16]}...` |")
    for source, entry in load().sources.items():
        if entry.access != "embedded":
            lines += [_absent(source, file) for file in entry.files.values()]
    return "\n".join(lines)


def _absent(source: str, file: SourceFile) -> str:
    """The line of a file that is not shipped, in the best form that it is known in."""
    form = file.forms[0]
    digest = f"`{form.sha256[:16]}...`" if form.sha256 else f"git blob `{str(form.git_blob)[:16]}...`"
    what = "" if form.what == "provider's file" else f" ({form.what})"
    return f"| `{form.name}`{what} | {source} | no | | | {digest} |"
