"""How the inner loops of the search are compiled: with numba, once per version of their sources, kept on the disk."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from numba import njit

SOURCES = ("sheet", "clock", "scan", "ruin")  # they call each other


def _stamp() -> str:
    here = Path(__file__).parent
    return sha256(b"".join((here / f"{name}.py").read_bytes() for name in SOURCES)).hexdigest()


STAMP = _stamp()


def compiled(function: Callable) -> Callable:
    """Compile a function when it is first called, or read the machine code of an earlier process.

    numba looks only at the file of the function itself to see whether its code is stale; what it calls may lie in
    another one, and is in that machine code, too. So the sources are stamped together. Nothing compiled makes an
    array (`_nrt=False`): counting who refers to which took half of the time.
    """
    made = njit(cache=True, nogil=True, _nrt=False)(function)
    made._cache._cache_file._source_stamp = STAMP
    return made
