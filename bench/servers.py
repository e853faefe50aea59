"""The programs of a measurement: the simulated upstream, nginx as plain reverse proxy, the gateway, the load generator.
Each is started here, pinned to its core, and stopped here."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import machine

START_SECONDS = 30.0
STOP_SECONDS = 60.0

NGINX_CONF = """
daemon off;
{user}
worker_processes {workers};
worker_rlimit_nofile {descriptors};
error_log {folder}/nginx-error.log warn;
pid {folder}/nginx.pid;
events {{ worker_connections {connections}; }}
http {{
    access_log off;
    client_body_temp_path {folder}/nginx-body;
    proxy_temp_path {folder}/nginx-proxy;
    fastcgi_temp_path {folder}/nginx-fastcgi;
    uwsgi_temp_path {folder}/nginx-uwsgi;
    scgi_temp_path {folder}/nginx-scgi;
    client_max_body_size 0;
    # Bodies stay in memory: with the default of 16 KB nginx would write the larger ones to files, and look slow.
    client_body_buffer_size 1m;
    tcp_nodelay on;
    keepalive_timeout 300s;
    keepalive_requests 1000000000;
    upstream upstream {{
        server 127.0.0.1:{upstream};
        keepalive 1024;
        keepalive_requests 1000000000;
    }}
{servers}
}}
"""

NGINX_SERVER = """
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location / {{
            proxy_pass http://upstream;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_buffering {buffering};
        }}
    }}
"""


@dataclass(frozen=True)
class Cores:
    """Where things run: the proxy under test alone, upstream and load generator together on another core."""
    proxy: int
    rest: int

    @staticmethod
    def choose() -> "Cores":
        available = sorted(os.sched_getaffinity(0))
        if len(available) == 1:
            print("warning: one core only; the proxy shares it with the load, so throughput says little", file=sys.stderr)
        return Cores(proxy=available[-1], rest=available[0])


def pinned(core: int | None, command: list) -> list[str]:
    return [*([] if core is None else ["taskset", "-c", str(core)]), *map(str, command)]


class Process:
    """A program that runs beside us until stop()."""

    def __init__(self, command: list[str], log: Path, **options):
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **options)

    @property
    def pid(self) -> int:
        return self.process.pid

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def wait_for_answer(self, port: int, path: str = "/") -> float:
        """Seconds from now until GET `path` is answered with 200, or with anything when `path` is "/"."""
        begin = time.monotonic()
        while time.monotonic() - begin < START_SECONDS:
            if self.process.poll() is not None:
                break
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", path)
                if connection.getresponse().status == 200 or path == "/":
                    return time.monotonic() - begin
            time.sleep(0.001)
        raise RuntimeError(f"does not answer; its last words: {self.log.read_text(errors='replace')[-1500:]}")


class Upstream(Process):
    def __init__(self, bench: "Bench", port: int, **flags: int):
        arguments = [str(part) for name, value in flags.items() for part in ("--" + name.replace("_", "-"), value)]
        command = [bench.tools / "bench_upstream", "--port", port, *arguments]
        super().__init__(pinned(bench.cores.rest, command), bench.folder / f"upstream-{port}.log")
        self.port = port
        limit = time.monotonic() + START_SECONDS
        while "ready" not in self.log.read_text():
            if self.process.poll() is not None or time.monotonic() > limit:
                raise RuntimeError(f"the upstream does not start: {self.log.read_text()}")
            time.sleep(0.005)


class Nginx(Process):
    """One server with buffering for plain answers, one without for streams."""

    def __init__(self, bench: "Bench", upstream: Upstream):
        binary = shutil.which("nginx") or "/usr/sbin/nginx"
        self.port, self.stream_port = machine.free_ports(2)
        servers = NGINX_SERVER.format(port=self.port, buffering="on")
        servers += NGINX_SERVER.format(port=self.stream_port, buffering="off")
        conf = bench.folder / "nginx.conf"
        conf.write_text(NGINX_CONF.format(
            user="user root;" if os.geteuid() == 0 else "", workers=bench.loops, folder=bench.folder,
            descriptors=bench.descriptors, connections=bench.descriptors - 100, upstream=upstream.port, servers=servers), encoding="utf-8")
        command = [binary, "-p", bench.folder, "-e", bench.folder / "nginx-error.log", "-c", conf]
        super().__init__(pinned(bench.cores.proxy, command), bench.folder / "nginx.log")
        self.wait_for_answer(self.port)
        self.workers = machine.children(self.pid)

    def pids(self) -> list[int]:
        return self.workers

    def port_for(self, stream: bool) -> int:
        return self.stream_port if stream else self.port


class Gateway(Process):
    """The release binary on a SQLite file in the bench's folder; started again, it finds what it left."""

    def __init__(self, bench: "Bench", core: int | None, loops: int | None):
        self.folder = bench.folder / "gateway"
        self.folder.mkdir(exist_ok=True)
        self.port = bench.gateway_port
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "SQLITE_PATH": str(self.folder / "one-api.db"),
            "SESSION_SECRET": "a secret for the bench only",
            "LLVM_PROFILE_FILE": str(self.folder / "%p.profraw"),    # only a build that writes profiles knows it
            "TLS_INSECURE_SKIP_VERIFY": "true",    # the upstream's certificate is of its own making
            "GLOBAL_API_RATE_LIMIT_ENABLE": "false",
            "GLOBAL_WEB_RATE_LIMIT_ENABLE": "false",
            "CRITICAL_RATE_LIMIT_ENABLE": "false",
        }
        if loops is not None:
            environment["LOOPS"] = str(loops)
        command = [bench.binary, "--port", self.port, "--log-dir", self.folder / "logs"]
        super().__init__(pinned(core, command), bench.folder / "gateway.log", cwd=self.folder, env=environment)
        self.start_seconds = self.wait_for_answer(self.port, "/api/status")

    def pids(self) -> list[int]:
        return [self.pid]

    def port_for(self, stream: bool) -> int:
        return self.port


@dataclass
class Bench:
    """What all measurements share."""
    build: Path    # the tools, and the program unless it is named
    folder: Path
    cores: Cores
    loops: int
    descriptors: int
    program: Path | None = None
    gateway_port: int = 0
    bystanders: list[int] = field(default_factory=list)    # processes that serve a measurement beside its target
    headers: tuple[str, ...] = ()    # sent with every request, to whichever proxy

    @property
    def binary(self) -> Path:
        return self.program or self.build / "opusclaw"

    @property
    def tools(self) -> Path:
        return self.build / "bench"

    def load_command(self, port: int, **flags) -> list[str]:
        arguments = [str(part) for name, value in flags.items() for part in ("--" + name.replace("_", "-"), value)]
        headers = [part for header in self.headers for part in ("--header", header)]
        return pinned(self.cores.rest, [self.tools / "bench_load", "--port", port, *arguments, *headers])

    def load(self, port: int, **flags) -> dict:
        """Runs the load generator to its end and returns what it measured. Throws when requests failed."""
        done = subprocess.run(self.load_command(port, **flags), capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"the load generator: {done.stderr.strip()}")
        result = json.loads(done.stdout)
        if result["failed"] > 0:
            raise RuntimeError(f"{result['failed']} requests failed: {done.stderr.strip()}")
        return result

    @contextlib.contextmanager
    def held_streams(self, port: int, count: int, model: str):
        """Opens streams that stay open inside the `with`; gives how many there are."""
        command = self.load_command(port, hold=count, stream=1, body_bytes=1024, model=model)
        errors = self.folder / "held.log"
        with errors.open("w") as log, subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                                       stderr=log, text=True) as process:
            opened = process.stdout.readline()
            try:
                yield json.loads(opened)["open"] if opened else 0
            finally:
                process.stdin.close()
                still = process.stdout.readline()
        if process.returncode != 0 or json.loads(still)["failed"] > 0:
            raise RuntimeError(f"not every stream stayed open: {opened}{still}{errors.read_text()}")
