// Channels, tokens, options and logs by REST: the JSON that dashboards and scripts read and write, the texts of refusals, and
// that no answer shows a key which it must not show.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";

import { SIM_KEY } from "../sim/openai.ts";
import { PATIENCE } from "./gateway.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

let world: World;

beforeAll(async () => {
    world = await startWorld();
});

afterAll(() => world.close());

async function failure(method: string, path: string, body?: unknown): Promise<string> {
    const answer = await world.admin.call(method, path, body === undefined ? {} : { body });
    expect([answer.status, answer.json?.success], answer.text).toEqual([200, false]);
    return answer.json.message;
}

describe("channels", () => {
    test("are listed without keys, with counts by type", async () => {
        const answer = await world.admin.call("GET", "/api/channel/?p=1&page_size=10");
        expect(answer.json.data).toMatchObject({ total: 1, page: 1, page_size: 10, type_counts: { "1": 1 } });
        expect(answer.json.data.items[0]).toMatchObject({
            id: world.channelId,
            type: 1,
            name: "sim",
            key: "",
            status: 1,
            base_url: world.sim.url,
            models: "gpt-4o,gpt-4o-mini",
            group: "default",
            used_quota: 0,
            weight: 0,
            priority: 0,
            auto_ban: 1,
            balance: 0,
            test_time: 0,
            response_time: 0,
            model_mapping: null,
            tag: null,
            test_model: null,
            openai_organization: null,
            other: "",
            channel_info: { is_multi_key: false, multi_key_size: 0, multi_key_mode: "" },
        });
        expect(answer.text).not.toContain(SIM_KEY);
    });

    test("keep absent and empty apart, and are stored with their abilities", async () => {
        const id = await world.admin.addChannel({
            base_url: world.sim.url,
            key: "sk-other",
            name: "with fields",
            models: "a-1, a-2,,a-1",
            group: "default,vip",
            weight: 7,
            priority: -3,
            auto_ban: 0,
            tag: "",
            remark: "for tests",
            test_model: "a-1",
            model_mapping: '{"a-1":"b-1"}',
            setting: '{"proxy":""}',
            status: 2,
        });
        const [row] = world.gateway.query("SELECT * FROM channels WHERE id = ?", id);
        expect(row).toMatchObject({
            key: "sk-other",
            weight: 7,
            priority: -3,
            auto_ban: 0,
            tag: "",
            remark: "for tests",
            test_model: "a-1",
            status: 2,
            open_ai_organization: null,
            model_mapping: '{"a-1":"b-1"}',
        });
        expect(Date.now() / 1000 - row.created_time).toBeWithin(0, 60);
        const abilities = world.gateway.query(
            'SELECT "group", model, enabled, priority, weight FROM abilities WHERE channel_id = ? ORDER BY "group", model',
            id,
        );
        expect(abilities).toEqual(
            ["default", "vip"].flatMap((group) =>
                ["a-1", "a-2"].map((model) => ({ group, model, enabled: 0, priority: -3, weight: 7 })),
            ),
        );
    });

    test.each([
        ["no key", { key: "" }, "channel cannot be empty"],
        ["a setting that is no JSON", { setting: "{" }, /^渠道额外设置\[channel setting\] 格式错误：/],
        [
            "a model name of 256 bytes",
            { models: `ok,${"m".repeat(256)}` },
            `模型名称过长: ${"m".repeat(256)}`,
        ],
    ])("are refused with %s", async (_, fields, message) => {
        const channel = {
            type: 1,
            name: "bad",
            key: "k",
            base_url: "",
            models: "m",
            group: "default",
            ...fields,
        };
        const text = await failure("POST", "/api/channel/", { mode: "single", channel });
        if (typeof message === "string") expect(text).toBe(message);
        else expect(text).toMatch(message);
        expect(world.gateway.query("SELECT count(*) AS n FROM channels WHERE name = 'bad'")).toEqual([
            { n: 0 },
        ]);
    });

    test("are refused without a channel, with an unknown mode, and as bad JSON", async () => {
        expect(await failure("POST", "/api/channel/", { mode: "single" })).toBe("channel cannot be empty");
        const channel = { type: 1, key: "k", models: "m", group: "default" };
        expect(await failure("POST", "/api/channel/", { mode: "many", channel })).toBe("不支持的添加模式");
        expect(await failure("POST", "/api/channel/", "{")).not.toBe("");
        expect(
            await failure("POST", "/api/channel/", { mode: "single", channel: { ...channel, type: "one" } }),
        ).not.toBe("");
    });
});

describe("tokens", () => {
    test("are made without showing the key, listed masked, revealed by a call of its own", async () => {
        const before = Math.floor(Date.now() / 1000);
        const created = await world.admin.call("POST", "/api/token/", {
            body: {
                name: "shape",
                remain_quota: 1234,
                unlimited_quota: false,
                key: "mine",
                user_id: 7,
                used_quota: 9,
            },
        });
        expect(created.json).toEqual({ success: true, message: "" });
        const page = await world.admin.data("GET", "/api/token/?p=1&page_size=10");
        const [token] = page.items;
        expect(token).toMatchObject({
            user_id: world.admin.userId,
            name: "shape",
            status: 1,
            remain_quota: 1234,
            used_quota: 0,
            unlimited_quota: false,
            expired_time: -1,
            model_limits_enabled: false,
            model_limits: "",
            group: "",
            cross_group_retry: false,
            DeletedAt: null,
        });
        expect(token.created_time).toBeWithin(before, before + 60);
        expect(token.key).toMatch(/^[0-9a-zA-Z]{4}\*{10}[0-9a-zA-Z]{4}$/);
        const revealed = await world.admin.call("POST", `/api/token/${token.id}/key`);
        expect(revealed.headers.get("cache-control")).toBe(
            "no-store, no-cache, must-revalidate, private, max-age=0",
        );
        const { key } = revealed.json.data;
        expect(key).toMatch(/^[0-9a-zA-Z]{48}$/);
        expect(`${key.slice(0, 4)}**********${key.slice(-4)}`).toBe(token.key);
        expect(world.gateway.query('SELECT "key" FROM tokens WHERE id = ?', token.id)).toEqual([{ key }]);
    });

    test.each([
        ["a negative quota", { remain_quota: -1, unlimited_quota: false }],
        ["more than the largest quota", { remain_quota: 500_000_000_000_001, unlimited_quota: false }],
        ["a name of 51 characters", { name: "n".repeat(51) }],
        ["addresses that are none", { allow_ips: "10.0.0.1\nnot-an-address" }],
        ["a wrong type", { remain_quota: "many" }],
    ])("are refused with %s", async (_, fields) => {
        const count = () => world.gateway.query("SELECT count(*) AS n FROM tokens")[0].n;
        const before = count();
        expect(
            await failure("POST", "/api/token/", { name: "bad", unlimited_quota: true, ...fields }),
        ).not.toBe("");
        expect(count()).toBe(before);
    });

    test("may have a name of 50 characters of any script", async () => {
        const token = await world.admin.createToken({ name: "名".repeat(50) });
        expect(token.name).toBe("名".repeat(50));
    });

    test("are revealed only to their owner, and only if they are there", async () => {
        expect(await failure("POST", "/api/token/999999/key")).toBe("record not found");
    });

    test("work with and without Bearer and sk-, and with a limited address list", async () => {
        const { token } = world;
        const bare = token.key.slice(3);
        for (const value of [
            token.key,
            bare,
            `Bearer ${bare}`,
            `bearer ${token.key}`,
            `BEARER ${token.key}`,
        ]) {
            const answer = await world.client.chat({}, { headers: { Authorization: value } });
            expect([value === token.key, answer.status]).toEqual([value === token.key, 200]);
        }
        const limited = await world.admin.createToken({ allow_ips: "10.1.2.3\n192.168.0.0/16" });
        const answer = await world.clientOf(limited).chat();
        expect([answer.status, answer.error!.code]).toEqual([403, "access_denied"]);
        const local = await world.admin.createToken({ allow_ips: "127.0.0.0/8" });
        expect((await world.clientOf(local).chat()).status).toBe(200);
    });

    test("that have expired are no keys", async () => {
        const old = await world.admin.createToken({ expired_time: 1_600_000_000 });
        expect((await world.clientOf(old).chat()).status).toBe(401);
    });

    test("of a group that the user may not use are refused", async () => {
        const foreign = await world.admin.createToken({ group: "svip" });
        const answer = await world.clientOf(foreign).chat();
        expect([answer.status, answer.error!.message]).toEqual([
            403,
            `无权访问 svip 分组 (request id: ${answer.requestId})`,
        ]);
    });
});

describe("paging", () => {
    test("clamps what makes no sense", async () => {
        for (const [query, page, size] of [
            ["p=0&page_size=0", 1, 10],
            ["p=-5&page_size=-1", 1, 10],
            ["p=x&page_size=y", 1, 10],
            ["p=1&page_size=1000", 1, 100],
            ["ps=3", 1, 3],
            ["size=4", 1, 4],
        ] as const) {
            const data = await world.admin.data("GET", `/api/token/?${query}`);
            expect([query, data.page, data.page_size]).toEqual([query, page, size]);
            expect(data.items.length).toBeLessThanOrEqual(size);
        }
        const beyond = await world.admin.data("GET", "/api/token/?p=99999&page_size=10");
        expect(beyond.items).toEqual([]);
        expect(beyond.total).toBeGreaterThan(0);
    });
});

describe("options", () => {
    const options = async () =>
        Object.fromEntries(
            (await world.admin.data("GET", "/api/option/")).map((row: any) => [row.key, row.value]),
        );

    test("are listed as text, sorted, without secrets", async () => {
        const rows = await world.admin.data("GET", "/api/option/");
        const keys = rows.map((row: any) => row.key);
        expect(keys).toEqual([...keys].sort());
        expect(
            keys.filter(
                (key: string) =>
                    /(Token|Secret|Key|secret|api_key)$/.test(key) && !/^WaffoPancakeWebhook/.test(key),
            ),
        ).toEqual([]);
        for (const row of rows) expect(typeof row.value).toBe("string");
        const all = await options();
        expect(all).toMatchObject({ QuotaPerUnit: "500000", RetryTimes: "0", SystemName: "Opusclaw" });
        expect(JSON.parse(all.ModelRatio!)["gpt-4o"]).toBe(1.25);
        expect(JSON.parse(all.GroupRatio!)).toMatchObject({ default: 1 });
    });

    test.each([
        ["a bool", "DemoSiteEnabled", true, "true"],
        ["a number", "PreConsumedQuota", 400, "400"],
        ["text", "Notice", "hello, 你好", "hello, 你好"],
        ["an object", "GroupRatio", { default: 1, vip: 0.5 }, '{"default":1,"vip":0.5}'],
        ["a large number", "QuotaForNewUser", 10000000, "10000000"],
    ])("take %s", async (_, key, value, text) => {
        await world.admin.setOption(key, value);
        expect(world.gateway.query('SELECT value FROM options WHERE "key" = ?', key)).toEqual([
            { value: text },
        ]);
        expect((await options())[key]).toBe(text);
    });

    test("are refused as bad bodies with 400", async () => {
        for (const body of ["{", "", '{"key":"","value":"x"}']) {
            const answer = await world.admin.call("PUT", "/api/option/", { body });
            expect([answer.status, answer.json]).toEqual([400, { success: false, message: "无效的参数" }]);
        }
    });

    test("are refused when they make no sense, and then nothing is stored", async () => {
        expect(await failure("PUT", "/api/option/", { key: "GroupRatio", value: '{"vip":-1}' })).toBe(
            "group ratio must be not less than 0: vip",
        );
        for (const [key, value] of [
            ["RetryTimes", -1],
            ["QuotaPerUnit", 0],
            ["ModelRatio", "{"],
        ] as const) {
            const before = world.gateway.query('SELECT value FROM options WHERE "key" = ?', key);
            expect(await failure("PUT", "/api/option/", { key, value })).not.toBe("");
            expect(world.gateway.query('SELECT value FROM options WHERE "key" = ?', key)).toEqual(before);
        }
    });

    test("show at once where they are used", async () => {
        await world.admin.setOption("SystemName", "Fjord");
        const status = await world.admin.call("GET", "/api/status");
        expect(status.json.data.system_name).toBe("Fjord");
    });
});

describe("logs", () => {
    test("are listed newest first and narrowed by every filter", async () => {
        const first = await world.client.chat();
        const second = await world.client.chat({ model: "gpt-4o-mini" });
        const rows = await world.admin.logs();
        expect(rows.slice(0, 2).map((row) => row.request_id)).toEqual([second.requestId, first.requestId]);
        const now = Math.floor(Date.now() / 1000);
        for (const [query, some] of [
            [{ model_name: "gpt-4o-mini" }, true],
            [{ model_name: "gpt-4o-m%" }, true],
            [{ model_name: "nothing" }, false],
            [{ token_name: world.token.name }, true],
            [{ token_name: "nothing" }, false],
            [{ username: "root" }, true],
            [{ username: "nobody" }, false],
            [{ channel: world.channelId }, true],
            [{ channel: 999 }, false],
            [{ group: "default" }, true],
            [{ group: "vip" }, false],
            [{ type: 2 }, true],
            [{ type: 5 }, false],
            [{ start_timestamp: now - 300 }, true],
            [{ start_timestamp: now + 300 }, false],
            [{ end_timestamp: now - 300 }, false],
            [{ request_id: first.requestId }, true],
        ] as [Record<string, string | number>, boolean][]) {
            expect([query, (await world.admin.logs(query)).length > 0]).toEqual([query, some]);
        }
        const page = await world.admin.data("GET", "/api/log/?p=2&page_size=1");
        expect(page).toMatchObject({ page: 2, page_size: 1 });
        expect(page.items.map((row: any) => row.request_id)).toEqual([first.requestId]);
    });
});
