// API tokens by REST: search with its limits, changing, deleting and revealing several, and that nobody reaches another's.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";

import type { Admin } from "./admin.ts";
import { PATIENCE } from "./gateway.ts";
import { signIn } from "./stored_people.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

let world: World;
let ann: Admin;
let bob: Admin;

beforeAll(async () => {
    world = await startWorld();
    ann = await signIn(world.gateway, { username: "ann" });
    bob = await signIn(world.gateway, { username: "bob", role: 10 });
});

afterAll(() => world.close());

async function failure(who: Admin, method: string, path: string, body?: unknown): Promise<string> {
    const answer = await who.call(method, path, body === undefined ? {} : { body });
    expect([answer.status, answer.json?.success], answer.text).toEqual([200, false]);
    return answer.json.message;
}

function row(id: number) {
    return world.gateway.query("SELECT * FROM tokens WHERE id = ?", id)[0];
}

async function names(who: Admin, query: string): Promise<string[]> {
    const page = await who.data("GET", `/api/token/search?${query}`);
    expect(page.total).toBe(page.items.length);
    return page.items.map((token: { name: string }) => token.name);
}

describe("search", () => {
    beforeAll(async () => {
        for (const name of ["alpha", "alpha beta", "be_ta", "beXta", "100%"]) await ann.createToken({ name });
        await bob.createToken({ name: "alpha" });
    });

    test("finds whole names, wildcards, and only one's own", async () => {
        expect(await names(ann, "keyword=alpha")).toEqual(["alpha"]);
        expect(await names(ann, `keyword=${encodeURIComponent("alpha%")}`)).toEqual(["alpha beta", "alpha"]);
        expect(await names(ann, `keyword=${encodeURIComponent("%beta%")}`)).toEqual(["alpha beta"]);
        expect(await names(ann, `keyword=${encodeURIComponent("be_t%")}`)).toEqual(["be_ta"]);
        expect(await names(ann, "keyword=alph")).toEqual([]);
        expect((await names(ann, "")).length).toBe(5);
    });

    test("finds keys with and without sk-, and needs both to hold", async () => {
        const { key } = await ann.createToken({ name: "by key" });
        for (const typed of [key, key.slice(3), `${key.slice(0, 12)}%`])
            expect(await names(ann, `token=${encodeURIComponent(typed)}`)).toEqual(["by key"]);
        expect(await names(ann, `token=${key}&keyword=alpha`)).toEqual([]);
        expect(await names(bob, `token=${key}`)).toEqual([]);
    });

    test.each([
        ["%%a", "搜索模式中不允许包含连续的 % 通配符"],
        ["%a%b%", "搜索模式中最多允许包含 2 个 % 通配符"],
        ["%a", "使用模糊搜索时，关键词长度至少为 2 个字符"],
        ["%_%", "使用模糊搜索时，关键词长度至少为 2 个字符"],
    ])("refuses %s", async (typed, message) => {
        const text = encodeURIComponent(typed);
        expect(await failure(ann, "GET", `/api/token/search?keyword=${text}`)).toBe(message);
        expect(await failure(ann, "GET", `/api/token/search?token=${text}`)).toBe(message);
    });

    test("takes no wildcards from whoever has too many tokens", async () => {
        await world.admin.setOption("token_setting.max_user_tokens", 3);
        try {
            expect(await failure(ann, "GET", "/api/token/search?keyword=al%25")).toBe(
                "令牌数量超过上限，仅允许精确搜索，请勿使用 % 通配符",
            );
            expect(await names(ann, "keyword=alpha")).toEqual(["alpha"]);
            expect(await failure(ann, "POST", "/api/token/", { name: "more", unlimited_quota: true })).toBe(
                "已达到最大令牌数量限制 (3)",
            );
        } finally {
            await world.admin.setOption("token_setting.max_user_tokens", 1000);
        }
    });

    test("takes what would be SQL as text", async () => {
        for (const typed of ["' OR 1=1 --", "alpha'; DROP TABLE tokens", '"alpha"', "\\", "alpha\0"])
            expect(await names(ann, `keyword=${encodeURIComponent(typed)}`)).toEqual([]);
    });
});

describe("an update", () => {
    test("stores the writable fields, and only them", async () => {
        const { id } = await ann.createToken({ name: "before", allow_ips: "10.0.0.1" });
        const old = row(id);
        const token = await ann.data("PUT", "/api/token/", {
            id,
            name: "after",
            expired_time: 4_000_000_000,
            remain_quota: 77,
            unlimited_quota: false,
            model_limits_enabled: true,
            model_limits: "gpt-4o",
            group: "vip",
            cross_group_retry: true,
            key: "stolen",
            user_id: 1,
            used_quota: 5,
            created_time: 1,
        });
        expect(token).toMatchObject({ id, name: "after", remain_quota: 77, allow_ips: null, status: 1 });
        expect(token.key).toMatch(/^\w{4}\*{10}\w{4}$/);
        expect(row(id)).toEqual({
            ...old,
            name: "after",
            expired_time: 4_000_000_000,
            remain_quota: 77,
            unlimited_quota: 0,
            model_limits_enabled: 1,
            model_limits: "gpt-4o",
            allow_ips: null,
            group: "vip",
            cross_group_retry: 1,
        });
    });

    test("leaves the quota alone when it is not sent", async () => {
        const { id } = await ann.createToken({ remain_quota: 500, unlimited_quota: false });
        await ann.data("PUT", "/api/token/", { id, name: "x" });
        expect(row(id)).toMatchObject({ name: "x", remain_quota: 500, expired_time: 0, group: "" });
        await ann.data("PUT", "/api/token/", { id, name: "x", remain_quota: 0 });
        expect(row(id).remain_quota).toBe(0);
    });

    test("counts at once for requests", async () => {
        const token = await ann.createToken();
        const client = world.clientOf(token);
        expect((await client.chat()).status).toBe(200);
        const id = token.id;
        await ann.data("PUT", "/api/token/?status_only=true", { id, status: 2 });
        expect((await client.chat()).status).toBe(401);
        await ann.data("PUT", "/api/token/?status_only=1", { id, status: 1 });
        expect((await client.chat()).status).toBe(200);
        await ann.data("PUT", "/api/token/", { id, name: "x", remain_quota: 1, expired_time: -1 });
        expect((await client.chat()).status).toBe(403);
        await ann.data("PUT", "/api/token/", { id, name: "x", remain_quota: 100_000, expired_time: -1 });
        expect((await client.chat()).status).toBe(200);
        await ann.data("PUT", "/api/token/", {
            id,
            name: "x",
            unlimited_quota: true,
            expired_time: -1,
            model_limits_enabled: true,
            model_limits: "other",
        });
        expect((await client.chat()).status).toBe(403);
    });

    test("of the status alone takes 1 and 2 only, and changes nothing else", async () => {
        const { id } = await ann.createToken({ name: "kept" });
        for (const status of [0, 3, 4, -1, 99])
            await failure(ann, "PUT", "/api/token/?status_only=true", { id, status });
        await failure(ann, "PUT", "/api/token/?status_only=true", { id });
        await ann.data("PUT", "/api/token/?status_only=true", { id, status: 2, name: "lost" });
        expect(row(id)).toMatchObject({ name: "kept", status: 2, unlimited_quota: 1 });
        await ann.data("PUT", "/api/token/", { id, name: "new", status: 1 });
        expect(row(id)).toMatchObject({ name: "new", status: 2 });
    });

    test("enables neither what has expired nor what is used up", async () => {
        const { id } = await ann.createToken({ remain_quota: 10, unlimited_quota: false });
        const english = { headers: { "Accept-Language": "en" } };
        const enable = async (body: Record<string, unknown>, query = "?status_only=true") =>
            (await ann.call("PUT", `/api/token/${query}`, { body: { id, status: 1, ...body }, ...english }))
                .json;
        world.gateway.query("UPDATE tokens SET status = 3, expired_time = 1000 WHERE id = ?", id);
        expect((await enable({})).message).toContain("Token has expired and cannot be enabled");
        expect((await enable({ name: "x", expired_time: 1000 }, "")).success).toBe(false);
        expect((await enable({ name: "x", expired_time: 4_000_000_000 }, "")).success).toBe(true);
        expect((await enable({})).success).toBe(true);
        world.gateway.query("UPDATE tokens SET status = 4, remain_quota = 0 WHERE id = ?", id);
        expect((await enable({})).message).toContain("Token quota is exhausted and cannot be enabled");
        expect((await enable({ name: "x", expired_time: -1, remain_quota: 5 }, "")).success).toBe(true);
        expect((await enable({})).success).toBe(true);
        expect(row(id).status).toBe(1);
    });

    test.each([
        ["a long name", { name: "n".repeat(51) }],
        ["a negative quota", { name: "x", remain_quota: -1 }],
        ["a quota beyond the largest", { name: "x", remain_quota: 500_000_000_000_001 }],
        ["addresses that are none", { name: "x", allow_ips: "nowhere" }],
        ["a wrong type", { name: 5 }],
    ])("is refused with %s", async (_, fields) => {
        const { id } = await ann.createToken();
        const before = row(id);
        expect(await failure(ann, "PUT", "/api/token/", { id, ...fields })).not.toBe("");
        expect(row(id)).toEqual(before);
    });

    test("loses nothing that requests spend meanwhile", async () => {
        const token = await world.admin.createToken({ remain_quota: 1_000_000, unlimited_quota: false });
        const client = world.clientOf(token);
        const edits = async () => {
            for (let i = 0; i < 20; ++i) {
                await world.admin.data("PUT", "/api/token/", {
                    id: token.id,
                    name: `edit ${i}`,
                    expired_time: -1,
                });
            }
        };
        const [, ...answers] = await Promise.all([edits(), ...Array.from({ length: 20 }, () => client.chat())]);
        expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(200));
        await world.admin.logs();
        const { remain_quota, used_quota } = row(token.id);
        expect(used_quota).toBeGreaterThan(0);
        expect(remain_quota + used_quota).toBe(1_000_000);
    });
});

describe("deleting and revealing", () => {
    test("several at once skips what is not there or not one's own", async () => {
        const [a, b] = [await ann.createToken(), await ann.createToken()];
        const foreign = await bob.createToken();
        const ids = [a.id, b.id, foreign.id, 999_999, a.id];
        const revealed = await ann.call("POST", "/api/token/batch/keys", { body: { ids } });
        expect(revealed.json.data).toEqual({ keys: { [a.id]: a.key.slice(3), [b.id]: b.key.slice(3) } });
        expect(revealed.headers.get("pragma")).toBe("no-cache");
        expect((await world.clientOf(a).chat()).status).toBe(200);
        expect(await ann.data("POST", "/api/token/batch", { ids })).toBe(2);
        expect(await ann.data("POST", "/api/token/batch", { ids })).toBe(0);
        expect((await world.clientOf(a).chat()).status).toBe(401);
        expect(row(a.id).deleted_at).not.toBeNull();
        expect(row(foreign.id).deleted_at).toBeNull();
        expect(await failure(ann, "GET", `/api/token/${a.id}`)).toBe("record not found");
    });

    test("is refused without ids and with too many", async () => {
        for (const path of ["/api/token/batch", "/api/token/batch/keys"]) {
            for (const body of [{}, { ids: [] }, { ids: null }, { ids: "1" }, { ids: ["1"] }, "{", ""])
                expect([path, await failure(ann, "POST", path, body)]).not.toEqual([path, ""]);
        }
        const many = { ids: Array.from({ length: 101 }, (_, i) => i + 1) };
        const answer = await ann.call("POST", "/api/token/batch/keys", {
            body: many,
            headers: { "Accept-Language": "en" },
        });
        expect(answer.json.message).toBe("Too many items in batch request, maximum is 100");
        expect(await ann.data("POST", "/api/token/batch", many)).toBeNumber();
    });

    test("of a single one", async () => {
        const token = await ann.createToken();
        expect(await failure(bob, "DELETE", `/api/token/${token.id}`)).toBe("record not found");
        await ann.data("DELETE", `/api/token/${token.id}/`);
        expect(await failure(ann, "DELETE", `/api/token/${token.id}`)).toBe("record not found");
        for (const id of ["0", "x"])
            expect(await failure(ann, "DELETE", `/api/token/${id}`)).toBe("id 或 userId 为空！");
        expect((await world.clientOf(token).chat()).status).toBe(401);
    });
});

describe("tokens of others", () => {
    test("do not exist, whatever one's role", async () => {
        const { id } = await ann.createToken({ name: "private" });
        for (const stranger of [bob, world.admin]) {
            for (const [method, path, body] of [
                ["GET", `/api/token/${id}`],
                ["POST", `/api/token/${id}/key`],
                ["DELETE", `/api/token/${id}`],
                ["PUT", "/api/token/", { id, name: "taken" }],
                ["PUT", "/api/token/?status_only=true", { id, status: 2 }],
            ] as [string, string, unknown?][]) {
                expect([method, path, await failure(stranger, method, path, body)]).toEqual([
                    method,
                    path,
                    "record not found",
                ]);
            }
        }
        expect(row(id)).toMatchObject({ name: "private", status: 1, deleted_at: null });
        expect(await failure(ann, "PUT", "/api/token/", { name: "no id" })).toBe("id 或 userId 为空！");
    });
});

describe("what a caller may make us keep", () => {
    test("is bounded on every engine", async () => {
        const { id } = await ann.createToken({ name: "small" });
        const long = {
            model_limits: "m,".repeat(33_000),
            allow_ips: "10.0.0.1\n".repeat(1000),
            group: "g".repeat(192),
        };
        for (const [field, value] of Object.entries(long)) {
            const token = { name: "large", unlimited_quota: true, [field]: value };
            expect(await failure(ann, "POST", "/api/token/", token), field).toBe("Invalid parameters");
            expect(await failure(ann, "PUT", "/api/token/", { ...token, id }), field).toBe("Invalid parameters");
        }
    });

    test("cannot bring a balance to where spending overflows", async () => {
        const token = await ann.createToken({
            name: "deep",
            unlimited_quota: true,
            remain_quota: -9_000_000_000_000_000_000,
        });
        const before = row(token.id).remain_quota;
        expect(before).toBe(-500_000_000_000_000);
        expect((await world.clientOf(token).chat()).status).toBe(200);
        await ann.data("GET", "/api/log/self?p=1");
        expect(row(token.id).remain_quota).toBeLessThan(before);
        const edited = { id: token.id, name: "deep", expired_time: -1, unlimited_quota: true };
        await ann.data("PUT", "/api/token/", { ...edited, remain_quota: -9_000_000_000_000_000_000 });
        expect(row(token.id).remain_quota).toBe(before);
    });

    test("is deleted once, however often it is named", async () => {
        const { id } = await ann.createToken({ name: "twice" });
        expect(await ann.data("POST", "/api/token/batch", { ids: [id, id, id] })).toBe(1);
        const many = Array.from({ length: 10_001 }, (_, i) => 1_000_000 + i);
        expect(await failure(ann, "POST", "/api/token/batch", { ids: many })).toBe(
            "Too many items in batch request, maximum is 10000",
        );
    });
});
