"""The pages of a scale measurement: each list, search and statistics page of the management API, as a dashboard asks for them,
and how long the answers take; and the reload of the channels while other requests go on."""

import contextlib
import http.client
import json
import os
import statistics
import threading
import time
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

from gateway_setup import PASSWORD
from scale_data import DAY, Size

LIMIT_MS = 100


@dataclass(frozen=True)
class Page:
    name: str
    path: str
    query: dict


@dataclass(frozen=True)
class Timed:
    name: str
    least: float    # milliseconds
    median: float
    worst: float
    cpu: float = 0    # of gateway and database server, for one answer
    note: str = ""

    @property
    def is_slow(self) -> bool:
        return self.median > LIMIT_MS

    @classmethod
    def of(cls, name: str, times: list[float], cpu: float = 0, note: str = "") -> "Timed":
        return cls(name, min(times), statistics.median(times), max(times), cpu, note)


class Browser:
    """A keep-alive connection with the session of the administrator."""

    def __init__(self, port: int):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        self.headers = {"Content-Type": "application/json"}
        person = json.dumps({"username": "root", "password": PASSWORD})
        self.connection.request("POST", "/api/user/login", person, self.headers)
        answer = self.connection.getresponse()
        self.headers["Cookie"] = (answer.getheader("Set-Cookie") or "").split(";")[0]
        self.headers["New-Api-User"] = str(json.load(answer)["data"]["id"])

    def call(self, method: str, target: str, body: object = None) -> tuple[float, bytes]:
        """Milliseconds to the end of the answer, and the answer; throws when it says that it failed."""
        text = None if body is None else json.dumps(body)
        begin = time.perf_counter()
        self.connection.request(method, target, text, self.headers)
        answer = self.connection.getresponse()
        data = answer.read()
        took = (time.perf_counter() - begin) * 1000
        if answer.status != 200 or not json.loads(data).get("success"):
            raise RuntimeError(f"{method} {target}: {answer.status} {data[:300]!r}")
        return took, data


def log_pages(size: Size) -> list[Page]:
    day = {"start_timestamp": size.now - DAY, "end_timestamp": size.now + 3600}
    week = {"start_timestamp": size.now - 7 * DAY + 777, "end_timestamp": size.now - 1777}
    month = {"start_timestamp": size.now - 30 * DAY + 777, "end_timestamp": size.now - 1777}
    narrow = [("a user", {"username": "user77"}), ("the busiest user", {"username": "root"}),
              ("a token", {"token_name": "token-4711"}), ("a model", {"model_name": "gpt-1200"}),
              ("a pattern of models", {"model_name": "claude-11%"}), ("a channel", {"channel": 500}),
              ("the busiest channel", {"channel": 1}), ("a group", {"group": "svip"}),
              ("user and model", {"username": "root", "model_name": "gpt-1200"})]
    pages = [Page("logs, first page", "/api/log/", {}), Page("logs, page 1,000", "/api/log/", {"p": 1000}),
             Page("logs of a day", "/api/log/", day), Page("logs of a day, page 500", "/api/log/", {**day, "p": 500}),
             Page("logs of 30 days, page 900", "/api/log/", {**month, "p": 900}), Page("logs, errors", "/api/log/", {"type": 5}),
             Page("logs, errors of a day", "/api/log/", {"type": 5, **day}), Page("logs, billed", "/api/log/", {"type": 2}),
             Page("logs, top-ups (none)", "/api/log/", {"type": 1}), Page("logs by request id", "/api/log/", {"request_id": "1a2b3"}),
             Page("logs, rare type of a user", "/api/log/", {"type": 5, "username": "user77"}),
             Page("logs, errors of the busiest user", "/api/log/", {"type": 5, "username": "root"}),
             Page("logs, errors of a channel, a week", "/api/log/", {"type": 5, "channel": 1, **week})]
    for name, query in narrow:
        pages += [Page(f"logs of {name}", "/api/log/", query), Page(f"logs of {name}, a week", "/api/log/", {**query, **week})]
    pages += [Page("own logs", "/api/log/self", {}), Page("own logs, page 400", "/api/log/self", {"p": 400}),
              Page("own logs of a week", "/api/log/self", week), Page("own logs of a model", "/api/log/self", {"model_name": "gpt-1200"})]
    for span, times in (("ever", {}), ("a day", day), ("a week", week), ("30 days", month)):
        pages.append(Page(f"sum, {span}", "/api/log/stat", times))
        pages += [Page(f"sum of {name}, {span}", "/api/log/stat", {**query, **times}) for name, query in narrow]
        pages.append(Page(f"own sum, {span}", "/api/log/self/stat", times))
    return pages


def other_pages(size: Size) -> list[Page]:
    day = {"start_timestamp": size.now - DAY, "end_timestamp": size.now + 3600}
    month = {"start_timestamp": size.now - 30 * DAY + 3600, "end_timestamp": size.now}
    return [Page("users, first page", "/api/user/", {}), Page("users, page 900", "/api/user/", {"p": 900, "page_size": 100}),
            Page("users by name", "/api/user/search", {"keyword": "user777"}),
            Page("users by word, group", "/api/user/search", {"keyword": "example", "group": "vip"}),
            Page("users of a group", "/api/user/search", {"keyword": "", "group": "vip"}),
            Page("users, nothing found", "/api/user/search", {"keyword": "nobody at all"}),
            Page("tokens, first page", "/api/token/", {}), Page("tokens, page 10", "/api/token/", {"p": 10, "page_size": 100}),
            Page("tokens by name", "/api/token/search", {"keyword": "token-77%"}),
            Page("tokens by key", "/api/token/search", {"token": "sk-scale1000077abcdefghijklmnopqrstuvwxyzABCDEFGHIJ"}),
            Page("channels, first page", "/api/channel/", {}), Page("channels, page 10", "/api/channel/", {"p": 10, "page_size": 100}),
            Page("channels by tag", "/api/channel/", {"tag_mode": "true"}),
            Page("channels by name", "/api/channel/search", {"keyword": "channel 77"}),
            Page("channels by model and group", "/api/channel/search", {"model": "gpt-1200", "group": "svip"}),
            Page("channel models", "/api/channel/models_enabled", {}), Page("own models", "/api/user/models", {}),
            Page("prices", "/api/pricing", {}), Page("groups", "/api/group/", {}),
            Page("charts by model, a day", "/api/data/", day), Page("charts by user, a day", "/api/data/users", day),
            Page("charts of a user, 30 days", "/api/data/", {**month, "username": "user77"}),
            Page("own charts, a day", "/api/data/self", day)]


def cpu_ms(pids: list[int]) -> float:
    """What these processes and their ended children have used so far."""
    ticks = 0
    for pid in pids:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            ticks += sum(int(field) for field in fields[11:15])
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def measure(port: int, size: Size, rounds: int, pids, tell) -> list[Timed]:
    """`pids` gives the processes that work for an answer."""
    browser = Browser(port)
    results = []
    for page in log_pages(size) + other_pages(size):
        target = page.path + ("?" + urllib.parse.urlencode(page.query) if page.query else "")
        before = cpu_ms(pids())
        times = [browser.call("GET", target)[0] for _ in range(rounds)]
        results.append(Timed.of(page.name, times, (cpu_ms(pids()) - before) / rounds))
        tell(results[-1])
    return results


class Watch:
    """Another client, which goes on asking meanwhile."""

    def __init__(self, port: int):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.longest = 0.0
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._ask)

    def _ask(self) -> None:
        while not self.done.is_set():
            begin = time.perf_counter()
            self.connection.request("GET", "/api/notice")
            self.connection.getresponse().read()
            self.longest = max(self.longest, (time.perf_counter() - begin) * 1000)
            time.sleep(0.001)

    def __enter__(self) -> "Watch":
        self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.done.set()
        self.thread.join()


def measure_reload(port: int, rounds: int) -> list[Timed]:
    """A channel is changed: the answer comes when the new catalog is in force."""
    browser, times, longest = Browser(port), [], []
    for number in range(rounds):
        with Watch(port) as watch:
            times.append(browser.call("PUT", "/api/channel/", {"id": 7, "priority": number})[0])
        longest.append(watch.longest)
    return [Timed.of("change of a channel and reload of the catalog", times, note="under 1 s"),
            Timed.of("another request meanwhile, the longest", longest)]
