"""The conditions under which `study verify --vary` runs the stages again."""

import json
import locale
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from study.errors import nearest

from .stage import VARIED
from .workflow import RunError

HERE = Path(__file__).parent / "varied"
CLOCKS = {"1970": 86_400, "2040": 2_209_032_000}  # seconds after 1970 at which every process begins
LOCALES = ("C", "de_DE.UTF-8", "tr_TR.UTF-8", "zh_CN.UTF-8")
LIBRARIES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
OPENBLAS = {"Prescott": "pni", "Nehalem": "sse4_2", "Sandybridge": "avx", "Zen": "avx2", "SkylakeX": "avx512f"}  # kernel -> what it needs
NUMPY = {"all": "", "up to AVX2": "X86_V4 AVX512_ICL AVX512_SPR", "up to SSE4.2": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"}
GLIBC = {"without AVX-512": "-AVX512F,-AVX512VL", "without AVX2 and FMA": "-AVX512F,-AVX512VL,-AVX2,-FMA,-FMA4,-AVX2_Usable,-FMA_Usable,-FMA4_Usable"}


@dataclass(frozen=True)
class Condition:
    """What is other than in a plain run.

    Parameters
    ----------
    group, name : of the list that --vary takes; "kernels" and "OpenBLAS Nehalem"
    env : variables of all processes; pinned : variables of the stage's kernel, against the pins (None takes one out)
    umask : of the files made; cores : processors that the run may use, None for all
    clock : seconds after 1970 at which every process begins
    home, folder : True for an empty home, for a copy of the project in a folder with spaces and Chinese
    lacks : why it can not be tried on this machine
    """

    group: str
    name: str
    env: Mapping[str, str] = field(default_factory=dict)
    pinned: Mapping[str, str | None] = field(default_factory=dict)
    umask: int = -1
    cores: int | None = None
    clock: int | None = None
    home: bool = False
    folder: bool = False
    lacks: str = ""

    @property
    def settings(self) -> str:
        """As a reader would set it."""
        parts = [f"{name}={value}" for name, value in {**self.env, **self.pinned}.items() if value is not None]
        parts += [f"umask {self.umask:04o}"] if self.umask >= 0 else []
        parts += ["an empty home"] if self.home else []
        parts += ["a folder with spaces and Chinese"] if self.folder else []
        parts += [f"{self.cores} processor"] if self.cores else []
        parts += [f"STUDY_CLOCK={self.clock}"] if self.clock is not None else []
        return ", ".join(parts) or "the libraries' own settings"


def every() -> list[Condition]:
    """All conditions, those that this machine lacks included."""
    zones = [Condition("timezone", zone, {"TZ": zone}) for zone in ("Pacific/Kiritimati", "America/St_Johns")]
    masks = [Condition("umask", f"{mask:04o}", umask=mask) for mask in (0o077, 0o000)]
    seeds = [Condition("hashseed", seed, pinned={"PYTHONHASHSEED": seed}) for seed in ("1", "4294967295")]
    single = [
        Condition("home", "empty", home=True),
        Condition("folder", "spaces and Chinese", folder=True),
        Condition("threads", "as many as processors", pinned=dict.fromkeys(LIBRARIES)),
        Condition("threads", "one processor", cores=1),
        Condition("files", "another order", {"PYTHONPATH": str(HERE)}),
    ]
    return [*zones, *_locales(), *masks, *seeds, *single, *_clocks(), *_kernels()]


def chosen(names: str) -> list[Condition]:
    """The conditions of a list such as "kernels,timezone" or "OpenBLAS Nehalem"; "all" for all.

    Raises
    ------
    RunError if a name is neither a group nor a condition.
    """
    known = every()
    if names.strip() in ("", "all"):
        return known
    found: list[Condition] = []
    for name in (part.strip() for part in names.split(",")):
        fitting = [one for one in known if name in (one.group, one.name)]
        if not fitting:
            groups = list(dict.fromkeys(one.group for one in known))
            raise RunError(f"--vary does not know '{name}'" + nearest(name, groups))
        found += [one for one in fitting if one not in found]
    return found


def _locales() -> list[Condition]:
    return [
        Condition("locale", name, {"LC_ALL": name, "LANG": name}, lacks="" if _has_locale(name) else "this locale is not installed")
        for name in LOCALES
    ] + [Condition("locale", "ASCII", {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})]


def _has_locale(name: str) -> bool:
    kept = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, name)
    except locale.Error:
        return False
    finally:
        locale.setlocale(locale.LC_CTYPE, kept)
    return True


def _clocks() -> list[Condition]:
    lacks = "" if sys.platform.startswith("linux") and shutil.which("cc") else "moving the clock takes Linux and a C compiler (cc)"
    return [Condition("clock", name, clock=seconds, lacks=lacks) for name, seconds in CLOCKS.items()]


def _kernels() -> list[Condition]:
    features = _features()
    blas = [
        Condition("kernels", f"OpenBLAS {name}", pinned={"OPENBLAS_CORETYPE": name}, lacks=_lacks(features, [needed]))
        for name, needed in OPENBLAS.items()
    ]
    numpy = [
        Condition("kernels", f"numpy {name}", pinned={"NPY_DISABLE_CPU_FEATURES": value or None}, lacks=_lacks(features, needed))
        for (name, value), needed in zip(NUMPY.items(), (["avx512f"], ["avx2"], ["sse4_2"]))
    ]
    glibc = [
        Condition("kernels", f"glibc {name}", {"GLIBC_TUNABLES": f"glibc.cpu.hwcaps={value}"}, lacks=_lacks(features, ["avx2"]) or _glibc())
        for name, value in GLIBC.items()
    ]
    oldest = {"OPENBLAS_CORETYPE": "Nehalem", "NPY_DISABLE_CPU_FEATURES": NUMPY["up to SSE4.2"], "ARROW_USER_SIMD_LEVEL": "NONE"}
    both = [
        Condition("kernels", "newest", pinned={"OPENBLAS_CORETYPE": None, "NPY_DISABLE_CPU_FEATURES": None}),
        Condition(
            "kernels", "oldest", {"GLIBC_TUNABLES": f"glibc.cpu.hwcaps={GLIBC['without AVX2 and FMA']}"}, oldest, lacks=_lacks(features, ["sse4_2"])
        ),
    ]
    return [*blas, *numpy, *glibc, *both]


def _features() -> set[str]:
    """What the processor can do, by Linux's names; empty where that can not be read."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return set()
    return next((set(line.split(":", 1)[1].split()) for line in lines if line.startswith("flags")), set())


def _lacks(features: set[str], needed: Sequence[str]) -> str:
    absent = [name for name in needed if name not in features]
    return f"this processor has no {', '.join(absent)}" if absent else ""


def _glibc() -> str:
    return "" if platform.libc_ver()[0] == "glibc" else "the C library is not glibc"


def environment(condition: Condition, scratch: Path) -> dict[str, str]:
    """The variables of a run under the condition; an empty home and the library that moves the clock are made in `scratch`.

    Raises
    ------
    RunError if the C compiler refuses.
    """
    env = {**os.environ, **condition.env}
    if condition.pinned:
        env[VARIED] = json.dumps(dict(condition.pinned), sort_keys=True)
    if condition.home:
        home = scratch / "an empty home"
        home.mkdir()
        env = {name: value for name, value in env.items() if not name.startswith("XDG_")} | {"HOME": str(home)}
    if condition.clock is not None:
        env |= {"LD_PRELOAD": str(_preload(scratch)), "STUDY_CLOCK": str(condition.clock)}
    return env


def _preload(scratch: Path) -> Path:
    library = scratch / "clock.so"
    if set(str(library)) & set(" :"):
        raise RunError(f"LD_PRELOAD takes no path with a space or colon, and the folder for temporary files is {scratch.parent}; set TMPDIR")
    done = subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(HERE / "clock.c"), "-ldl"], capture_output=True, text=True)
    if done.returncode:
        raise RunError(f"cc does not compile {HERE.name}/clock.c, which moves the clock: {done.stderr.strip()}")
    return library
