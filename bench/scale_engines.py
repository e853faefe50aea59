"""The databases of a scale measurement: a SQLite file, or a PostgreSQL server that tests/databases/serve.py starts. Both run
the statements of scale_data.py without indexes and make these afterwards, which takes a fraction of the time."""

import contextlib
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import machine

ROOT = Path(__file__).resolve().parent.parent


class Sqlite:
    name = "SQLite"

    def __init__(self, folder: Path):
        self.path = folder / "one-api.db"

    @property
    def environment(self) -> dict[str, str]:
        return {"SQLITE_PATH": str(self.path)}

    def text(self, statement: str) -> str:
        def series(match: re.Match) -> str:
            alias, first, last = match[1] or "n", match[2], match[3]
            rows = f"SELECT {first} UNION ALL SELECT i + 1 FROM s WHERE i < {last}"
            return f"(WITH RECURSIVE s(i) AS ({rows}) SELECT i FROM s) AS {alias}"

        statement = re.sub(r"\{series(?:_as:(\w+))?:(\d+):(\d+)\}", series, statement)
        return fill_in(statement, {"true": "1", "false": "0", "list": 'group_concat("name", \',\')', "json": "CAST('{}' AS BLOB)"})

    def fill(self, statements: list[tuple[str, str]], tables: tuple[str, ...], tell) -> None:
        with contextlib.closing(sqlite3.connect(self.path, isolation_level=None)) as db:
            for pragma in ("synchronous = OFF", "journal_mode = OFF", "cache_size = -1000000", "threads = 2"):
                db.execute(f"PRAGMA {pragma}")
            names = ", ".join(f"'{table}'" for table in tables)
            indexes = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql <> '' "
                                 f"AND tbl_name IN ({names})").fetchall()
            for index, _ in indexes:
                db.execute(f'DROP INDEX "{index}"')
            for what, statement in statements:
                tell(what)
                db.execute(self.text(statement))
            for index, sql in indexes:
                tell(f"index {index}")
                db.execute(sql)
            db.execute("PRAGMA journal_mode = WAL")

    def pids(self) -> list[int]:
        return []

    def stop(self) -> None:
        pass


class Postgres:
    name = "PostgreSQL"

    def __init__(self, folder: Path):
        self.server = subprocess.Popen([sys.executable, ROOT / "tests/databases/serve.py", "postgres", folder],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self.server.stdout.readline().strip()
        if not line.startswith("READY "):
            raise RuntimeError(f"no PostgreSQL: {line}")
        self.dsn = line.removeprefix("READY ")
        self.psql = shutil.which("psql") or "psql"

    @property
    def environment(self) -> dict[str, str]:
        return {"SQL_DSN": self.dsn}

    def text(self, statement: str) -> str:
        def series(match: re.Match) -> str:
            alias = match[1] or "n"
            return f"generate_series(CAST({match[2]} AS bigint), {match[3]}) AS {alias}(i)"

        statement = re.sub(r"\{series(?:_as:(\w+))?:(\d+):(\d+)\}", series, statement)
        return fill_in(statement, {"true": "true", "false": "false", "list": 'string_agg("name", \',\')', "json": "'{}'"})

    def run(self, sql: str) -> str:
        settings = "SET synchronous_commit = off; SET work_mem = '512MB'; SET maintenance_work_mem = '1GB';\n"
        done = subprocess.run([self.psql, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", self.dsn], input=settings + sql,
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"psql: {done.stderr[-1000:]}")
        return done.stdout

    def fill(self, statements: list[tuple[str, str]], tables: tuple[str, ...], tell) -> None:
        names = ", ".join(f"'{table}'" for table in tables)
        rows = self.run(f"""SELECT indexname || '|' || indexdef FROM pg_indexes
            WHERE schemaname = current_schema() AND tablename IN ({names})
            AND indexname NOT IN (SELECT conname FROM pg_constraint)""")
        indexes = [row.split("|", 1) for row in rows.splitlines()]
        for index, _ in indexes:
            self.run(f'DROP INDEX "{index}"')
        for what, statement in statements:
            tell(what)
            self.run(self.text(statement))
        for index, sql in indexes:
            tell(f"index {index}")
            self.run(sql)
        for table in ("users", "tokens", "channels", "logs", "quota_data"):
            self.run(f"""SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))""")
        tell("what autovacuum does")
        self.run("VACUUM ANALYZE")

    def pids(self) -> list[int]:
        servers = machine.children(self.server.pid)
        return servers + [child for server in servers for child in machine.children(server)]

    def stop(self) -> None:
        self.server.stdin.close()
        self.server.wait()


ENGINES = {"sqlite": Sqlite, "postgres": Postgres}


def fill_in(statement: str, words: dict[str, str]) -> str:
    for word, text in words.items():
        statement = statement.replace("{" + word + "}", text)
    return statement
