"""What a user can cause ends in one message and a stated exit code, without a traceback."""

import errno
import importlib
import json
import os
import shutil
import subprocess
import sys

import pytest

from study.design import root
from study.errors import StudyError
from study.run import PublishError

command = importlib.import_module("study.cli.app")


def study(*arguments, folder=None, **options):
    """Run the command in a process of its own; the project is `folder`."""
    env = {**os.environ, "STUDY_ROOT": str(folder)} if folder else None
    return subprocess.run([sys.executable, "-m", "study.cli", *arguments], capture_output=True, text=True, env=env, **options)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of what `show`, `list` and `paper` read, which tests may damage."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("design", "paper", "results/cn_banks"):
        shutil.copytree(root() / name, folder / name)
    return folder


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["list", "arm"], "did you mean 'arms'?"),
        (["show", "cn_banks.T66"], "nothing published has the key 'cn_banks.T66'; did you mean"),
        (["show", "cn_banks.T6", "--language", "fr"], "no language 'fr'"),
        (["run", "--set", "seed"], "--set takes NAME=VALUE"),
        (["run", "--set", "arm=akiba"], "parameter 'arm' is chosen with --arm"),
        (["run", "--arm", "zebra"], "no arm 'zebra'; allowed:"),
        (["run", "--cores", "0"], "Invalid value for '--cores'"),
        (["data", "check", "zebra"], "no source 'zebra'; allowed:"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_word_is_answered(arguments, said, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["study", *arguments])
    with pytest.raises(SystemExit) as end:
        command.main()
    assert end.value.code == 2 and said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("file", "content", "arguments", "said"),
    [
        ("design/sources/akiba.yaml", b"a: [", ["list"], "study: design/sources/akiba.yaml:2: "),
        ("design/banks.yaml", b"a: \xff", ["list", "arms"], "study: design/banks.yaml:1: is not UTF-8"),
        ("results/cn_banks/numbers.json", b'{"a": ', ["show", "cn_banks.T6"], "results/cn_banks/numbers.json:1: is not JSON"),
        ("results/cn_banks/numbers.json", b'{"a": 3}', ["show", "cn_banks.a"], "'a' is no number with its text and value"),
        ("results/cn_banks/manifest.json", b"[]", ["trace", "cn_banks.T6"], "manifest.json is no JSON object but a list"),
        ("results/cn_banks/tables/T6.csv", b"", ["show", "cn_banks.T6"], "results/cn_banks/tables/T6.csv is no table"),
        ("results/cn_banks/tables/T6.csv", None, ["show", "cn_banks.T6"], "T6.csv: No such file or directory; if it is a file of the project"),
        ("paper/paper.en.md", b"\xff", ["list", "systems"], "paper/paper.en.md is not UTF-8: byte 0"),
    ],
)
def test_a_broken_file_is_named(copy, file, content, arguments, said):
    path = copy / file
    kept = path.read_bytes()
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    done = study(*arguments, folder=copy)
    path.write_bytes(kept)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False) and said in done.stderr, done.stderr


def test_a_folder_that_is_no_project_is_named(tmp_path):
    done = study("list", folder=tmp_path)
    assert done.returncode == 2 and done.stderr == (
        f"study: {tmp_path} holds no design/sources, so it is not the study's folder. "
        "Set STUDY_ROOT to the folder that holds design/, notebooks/ and data/.\n"
    )


def test_a_reader_that_goes_away_ends_it_quietly():
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([sys.executable, "-m", "study.cli", "list"], stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert (done.returncode, done.stderr) == (141, "")


def ends(monkeypatch, error):
    """How `main` ends where a command raises `error`."""

    def raises():
        raise error

    monkeypatch.setattr(command, "app", raises)
    with pytest.raises(SystemExit) as end:
        command.main()
    return end.value.code


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            OSError(errno.EROFS, "Read-only file system", "results"),
            "study: results: Read-only file system; work in a copy on a disk that can be written",
        ),
        (OSError(errno.ENOSPC, "No space left on device"), "study: No space left on device; free some space and start again"),
        (
            PermissionError(errno.EACCES, "Permission denied", "x"),
            "study: x: Permission denied; change its permissions, or work in a copy of your own",
        ),
        (PublishError("T6 is missing"), "study: T6 is missing"),
        (StudyError("what, and the way out"), "study: what, and the way out"),
    ],
)
def test_what_a_user_can_mend_ends_with_2_and_one_line(monkeypatch, capsys, error, said):
    assert ends(monkeypatch, error) == 2
    assert capsys.readouterr().err == said + "\n"


def test_a_package_that_is_not_installed_is_named(monkeypatch, capsys):
    assert ends(monkeypatch, ModuleNotFoundError("No module named 'statsmodels'", name="statsmodels")) == 2
    assert "the package statsmodels is not installed" in capsys.readouterr().err
    assert ends(monkeypatch, ModuleNotFoundError("No module named 'study.nix'", name="study.nix")) == 70


def test_a_fault_of_the_program_keeps_its_traceback_and_says_so(monkeypatch, capsys):
    assert ends(monkeypatch, json.JSONDecodeError("x", "y", 0)) == 70
    shown = capsys.readouterr().err
    assert "Traceback (most recent call last)" in shown
    assert shown.splitlines()[-1].startswith("study: this JSONDecodeError is a fault of the program")


def test_the_version_and_the_exit_codes_are_said():
    assert study("--version").stdout == "study 0.1.0\n"
    assert "Exit codes: 0 done;" in study("--help").stdout
