// Several keys in one channel: how they are added, replaced, managed and taken in turn; and how the key of a channel is shown to
// root after a step-up.
import { createCipheriv, createHmac, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";

import { addCaller, callAs } from "./callers.ts";
import { jsonColumn } from "./columns.ts";
import { PATIENCE } from "./gateway.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

let world: World;
const KEYS = ["sk-key-number-0", "sk-key-number-1", "sk-key-number-2"];

beforeAll(async () => {
    world = await startWorld({ sim: { keys: [] } });
    await world.admin.setOption("SelfUseModeEnabled", true);
});

afterAll(() => world.close());

async function addKeys(mode: string, model: string, keys: string[] = KEYS): Promise<number> {
    const data = await world.admin.data("POST", "/api/channel/", {
        mode: "multi_to_single",
        multi_key_mode: mode,
        channel: {
            type: 1,
            name: model,
            key: keys.join("\n"),
            base_url: world.sim.url,
            models: model,
            group: "default",
        },
    });
    return data.ids[0];
}

const manage = (channel_id: number, action: string, more: Record<string, unknown> = {}) =>
    world.admin.call("POST", "/api/channel/multi_key/manage", { body: { channel_id, action, ...more } });

function row(id: number): any {
    const [found] = world.gateway.query(
        'SELECT "key", status, other_info, channel_info FROM channels WHERE id = ?',
        id,
    );
    const { channel_info, ...others } = found;
    return { ...others, info: jsonColumn(channel_info) };
}

/** The keys that the next requests use. */
async function used(model: string, times: number): Promise<string[]> {
    world.sim.forget();
    for (let i = 0; i < times; ++i) expect((await world.client.chat({ model })).status).toBe(200);
    return world.sim.requests.map((request) => request.header("authorization")!.slice("Bearer ".length));
}

describe("keys are taken", () => {
    test("in turn, over reloads and past those that are off", async () => {
        const id = await addKeys("polling", "in-turn");
        expect(await used("in-turn", 4)).toEqual([KEYS[0]!, KEYS[1]!, KEYS[2]!, KEYS[0]!]);
        await world.admin.data("PUT", "/api/channel/", { id, remark: "a reload" });
        expect(await used("in-turn", 1)).toEqual([KEYS[1]!]);
        await manage(id, "disable_key", { key_index: 2 });
        expect(await used("in-turn", 3)).toEqual([KEYS[0]!, KEYS[1]!, KEYS[0]!]);
    });

    test("at random among those that are on", async () => {
        const id = await addKeys("random", "at-random");
        await manage(id, "disable_key", { key_index: 0 });
        const seen = new Set(await used("at-random", 30));
        expect(seen.has(KEYS[0]!)).toBe(false);
        expect(seen.size).toBe(2);
    });

    test("the first that is on, in any other mode", async () => {
        const id = await addKeys("", "first");
        expect(await used("first", 2)).toEqual([KEYS[0]!, KEYS[0]!]);
        await manage(id, "disable_key", { key_index: 0 });
        expect(await used("first", 2)).toEqual([KEYS[1]!, KEYS[1]!]);
    });

    test("from no channel whose keys are all off", async () => {
        const id = await addKeys("polling", "all-off");
        expect((await manage(id, "disable_all_keys")).json).toEqual({
            success: true,
            message: "已禁用 3 个密钥",
        });
        expect((await world.client.chat({ model: "all-off" })).status).toBe(503);
        expect(row(id).status).toBe(1);
        const pinned = await world.admin.createToken();
        const answer = await world
            .clientOf({ ...pinned, key: `${pinned.key}-${id}` })
            .chat({ model: "all-off" });
        expect([answer.status, answer.error!.code]).toEqual([500, "channel:no_available_key"]);
        expect((await manage(id, "enable_all_keys")).json).toEqual({
            success: true,
            message: "已启用 3 个密钥",
        });
        expect((await world.client.chat({ model: "all-off" })).status).toBe(200);
    });
});

describe("managing keys", () => {
    test("shows pages of them, never whole", async () => {
        const id = await addKeys("polling", "pages", ["short", "sk-longer-than-ten", "ключ-с-буквами"]);
        await manage(id, "disable_key", { key_index: 1 });
        const { data } = (await manage(id, "get_key_status")).json;
        expect(data).toMatchObject({
            total: 3,
            page: 1,
            page_size: 50,
            total_pages: 1,
            enabled_count: 2,
            manual_disabled_count: 1,
            auto_disabled_count: 0,
        });
        expect(data.keys[0]).toEqual({ index: 0, status: 1, key_preview: "sh..." });
        expect(data.keys[1]).toMatchObject({
            index: 1,
            status: 2,
            reason: "manual",
            key_preview: "sk-longer-...",
        });
        expect(Date.now() / 1000 - data.keys[1].disabled_time).toBeWithin(-1, 60);
        expect(data.keys[2].key_preview).toBe("ключ-...");
        const last = (await manage(id, "get_key_status", { page: 9, page_size: 2 })).json.data;
        expect([last.page, last.total_pages, last.keys.map((key: any) => key.index)]).toEqual([2, 2, [2]]);
        const off = (await manage(id, "get_key_status", { status: 2 })).json.data;
        expect([off.total, off.keys[0].index, off.enabled_count]).toEqual([1, 1, 2]);
        const none = (await manage(id, "get_key_status", { status: 3 })).json.data;
        expect([none.total, none.total_pages, none.keys]).toEqual([0, 1, []]);
    });

    test("switches, deletes, and moves the states of the others up", async () => {
        const id = await addKeys("polling", "managed", ["k0", "k1", "k2", "k3"]);
        const states = (list: object, reasons = {}, times = {}) =>
            world.gateway.query(
                "UPDATE channels SET channel_info = ? WHERE id = ?",
                JSON.stringify({
                    is_multi_key: true,
                    multi_key_size: 4,
                    multi_key_status_list: list,
                    multi_key_disabled_reason: reasons,
                    multi_key_disabled_time: times,
                    multi_key_polling_index: 0,
                    multi_key_mode: "polling",
                }),
                id,
            );
        states({ "1": 3, "3": 2 }, { "3": "why" }, { "3": 5 });
        expect((await manage(id, "delete_key", { key_index: 0 })).json).toEqual({
            success: true,
            message: "密钥已删除",
        });
        expect(row(id)).toMatchObject({
            key: "k1\nk2\nk3",
            info: {
                multi_key_size: 3,
                multi_key_status_list: { "0": 3, "2": 2 },
                multi_key_disabled_reason: { "2": "why" },
                multi_key_disabled_time: { "2": 5 },
            },
        });
        expect((await manage(id, "delete_disabled_keys")).json).toEqual({
            success: true,
            message: "已删除 1 个自动禁用的密钥",
            data: 1,
        });
        expect(row(id)).toMatchObject({ key: "k2\nk3", info: { multi_key_status_list: { "1": 2 } } });
        expect((await manage(id, "delete_disabled_keys")).json.message).toBe("没有需要删除的自动禁用密钥");
        expect((await manage(id, "enable_key", { key_index: 1 })).json).toEqual({
            success: true,
            message: "密钥已启用",
        });
        expect(row(id).info).not.toHaveProperty("multi_key_disabled_reason");
        states({ "0": 3, "1": 3 });
        expect((await manage(id, "delete_disabled_keys")).json.message).toBe("不能删除最后一个密钥");
        await manage(id, "delete_key", { key_index: 1 });
        expect((await manage(id, "delete_key", { key_index: 0 })).json.message).toBe("不能删除最后一个密钥");
        await manage(id, "disable_all_keys");
        expect((await manage(id, "disable_all_keys")).json.message).toBe("没有可禁用的密钥");
    });

    test("brings a channel back that had lost its last key", async () => {
        const id = await addKeys("polling", "lost");
        world.gateway.query(
            `UPDATE channels SET status = 3, other_info = '{"status_reason":"All keys are disabled","kept":1}' WHERE id = ?`,
            id,
        );
        await manage(id, "enable_key", { key_index: 0 });
        expect(row(id).status).toBe(1);
        expect(JSON.parse(row(id).other_info)).toEqual({ kept: 1 });
        expect(world.gateway.query("SELECT enabled FROM abilities WHERE channel_id = ?", id)).toEqual([
            { enabled: 1 },
        ]);
        expect((await world.client.chat({ model: "lost" })).status).toBe(200);
    });

    test("counts blank lines as New API does, and moves no state when they go", async () => {
        const id = await addKeys("random", "blank-lines");
        // Made by hand there: lines of blanks have an index of their own.
        world.gateway.query("UPDATE channels SET \"key\" = ? WHERE id = ?", ` \n${KEYS.join("\n\n")}\n`, id);
        world.gateway.query(
            "UPDATE channels SET channel_info = ? WHERE id = ?",
            JSON.stringify({
                is_multi_key: true,
                multi_key_size: 6,
                multi_key_status_list: { "1": 3, "5": 2 },
                multi_key_polling_index: 0,
                multi_key_mode: "random",
            }),
            id,
        );
        const row = () => world.gateway.query("SELECT * FROM channels WHERE id = ?", id)[0];
        const info = () => jsonColumn(row().channel_info);
        expect((await manage(id, "delete_key", { key_index: 3 })).json.message).toBe("密钥已删除");
        expect(row().key).toBe([KEYS[0], KEYS[2]].join("\n"));
        expect(info()).toMatchObject({ multi_key_size: 2, multi_key_status_list: { "0": 3, "1": 2 } });
        expect((await manage(id, "delete_disabled_keys")).json).toMatchObject({ success: true, data: 1 });
        expect(info()).toMatchObject({ multi_key_size: 1, multi_key_status_list: { "0": 2 } });
    });

    test("side by side loses nothing", async () => {
        const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
        const id = await addKeys("polling", "side-by-side", keys);
        await Promise.all([
            ...keys.slice(0, 10).map((_, key_index) => manage(id, "disable_key", { key_index })),
            ...keys
                .slice(0, 5)
                .map((_, index) =>
                    world.admin.data("PUT", "/api/channel/", { id, key: `new${index}`, key_mode: "append" }),
                ),
        ]);
        const { key, info } = row(id);
        expect(Object.keys(info.multi_key_status_list).map(Number)).toEqual(
            keys.slice(0, 10).map((_, i) => i),
        );
        expect(key.split("\n").sort()).toEqual([...keys, "new0", "new1", "new2", "new3", "new4"].sort());
        expect(info.multi_key_size).toBe(25);
    });

    test("is refused for what makes no sense", async () => {
        const id = await addKeys("polling", "refusing");
        const before = row(id);
        const told = async (...call: Parameters<typeof manage>) => (await manage(...call)).json.message;
        expect(await told(99999, "enable_key")).toBe("渠道不存在");
        expect(await told(world.channelId, "enable_key", { key_index: 0 })).toBe("该渠道不是多密钥模式");
        expect(await told(id, "sing")).toBe("不支持的操作");
        expect(await told(id, "disable_key")).toBe("未指定要禁用的密钥索引");
        expect(await told(id, "enable_key")).toBe("未指定要启用的密钥索引");
        expect(await told(id, "delete_key")).toBe("未指定要删除的密钥索引");
        for (const key_index of [-1, 3, 99])
            expect(await told(id, "delete_key", { key_index })).toBe("密钥索引超出范围");
        expect(await told(id, "delete_key", { key_index: "0" })).not.toBe("");
        expect(row(id)).toEqual(before);
    });
});

describe("an update", () => {
    test("adds keys that are new, and states follow their keys", async () => {
        const id = await addKeys("polling", "updated", ["k0", "k1", "k2"]);
        await manage(id, "disable_key", { key_index: 2 });
        const data = await world.admin.data("PUT", "/api/channel/", {
            id,
            key: " k3 \n\nk1\nk3",
            key_mode: "append",
        });
        expect([row(id).key, row(id).info.multi_key_size]).toEqual(["k0\nk1\nk2\nk3", 4]);
        expect(data).toMatchObject({
            key: "",
            key_mode: "append",
            channel_info: { multi_key_status_list: { "2": 2 } },
        });
        expect(data.channel_info).not.toHaveProperty("multi_key_disabled_reason");
        await world.admin.data("PUT", "/api/channel/", {
            id,
            key: "k2\nk9",
            key_mode: "replace",
            multi_key_mode: "random",
        });
        expect(row(id)).toMatchObject({
            key: "k2\nk9",
            info: {
                multi_key_size: 2,
                multi_key_status_list: { "0": 2 },
                multi_key_mode: "random",
                multi_key_disabled_reason: { "0": "manual" },
            },
        });
        await world.admin.data("PUT", "/api/channel/", { id, key: "", name: "renamed" });
        expect(row(id).key).toBe("k2\nk9");
        await world.admin.data("PUT", "/api/channel/", { id, key: "k9" });
        expect(row(id)).toMatchObject({ key: "k9", info: { multi_key_size: 1, multi_key_status_list: {} } });
    });

    test("of a channel with one key replaces it, whatever the mode says", async () => {
        const id = await world.admin.addChannel({ base_url: world.sim.url, key: "one" });
        await world.admin.data("PUT", "/api/channel/", { id, key: "two", key_mode: "append" });
        expect(row(id).key).toBe("two");
    });
});

describe("showing the key", () => {
    /** The cookie of root's session with a mark of verification, sealed as the gateway does. */
    function cookie(fields: Record<string, unknown>): string {
        const key = createHmac("sha256", "a-secret-of-the-integration-tests")
            .update("opusclaw session")
            .digest();
        const plain = JSON.stringify({
            id: world.admin.userId,
            at: Math.floor(Date.now() / 1000),
            fp: passwordFingerprint(),
            ...fields,
        });
        const nonce = randomBytes(12);
        const cipher = createCipheriv("aes-256-gcm", key, nonce);
        cipher.setAAD(Buffer.from("opusclaw session"));
        const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
        return `session=${sealed.toString("base64url")}`;
    }

    function passwordFingerprint(): string {
        const [user] = world.gateway.query<{ password: string }>(
            "SELECT password FROM users WHERE id = ?",
            world.admin.userId,
        );
        return new Bun.CryptoHasher("sha256").update(user!.password).digest("hex").slice(0, 24);
    }

    const now = () => Math.floor(Date.now() / 1000);
    const reveal = (id: number | string, fields: Record<string, unknown>) =>
        world.admin.call("POST", `/api/channel/${id}/key`, { headers: { Cookie: cookie(fields) } });
    const verified = (at = now()) => ({ verified_at: at, verified_by: world.admin.userId });

    test("needs a fresh verification of the same user", async () => {
        const cases: [Record<string, unknown>, string, string][] = [
            [{}, "VERIFICATION_REQUIRED", "需要安全验证"],
            [{ ...verified(), verified_by: world.admin.userId + 1 }, "VERIFICATION_REQUIRED", "需要安全验证"],
            [{ ...verified(), verified_at: "now" }, "VERIFICATION_INVALID", "验证状态异常，请重新验证"],
            [verified(now() - 300), "VERIFICATION_EXPIRED", "验证已过期，请重新验证"],
        ];
        for (const [fields, code, message] of cases) {
            const answer = await reveal(world.channelId, fields);
            expect([answer.status, answer.json]).toEqual([403, { success: false, message, code }]);
            expect(answer.headers.get("cache-control")).toContain("no-store");
        }
        const { headers } = addCaller(world.gateway, "root");
        const byToken = await callAs(world.gateway, headers, "POST", `/api/channel/${world.channelId}/key`);
        expect([byToken.status, byToken.json.code]).toEqual([403, "VERIFICATION_REQUIRED"]);
    });

    test("tells it whole, stores nothing on the way, and leaves a trace", async () => {
        const id = await addKeys("polling", "shown");
        const answer = await reveal(id, verified());
        expect([answer.status, answer.json]).toEqual([
            200,
            { success: true, message: "获取成功", data: { key: KEYS.join("\n") } },
        ]);
        expect(answer.headers.get("cache-control")).toBe(
            "no-store, no-cache, must-revalidate, private, max-age=0",
        );
        expect([answer.headers.get("pragma"), answer.headers.get("expires")]).toEqual(["no-cache", "0"]);
        const [log] = await world.admin.logs({ type: 4 });
        expect(log).toMatchObject({ content: `查看渠道密钥信息 (渠道ID: ${id})`, username: "root" });
        expect((await reveal("x", verified())).json.message).toStartWith("渠道ID格式错误: ");
        expect((await reveal(99999, verified())).json.message).toStartWith("获取渠道信息失败: ");
    });
});
