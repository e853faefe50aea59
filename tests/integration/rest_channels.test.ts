// Channels by REST: lists, searches, changes, copies, tags, deletion and the repair of abilities: what is answered, and what stands
// in the tables afterwards.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

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

function row(id: number): any {
    return world.gateway.query("SELECT * FROM channels WHERE id = ?", id)[0];
}

function abilities(id: number): any[] {
    return world.gateway.query(
        `SELECT "group", model, enabled, priority, weight, tag FROM abilities WHERE channel_id = ?
         ORDER BY "group", model`,
        id,
    );
}

const add = (fields: Record<string, unknown> = {}) =>
    world.admin.addChannel({ base_url: world.sim.url, key: SIM_KEY, name: "c", models: "m1", ...fields });

async function clear(): Promise<void> {
    const ids = world.gateway.query<{ id: number }>("SELECT id FROM channels WHERE id <> ?", world.channelId);
    if (ids.length > 0)
        await world.admin.data("POST", "/api/channel/batch", { ids: ids.map(({ id }) => id) });
}

describe("lists", () => {
    beforeEach(clear);

    const names = (data: any) => data.items.map((item: any) => item.name);

    test("filter by status and type, count types, and sort by priority or id", async () => {
        await add({ name: "low", priority: -5 });
        await add({ name: "off", priority: 9, status: 2 });
        await add({ name: "claude", type: 14, priority: 3 });
        const list = (query: string) => world.admin.data("GET", `/api/channel/?${query}`);
        expect(names(await list(""))).toEqual(["off", "claude", "sim", "low"]);
        expect(names(await list("id_sort=true"))).toEqual(["claude", "off", "low", "sim"]);
        expect(names(await list("status=ENABLED"))).toEqual(["claude", "sim", "low"]);
        expect(await list("status=disabled")).toMatchObject({ total: 1, type_counts: { "1": 1 } });
        const typed = await list("type=14");
        expect([names(typed), typed.total, typed.type_counts]).toEqual([["claude"], 1, { "1": 3, "14": 1 }]);
        expect(names(await list("type=x"))).toHaveLength(4);
        expect(await list("p=2&page_size=3")).toMatchObject({ page: 2, page_size: 3, total: 4 });
        expect((await list("")).pass_through_enabled).toBe(false);
    });

    test("by tag page over tags and show all their channels that pass", async () => {
        await add({ name: "b1", tag: "b", priority: 1 });
        await add({ name: "b2", tag: "b", priority: 7 });
        await add({ name: "a1", tag: "a" });
        await add({ name: "a2", tag: "a", status: 2 });
        await add({ name: "none", tag: "" });
        const list = (query: string) => world.admin.data("GET", `/api/channel/?tag_mode=true&${query}`);
        const all = await list("");
        expect([names(all).length, all.total]).toEqual([4, 2]);
        expect(names(all).slice(2)).toEqual(["b2", "b1"]);
        expect(new Set(names(all).slice(0, 2))).toEqual(new Set(["a1", "a2"]));
        expect(names(await list("p=2&page_size=1"))).toEqual(["b2", "b1"]);
        const enabled = await list("status=enabled");
        expect([names(enabled), enabled.total]).toEqual([["a1", "b2", "b1"], 2]);
    });

    test("search by id, name, key, base URL, model and group, wildcards taken literally", async () => {
        const id = await add({
            name: "100%_sure",
            key: "sk-find-me",
            models: "x_model,y",
            group: "vip,default",
            tag: "t",
        });
        await add({ name: "1000 sure", models: "xxmodel", group: "vip2", tag: "t", type: 14, status: 2 });
        const search = (query: string) => world.admin.data("GET", `/api/channel/search?${query}`);
        const found = async (query: Record<string, string>) =>
            names(await search(String(new URLSearchParams(query))));
        expect(await found({ keyword: String(id) })).toContain("100%_sure");
        expect(await found({ keyword: "0%_s" })).toEqual(["100%_sure"]);
        expect(await found({ keyword: "sk-find-me" })).toEqual(["100%_sure"]);
        expect(await found({ keyword: "find-me" })).toEqual([]);
        expect(await found({ keyword: "127.0.0.1" })).toHaveLength(3);
        expect(await found({ model: "x_m" })).toEqual(["100%_sure"]);
        expect(await found({ group: "vip" })).toEqual(["100%_sure"]);
        expect(await found({ group: "null" })).toHaveLength(3);
        expect(await found({ keyword: "sure", status: "disabled" })).toEqual(["1000 sure"]);
        expect(await found({ keyword: "0%_s", tag_mode: "true" })).toEqual(["1000 sure", "100%_sure"]);
        expect(await found({ keyword: "sim", tag_mode: "true" })).toEqual([]);
        const page = await search("keyword=sure&page_size=1&p=2&type=1");
        expect(page).toEqual({ items: [], total: 1, type_counts: { "1": 1, "14": 1 } });
        expect((await world.admin.call("GET", "/api/channel/search")).text).not.toContain(SIM_KEY);
    });

    test.each(["'; DROP TABLE channels; --", '" OR 1=1 --', "\\", "%", "\u0000", "🦊"])(
        "take %p as words",
        async (words) => {
            for (const name of ["keyword", "group", "model"]) {
                const data = await world.admin.data(
                    "GET",
                    `/api/channel/search?${new URLSearchParams({ [name]: words })}`,
                );
                expect(data.items).toEqual([]);
            }
        },
    );
});

describe("an update", () => {
    test("writes what was sent, and nothing else", async () => {
        const id = await add({
            name: "before",
            models: "a,b",
            group: "default,vip",
            weight: 5,
            priority: 6,
            auto_ban: 1,
            tag: "t",
            remark: "r",
            test_model: "a",
            model_mapping: '{"a":"x"}',
            setting: '{"proxy":"http://p"}',
            other: "o",
        });
        world.gateway.query(
            "UPDATE channels SET used_quota = 77, balance = 1.5, other_info = '{\"mine\":1}' WHERE id = ?",
            id,
        );
        const before = row(id);
        await world.admin.data("PUT", "/api/channel/", { id, name: "after" });
        expect(row(id)).toEqual({ ...before, name: "after" });
        // Absent and null stay; zero and empty are values where they can be.
        const data = await world.admin.data("PUT", "/api/channel/", {
            id,
            weight: 0,
            priority: 0,
            auto_ban: 0,
            tag: "",
            remark: "",
            test_model: null,
            models: "",
            group: "",
            other: "",
            status: 0,
            type: 0,
            name: "",
            used_quota: 5,
            balance: 5,
            created_time: 5,
            test_time: 5,
            other_info: "{}",
            channel_info: { is_multi_key: true },
        });
        expect(row(id)).toEqual({
            ...before,
            name: "after",
            weight: 0,
            priority: 0,
            auto_ban: 0,
            tag: "",
            remark: "",
        });
        expect(data).toMatchObject({
            id,
            key: "",
            name: "after",
            multi_key_mode: null,
            key_mode: null,
            weight: 0,
        });
        expect(abilities(id)).toEqual(
            ["default", "vip"].flatMap((group) =>
                ["a", "b"].map((model) => ({ group, model, enabled: 1, priority: 0, weight: 0, tag: "" })),
            ),
        );
    });

    test("rebuilds abilities and is served at once", async () => {
        const id = await add({ name: "moving", models: "old-model" });
        await world.admin.setOption("SelfUseModeEnabled", true);
        await world.admin.data("PUT", "/api/channel/", {
            id,
            models: "new-model",
            model_mapping: '{"new-model":"gpt-4o"}',
        });
        expect(abilities(id).map((ability) => ability.model)).toEqual(["new-model"]);
        expect((await world.client.chat({ model: "new-model" })).status).toBe(200);
        expect((await world.client.chat({ model: "old-model" })).status).toBe(503);
        await world.admin.data("PUT", "/api/channel/", { id, status: 2 });
        expect(abilities(id)).toMatchObject([{ enabled: 0 }]);
        expect((await world.client.chat({ model: "new-model" })).status).toBe(503);
        await world.admin.setOption("SelfUseModeEnabled", false);
    });

    test("switched on by hand forgets why it was off, and keeps what others wrote", async () => {
        const id = await add({ status: 2 });
        const note = '{"mine":[1],"status_reason":"x","status_time":5}';
        world.gateway.query("UPDATE channels SET other_info = ? WHERE id = ?", note, id);
        await world.admin.data("PUT", "/api/channel/", { id, status: 1 });
        expect(JSON.parse(row(id).other_info)).toEqual({ mine: [1], status_time: 5 });
        await world.admin.data("PUT", "/api/channel/?clear=other_info,models", { id });
        expect([row(id).other_info, row(id).models, abilities(id)]).toEqual(["", "", []]);
        expect(await failure("PUT", "/api/channel/?clear=key", { id })).not.toBe("");
    });

    test.each([
        ["no such id", { id: 99999, name: "x" }, "record not found"],
        ["id 0", { id: 0, name: "x" }, "record not found"],
        ["a NUL", { name: "a\u0000b" }, /./],
        ["a bad setting", { setting: "{" }, /^渠道额外设置\[channel setting\] 格式错误：/],
        ["bad settings", { settings: "[]" }, /^渠道额外设置\[channel setting\] 格式错误：/],
        ["vertex without a region", { type: 41 }, "部署地区不能为空"],
        ["vertex without a default region", { type: 41, other: '{"a":"b"}' }, "部署地区必须包含default字段"],
        ["a codex key that is none", { type: 57, key: "x" }, "Codex key must be a valid JSON object"],
        ["a long remark", { remark: "r".repeat(256) }, /'Remark'/],
        ["a negative weight", { weight: -1 }, /./],
        ["a status that is none", { status: 7 }, /./],
        ["a wrong type", { name: 5 }, /./],
        ["a body that is none", "{", /./],
        ["no body", "", /./],
    ])("is refused with %s", async (_, fields, message) => {
        const before = row(world.channelId);
        const body = typeof fields === "string" ? fields : { id: world.channelId, ...fields };
        const text = await failure("PUT", "/api/channel/", body);
        if (typeof message === "string") expect(text).toBe(message);
        else expect(text).toMatch(message);
        expect(row(world.channelId)).toEqual(before);
    });

    test("beside a running request loses no counter", async () => {
        const before = row(world.channelId).used_quota;
        const quotas = Array.from({ length: 10 }, async (_, index) => {
            await world.admin.data("PUT", "/api/channel/", { id: world.channelId, remark: `edit ${index}` });
            const answer = await world.client.chat();
            return (await world.consumeRow(answer.requestId)).quota;
        });
        const sum = (await Promise.all(quotas)).reduce((total, quota) => total + quota, 0);
        await world.admin.logs();
        expect(row(world.channelId).used_quota).toBe(before + sum);
    });
});

describe("copies", () => {
    test("have everything but times, and begin without a bill", async () => {
        const id = await add({ name: "orig", tag: "t", weight: 3, setting: '{"proxy":""}', status: 2 });
        world.gateway.query(
            "UPDATE channels SET used_quota = 9, balance = 2.5, test_time = 4, auto_ban = NULL WHERE id = ?",
            id,
        );
        const made = await world.admin.data("POST", `/api/channel/copy/${id}`);
        expect(row(made.id)).toMatchObject({
            name: "orig_复制",
            key: SIM_KEY,
            tag: "t",
            weight: 3,
            status: 2,
            used_quota: 0,
            balance: 0,
            test_time: 0,
            auto_ban: 0,
        });
        expect(abilities(made.id)).toHaveLength(1);
        const kept = await world.admin.data("POST", `/api/channel/copy/${id}?suffix=&reset_balance=false`);
        expect(row(kept.id)).toMatchObject({ name: "orig", used_quota: 9, balance: 2.5 });
        expect(await failure("POST", "/api/channel/copy/99999")).toBe("获取渠道信息失败，请稍后重试");
        expect(await failure("POST", "/api/channel/copy/x")).toBe("invalid id");
    });
});

describe("tags", () => {
    beforeEach(clear);

    test("switch all their channels, with abilities", async () => {
        const [a, b, other] = [await add({ tag: "t" }), await add({ tag: "t" }), await add({ tag: "u" })];
        await world.admin.data("POST", "/api/channel/tag/disabled", { tag: "t" });
        expect([row(a).status, row(b).status, row(other).status]).toEqual([2, 2, 1]);
        expect(abilities(a)).toMatchObject([{ enabled: 0 }]);
        await world.admin.data("POST", "/api/channel/tag/enabled", { tag: "t" });
        expect([row(a).status, abilities(b)[0].enabled]).toEqual([1, 1]);
        for (const body of [{}, { tag: "" }, { tag: 5 }, "{"])
            expect(await failure("POST", "/api/channel/tag/enabled", body)).toBe("参数错误");
    });

    test("are edited: names, numbers and lists", async () => {
        const id = await add({ tag: "t", weight: 4, priority: 2, models: "m1", param_override: "{}" });
        await world.admin.data("PUT", "/api/channel/tag", { tag: "t", new_tag: "v", weight: 0, priority: 0 });
        expect(row(id)).toMatchObject({
            tag: "v",
            weight: 0,
            priority: 0,
            models: "m1",
            param_override: "{}",
        });
        expect(abilities(id)).toMatchObject([{ tag: "v", weight: 0, priority: 0 }]);
        await world.admin.data("PUT", "/api/channel/tag", {
            tag: "v",
            models: "n1,n2",
            groups: "vip",
            model_mapping: "",
            param_override: " ",
            header_override: '{"X":"y"}',
        });
        expect(row(id)).toMatchObject({
            tag: "v",
            models: "n1,n2",
            group: "vip",
            model_mapping: null,
            param_override: "",
            header_override: '{"X":"y"}',
        });
        expect(abilities(id).map(({ group, model }) => group + model)).toEqual(["vipn1", "vipn2"]);
        await world.admin.data("PUT", "/api/channel/tag", { tag: "v", new_tag: "" });
        expect(row(id).tag).toBe("");
        const wrong = (body: unknown) => failure("PUT", "/api/channel/tag", body);
        expect(await wrong({ tag: "" })).toBe("tag不能为空");
        expect(await wrong("[")).toBe("参数错误");
        expect(await wrong({ tag: "v", weight: -1 })).toBe("参数错误");
        expect(await wrong({ tag: "v", param_override: "{" })).toBe("参数覆盖必须是合法的 JSON 格式");
        expect(await wrong({ tag: "v", header_override: "x" })).toBe("请求头覆盖必须是合法的 JSON 格式");
    });

    test("are given to and taken from several channels, abilities included", async () => {
        const ids = [await add(), await add()];
        expect(
            await world.admin.data("POST", "/api/channel/batch/tag", { ids: [...ids, ...ids, 99999], tag: "t" }),
        ).toBe(5);
        expect([row(ids[0]!).tag, abilities(ids[1]!)[0].tag]).toEqual(["t", "t"]);
        await world.admin.data("POST", "/api/channel/batch/tag", { ids, tag: null });
        expect([row(ids[0]!).tag, abilities(ids[1]!)[0].tag]).toEqual([null, null]);
        expect(await failure("POST", "/api/channel/batch/tag", { ids: [] })).toBe("参数错误");
    });

    test("tell the longest list of models", async () => {
        await add({ tag: "t", models: "a,b" });
        await add({ tag: "t", models: "a,b,c" });
        expect(await world.admin.data("GET", "/api/channel/tag/models?tag=t")).toBe("a,b,c");
        expect(await world.admin.data("GET", "/api/channel/tag/models?tag=none")).toBe("");
        const answer = await world.admin.call("GET", "/api/channel/tag/models");
        expect([answer.status, answer.json]).toEqual([400, { success: false, message: "tag不能为空" }]);
    });
});

describe("deletion", () => {
    test("takes abilities along, one by one, in batches, and all that are off", async () => {
        const ids = [await add(), await add(), await add({ status: 2 }), await add()];
        world.gateway.query("UPDATE channels SET status = 3 WHERE id = ?", ids[3]!);
        await world.admin.data("DELETE", `/api/channel/${ids[0]}/`);
        await world.admin.data("DELETE", "/api/channel/99999");
        expect(await world.admin.data("POST", "/api/channel/batch", { ids: [ids[1], 99999, ids[1]] })).toBe(3);
        expect(await world.admin.data("DELETE", "/api/channel/disabled")).toBeGreaterThanOrEqual(2);
        for (const id of ids) expect([row(id), abilities(id)]).toEqual([undefined, []]);
        expect(row(world.channelId)).toBeDefined();
        expect(await failure("DELETE", "/api/channel/x")).not.toBe("");
        for (const body of [{ ids: [] }, { ids: "1" }, "{"])
            expect(await failure("POST", "/api/channel/batch", body)).toBe("参数错误");
    });
});

test("the repair makes abilities anew from the channels", async () => {
    const id = await add({ models: "r1, r2,,r1", group: "default" });
    world.gateway.query("DELETE FROM abilities WHERE channel_id = ?", id);
    world.gateway.query(
        "INSERT INTO abilities (\"group\", model, channel_id, enabled) VALUES ('g', 'm', 99999, TRUE)",
    );
    const { success, fails } = await world.admin.data("POST", "/api/channel/fix");
    expect([success, fails]).toEqual([world.gateway.query("SELECT count(*) AS n FROM channels")[0].n, 0]);
    expect(abilities(id).map(({ model }) => model)).toEqual(["r1", "r2"]);
    expect(abilities(99999)).toEqual([]);
});
