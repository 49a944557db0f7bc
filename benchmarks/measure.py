"""Seconds and peak memory of several functions on the same data, each in a process of its own.

    from measure import compare

    def ours(data): ...          # top-level functions; what they return is compared with the first's
    def peer(data): ...

    if __name__ == "__main__":
        compare("Two-way effects", {"ours": ours, "peer": peer}, build_data)

Libraries imported at the top of the file are loaded before memory is first read; what a function imports
itself counts as its own. Seconds are the median of the warm repeats, the first call beside them. Peak memory
is that of the warm repeats, less what the process held once the data were loaded.
"""

import gc
import multiprocessing
import os
import pickle
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

THREADS = ("OMP", "OPENBLAS", "MKL", "RAYON", "NUMBA")
MEGABYTE = 2**20


@dataclass(frozen=True)
class Measured:
    """What one function took.

    Parameters
    ----------
    seconds : median of the warm repeats, times `scale`; first : of the first call
    peak : MB above the loaded data
    runs : repeats behind `seconds`; 0 if only the first call was made
    value : what the function returned
    failure : why there is no measurement, or ""
    """

    name: str
    seconds: float = np.nan
    first: float = np.nan
    peak: float = np.nan
    runs: int = 0
    scale: float = 1.0
    value: Any = None
    failure: str = ""


def compare(
    title: str,
    functions: Mapping[str, Callable[[Any], Any]],
    build: Callable[[], Any],
    *,
    repeats: int = 3,
    scale: Mapping[str, float] | None = None,
    patience: float = 120.0,
    limit: float = 1800.0,
    threads: int = 2,
) -> dict[str, Measured]:
    """Measure the functions one after the other and print a Markdown table; the first is the yardstick.

    Parameters
    ----------
    title : heading of the table
    functions : name -> top-level function of the data
    build : makes the data (anything that pickles: frames, arrays, paths), called once
    repeats : warm calls after the first one
    scale : name -> factor on the seconds of a function that does only a part, such as 1024 / 5
    patience : a first call longer than this many seconds is not repeated
    limit : seconds after which a process is ended
    threads : of BLAS, Rayon, Numba and Polars in every process

    Returns
    -------
    dict name -> Measured
    """
    for name in THREADS:
        os.environ[f"{name}_NUM_THREADS"] = str(threads)
    os.environ["POLARS_MAX_THREADS"] = str(threads)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "data.pickle"
        file.write_bytes(pickle.dumps(build(), protocol=5))
        gc.collect()
        factors = dict(scale or {})
        rows = {n: _measure(n, f, file, repeats, factors.get(n, 1.0), patience, limit) for n, f in functions.items()}
    print(table(title, list(rows.values()), threads), flush=True)
    return rows


def table(title: str, rows: list[Measured], threads: int) -> str:
    """The Markdown table: seconds and memory with their ratios to the first row, largest difference from it."""
    lines = [f"### {title}", "", f"{threads} threads, Python {platform.python_version()}, {platform.machine()}", ""]
    lines += ["| | seconds | ratio | first call s | peak MB | ratio | largest difference | |", "|---|---|---|---|---|---|---|---|"]
    one = rows[0]
    for row in rows:
        if row.failure:
            lines.append(f"| {row.name} | - | - | - | - | - | - | {row.failure} |")
            continue
        note = "once" if not row.runs else f"median of {row.runs}"
        note += f", part x {row.scale:g}" if row.scale != 1 else ""
        cells = [_short(row.seconds), _short(row.seconds / one.seconds), _short(row.first), f"{row.peak:.0f}"]
        cells += [_short(row.peak / one.peak) if one.peak > 0 else "-", _difference(row.value, one.value), note]
        lines.append(f"| {row.name} | " + " | ".join(cells) + " |")
    return "\n".join([*lines, ""])


def _short(value: float) -> str:
    return f"{value:.3g}" if value < 100 else f"{value:,.0f}"


def _difference(value: Any, other: Any) -> str:
    """Largest absolute difference of two numeric results of one shape; "-" if they are not."""
    try:
        a, b = np.asarray(value, dtype=float), np.asarray(other, dtype=float)
        return f"{np.max(np.abs(a - b)):.1e}" if a.shape == b.shape and a.size else "-"
    except (TypeError, ValueError):
        return "-"


def _measure(name, function, file, repeats, scale, patience, limit) -> Measured:
    context = multiprocessing.get_context("spawn")
    receive, send = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(send, function, file, repeats, patience))
    process.start()
    send.close()
    found = None
    try:
        found = receive.recv() if receive.poll(limit) else f"over {limit:g} s"
    except EOFError:
        process.join()
        found = f"the process ended with {process.exitcode}"
    process.kill()
    process.join()
    if isinstance(found, str):
        return Measured(name, failure=found)
    first, warm, peak, value = found
    return Measured(name, median(warm or [first]) * scale, first, peak, len(warm), scale, value)


def _child(send, function, file: Path, repeats: int, patience: float) -> None:
    try:
        data = pickle.loads(file.read_bytes())
        gc.collect()
        before = _held()
        _forget_peak()
        first, value = _timed(function, data)
        warm = []
        if first <= patience:
            _forget_peak()
            warm = [_timed(function, data)[0] for _ in range(repeats)]
        send.send((first, warm, (_peak() - before) / MEGABYTE, value))
    except Exception as error:  # the table says what a peer could not do
        send.send(f"{type(error).__name__}: {str(error).splitlines()[0][:120] if str(error) else ''}")


def _timed(function, data) -> tuple[float, Any]:
    gc.collect()
    start = time.perf_counter()
    value = function(data)
    return time.perf_counter() - start, value


def _held() -> int:
    """Bytes of memory that this process holds now."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * resource.getpagesize() if status.exists() else _peak()


def _forget_peak() -> None:
    """Start the high-water mark anew (Linux; elsewhere the peak is that of the whole process)."""
    file = Path("/proc/self/clear_refs")
    if file.exists():
        file.write_text("5")


def _peak() -> int:
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
