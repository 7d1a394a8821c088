"""Gives up a process's powers for good: limits, the network, files, new processes."""

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_PDEATHSIG = 1

# Landlock (linux/landlock.h): system calls with the same numbers on all machines, and rights.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION, _PATH_BENEATH = 1, 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_FILE, _MAKE_SOCKET = 1 << 5, 1 << 9
_FIRST_RIGHTS = (1 << 13) - 1
_REFER, _TRUNCATE = 1 << 13, 1 << 14
_RIGHTS_SINCE = ((2, _REFER), (3, _TRUNCATE))
# TCP is locked away too where Linux can (6.7): a second bolt where no network of our own is given.
_TCP_SINCE, _BIND_AND_CONNECT = 4, 0b11
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
_READING = _EXECUTE | _READ_FILE | _READ_DIR
# What every program reads: shared libraries, their cache, the clock, randomness.
_SYSTEM = (
    "/usr", "/lib", "/lib64", "/lib32", "/etc/ld.so.cache", "/etc/localtime", "/dev/urandom",
    "/dev/random", "/dev/zero", "/proc/self/maps", "/proc/cpuinfo", "/proc/meminfo",
)  # fmt: skip

# What a job may not even ask Python for: sockets and other processes.
_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.fork",
    "os.exec",
    "os.spawn",
    "os.posix_spawn",
    "os.system",
)


class Forbidden(PermissionError):
    """A job reached for the network or for another process."""


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("tcp", ctypes.c_uint64))


class _Rule(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def confine(
    limits: Mapping[str, Any],
    *,
    reads: Iterable[str],
    writes: Iterable[str],
    sockets: Iterable[str],
    program: bool,
) -> dict[str, bool]:
    """Give up what the work does not need; tell which limits this system took.

    It may read what lies under `reads`, make and change files under `writes`, and make and remove
    sockets in `sockets`. A program may start processes of its own, a job may not. The superuser is
    not held by a limit on processes, so for him it is not counted as in force.
    """
    signal.alarm(int(limits["seconds"]) + 1)  # ends an orphan where no signal told it of that
    with suppress(OSError):  # when memory runs out, this process goes and not the server
        Path("/proc/self/oom_score_adj").write_text("1000")
    in_force = {
        "time": True,
        "network": _leave_network(),
        "processor": _limit("RLIMIT_CPU", int(limits["cpu_seconds"])),
        "memory": _limit("RLIMIT_AS", int(limits["memory_bytes"])),
        "file_size": _limit("RLIMIT_FSIZE", int(limits["file_bytes"])),
        "core_dumps": _limit("RLIMIT_CORE", 0),
        "processes": not program and _limit("RLIMIT_NPROC", 0) and os.geteuid() != 0,
        "files": _leave_files(reads, writes, sockets),
    }
    if not program:
        sys.addaudithook(_refuse)
    return in_force


def end_with(parent: int) -> None:
    """End this process and its whole group when time is over, or when `parent` is killed.

    A program's own children would otherwise outlive a killed server, with nobody to stop them.
    """
    signal.signal(signal.SIGALRM, _end_group)
    libc = ctypes.CDLL(None)
    if hasattr(libc, "prctl"):
        libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGALRM), 0, 0, 0)
    if os.getppid() != parent:  # it was killed before we asked to be told
        _end_group()


def _end_group(*_: object) -> None:
    os.killpg(0, signal.SIGKILL)


def _limit(name: str, value: int) -> bool:
    """Lower one limit of this process; tell whether the system took it."""
    kind = getattr(resource, name, None)
    if kind is None:
        return False
    _, hardest = resource.getrlimit(kind)
    if hardest != resource.RLIM_INFINITY:
        value = min(value, hardest)
    try:
        resource.setrlimit(kind, (value, value))
    except (OSError, ValueError):
        return False
    return True


def _leave_network() -> bool:
    """Move into a network of our own, which has no way out; needs Linux and its permission."""
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "unshare"):
        return False
    alone = libc.unshare(_CLONE_NEWNET) == 0 or libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0
    return bool(alone)


def _leave_files(reads: Iterable[str], writes: Iterable[str], sockets: Iterable[str]) -> bool:
    """Lock all files but the named ones, and TCP, away with Landlock; needs Linux 5.13 or newer."""
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "prctl"):
        return False
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)
    if version < 1:
        return False
    rights = _FIRST_RIGHTS | sum(right for since, right in _RIGHTS_SINCE if version >= since)
    handled = _Ruleset(rights, _BIND_AND_CONNECT)
    known = ctypes.sizeof(handled) if version >= _TCP_SINCE else _Ruleset.tcp.offset
    rules = libc.syscall(_CREATE_RULESET, ctypes.byref(handled), ctypes.c_size_t(known), 0)
    for path in (*_SYSTEM, *reads):
        _allow(libc, rules, path, rights & _READING)
    for path in writes:
        _allow(libc, rules, path, rights & ~_READING)
    for path in sockets:
        _allow(libc, rules, path, _MAKE_SOCKET | _REMOVE_FILE)
    _allow(libc, rules, os.devnull, rights & (_READ_FILE | _WRITE_FILE))
    # Without new privileges, as Landlock asks: no set-user-id program gives any power back.
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    in_force = libc.syscall(_RESTRICT_SELF, rules, 0) == 0
    os.close(rules)
    return bool(in_force)


def _allow(libc: ctypes.CDLL, rules: int, path: str, rights: int) -> None:
    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # not on this machine
    if not os.path.isdir(path):  # noqa: PTH112 - a string suffices
        rights &= _OF_FILES
    rule = _Rule(allowed=rights, folder=folder)
    libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, ctypes.byref(rule), 0)
    os.close(folder)


def _refuse(event: str, _: tuple[object, ...]) -> None:
    if event.startswith(_FORBIDDEN):
        raise Forbidden(event)
