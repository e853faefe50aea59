"""Sets up a fresh gateway as an operator does, by the REST API: administrator, prices, channels, one token with a limited
balance. Every check and charge of a production request is on afterwards."""

import json
import sqlite3
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

MODEL = "bench-model"
ANTHROPIC_MODEL = "bench-anthropic"
GEMINI_MODEL = "bench-gemini"
HOLD_MODEL = "bench-hold"
HOLD_TLS_MODEL = "bench-hold-tls"
PASSWORD = "correct horse"
BALANCE = 2_000_000_000    # fits the 32-bit columns of the compatible schema, and no run uses it up

# Types of channels.
OPENAI = 1
ANTHROPIC = 14
GEMINI = 24


@dataclass(frozen=True)
class Channel:
    url: str
    type: int = OPENAI


class Api:
    """The session of the administrator."""

    def __init__(self, port: int):
        self.base = f"http://127.0.0.1:{port}"
        self.headers = {"Content-Type": "application/json"}
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

    def call(self, method: str, path: str, body: object = None) -> object:
        """The `data` of the answer; throws when it says that it failed."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data=data, headers=self.headers, method=method)
        try:
            with self.opener.open(request, timeout=30) as response:
                answer = json.load(response)
        except urllib.error.HTTPError as fault:
            raise RuntimeError(f"{method} {path}: {fault.code} {fault.read()[:300]!r}") from fault
        if not answer.get("success"):
            raise RuntimeError(f"{method} {path}: {answer.get('message')}")
        return answer.get("data")

    def login(self) -> None:
        user = self.call("POST", "/api/user/login", {"username": "root", "password": PASSWORD})
        self.headers["New-Api-User"] = str(user["id"])


def set_up(port: int, channels: dict[str, Channel]) -> str:
    """Sets up the gateway on `port`; `channels` are by the model that each serves. Returns the token's key."""
    api = Api(port)
    api.call("POST", "/api/setup", {"username": "root", "password": PASSWORD, "confirmPassword": PASSWORD,
                                    "SelfUseModeEnabled": False})
    api.login()
    for option, value in (("ModelRatio", 0.1), ("CompletionRatio", 2)):
        text = json.dumps({model: value for model in channels})
        api.call("PUT", "/api/option/", {"key": option, "value": text})
    for model, channel in channels.items():
        row = {"type": channel.type, "name": model, "key": "sk-upstream", "base_url": channel.url, "models": model,
               "group": "default"}
        api.call("POST", "/api/channel/", {"mode": "single", "channel": row})
    api.call("POST", "/api/token/", {"name": "bench", "unlimited_quota": False, "remain_quota": BALANCE,
                                     "expired_time": -1})
    tokens = api.call("GET", "/api/token/?p=1&page_size=10")
    return "sk-" + api.call("POST", f"/api/token/{tokens['items'][0]['id']}/key")["key"]


def raise_balance(database: Path) -> None:
    """The administrator's balance, directly in the database: the gateway must not be running."""
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE users SET quota = ? WHERE username = 'root'", (BALANCE,))
    connection.close()


def count_log_rows(database: Path) -> int:
    """Rows of consumption for the models of the load."""
    models = (MODEL, ANTHROPIC_MODEL, GEMINI_MODEL)
    with sqlite3.connect(database) as connection:
        count = connection.execute("SELECT COUNT(*) FROM logs WHERE type = 2 AND model_name IN (?, ?, ?)",
                                   models).fetchone()[0]
    connection.close()
    return count
