"""What a scale measurement fills a database with: the rows of a busy site, made by the database itself from their numbers, so
that every run has the same. Few users, channels and models have most of the rows, as it is everywhere. The statements are in
the subset that SQLite and PostgreSQL share; `{series:A:B}` stands for a table `n` with the numbers `i` from A to B."""

from dataclasses import dataclass

DAYS = 30
DAY = 86_400
ROOT_TOKENS = 1_000    # of the administrator, who is also the busiest user
MODELS = 400           # different names; each channel serves MODELS_OF_CHANNEL of them
MODELS_OF_CHANNEL = 200
TABLES = ("users", "tokens", "channels", "abilities", "logs", "quota_data")


@dataclass(frozen=True)
class Size:
    logs: int = 10_000_000
    users: int = 100_000
    tokens: int = 100_000
    channels: int = 1_000
    now: int = 0    # Unix seconds: when the last row of the log was written


def drawn(multiplier: int) -> str:
    """A number from 0 to 99,999 that looks drawn, by the row's number."""
    return f"(i * {multiplier} % 2147483647 % 100000)"


def skewed(number: str, count: int, power: int) -> str:
    """From 0 to count - 1, the small ones more often."""
    expression = number
    for _ in range(power - 1):
        expression = f"({expression} * {number} / 100000)"
    return f"({expression} * {count} / 100000)"


def group_of(user: str) -> str:
    return f"CASE WHEN {user} % 10 < 7 THEN 'default' WHEN {user} % 10 < 9 THEN 'vip' ELSE 'svip' END"


def model_name(number: str) -> str:
    family = f"CASE {number} % 4 WHEN 0 THEN 'gpt-' WHEN 1 THEN 'claude-' WHEN 2 THEN 'gemini-' ELSE 'qwen-' END"
    return f"{family} || ({number} + 1000)"


def username(user: str) -> str:
    return f"CASE {user} WHEN 1 THEN 'root' ELSE 'user' || {user} END"


OTHER = """'{"model_ratio":1.25,"group_ratio":1,"completion_ratio":4,"cache_tokens":0,"cache_ratio":0.5,"model_price":-1,""" \
        """"user_group_ratio":-1,"frt":' || h4 || ',"request_path":"/v1/chat/completions","billing_source":"wallet",""" \
        """"admin_info":{"use_channel":["' || channel || '"],"local_count_tokens":false}}'"""


def people(size: Size) -> list[str]:
    return [
        f"""INSERT INTO "users" ("id", "username", "password", "display_name", "role", "status", "email", "github_id",
            "discord_id", "oidc_id", "wechat_id", "telegram_id", "linux_do_id", "quota", "used_quota", "request_count", "group",
            "aff_code", "aff_count", "aff_quota", "aff_history", "inviter_id", "setting", "remark", "stripe_customer",
            "created_at", "last_login_at")
            SELECT i, 'user' || i, '', 'Display ' || i, 1, CASE WHEN i % 50 = 0 THEN 2 ELSE 1 END, 'user' || i || '@example.com',
            '', '', '', '', '', '', i * 7919 % 10000000, i * 104729 % 10000000, i % 1000, {group_of('i')}, 'a' || i, 0, 0, 0, 0,
            '', '', '', {size.now} - i, {size.now} - i % 86400 FROM {{series:2:{size.users}}}""",
        f"""INSERT INTO "tokens" ("id", "user_id", "key", "status", "name", "created_time", "accessed_time", "expired_time",
            "remain_quota", "unlimited_quota", "model_limits_enabled", "model_limits", "allow_ips", "used_quota", "group",
            "cross_group_retry")
            SELECT i, CASE WHEN i <= {ROOT_TOKENS} THEN 1 ELSE i - {ROOT_TOKENS} + 1 END,
            'scale' || (i + 1000000) || 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJ', 1, 'token-' || (i % 20000), {size.now} - i,
            {size.now} - i % 3600, -1, i * 7919 % 1000000, {{false}}, {{false}}, '', '', i % 5000, '', {{false}}
            FROM {{series:1:{size.tokens}}}""",
    ]


def channels(size: Size) -> list[str]:
    models = f"(SELECT {{list}} FROM (SELECT {model_name('((c.i * 7 + m.i) % ' + str(MODELS) + ')')} AS \"name\" " \
             f"FROM {{series_as:m:0:{MODELS_OF_CHANNEL - 1}}}) AS \"served\")"
    return [
        f"""INSERT INTO "channels" ("id", "type", "key", "status", "name", "weight", "created_time", "test_time", "response_time",
            "base_url", "other", "balance", "balance_updated_time", "models", "group", "used_quota", "model_mapping",
            "status_code_mapping", "priority", "auto_ban", "other_info", "tag", "setting", "remark", "channel_info", "settings")
            SELECT c.i, 1, 'sk-scale-' || c.i, CASE WHEN c.i % 20 = 0 THEN 2 ELSE 1 END, 'channel ' || c.i, c.i % 10, {size.now}, 0,
            0, 'http://127.0.0.1:9', '', 0, 0, {models}, CASE WHEN c.i % 3 = 0 THEN 'default,vip' ELSE 'default,vip,svip' END,
            c.i * 1000, NULL, '', c.i % 5, 1, '', 'tag-' || (c.i % 40), NULL, NULL, {{json}}, ''
            FROM {{series_as:c:1:{size.channels}}}""",
        f"""INSERT INTO "abilities" ("group", "model", "channel_id", "enabled", "priority", "weight", "tag")
            SELECT g."name", {model_name('((c.i * 7 + m.i) % ' + str(MODELS) + ')')}, c.i,
            CASE WHEN c.i % 20 = 0 THEN {{false}} ELSE {{true}} END, c.i % 5, c.i % 10, 'tag-' || (c.i % 40)
            FROM {{series_as:c:1:{size.channels}}}, {{series_as:m:0:{MODELS_OF_CHANNEL - 1}}},
            (SELECT 'default' AS "name" UNION ALL SELECT 'vip' UNION ALL SELECT 'svip') AS g
            WHERE g."name" <> 'svip' OR c.i % 3 <> 0""",
    ]


def logs(size: Size) -> str:
    numbers = ", ".join(f"{drawn(multiplier)} AS h{k}" for k, multiplier in
                        enumerate((16807, 48271, 69621, 39373, 62089911), start=1))
    served = f"((channel * 7 + {skewed('h3', MODELS_OF_CHANNEL, 2)}) % {MODELS})"
    start = size.now - DAYS * DAY
    return f"""INSERT INTO "logs" ("id", "user_id", "created_at", "type", "content", "username", "token_name", "model_name", "quota",
        "prompt_tokens", "completion_tokens", "use_time", "is_stream", "channel_id", "channel_name", "token_id", "group", "ip",
        "request_id", "other")
        SELECT i, "user", {start} + i * {DAYS * DAY} / {size.logs}, CASE WHEN h5 < 1000 THEN 5 WHEN h5 < 1050 THEN 4 ELSE 2 END,
        CASE WHEN h5 < 1000 THEN 'status_code=502, bad gateway' ELSE '' END, {username('"user"')}, 'token-' || (token % 20000),
        {model_name('model')}, h4 / 10 + 1, h4 / 20, h5 / 200, h3 % 60, CASE WHEN h2 % 2 = 0 THEN {{true}} ELSE {{false}} END,
        channel, '', token, {group_of('"user"')}, '', h1 || 'a' || h2 || 'b' || i, {OTHER}
        FROM (SELECT i, h1, h2, h3, h4, h5, "user", channel, {served} AS model,
        CASE WHEN "user" = 1 THEN 1 + h2 % {ROOT_TOKENS}
        ELSE {ROOT_TOKENS} + ("user" - 2) % {size.tokens - ROOT_TOKENS} + 1 END AS token
        FROM (SELECT i, h1, h2, h3, h4, h5, {skewed('h1', size.users, 3)} + 1 AS "user", {skewed('h2', size.channels, 2)} + 1 AS channel
        FROM (SELECT i, {numbers} FROM {{series:1:{size.logs}}}) AS a) AS b) AS c"""


AMOUNTS = 'COUNT(*), SUM("quota"), SUM("prompt_tokens"), SUM("completion_tokens"), SUM("use_time")'
SUMMED = 'SUM("requests"), SUM("quota"), SUM("prompt_tokens"), SUM("completion_tokens"), SUM("use_time")'


def total(channel: str, seconds: int, source: str) -> str:
    """Each from the smallest table that has what it needs."""
    time = '"hour"' if "hourly" in source else '"start"'
    return f"""INSERT INTO "opus_usage_totals" ("channel_id", "seconds", "start", "model_name", "group", "type", "requests",
        "quota", "prompt_tokens", "completion_tokens", "use_time")
        SELECT {channel}, {seconds}, {time} - {time} % {seconds}, "model_name", "group", "type", {SUMMED}
        FROM {source} GROUP BY 1, 3, 4, 5, 6"""


def sums() -> list[str]:
    """What the gateway would have added up while the log was written."""
    hourly = f"""INSERT INTO "opus_usage_hourly" ("user_id", "hour", "token_id", "channel_id", "model_name", "group", "type",
        "requests", "quota", "prompt_tokens", "completion_tokens", "use_time")
        SELECT "user_id", "created_at" - "created_at" % 3600, "token_id", "channel_id", "model_name", "group", "type", {AMOUNTS}
        FROM "logs" GROUP BY 1, 2, 3, 4, 5, 6, 7"""
    totals = [total(channel, seconds, source) for channel, seconds, source in (
        ('"channel_id"', 3600, '"opus_usage_hourly"'),
        ('"channel_id"', DAY, """"opus_usage_totals" WHERE "seconds" = 3600"""),
        ("-1", 3600, """"opus_usage_totals" WHERE "seconds" = 3600"""),
        ("-1", DAY, """"opus_usage_totals" WHERE "seconds" = 3600 AND "channel_id" = -1"""))]
    charts = """INSERT INTO "quota_data" ("user_id", "username", "model_name", "created_at", "token_used", "count", "quota")
        SELECT "user_id", CASE "user_id" WHEN 1 THEN 'root' ELSE 'user' || "user_id" END, "model_name", "hour",
        SUM("prompt_tokens") + SUM("completion_tokens"), SUM("requests"), SUM("quota")
        FROM "opus_usage_hourly" WHERE "type" = 2 GROUP BY "hour", "user_id", "model_name" """
    counted = """UPDATE "opus_state" SET "value" = (SELECT MAX("id") FROM "logs") WHERE "name" = 'usage_counted'"""
    return [hourly, *totals, charts, counted]


def statements(size: Size) -> list[tuple[str, str]]:
    """What is told while it runs, and the statement."""
    named = [("users", s) for s in people(size)[:1]] + [("tokens", s) for s in people(size)[1:]]
    named += [("channels", s) for s in channels(size)]
    return [*named, ("log rows", logs(size)), *(("sums", s) for s in sums())]
