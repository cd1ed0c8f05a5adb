"""Takes rights away from the calling process, for good, on Linux.

Belongs here: thin calls to the kernel (user, limits, network namespace, Landlock). Each returns whether it
took hold, so that the worker can refuse to go on when too little did. Does not belong here: anything about
DuckDB.

Sources: landlock(7), unshare(2), prctl(2), setrlimit(2). Landlock and ``no_new_privs`` bind the calling
thread and the threads that it starts later, so call these while the process has one thread.
"""

from __future__ import annotations

import ctypes
import os
import resource

NOBODY = 65534
_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_SIGKILL = 9
# The same numbers on x86-64 and on arm64.
_LANDLOCK_CREATE_RULESET, _LANDLOCK_RESTRICT_SELF = 444, 446
_LANDLOCK_CREATE_RULESET_VERSION = 1
_ALL_FILE_RIGHTS_BY_VERSION = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_ALL_FILE_RIGHTS_FROM_5 = (1 << 16) - 1
_TCP_BIND_AND_CONNECT = 0b11
_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11

_libc = ctypes.CDLL(None, use_errno=True)


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


def leave_the_network() -> bool:
    """Move into a new, empty network namespace. Needs CAP_SYS_ADMIN."""
    return bool(_libc.unshare(_CLONE_NEWNET) == 0)


def become_nobody() -> bool:
    """Give up root. True when the process is no longer privileged, also when it never was."""
    if os.geteuid() != 0:
        return True
    try:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    except OSError:
        return False
    return os.geteuid() == NOBODY


def forbid_new_privileges() -> bool:
    """Set no_new_privs, die with the parent, and be unreadable to other processes of the same user."""
    kept = _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    _libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)  # a change of user clears it: call after become_nobody
    _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    return bool(kept)


def close_the_file_system() -> bool:
    """Landlock with no rule at all: no path can be opened, listed, made, removed or truncated, no port
    used."""
    version = _libc.syscall(_LANDLOCK_CREATE_RULESET, None, 0, _LANDLOCK_CREATE_RULESET_VERSION)
    if version < 1:
        return False
    rules = _Ruleset(
        _ALL_FILE_RIGHTS_BY_VERSION.get(version, _ALL_FILE_RIGHTS_FROM_5),
        _TCP_BIND_AND_CONNECT if version >= 4 else 0,
        _ABSTRACT_SOCKETS_AND_SIGNALS if version >= 6 else 0,
    )
    # A kernel knows the structure's size of its own version: later fields are left off for earlier kernels.
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = _libc.syscall(_LANDLOCK_CREATE_RULESET, ctypes.byref(rules), size, 0)
    if ruleset < 0:
        return False
    closed = _libc.syscall(_LANDLOCK_RESTRICT_SELF, ruleset, 0) == 0
    os.close(ruleset)
    return bool(closed)


def limit(memory_bytes: int, cpu_seconds: int) -> None:
    """Address space, processor time, and no file, no core, no further process, few descriptors."""
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 16),
    ):
        hard = resource.getrlimit(what)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, bound))
