// The log by REST: who sees which rows and what of them, sums over them, and deleting old ones; and the hourly usage that is
// kept beside them.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";

import type { Admin } from "./admin.ts";
import { Gateway, PATIENCE } from "./gateway.ts";
import { signIn } from "./stored_people.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

let world: World;
let ann: Admin;

beforeAll(async () => {
    world = await startWorld();
    ann = await signIn(world.gateway, { username: "ann" });
});

afterAll(() => world.close());

interface Row {
    user_id?: number;
    username?: string;
    created_at: number;
    type?: number;
    model_name?: string;
    token_name?: string;
    token_id?: number;
    quota?: number;
    prompt_tokens?: number;
    completion_tokens?: number;
    channel_id?: number;
    group?: string;
    other?: string;
}

/** Rows as another program left them. */
function addRows(rows: Row[]): void {
    for (const row of rows) {
        const all = { user_id: 77, username: "old", type: 2, other: "{}", ...row };
        const names = Object.keys(all);
        world.gateway.query(
            `INSERT INTO logs (${names.map((name) => `"${name}"`).join()}) VALUES (${names.map(() => "?").join()})`,
            ...(Object.values(all) as (string | number)[]),
        );
    }
}

async function failure(who: Admin, method: string, path: string): Promise<string> {
    const answer = await who.call(method, path);
    expect([answer.status, answer.json?.success], answer.text).toEqual([200, false]);
    return answer.json.message;
}

describe("lists", () => {
    test("of oneself have positions for ids and nothing of channels", async () => {
        const other = JSON.stringify({
            model_ratio: 1.25,
            admin_info: { use_channel: ["3"] },
            stream_status: { status: "ok" },
            reject_reason: "x",
            po: ["set model = y"],
        });
        addRows([
            { created_at: 5000, user_id: ann.userId, username: "ann", channel_id: world.channelId, other },
            { created_at: 5001, user_id: ann.userId, username: "ann", other: "no json" },
            { created_at: 5002, user_id: 78, username: "carl" },
        ]);
        const page = await ann.data("GET", "/api/log/self/?p=1&page_size=10&username=carl&channel=1");
        expect(page.total).toBe(2);
        expect(page.items.map((row: any) => [row.id, row.channel, row.channel_name])).toEqual([
            [1, 0, ""],
            [2, 0, ""],
        ]);
        expect(page.items.map((row: any) => row.other)).toEqual(["{}", '{"model_ratio":1.25}']);
        const second = await ann.data("GET", "/api/log/self?p=2&page_size=1");
        expect(second.items.map((row: any) => [row.id, row.created_at])).toEqual([[2, 5000]]);
        const whole = await world.admin.logs({ username: "ann" });
        expect(whole.map((row) => row.channel_name)).toEqual(["", "sim"]);
        expect(JSON.parse(whole[1]!.other)).toHaveProperty("admin_info");
    });

    test("know the rare types, spans of time, and both together", async () => {
        addRows([
            { created_at: 6000, type: 5, username: "spans" },
            { created_at: 6001, type: 2, username: "spans" },
            { created_at: 6002, type: 1, username: "spans" },
            { created_at: 6003, type: 5, username: "spans" },
        ]);
        const times = async (query: Record<string, string | number>) =>
            (await world.admin.logs(query)).map((row) => row.created_at);
        expect(await times({ type: 5 })).toEqual([6003, 6000]);
        expect(await times({ start_timestamp: 6001, end_timestamp: 6002 })).toEqual([6002, 6001]);
        expect(await times({ type: 5, start_timestamp: 6001, end_timestamp: 6003 })).toEqual([6003]);
        expect(await times({ type: 2, start_timestamp: 6000, end_timestamp: 6003 })).toEqual([6001]);
        expect(await times({ type: 6 })).toEqual([]);
        expect(await times({ type: -1 })).toEqual([]);
    });

    test("check what people search with", async () => {
        for (const who of [ann, world.admin]) {
            const path = who === ann ? "/api/log/self" : "/api/log/";
            expect(await failure(who, "GET", `${path}?model_name=%25%25a`)).toBe(
                "搜索模式中不允许包含连续的 % 通配符",
            );
            expect(await failure(who, "GET", `${path}?model_name=%25a`)).toBe(
                "使用模糊搜索时，关键词长度至少为 2 个字符",
            );
        }
        expect(await world.admin.logs({ username: "' OR 1=1 --" })).toEqual([]);
    });

    test("of a token need its key and nothing else", async () => {
        const token = await world.admin.createToken({ name: "reader" });
        const client = world.clientOf(token);
        const first = await client.chat();
        const second = await client.chat();
        await world.admin.data("PUT", "/api/token/?status_only=1", { id: token.id, status: 2 });
        const read = (key: string, headers: Record<string, string> = {}) =>
            fetch(`${world.gateway.url}/api/log/token`, { headers: { Authorization: key, ...headers } });
        const answer = await read(`Bearer ${token.key}`, { Origin: "https://elsewhere.example" });
        expect(answer.headers.get("access-control-allow-origin")).toBe("*");
        expect(answer.headers.get("cache-control")).toContain("no-store");
        const { success, message, data } = (await answer.json()) as any;
        expect([success, message]).toEqual([true, ""]);
        expect(data.map((row: any) => [row.id, row.request_id, row.channel])).toEqual([
            [1, second.requestId, 0],
            [2, first.requestId, 0],
        ]);
        expect(data[0].other).not.toContain("admin_info");
        for (const key of [token.key, token.key.slice(3), `bearer ${token.key}`, `${token.key}-5`])
            expect((await read(key)).status).toBe(200);
        for (const [key, message] of [
            ["sk-unknown", "Invalid token"],
            ["Bearer ", "Invalid token"],
        ] as const) {
            const refused = await read(key, { "Accept-Language": "en" });
            expect([refused.status, await refused.json()]).toEqual([401, { success: false, message }]);
        }
        const none = await fetch(`${world.gateway.url}/api/log/token`);
        expect([none.status, ((await none.json()) as any).message]).toEqual([401, "Token not provided"]);
    });

    test("have old addresses that say so", async () => {
        expect(await failure(world.admin, "GET", "/api/log/search?keyword=x")).toBe("该接口已废弃");
        expect(await failure(ann, "GET", "/api/log/self/search?keyword=x")).toBe("该接口已废弃");
    });
});

describe("statistics", () => {
    test("sum what was billed, and count the last minute", async () => {
        const now = Math.floor(Date.now() / 1000);
        const mine = { user_id: ann.userId, username: "ann", model_name: "m-1", token_name: "t" };
        addRows([
            { ...mine, created_at: 8000, quota: 100, channel_id: 5, group: "g" },
            { ...mine, created_at: 8001, quota: 20, model_name: "m-2" },
            { ...mine, created_at: 8002, quota: 3, type: 6 },
            { ...mine, created_at: now - 10, quota: 7, prompt_tokens: 30, completion_tokens: 12 },
            { created_at: now - 10, quota: 5000, username: "dora", prompt_tokens: 1 },
        ]);
        const stat = (who: Admin, query: string) =>
            who.data("GET", `${who === ann ? "/api/log/self/stat" : "/api/log/stat"}?${query}`);
        const rate = { rpm: 1, tpm: 42 };
        expect(await stat(ann, "")).toEqual({ quota: 127, ...rate });
        expect(await stat(ann, "username=dora")).toEqual({ quota: 127, ...rate });
        expect(await stat(ann, "type=6")).toEqual({ quota: 127, ...rate });
        expect(await stat(ann, "end_timestamp=8000")).toEqual({ quota: 100, ...rate });
        expect(await stat(ann, "start_timestamp=8001&end_timestamp=8001")).toEqual({ quota: 20, ...rate });
        expect(await stat(ann, "model_name=m-2")).toEqual({ quota: 20, rpm: 0, tpm: 0 });
        expect(await stat(ann, "model_name=m-%25")).toEqual({ quota: 127, ...rate });
        expect(await stat(world.admin, "username=ann&channel=5")).toEqual({ quota: 100, rpm: 0, tpm: 0 });
        expect(await stat(world.admin, "username=ann&group=g&token_name=t")).toMatchObject({ quota: 100 });
        expect(await stat(world.admin, "username=dora")).toEqual({ quota: 5000, rpm: 1, tpm: 1 });
        addRows([{ created_at: 8000, user_id: ann.userId, username: "ann's old name", quota: 1000 }]);
        expect(await stat(world.admin, "username=ann&end_timestamp=8000")).toMatchObject({ quota: 1100 });
        expect(await stat(world.admin, "username=nobody")).toEqual({ quota: 0, rpm: 0, tpm: 0 });
        expect(await failure(ann, "GET", "/api/log/self/stat?model_name=%25%25")).not.toBe("");
    });
});

describe("deleting", () => {
    test("asks for a time, and takes older rows only", async () => {
        for (const query of ["", "?target_timestamp=0", "?target_timestamp=x", "?target_timestamp=-5"])
            expect(await failure(world.admin, "DELETE", `/api/log/${query}`)).toBe(
                "target timestamp is required",
            );
        // More than one range of ids, newer ones in between.
        const times = Array.from({ length: 2600 }, (_, i) => ((i + 1) % 13 === 0 ? 2_000_000 : i + 1));
        world.gateway.query(
            `INSERT INTO logs (user_id, created_at, type, username, other)
             VALUES ${times.map((time) => `(9, ${time}, 2, 'many', '{}')`).join(", ")}`,
        );
        const count = () => world.gateway.query("SELECT count(*) AS n FROM logs WHERE user_id = 9")[0].n;
        expect(await world.admin.data("DELETE", "/api/log/?target_timestamp=1000")).toBe(923);
        expect(count()).toBe(2600 - 923);
        expect(await world.admin.data("DELETE", "/api/log?target_timestamp=1000")).toBe(0);
        expect(await world.admin.data("DELETE", "/api/log?target_timestamp=3000")).toBe(2400 - 923);
        expect(count()).toBe(200);
    });
});

describe("hourly usage", () => {
    const hour = (time: number) => time - (time % 3600);

    test("adds up requests by user, model and hour, and is complete when asked", async () => {
        const before = Math.floor(Date.now() / 1000);
        const token = await ann.createToken();
        const client = world.clientOf(token);
        for (let i = 0; i < 3; ++i) expect((await client.chat()).status).toBe(200);
        expect((await client.chat({ model: "gpt-4o-mini" })).status).toBe(200);
        const after = Math.floor(Date.now() / 1000);
        const span = `start_timestamp=${hour(before)}&end_timestamp=${after}`;
        const rows = await ann.data("GET", `/api/data/self?${span}`);
        const logs = await world.admin.logs({ username: "ann", start_timestamp: before });
        const sum = (model: string, member: (row: any) => number) =>
            logs.filter((row) => row.model_name === model).reduce((all, row) => all + member(row), 0);
        for (const [model, count] of [
            ["gpt-4o", 3],
            ["gpt-4o-mini", 1],
        ] as const) {
            const found = rows.filter((row: any) => row.model_name === model);
            const total = (name: string) => found.reduce((all: number, row: any) => all + row[name], 0);
            expect([model, total("count")]).toEqual([model, count]);
            expect(total("quota")).toBe(sum(model, (row) => row.quota));
            expect(total("token_used")).toBe(sum(model, (row) => row.prompt_tokens + row.completion_tokens));
            for (const row of found)
                expect(row).toMatchObject({ user_id: ann.userId, username: "ann", created_at: hour(row.created_at) });
        }
        expect(await world.admin.data("GET", `/api/data/?${span}&username=ann`)).toEqual(rows);
        expect(await ann.data("GET", "/api/data/self?start_timestamp=0&end_timestamp=10")).toEqual([]);
        expect(await ann.data("GET", "/api/data/self/")).toEqual([]);
        expect(await failure(ann, "GET", "/api/data/self?start_timestamp=0&end_timestamp=2592001")).toBe(
            "时间跨度不能超过 1 个月",
        );
    });

    test("is summed by model and by user, also over rows that other programs doubled", async () => {
        for (const [user, name, model, quota] of [
            [1, "root", "m-1", 5],
            [1, "root", "m-1", 6],
            [7, "gerd", "m-1", 100],
            [7, "gerd", "m-2", 1000],
        ] as const) {
            world.gateway.query(
                `INSERT INTO quota_data (user_id, username, model_name, created_at, token_used, count, quota)
                 VALUES (?, ?, ?, 360000, 1, 2, ?)`,
                user,
                name,
                model,
                quota,
            );
        }
        const span = "start_timestamp=360000&end_timestamp=360000";
        const empty = { id: 0, user_id: 0, created_at: 360000 };
        expect(await world.admin.data("GET", `/api/data/?${span}`)).toEqual([
            { ...empty, username: "", model_name: "m-1", token_used: 3, count: 6, quota: 111 },
            { ...empty, username: "", model_name: "m-2", token_used: 1, count: 2, quota: 1000 },
        ]);
        expect(await world.admin.data("GET", `/api/data/users?${span}`)).toEqual([
            { ...empty, username: "gerd", model_name: "", token_used: 2, count: 4, quota: 1100 },
            { ...empty, username: "root", model_name: "", token_used: 2, count: 4, quota: 11 },
        ]);
        expect((await world.admin.data("GET", `/api/data/?${span}&username=root`)).length).toBe(2);
    });

    test("survives a stop, and is not collected while switched off", async () => {
        const count = (gateway: Gateway) =>
            Number(gateway.query("SELECT coalesce(sum(count), 0) AS n FROM quota_data WHERE username = 'root'")[0].n);
        const start = count(world.gateway);
        expect((await world.client.chat()).status).toBe(200);
        await world.admin.setOption("DataExportEnabled", false);
        expect((await world.client.chat()).status).toBe(200);
        await world.admin.setOption("DataExportEnabled", true);
        await world.admin.setOption("LogConsumeEnabled", false);
        expect((await world.client.chat()).status).toBe(200);
        await world.admin.setOption("LogConsumeEnabled", true);
        expect((await world.client.chat()).status).toBe(200);
        // Another process on the same file, so that this one stays for the other tests.
        const folder = world.gateway.folder;
        const second = await Gateway.start({ folder });
        const reply = await fetch(`${second.url}/v1/chat/completions`, {
            method: "POST",
            headers: { Authorization: `Bearer ${world.token.key}`, "Content-Type": "application/json" },
            body: JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "hi" }] }),
        });
        expect(reply.status).toBe(200);
        await second.stop();
        expect(count(world.gateway)).toBeGreaterThanOrEqual(start + 1);
        await world.admin.data("GET", "/api/data/?start_timestamp=1&end_timestamp=2");
        expect(count(world.gateway)).toBe(start + 3);
    });
});
