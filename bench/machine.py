"""What the operating system knows of processes and of this machine: CPU time per thread, resident memory, limits.
Reads /proc; starts nothing."""

import os
import platform
import resource
import socket
import time
from dataclasses import dataclass
from pathlib import Path

QUIET_STEP = 0.1        # seconds between two looks at a process that should come to rest
QUIET_NS = 1_000_000    # CPU time in one step below which it counts as resting
QUIET_LIMIT = 15.0      # seconds after which we stop waiting for rest


@dataclass(frozen=True)
class ThreadTime:
    name: str
    ns: int


def _schedstat(task: Path) -> int:
    return int((task / "schedstat").read_text(encoding="ascii").split()[0])


def _sched(task: Path) -> int:
    """Kernels without CONFIG_SCHEDSTATS still say it here, in milliseconds with six decimals."""
    for line in (task / "sched").read_text(encoding="ascii").splitlines():
        if line.startswith("se.sum_exec_runtime"):
            return round(float(line.split(":")[1]) * 1e6)
    raise FileNotFoundError(task / "sched")


def _stat(task: Path) -> int:
    """Ticks of usually 10 ms: the last resort."""
    fields = (task / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * (1_000_000_000 // os.sysconf("SC_CLK_TCK"))


def _thread_ns(task: Path) -> int:
    for read in (_schedstat, _sched):
        try:
            return read(task)
        except (FileNotFoundError, PermissionError):
            continue
    return _stat(task)


def thread_times(pids: list[int]) -> dict[int, ThreadTime]:
    """CPU time of every living thread of these processes, by thread id."""
    times = {}
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").iterdir():
            try:
                times[int(task.name)] = ThreadTime((task / "comm").read_text().strip(), _thread_ns(task))
            except (FileNotFoundError, ProcessLookupError):
                continue    # the thread ended while we looked
    return times


def group_of(name: str) -> str:
    """The group a thread of the gateway belongs to, by its name; nginx has only workers, which are loops."""
    if name.startswith("loop-") or name == "nginx":
        return "loops"
    return "flusher" if name.startswith("flusher") else "other"


def grouped_difference(before: dict[int, ThreadTime], after: dict[int, ThreadTime]) -> dict[str, int]:
    """CPU time (ns) spent between two looks, by group. Threads that began in between count from zero."""
    groups = {"loops": 0, "flusher": 0, "other": 0}
    for thread, now in after.items():
        groups[group_of(now.name)] += now.ns - (before[thread].ns if thread in before else 0)
    return groups


def wait_until_quiet(pids: list[int]) -> None:
    """Returns when the processes have come to rest: what was started in the background is done."""
    limit = time.monotonic() + QUIET_LIMIT
    quiet, last = 0, sum(t.ns for t in thread_times(pids).values())
    while quiet < 2 and time.monotonic() < limit:
        time.sleep(QUIET_STEP)
        now = sum(t.ns for t in thread_times(pids).values())
        quiet = quiet + 1 if now - last < QUIET_NS else 0
        last = now


@dataclass(frozen=True)
class MachineTime:
    """CPU time since the start of the machine: what its programs used, and what its host kept from it. The kernel leaves the
    latter out of the times of threads."""
    used_ns: int
    stolen_ns: int


def machine_time() -> MachineTime:
    user, nice, system, _idle, _wait, irq, softirq, steal = map(int, Path("/proc/stat").read_text().split()[1:9])
    tick = 1_000_000_000 // os.sysconf("SC_CLK_TCK")
    return MachineTime((user + nice + system + irq + softirq) * tick, steal * tick)


def own_ns(pids: list[int]) -> int:
    """CPU time used by us, by what we started and waited for, and by these processes."""
    waited = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = time.process_time() + waited.ru_utime + waited.ru_stime
    return round(own * 1e9) + sum(t.ns for t in thread_times(pids).values())


def children(pid: int) -> list[int]:
    """The direct children of a process."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[1]) == pid:
                found.append(int(entry.name))
    return sorted(found)


def resident_bytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"process {pid} has no memory")


def raise_descriptor_limit(wanted: int) -> int:
    """Sets the limit of open files, for the programs we start too, to what is wanted or what can be had; returns it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for limit in (max(hard, wanted), hard):
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
            return limit
        except (ValueError, PermissionError):
            continue
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody uses at this moment."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def describe() -> str:
    """Cores, processor and kernel; nothing that names the machine."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    kernel = platform.release().split("-")[0]
    return f"{len(os.sched_getaffinity(0))} cores of {model}, Linux {kernel}"
