"""Makefile and environment.sh, with fakes of Python and uv: what is called, and that nothing failed is marked ready.

GNU make 3.81 ignores .SHELLFLAGS and .ONESHELL, so the recipes may not lean on them; every test works in a folder whose name has spaces.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from study.design import root

TOOLS = "bash env make rm touch mktemp head dirname awk mkdir cat cp chmod basename".split()

# A Python that notes its arguments; a venv made with it holds a copy of it, and pip "installs" uv where it can.
PYTHON = r"""#!/bin/bash
echo "python$VERSION $*" >> "$LOG"
case "$*" in
  "-c import sys, venv"*) case $VERSION in 3.11|3.12|3.13) exit 0;; *) exit 1;; esac;;
  --version) echo "Python $VERSION.0";;
  "-m venv "*) mkdir -p "$3/bin"; cp "$0" "$3/bin/python";;
  "-m pip install --quiet uv=="*) [ -n "$UV_BY_PIP" ] || exit 1; cp "$FAKES/a-uv" "$(dirname "$0")/uv";;
  "-m pip install"*) [ -z "$FAILS" ] || case "$*" in *$FAILS*) exit 1;; esac
    case "$*" in *"-e .") mkdir -p .venv/lib/python3.12/site-packages; echo "$PWD/src" > .venv/lib/python3.12/site-packages/study.pth;; esac;;
  "-m study.cli"*) [ -z "$FAILS" ] || case "$*" in *$FAILS*) exit 1;; esac;;
esac
"""
UV = r"""#!/bin/bash
echo "uv $*" >> "$LOG"
case "$1" in
  venv) [ -n "$INTERNET" ] || exit 1; mkdir -p .venv/bin; VERSION=3.13; sed_free=$(cat "$FAKES/a-python"); echo "${sed_free/\$VERSION/3.13}" > .venv/bin/python; chmod +x .venv/bin/python;;
  pip) case "$*" in *"-e .") mkdir -p .venv/lib/python3.12/site-packages; echo "$PWD/src" > .venv/lib/python3.12/site-packages/study.pth;; esac
       [ -z "$FAILS" ] || case "$*" in *$FAILS*) exit 1;; esac;;
esac
"""


def program(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def place(tmp_path):
    """A folder with the set-up's files, and a PATH with the tools alone."""
    folder, fakes = tmp_path / "a 研究 folder", tmp_path / "fakes"
    folder.mkdir()
    fakes.mkdir()
    for name in ("Makefile", "environment.sh"):
        shutil.copy(root() / name, folder / name)
    for name in ("pyproject.toml", "requirements.lock", "requirements-test.lock", "requirements-spark.lock"):
        (folder / name).touch()
    for tool in TOOLS:
        (fakes / tool).symlink_to(shutil.which(tool))
    program(fakes / "a-python", PYTHON)
    program(fakes / "a-uv", UV)
    return folder


@pytest.fixture
def make(place):
    """Call make with the given Pythons and uv on the PATH; what it said, its exit code and the calls of the fakes."""
    fakes, log = place.parent / "fakes", place.parent / "log"

    def call(*targets, pythons=(), uv=False, **variables):
        log.write_text("")
        for name, version in pythons:
            program(fakes / name, PYTHON.replace("$VERSION", version))
        if uv:
            program(fakes / "uv", UV)
        env = {"PATH": str(fakes), "LOG": str(log), "FAKES": str(fakes), "TMPDIR": str(place.parent), "HOME": str(place.parent)} | variables
        done = subprocess.run(["make", *targets], cwd=place, env=env, capture_output=True, text=True)
        return done, [line for line in log.read_text(encoding="utf-8").splitlines() if "-c import" not in line]

    return call


def ready(place, name=".ready"):
    return (place / ".venv" / name).is_file()


def test_a_fitting_python_and_uv_make_the_environment(place, make):
    done, calls = make("env", pythons=[("python3", "3.14"), ("python3.12", "3.12")], uv=True)
    assert done.returncode == 0 and ready(place), done.stderr
    assert calls[1:] == [
        "python3.12 -m venv .venv",
        "uv pip install --quiet --python .venv --compile-bytecode --require-hashes -r requirements.lock",
        "uv pip install --quiet --python .venv --compile-bytecode --no-deps --no-build-isolation -e .",
    ]
    assert make("env", uv=True)[1] == []  # ready: nothing is done again


@pytest.mark.parametrize("uv", [True, False])
def test_the_path_of_the_code_is_relative_so_that_python_starts_in_any_locale(place, make, uv):
    """Python reads .pth files in the locale's encoding: a folder named 研究 would stop it where that is ASCII."""
    done, _ = make("env", pythons=[("python3.12", "3.12")], uv=uv)
    site = place / ".venv/lib/python3.12/site-packages"
    written = (site / "study.pth").read_bytes().decode("ascii").strip()
    assert done.returncode == 0 and (site / written).resolve() == (place / "src").resolve()


def test_where_uv_can_not_be_had_pip_installs(place, make):
    done, calls = make("env", pythons=[("python3.11", "3.11")])
    assert done.returncode == 0 and ready(place) and "using pip" in done.stdout
    assert calls[-1] == "python3.11 -m pip install --quiet --no-deps --no-build-isolation -e ."


def test_uv_by_pip_goes_into_the_environment(place, make):
    done, calls = make("env", pythons=[("python3.13", "3.13")], UV_BY_PIP="yes")
    assert done.returncode == 0 and ready(place) and calls[-1].startswith("uv pip install")


def test_where_no_python_fits_uv_fetches_one(place, make):
    done, calls = make("env", pythons=[("python3", "3.14")], UV_BY_PIP="yes", INTERNET="yes")
    assert done.returncode == 0 and ready(place), done.stderr
    throwaway = calls[0].removeprefix("python3.14 -m venv ")
    assert calls[1].startswith("python3.14 -m pip install --quiet uv==")
    assert calls[2] == "uv venv --quiet --seed --python 3.13 .venv"
    assert calls[-1].endswith("-e .") and not Path(throwaway).exists()


@pytest.mark.parametrize(
    ("pythons", "uv", "variables", "found"),
    [
        ([("python3", "3.14")], False, {}, "Python 3.14.0"),  # pip can not get uv
        ([("python3", "3.14")], False, {"UV_BY_PIP": "yes"}, "Python 3.14.0"),  # uv can not fetch a Python
        ([("python3", "3.10")], True, {}, "Python 3.10.0"),
        ([], False, {}, "python3: command not found"),
    ],
)
def test_the_message_comes_when_that_failed_too(place, make, pythons, uv, variables, found):
    done, _ = make("env", pythons=pythons, uv=uv, **variables)
    assert done.returncode != 0 and not ready(place)
    assert "needs Python 3.11, 3.12 or 3.13 with its venv module" in done.stderr and found in done.stderr
    assert "could not fetch it" in done.stderr and "make study PYTHON=python3.12" in done.stderr


def test_a_named_python_that_does_not_fit_is_refused_and_no_other_taken(place, make):
    named = place.parent / "my pythons" / "python3.14"
    named.parent.mkdir()
    program(named, PYTHON.replace("$VERSION", "3.14"))
    done, calls = make("env", f"PYTHON={named}", pythons=[("python3.12", "3.12")], uv=True, INTERNET="yes")
    assert done.returncode != 0 and "found: Python 3.14.0" in done.stderr
    assert calls == ["python3.14 --version"] and not ready(place)


@pytest.mark.parametrize("fails", ["requirements.lock", "-e"])
@pytest.mark.parametrize("uv", [True, False])
def test_a_failed_installation_is_not_marked_ready_and_tried_again(place, make, fails, uv):
    pythons = [("python3.12", "3.12")]
    assert make("env", pythons=pythons, uv=uv, FAILS=fails)[0].returncode != 0 and not ready(place)
    assert make("env", uv=uv)[0].returncode == 0 and ready(place)
    later = (place / ".venv" / ".ready").stat().st_mtime + 10
    os.utime(place / "requirements.lock", (later, later))
    assert make("env", uv=uv, FAILS=fails)[0].returncode != 0 and not ready(place)


def test_the_tests_packages_come_on_top(place, make):
    assert make("env", pythons=[("python3.12", "3.12")], uv=True)[0].returncode == 0
    assert make("lint", FAILS="requirements-test")[0].returncode != 0
    assert ready(place) and not ready(place, ".ready-test")
    done, calls = make("lint")
    assert done.returncode == 0 and ready(place, ".ready-test")
    assert calls[0] == "uv pip install --quiet --python .venv --compile-bytecode --require-hashes -r requirements-test.lock"


def test_a_recipe_stops_at_its_first_failing_command(place, make):
    make("env", pythons=[("python3.12", "3.12")], uv=True)
    done, calls = make("study", FAILS="cli run")
    assert done.returncode != 0 and calls == ["python3.12 -m study.cli run --cores 2"]
    done, calls = make("study")
    assert done.returncode == 0 and calls[-1] == "python3.12 -m study.cli paper"


def test_help_lists_every_target_with_a_column(make):
    lines = make()[0].stdout.splitlines()[1:]
    assert all(re.fullmatch(r"  [a-z-]+ {2,}\S.*", line) for line in lines)
    assert {"study", "test", "test-quick", "test-full", "lint", "lock"} <= {line.split()[0] for line in lines}


def test_recipes_lean_on_nothing_that_make_3_81_or_bsd_lacks():
    makefile = (root() / "Makefile").read_text(encoding="utf-8")
    recipes = [line for line in re.sub(r"\\\n\s*", "", makefile).splitlines() if line.startswith("\t")]
    bare = [re.sub(r"'[^']*'|\"[^\"]*\"", "", line) for line in recipes]  # without quoted texts
    assert bare and not [line for line in bare if re.search(r"[;&|]", line)], "one command a line: its exit code is the recipe's"
    assert not re.search(r"^\.(SHELLFLAGS|ONESHELL)", makefile, flags=re.MULTILINE)
    for text in (makefile, (root() / "environment.sh").read_text(encoding="utf-8")):
        commands = "\n".join(line for line in text.splitlines() if not line.lstrip("\t@ ").startswith("#"))
        # GNU or bash 4 alone: sed -i, sed -r, readlink -f, realpath, grep -P, date -d, cp -r --reflink, mapfile, declare -A, ${x,,}
        found = re.search(r"\bsed\b|\bgrep -\w*P|readlink|realpath|mapfile|declare -A|date -d|reflink|\$\{\w+(,,|\^\^)", commands)
        assert found is None, found


@pytest.mark.parametrize(("shared", "told"), [(True, "make test, required: 1"), (False, "make test, required: ")])
def test_continuous_integration_requires_the_data_where_they_are(place, shared, told):
    (place / ".ci").mkdir()
    shutil.copy(root() / ".ci" / "run", place / ".ci" / "run")
    if shared:
        (place.parent / "shared" / "data").mkdir(parents=True)
    fakes = place.parent / "fakes"
    (fakes / "make").unlink()  # a link to the real one
    program(fakes / "make", '#!/bin/bash\necho "make $*, required: ${STUDY_REQUIRE_DATA:-}"\n')
    for name in ("git", "python3"):
        program(fakes / name, "#!/bin/bash\n")
    done = subprocess.run([str(place / ".ci" / "run")], env={"PATH": str(fakes)}, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, told.strip()), done.stderr


def test_a_bare_machine_gets_what_is_missing(place):
    (place / ".ci").mkdir()
    shutil.copy(root() / ".ci" / "run", place / ".ci" / "run")
    fakes = place.parent / "fakes"
    program(fakes / "git", "#!/bin/bash\n")
    program(fakes / "id", "#!/bin/bash\necho 0\n")
    program(fakes / "apt-get", '#!/bin/bash\necho "apt-get $*"\n')
    done = subprocess.run([str(place / ".ci" / "run")], env={"PATH": str(fakes)}, capture_output=True, text=True)
    assert "apt-get install -y -qq git make python3 python3-venv" in done.stdout  # python3 was not found
