// The program on a database that New API has filled: it starts, signs people in, lists what is there, relays and books, and leaves
// everything as New API needs it when it comes back.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { rmSync } from "node:fs";

import { type OpenAiSim, SIM_KEY, SIM_TEXT, startOpenAiSim } from "../sim/openai.ts";
import { until } from "../sim/waiting.ts";
import { Admin, ROOT } from "./admin.ts";
import { quotaOf } from "./bill.ts";
import { ChatClient } from "./chat_client.ts";
import { jsonColumn } from "./columns.ts";
import { ENGINE, TestDatabase } from "./database.ts";
import { Gateway, makeFolder, PATIENCE } from "./gateway.ts";
import { createNewApiTables, insertRow, newApiTables, type Value } from "./new_api_tables.ts";

setDefaultTimeout(2 * PATIENCE);

const KEY = "mZ3kT8wQ1vB6nR9xY4cL7pD2sF5gH0jKaEuIoWtNyXzVbMqC";
/** Shorter than its char(32): PostgreSQL pads it with blanks. */
const ACCESS_TOKEN = "bcdfghjklmnpqrstvwxyz0123456";
const PRICE = quotaOf({ prompt: 21, completion: 7 }, { model: 3, completion: 4, group: 0.5 });
const MULTI_KEY = {
    is_multi_key: true,
    multi_key_size: 2,
    multi_key_status_list: { "1": 2 },
    multi_key_polling_index: 0,
    multi_key_mode: "random",
};
const TASK = { input: "a fox", upstream_model_name: "kling-v1" };

const folder = makeFolder();
const database = new TestDatabase(folder);
let sim: OpenAiSim;
let gateway: Gateway;
let root: Admin;
let before: Record<string, any[]>;

const rows = (table: string) => {
    const columns = newApiTables().find(({ name }) => name === table)!.columns;
    const names = columns.map(({ name }) => `"${name}"`).join(", ");
    const key = columns.filter(({ flags, type }) => flags.has("pk") || /^u?id$/.test(type));
    const order = key.map(({ name }) => `"${name}"`).join(", ");
    return database.query(`SELECT ${names} FROM "${table}" ORDER BY ${order}`, []);
};
const everything = () => Object.fromEntries(newApiTables().map(({ name }) => [name, rows(name)]));

/** `$2a$`, as New API's library writes what others call `$2b$`. */
const bcrypt = (password: string) =>
    Bun.password.hashSync(password, { algorithm: "bcrypt", cost: 10 }).replace(/^\$2b\$/, "$2a$");

function insert(table: string, ...several: Record<string, Value>[]): void {
    for (const row of several) insertRow(database, table, row);
}

/** NULLs where older versions left them, blanks, JSON as bytes, a user that was deleted. */
function fill(): void {
    const person = { password: bcrypt(ROOT.password), status: 1, group: "default", setting: "" };
    insert(
        "users",
        {
            ...person,
            id: 1,
            username: ROOT.username,
            role: 100,
            quota: 2_147_483_647,
            used_quota: 7,
            request_count: 3,
            aff_code: "",
            access_token: ACCESS_TOKEN,
        },
        { id: 2, username: " blank ", password: person.password, role: null, status: null, quota: null, group: null, aff_code: "b" },
        { ...person, id: 3, username: "gone", role: 1, aff_code: "c", deleted_at: "2026-01-01 00:00:00" },
    );
    insert(
        "tokens",
        {
            id: 5,
            user_id: 1,
            key: KEY,
            name: "of New API",
            status: 1,
            expired_time: -1,
            remain_quota: 1_000_000,
            unlimited_quota: false,
            model_limits_enabled: false,
            model_limits: "",
            allow_ips: null,
            group: "vip",
            created_time: 1_700_000_000,
        },
        { id: 6, user_id: 1, key: "another", name: null, unlimited_quota: null, model_limits: null },
    );
    const channel = { type: 1, status: 1, group: "default,vip", created_time: 1_700_000_000, setting: "" };
    const single = { is_multi_key: false, multi_key_size: 0, multi_key_status_list: null, multi_key_polling_index: 0, multi_key_mode: "" };
    insert(
        "channels",
        {
            ...channel,
            id: 1,
            key: SIM_KEY,
            name: "works",
            base_url: sim.url,
            models: "gpt-4o,gpt-4o-mini",
            used_quota: 11,
            channel_info: { json: single },
        },
        { id: 2, key: "sk-nothing", name: "  ", models: null, group: null, weight: null, priority: null, channel_info: null },
        { ...channel, id: 3, status: 2, key: "sk-a\nsk-b", name: "two keys", models: "m", channel_info: { json: MULTI_KEY } },
    );
    for (const group of ["default", "vip"]) {
        const ability = { group, priority: 0, weight: 0 };
        for (const model of ["gpt-4o", "gpt-4o-mini"])
            insert("abilities", { ...ability, model, channel_id: 1, enabled: true });
        insert("abilities", { ...ability, model: "m", channel_id: 3, enabled: false });
    }
    insert(
        "options",
        { key: "SystemName", value: "Filled by New API " },
        { key: "Odd", value: null },
        { key: "Footer", value: null },
        { key: "GroupRatio", value: '{"default":1,"vip":0.5}' },
        { key: "ModelRatio", value: '{"gpt-4o":3}' },
        { key: "CompletionRatio", value: '{"gpt-4o":4}' },
    );
    insert(
        "logs",
        { id: 10, user_id: 1, created_at: 1_700_000_001, type: 2, model_name: "gpt-4o", quota: 5, group: "vip", other: "{}" },
        { id: 11, user_id: null, created_at: null, type: null, model_name: null, quota: null, group: null, other: null },
    );
    insert("redemptions", { id: 1, user_id: 1, key: "0123456789abcdef0123456789abcdef", name: "code", quota: 100 });
    insert("tasks", {
        id: 1,
        created_at: 1_700_000_000,
        task_id: "task_1",
        user_id: 1,
        quota: 9,
        status: "SUCCESS",
        progress: "100%",
        properties: { json: TASK },
        private_data: { json: { key: "sk-x" } },
        data: { json: [{ id: 1 }] },
    });
    insert("prefill_groups", { id: 1, name: "g", type: "model", items: { json: ["a", "b"] } });
    insert("subscription_plans", { id: 1, title: "Plan", price_amount: 9.99 });
    insert("setups", { id: 1, version: "v0.9.9", initialized_at: 1_700_000_000 });
    // A server's sequence knows nothing of ids that were given.
    if (ENGINE === "postgres")
        for (const { name, columns } of newApiTables())
            if (columns.some((column) => /^u?id$/.test(column.type)))
                database.query(`DO $$ BEGIN PERFORM setval('${name}_id_seq', 100); END $$`, []);
}

beforeAll(async () => {
    await database.prepare();
    sim = await startOpenAiSim();
    createNewApiTables(database);
    fill();
    before = everything();
    gateway = await Gateway.start({ folder });
    root = new Admin(gateway);
});

afterAll(async () => {
    await gateway.stop();
    await sim.close();
    database.drop();
    rmSync(folder, { recursive: true, force: true });
});

describe("on a database of New API", () => {
    test("people sign in as they are used to", async () => {
        const status = await root.data("GET", "/api/status");
        expect([status.setup, status.system_name, status.footer_html]).toEqual([true, "Filled by New API ", ""]);
        const wrong = await root.call("POST", "/api/user/login", { body: { username: "root", password: "no" } });
        expect(wrong.json.success).toBe(false);
        await root.logIn(ROOT.username, ROOT.password);
        expect(root.userId).toBe(1);
        const { id } = await new Admin(gateway)
            .call("GET", "/api/user/self", { headers: { Authorization: ACCESS_TOKEN, "New-Api-User": "1" } })
            .then((answer) => answer.json.data);
        expect(id).toBe(1);
    });

    test("everything is listed, odd rows too", async () => {
        const items = async (path: string) => (await root.data("GET", `${path}?p=1&page_size=100`)).items as any[];
        const users = await items("/api/user/");
        const blank = users.find((user) => user.id === 2);
        expect(blank).toMatchObject({ username: " blank ", quota: 0, email: "" });
        expect(users.map((user) => user.id).sort()).toEqual([1, 2, 3]);
        expect(users.find((user) => user.id === 3).DeletedAt).toMatch(/^2026-01-01T/);
        const tokens = await items("/api/token/");
        expect(tokens.map((token) => [token.id, token.allow_ips, token.expired_time])).toEqual([
            [6, "", -1],
            [5, null, -1],
        ]);
        const channels = await items("/api/channel/");
        const channel = (id: number) => channels.find((each) => each.id === id);
        expect([channel(2).name, channel(2).models, channel(2).group]).toEqual(["  ", "", "default"]);
        expect(channel(3).channel_info).toMatchObject(MULTI_KEY);
        const logs = await root.logs();
        expect(logs.map((row) => row.id)).toContain(10);
        expect(logs.find((row) => row.id === 11)).toMatchObject({ quota: 0, model_name: "" });
    });

    test("a call with its token goes out through its channel, and the missing maker is there at once", async () => {
        const answer = await new ChatClient(gateway.url, `sk-${KEY}`).chat();
        expect([answer.status, answer.content]).toEqual([200, SIM_TEXT]);
        const row = await until("the call is booked", async () => (await root.logs({ type: 2 })).find((log) => log.id > 11));
        expect(row).toMatchObject({ quota: PRICE, request_id: answer.requestId });
        const makers = await until("makers, long before the first round of the synchronisation", () => {
            const names = rows("vendors").map(({ name }) => name);
            return names.length > 0 && names;
        });
        expect(makers).toEqual(["OpenAI"]);
    });

    test("an edit of a channel leaves its JSON as New API reads it", async () => {
        await root.data("PUT", "/api/channel/", { id: 3, name: "renamed" });
        const [row] = rows("channels").filter(({ id }) => id === 3);
        expect(row.name).toBe("renamed");
        expect(jsonColumn(row.channel_info)).toMatchObject(MULTI_KEY);
        if (ENGINE !== "sqlite") return;
        const kinds = database.query(
            `SELECT typeof(channel_info) AS kind FROM channels WHERE channel_info IS NOT NULL UNION ALL
             SELECT typeof(properties) || typeof(private_data) || typeof(data) FROM tasks UNION ALL
             SELECT typeof(items) FROM prefill_groups`,
            [],
        );
        expect(kinds.map(({ kind }) => kind)).toEqual(["blob", "blob", "blobblobblob", "blob"]);
    });

    test("and when New API comes back, it finds what it left and what was booked", async () => {
        await gateway.stop();
        const after = everything();
        const find = (table: string, id: number) => after[table]!.find((row) => row.id === id);
        const old = (table: string, id: number) => before[table]!.find((row) => row.id === id);
        const touched = ["users", "tokens", "channels", "logs", "quota_data", "vendors"];
        for (const table of Object.keys(before).filter((name) => !touched.includes(name)))
            expect({ [table]: after[table] }).toEqual({ [table]: before[table] });

        const { last_login_at } = find("users", 1);
        expect(last_login_at).toBeGreaterThan(1_700_000_000);
        expect(find("users", 1)).toEqual({
            ...old("users", 1),
            last_login_at,
            quota: 2_147_483_647 - PRICE,
            used_quota: 7 + PRICE,
            request_count: 4,
        });
        expect(find("users", 3)).toEqual(old("users", 3));
        const { accessed_time } = find("tokens", 5);
        expect(accessed_time).toBeGreaterThan(1_700_000_000);
        expect(find("tokens", 5)).toEqual({
            ...old("tokens", 5),
            accessed_time,
            remain_quota: 1_000_000 - PRICE,
            used_quota: PRICE,
        });
        expect(find("tokens", 6)).toEqual(old("tokens", 6));
        expect(find("channels", 1)).toEqual({ ...old("channels", 1), used_quota: 11 + PRICE });
        expect(find("channels", 2)).toEqual(old("channels", 2));

        for (const id of [10, 11]) expect(find("logs", id)).toEqual(old("logs", id));
        const [booked] = after.logs!.filter(({ id, type }) => id > 11 && type === 2);
        expect(booked).toMatchObject({
            user_id: 1,
            username: ROOT.username,
            token_id: 5,
            token_name: "of New API",
            model_name: "gpt-4o",
            channel_id: 1,
            group: "vip",
            quota: PRICE,
            prompt_tokens: 21,
            completion_tokens: 7,
            is_stream: 0,
        });
        expect(JSON.parse(booked.other)).toMatchObject({ model_ratio: 3, completion_ratio: 4, group_ratio: 0.5 });
        expect(after.quota_data).toMatchObject([
            { user_id: 1, username: ROOT.username, model_name: "gpt-4o", count: 1, quota: PRICE, token_used: 28 },
        ]);
        expect(after.quota_data![0].created_at % 3600).toBe(0);
    });
});
