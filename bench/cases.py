"""The measurements: which cases there are and how each is taken. Gives plain dictionaries of what was counted; what they
mean is decided in report.py."""

import os
import time
from dataclasses import dataclass

import gateway_setup
import machine
from gateway_setup import Channel
from servers import Bench, Gateway, Nginx, Upstream

KB = 1024
CHUNKS = 50
INTERVAL_US = 5000    # between two chunks of a stream
WANTED_STREAMS = 10_000
SPARE_DESCRIPTORS = 100
WARMUP_MS = 500
STARTS = 5


@dataclass(frozen=True)
class Case:
    name: str
    body_bytes: int
    stream: bool
    connections: int    # in the closed loop: enough to saturate
    client: str = "chat"                # whose request it is: a form of the load generator
    model: str = gateway_setup.MODEL
    turns: int = 1                      # texts that the body consists of

    @property
    def title(self) -> str:
        return f"{self.body_bytes // KB} KB, {'streamed' if self.stream else 'not streamed'}"

    def request_flags(self) -> dict:
        """What the load generator is told of the request."""
        return {"body_bytes": self.body_bytes, "stream": int(self.stream), "client": self.client, "model": self.model,
                "turns": self.turns}


CASES = [
    Case("1k", 1 * KB, False, 64),
    Case("50k", 50 * KB, False, 32),
    Case("500k", 500 * KB, False, 16),
    Case("1k-stream", 1 * KB, True, 512),
    Case("50k-stream", 50 * KB, True, 512),
    Case("500k-stream", 500 * KB, True, 256),
]


class Direct:
    """The upstream without anything in front: what the added latency is counted from."""

    def __init__(self, upstream: Upstream):
        self.upstream = upstream

    def pids(self) -> list[int]:
        return []

    def port_for(self, _stream: bool) -> int:
        return self.upstream.port


def run_load(bench: Bench, target: object, case: Case, seconds: float, rate: int) -> dict:
    """One run of the load generator against one target, with the CPU time that the target spent on all of it."""
    pids = target.pids() + bench.bystanders
    before, own_before = machine.thread_times(target.pids()), machine.own_ns(pids)
    machine_before, begin = machine.machine_time(), time.monotonic()
    flags = {"rate": rate, "connections": max(case.connections, 1024)} if rate else {"connections": case.connections}
    result = bench.load(target.port_for(case.stream), warmup_ms=WARMUP_MS, measure_ms=round(seconds * 1000),
                        **case.request_flags(), **flags)
    elapsed_ns = (time.monotonic() - begin) * 1e9
    machine_after = machine.machine_time()
    others = machine_after.used_ns - machine_before.used_ns - (machine.own_ns(pids) - own_before)
    stolen = machine_after.stolen_ns - machine_before.stolen_ns
    machine.wait_until_quiet(pids)
    spent = machine.grouped_difference(before, machine.thread_times(target.pids()))
    return {
        "requests": result["requests"],
        "chunks": result["chunks"],
        "reads": result["reads"],
        "rate": result["measured"] / result["seconds"],
        "busy": sum(spent.values()) / elapsed_ns,
        "foreign": max(0, others) / elapsed_ns / os.cpu_count(),
        "stolen": stolen / elapsed_ns / os.cpu_count(),
        "cpu_ns": spent,
        "latency_us": result["chunk_us"] if case.stream else result["latency_us"],
        "first_us": result["first_us"],
    }


def median_of(runs: list[dict], figure: str) -> float:
    return sorted(run[figure] for run in runs)[len(runs) // 2]


def uncoalesced_rate(run: dict) -> float:
    """The rate that would fill the proxy's core if every request and every chunk arrived on its own, from a run at low load.
    At the saturating rate many are found with one look for events, or come with one read, and are cheap: half of that rate
    is much more than half the load."""
    return 1e9 * run["requests"] / max(1, sum(run["cpu_ns"].values()))


def in_turn(names: list, turn: int) -> list:
    """The other way round every other time: nobody is always measured on the machine that another has just warmed up."""
    return names if turn % 2 == 0 else names[::-1]


def measure_case(bench: Bench, targets: dict[str, object], case: Case, rounds: int, seconds: float) -> dict:
    """Proxies in turn at their saturating rate, then all targets in turn at half of the slower proxy's."""
    proxies = [name for name in targets if name != "direct"]
    measured = {name: {"saturated": [], "calibration": [], "half": []} for name in targets}
    for turn in range(rounds):
        for name in in_turn(proxies, turn):
            measured[name]["saturated"].append(run_load(bench, targets[name], case, seconds, 0))
    full = {name: median_of(measured[name]["saturated"], "rate") for name in proxies}
    for name in proxies:
        run = run_load(bench, targets[name], case, seconds, max(1, round(full[name] / 4)))
        measured[name]["calibration"].append(run)
        full[name] = min(full[name], uncoalesced_rate(run))
    rate = max(1, round(min(full.values()) / 2))
    for turn in range(rounds):
        for name in in_turn(list(targets), turn):
            measured[name]["half"].append(run_load(bench, targets[name], case, seconds, rate))
    return {"half_rate": rate, "targets": measured}


@dataclass
class Stage:
    """Upstreams and proxies of the relay measurements, running."""
    upstreams: dict[str, Upstream]
    nginx: Nginx
    gateway: Gateway | None

    @staticmethod
    def start(bench: Bench, with_gateway: bool) -> "Stage":
        relayed, hold, hold_tls = machine.free_ports(3)
        upstreams = {
            "relayed": Upstream(bench, relayed, chunks=CHUNKS, interval_us=INTERVAL_US),
            "hold": Upstream(bench, hold, hold=1),
            "hold_tls": Upstream(bench, hold_tls, hold=1, tls=1),
        }
        bench.bystanders = [upstream.pid for upstream in upstreams.values()]
        nginx = Nginx(bench, upstreams["relayed"])
        return Stage(upstreams, nginx, start_gateway(bench, upstreams) if with_gateway else None)

    def targets(self) -> dict[str, object]:
        found = {"direct": Direct(self.upstreams["relayed"]), "nginx": self.nginx}
        if self.gateway:
            found["gateway"] = self.gateway
        return found

    def stop(self) -> None:
        self.stop_gateway()
        for process in (self.nginx, *self.upstreams.values()):
            process.stop()

    def stop_gateway(self) -> None:
        if self.gateway:
            self.gateway.stop()
            self.gateway = None


def start_gateway(bench: Bench, upstreams: dict[str, Upstream]) -> Gateway:
    """Sets a fresh gateway up, then starts it again on its own core as it will be measured."""
    bench.gateway_port = machine.free_ports(1)[0]
    gateway = Gateway(bench, core=None, loops=None)
    try:
        relayed = f"http://127.0.0.1:{upstreams['relayed'].port}"
        key = gateway_setup.set_up(bench.gateway_port, {
            gateway_setup.MODEL: Channel(relayed),
            gateway_setup.ANTHROPIC_MODEL: Channel(relayed, gateway_setup.ANTHROPIC),
            gateway_setup.GEMINI_MODEL: Channel(relayed, gateway_setup.GEMINI),
            gateway_setup.HOLD_MODEL: Channel(f"http://127.0.0.1:{upstreams['hold'].port}"),
            gateway_setup.HOLD_TLS_MODEL: Channel(f"https://127.0.0.1:{upstreams['hold_tls'].port}"),
        })
    finally:
        gateway.stop()
    bench.headers = (f"Authorization: Bearer {key}",)
    gateway_setup.raise_balance(gateway.folder / "one-api.db")
    return Gateway(bench, core=bench.cores.proxy, loops=bench.loops)


def measure_memory(bench: Bench) -> dict:
    """Resident memory of a gateway as an operator starts it: idle, and with many open streams. A fresh one each time."""
    measured = {}
    wanted = min(WANTED_STREAMS, (bench.descriptors - SPARE_DESCRIPTORS) // 2)
    for name, model in (("plain", gateway_setup.HOLD_MODEL), ("tls", gateway_setup.HOLD_TLS_MODEL)):
        gateway = Gateway(bench, core=None, loops=None)
        try:
            gateway.wait_for_answer(gateway.port, "/")
            machine.wait_until_quiet(gateway.pids())
            idle = machine.resident_bytes(gateway.pid)
            with bench.held_streams(gateway.port, wanted, model) as streams:
                machine.wait_until_quiet(gateway.pids())
                held = machine.resident_bytes(gateway.pid)
        finally:
            gateway.stop()
        measured[name] = {"idle": idle, "held": held, "streams": streams}
    return measured


def measure_starts(bench: Bench) -> list[float]:
    """Seconds from starting the program to the first answer of /api/status, on the database that the load left."""
    seconds = []
    for _ in range(STARTS):
        gateway = Gateway(bench, core=None, loops=None)
        seconds.append(gateway.start_seconds)
        gateway.stop()
    return seconds
