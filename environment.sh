#!/usr/bin/env bash
# Makes the environment in .venv from requirements.lock; with names of further locks, adds their packages to it.
# `make env` and `make test` call it. PYTHON chooses the Python that makes the environment.
# Written for bash 3.2 (macOS) and for paths with spaces; nothing here may leave .venv/.ready behind after a failure.
set -euo pipefail
cd "$(dirname "$0")"
VENV=.venv
UV_VERSION=0.13.9
export PIP_DISABLE_PIP_VERSION_CHECK=1

fits() { "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

# the first Python 3.11, 3.12 or 3.13 that can make a virtual environment
fitting_python() {
  if [ -n "${PYTHON:-}" ]; then fits "$PYTHON" && echo "$PYTHON"; return; fi
  for candidate in python3.12 python3.13 python3.11 python3 python; do
    if fits "$candidate"; then echo "$candidate"; return; fi
  done
  return 1
}

# uv from the PATH, else by pip into a throw-away environment under whatever Python there is
any_uv() {
  if command -v uv; then return; fi
  for candidate in python3 python3.14 python3.15 python; do
    if "$candidate" -m venv "$1" >/dev/null 2>&1 && "$1/bin/python" -m pip install --quiet "uv==$UV_VERSION" >/dev/null 2>&1; then
      echo "$1/bin/uv"; return
    fi
  done
  return 1
}

# a Python of uv's own, from the internet, where no fitting one is installed
python_by_uv() {
  [ -z "${PYTHON:-}" ] || return 1  # the user named one: do not take another
  throwaway=$(mktemp -d) || return 1
  trap 'rm -rf "$throwaway"' EXIT
  uv=$(any_uv "$throwaway") || return 1
  echo "No Python 3.11 to 3.13 with venv here; uv fetches Python 3.13"
  "$uv" venv --quiet --seed --python 3.13 "$VENV"
}

no_python() {
  found=$("${PYTHON:-python3}" --version 2>&1 | head -n 1) || true
  {
    echo "The study needs Python 3.11, 3.12 or 3.13 with its venv module; found: ${found:-none}."
    [ -n "${PYTHON:-}" ] || echo "uv, which brings one of its own, could not be had or could not fetch it (no internet?)."
    echo "Install one (Debian: apt-get install python3-venv) and say, for example: make study PYTHON=python3.12"
  } >&2
  exit 2
}

make_venv() {
  rm -rf "$VENV"
  if python=$(fitting_python); then
    echo "Making the environment in $VENV with $("$python" --version) (about a minute with uv, three with pip)"
    "$python" -m venv "$VENV"
  else
    python_by_uv || no_python
  fi
}

# install OPTION...: with uv from the PATH or from the environment, else with pip
install() {
  if command -v uv >/dev/null; then
    uv pip install --quiet --python "$VENV" --compile-bytecode "$@"
  elif [ -x "$VENV/bin/uv" ] || "$VENV/bin/python" -m pip install --quiet "uv==$UV_VERSION" 2>/dev/null; then
    "$VENV/bin/uv" pip install --quiet --python "$VENV" --compile-bytecode "$@"
  else
    echo "uv could not be had; using pip"
    "$VENV/bin/python" -m pip install --quiet "$@"
  fi
}

if [ $# -gt 0 ]; then
  for lock in "$@"; do install --require-hashes -r "$lock"; done
else
  make_venv
  install --require-hashes -r requirements.lock
  install --no-deps --no-build-isolation -e .
  # a path that is not ASCII would stop Python itself, before any code of ours, where the locale is not UTF-8
  for path_file in "$VENV"/lib/python3*/site-packages/study.pth; do
    [ ! -f "$path_file" ] || echo ../../../../src > "$path_file"
  done
fi
