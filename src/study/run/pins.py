"""The settings of the machine that every stage runs under."""

# One thread, one kernel of the linear algebra library, and numpy's own loops (exp, log, sums) in the form for AVX2 on machines that
# have more: the same bytes on every run. OPENBLAS_CORETYPE alone does not do it: numpy chooses its loops by itself, and with AVX-512
# its exp and log differ in the last bit. A library that does not know a name, or a machine without the feature, passes over it.
PINNED = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "OPENBLAS_CORETYPE": "Haswell",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
    "PYTHONHASHSEED": "0",
    "JUPYTER_PREFER_ENV_PATH": "1",
}
