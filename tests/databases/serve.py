#!/usr/bin/env python3
"""A database server for tests: tests/databases/serve.py postgres|mysql [FOLDER]. Makes an empty one in a temporary folder on
a free port, prints one line, `READY <DSN of its administrator, ending with the database's name>`, and runs until its input is
closed, which also happens when whoever started it dies. Then stops the server and removes the folder. Started by root it
runs the server as `nobody`: PostgreSQL refuses root. Durability is switched off. With a FOLDER the temporary folder is made
there, and the server has the memory of a small one in use: for much data."""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WAIT_SECONDS = 90
MEMORY_BYTES = 2 << 30


def fail(text: str) -> None:
    print(f"FAILED {text}", flush=True)
    sys.exit(1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_folder(engine: str, below: Path | None) -> Path:
    """In memory where there is room: a change of a table waits for the disk several times."""
    if below:
        return Path(tempfile.mkdtemp(prefix=f"opusclaw-{engine}-", dir=below))
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > MEMORY_BYTES
    return Path(tempfile.mkdtemp(prefix=f"opusclaw-{engine}-", dir=memory if roomy else None))


def find(name: str, *folders: str) -> str:
    """The path of a program; Debian keeps PostgreSQL's out of PATH."""
    for folder in folders:
        for path in sorted(Path("/").glob(folder.lstrip("/") + "/" + name), reverse=True):
            return str(path)
    return shutil.which(name) or fail(f"{name} is not installed")


def as_nobody() -> dict:
    """Options for subprocess that give up root."""
    if os.getuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def run(folder: Path, command: list) -> None:
    """One step of making the server's files; its output is shown only when it fails."""
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, env=environment(folder), check=False, **as_nobody())
    if done.returncode != 0:
        fail(f"{command[0]}: {done.stdout.decode(errors='replace')[-2000:]}".replace("\n", " | "))


def environment(folder: Path) -> dict:
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": str(folder), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def end_with_parent(number: int) -> None:
    """In the server's process before it starts: it gets the signal even when this script is killed."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, number)


def start(folder: Path, command: list) -> subprocess.Popen:
    with (folder / "server.log").open("wb") as log:
        return subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                env=environment(folder), start_new_session=True,
                                preexec_fn=lambda: end_with_parent(end_signal(command[0])), **as_nobody())


def end_signal(program: str) -> int:
    """What makes the server end without waiting for its clients."""
    return signal.SIGINT if program.endswith("/postgres") else signal.SIGTERM


LARGE = {"shared_buffers": "1GB", "autovacuum": "on", "max_wal_size": "8GB", "effective_cache_size": "8GB"}


def postgres(folder: Path, port: int, size: str) -> tuple[subprocess.Popen, str]:
    binaries = "/usr/lib/postgresql/*/bin"
    data = folder / "data"
    run(folder, [find("initdb", binaries), "-D", data, "-U", "tests", "--auth=trust", "--encoding=UTF8",
                 "--locale=C.UTF-8", "--no-sync"])
    settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": folder, "fsync": "off",
                "synchronous_commit": "off", "full_page_writes": "off", "max_connections": 200,
                "shared_buffers": "64MB", "autovacuum": "off", **(LARGE if size == "large" else {})}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return (start(folder, [find("postgres", binaries), "-D", data, *options]),
            f"postgres://tests@127.0.0.1:{port}/postgres")


def mysql(folder: Path, port: int, size: str) -> tuple[subprocess.Popen, str]:
    data = folder / "data"
    run(folder, [find("mariadb-install-db"), "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal",
                 "--skip-test-db", "--skip-name-resolve"])
    server = find("mariadbd", "/usr/sbin")
    pool = "1G" if size == "large" else "64M"
    options = [f"--datadir={data}", f"--port={port}", "--bind-address=127.0.0.1", f"--socket={folder}/mysql.sock",
               f"--pid-file={folder}/mysql.pid", "--skip-name-resolve", "--innodb-flush-log-at-trx-commit=0",
               "--innodb-flush-method=nosync", f"--innodb-buffer-pool-size={pool}",
               "--character-set-server=utf8mb4",
               "--max-connections=200", "--skip-log-bin", "--innodb-doublewrite=0", "--innodb-log-file-size=16M"]
    return start(folder, [server, "--no-defaults", *options]), f"root@tcp(127.0.0.1:{port})/mysql"


def wait_until_it_answers(server: subprocess.Popen, folder: Path, engine: str, port: int) -> None:
    ready = {"postgres": [find("pg_isready", "/usr/lib/postgresql/*/bin"), "-q", "-h", "127.0.0.1", "-p", str(port)],
             "mysql": ["mariadb-admin", "--no-defaults", "-h", "127.0.0.1", f"-P{port}", "-u", "root", "ping"]}[engine]
    limit = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < limit:
        if server.poll() is not None:
            break
        if subprocess.run(ready, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return
        time.sleep(0.05)
    log = (folder / "server.log").read_text(errors="replace")[-2000:]
    stop(server)
    fail(f"{engine} does not answer: {log}".replace("\n", " | "))


def stop(server: subprocess.Popen) -> None:
    server.send_signal(end_signal(server.args[0]))
    try:
        server.wait(30)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def leave_the_group() -> None:
    """Whoever ends the tests ends their process group; this one has a server to stop first, and sees the end by its input."""
    signal.signal(signal.SIGTERM, lambda *_: None)
    if os.getpgrp() != os.getpid():
        os.setsid()


def main() -> None:
    if len(sys.argv) not in (2, 3) or sys.argv[1] not in ("postgres", "mysql"):
        sys.exit(__doc__)
    engine = sys.argv[1]
    leave_the_group()
    below = Path(sys.argv[2]) if len(sys.argv) == 3 else None
    folder = make_folder(engine, below)
    try:
        folder.chmod(0o755)
        if os.getuid() == 0:
            os.chown(folder, as_nobody()["user"], as_nobody()["group"])
        port = free_port()
        server, dsn = {"postgres": postgres, "mysql": mysql}[engine](folder, port, "large" if below else "small")
        try:
            wait_until_it_answers(server, folder, engine, port)
            print(f"READY {dsn}", flush=True)
            sys.stdin.read()
        finally:
            if server.poll() is None:
                stop(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
