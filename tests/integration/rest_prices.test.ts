// Prices and balances for programs: the price list as visitors, users and administrators see it, the bare tables, what is left on
// a key, the old billing addresses.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";

import { until } from "../sim/waiting.ts";
import { Admin, readAnswer } from "./admin.ts";
import { PATIENCE } from "./gateway.ts";
import { addPerson, signIn } from "./stored_people.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

let world: World;

beforeAll(async () => {
    world = await startWorld({ env: { SYNC_FREQUENCY: "1" } });
});

afterAll(() => world.close());

function get(path: string, headers: Record<string, string> = {}) {
    return fetch(world.gateway.url + path, { headers }).then(readAnswer);
}

describe("the price list", () => {
    let vip: Admin;

    beforeAll(async () => {
        await world.admin.addChannel({
            base_url: world.sim.url,
            key: "k",
            type: 14,
            models: "gpt-4o,claude-x,fixed-price,hidden-model,o3-pro,dall-e-3,inner-only",
            group: "default,vip",
        });
        await world.admin.addChannel({
            base_url: world.sim.url,
            key: "k",
            models: "inner-only-2",
            group: "inner",
        });
        await world.admin.setOption("GroupRatio", { default: 1, vip: 0.5, inner: 2 });
        await world.admin.setOption("GroupGroupRatio", { vip: { default: 0.25 } });
        const price = JSON.parse(await option("ModelPrice"));
        await world.admin.setOption("ModelPrice", { ...price, "fixed-price": 0.5 });
        const cache = JSON.parse(await option("CacheRatio"));
        await world.admin.setOption("CacheRatio", { ...cache, "claude-x": 0 });
        vip = await signIn(world.gateway, { username: "vera", group: "vip" });
    });

    async function option(key: string): Promise<string> {
        const rows = await world.admin.data("GET", "/api/option/");
        return rows.find((row: any) => row.key === key).value;
    }

    const model = (answer: any, name: string) => answer.data.find((row: any) => row.model_name === name);

    test("shows visitors what the common groups can use", async () => {
        const { status, json } = await get("/api/pricing");
        expect([status, json.success]).toEqual([200, true]);
        const names = json.data.map((row: any) => row.model_name);
        expect(names).toEqual([...names].sort());
        expect(names).toContain("gpt-4o-mini");
        expect(names).not.toContain("inner-only-2");
        expect(model(json, "gpt-4o")).toMatchObject({
            quota_type: 0,
            model_ratio: 1.25,
            model_price: 0,
            completion_ratio: 4,
            owner_by: "",
            enable_groups: ["default", "vip"],
            supported_endpoint_types: ["openai", "anthropic"],
        });
        expect(model(json, "claude-x")).toMatchObject({ model_ratio: 37.5, cache_ratio: 0 });
        expect(model(json, "fixed-price")).toMatchObject({
            quota_type: 1,
            model_price: 0.5,
            model_ratio: 0,
            completion_ratio: 0,
        });
        expect(model(json, "fixed-price")).not.toHaveProperty("cache_ratio");
        expect(model(json, "dall-e-3").supported_endpoint_types).toEqual([
            "image-generation",
            "anthropic",
            "openai",
        ]);
        expect(json.group_ratio).toEqual({ default: 1, vip: 0.5 });
        expect(json.usable_group).toEqual({ default: "默认分组", vip: "vip分组" });
        expect(json.auto_groups).toEqual(["default"]);
        expect(json.supported_endpoint).toMatchObject({
            openai: { path: "/v1/chat/completions", method: "POST" },
            anthropic: { path: "/v1/messages", method: "POST" },
        });
        expect(json.pricing_version).toBe("a42d372ccf0b5dd13ecf71203521f9d2");
        expect(json.data.filter((row: any) => "pricing_version" in row)).toEqual([json.data[0]]);
    });

    test("shows users the ratios of their group, by session and by access token", async () => {
        const bySession = (await vip.call("GET", "/api/pricing")).json;
        expect(bySession.group_ratio).toEqual({ default: 0.25, vip: 0.5 });
        const token = "0123456789abcdef0123456789abcdef";
        const id = addPerson(world.gateway, { username: "vic", group: "vip", accessToken: token });
        const byToken = await get("/api/pricing", { Authorization: token, "New-Api-User": String(id) });
        expect(byToken.json).toEqual(bySession);
        for (const headers of [
            { Authorization: token },
            { Authorization: "nonsense", "New-Api-User": "1" },
            { Cookie: "session=forged" },
        ] as Record<string, string>[]) {
            const answer = await get("/api/pricing", headers);
            expect([answer.status, answer.json.group_ratio]).toEqual([200, { default: 1, vip: 0.5 }]);
        }
    });

    test("shows administrators every group of a model, and users their own", async () => {
        await world.admin.addChannel({
            base_url: world.sim.url,
            key: "k",
            models: "gpt-4o",
            group: "inner",
        });
        const groups = async (who: Admin) =>
            model((await who.call("GET", "/api/pricing")).json, "gpt-4o").enable_groups;
        expect(await groups(world.admin)).toEqual(["default", "inner", "vip"]);
        expect(await groups(vip)).toEqual(["default", "vip"]);
    });

    test("follows price options at once", async () => {
        const before = (await get("/api/pricing")).json;
        const ratios = JSON.parse(await option("ModelRatio"));
        await world.admin.setOption("ModelRatio", { ...ratios, "gpt-4o": 9 });
        expect(model((await get("/api/pricing")).json, "gpt-4o").model_ratio).toBe(9);
        const reset = await world.admin.call("POST", "/api/option/rest_model_ratio");
        expect(reset.json).toEqual({ success: true, message: "重置模型倍率成功" });
        expect((await get("/api/pricing")).json).toEqual(before);
    });

    test("takes metadata and makers from the database, and notes makers that are missing", async () => {
        const vendor = await until("the makers are there", async () => {
            const rows = world.gateway.query("SELECT * FROM vendors ORDER BY id");
            return rows.find((row) => row.name === "OpenAI");
        });
        expect(vendor).toMatchObject({ icon: "OpenAI", status: 1 });
        const names = world.gateway.query("SELECT name FROM vendors").map((row) => row.name);
        expect(names).toEqual([...new Set(names)]);
        world.gateway.query(
            `INSERT INTO models (model_name, description, tags, vendor_id, endpoints, status, name_rule)
             VALUES ('hidden-model', '', '', 0, '', 0, 0), ('claude-', 'by rule', 'a,b', 4711,
                     '{"own":"/own","get":{"path":"/x","method":"get"}}', 1, 1)`,
        );
        await world.admin.setOption("Notice", "anything, so that the list is made anew");
        const { json } = await get("/api/pricing");
        expect(model(json, "hidden-model")).toBeUndefined();
        expect(model(json, "claude-x")).toMatchObject({
            description: "by rule",
            tags: "a,b",
            vendor_id: 4711,
            supported_endpoint_types: ["get", "own"],
        });
        expect(json.supported_endpoint.get).toEqual({ path: "/x", method: "GET" });
        expect(model(json, "gpt-4o").vendor_id).toBe(vendor!.id);
        expect(json.vendors).toContainEqual({
            id: vendor!.id,
            name: "OpenAI",
            description: "",
            icon: "OpenAI",
        });
    });
});

describe("the bare tables", () => {
    test("are closed until an option opens them", async () => {
        const closed = await get("/api/ratio_config");
        expect([closed.status, closed.json]).toEqual([
            403,
            { success: false, message: "倍率配置接口未启用" },
        ]);
        await world.admin.setOption("ExposeRatioEnabled", true);
        const { json } = await get("/api/ratio_config");
        expect(Object.keys(json.data)).toEqual([
            "model_ratio",
            "completion_ratio",
            "cache_ratio",
            "create_cache_ratio",
            "model_price",
        ]);
        expect(json.data.model_ratio["gpt-4o"]).toBe(1.25);
    });
});

describe("what is left on a key", () => {
    test("is told to whoever has it, used up or not", async () => {
        const token = await world.admin.createToken({
            name: "ci",
            remain_quota: 1000,
            unlimited_quota: false,
            model_limits_enabled: true,
            model_limits: "gpt-4o, other",
        });
        world.gateway.query("UPDATE tokens SET used_quota = 500, status = 4 WHERE id = ?", token.id);
        const answer = await get("/api/usage/token/", {
            Authorization: `BEARER ${token.key.slice(3)}`,
        });
        // Letters of another case are no prefix for the first check, and the second wants one.
        expect(answer.status).toBe(401);
        for (const key of [token.key, token.key.slice(3), `${token.key}-7`]) {
            const { status, json, headers } = await get("/api/usage/token", {
                Authorization: `Bearer ${key}`,
                Origin: "https://elsewhere.example",
            });
            expect([status, json]).toEqual([
                200,
                {
                    code: true,
                    message: "ok",
                    data: {
                        object: "token_usage",
                        name: "ci",
                        total_granted: 1500,
                        total_used: 500,
                        total_available: 1000,
                        unlimited_quota: false,
                        model_limits: { "gpt-4o": true, other: true },
                        model_limits_enabled: true,
                        expires_at: 0,
                    },
                },
            ]);
            expect(headers.get("access-control-allow-origin")).toBe("*");
        }
        const bare = await get("/api/usage/token/", { Authorization: token.key });
        expect([bare.status, bare.json]).toEqual([401, { success: false, message: "Invalid Bearer token" }]);
    });

    test("is not told of a banned owner's", async () => {
        const banned = await signIn(world.gateway, { username: "ben" });
        const token = await banned.createToken();
        world.gateway.query("UPDATE users SET status = 2 WHERE id = ?", banned.userId);
        const answer = await until("the ban is seen", async () => {
            const answer = await get("/api/usage/token/", { Authorization: `Bearer ${token.key}` });
            return answer.status === 200 ? undefined : answer;
        });
        expect([answer.status, answer.json.success]).toEqual([403, false]);
    });
});

describe("the old billing addresses", () => {
    const both = ["/dashboard/billing", "/v1/dashboard/billing"];

    test("show the token's figures in the site's currency", async () => {
        const token = await world.admin.createToken({
            remain_quota: 1_000_000,
            unlimited_quota: false,
            expired_time: 4_000_000_000,
        });
        world.gateway.query("UPDATE tokens SET used_quota = 250000 WHERE id = ?", token.id);
        const headers = { Authorization: `Bearer ${token.key}` };
        for (const prefix of both) {
            const { status, json } = await get(`${prefix}/subscription`, headers);
            expect([status, json]).toEqual([
                200,
                {
                    object: "billing_subscription",
                    has_payment_method: true,
                    soft_limit_usd: 2.5,
                    hard_limit_usd: 2.5,
                    system_hard_limit_usd: 2.5,
                    access_until: 4_000_000_000,
                },
            ]);
            const usage = await get(`${prefix}/usage?start_date=2020-01-01`, headers);
            expect(usage.json).toEqual({ object: "list", total_usage: 50 });
        }
        await world.admin.setOption("general_setting.quota_display_type", "TOKENS");
        expect((await get("/v1/dashboard/billing/usage", headers)).json.total_usage).toBe(25_000_000);
        await world.admin.setOption("general_setting.quota_display_type", "CNY");
        expect((await get("/v1/dashboard/billing/subscription", headers)).json.hard_limit_usd).toBe(18.25);
        await world.admin.setOption("general_setting.quota_display_type", "USD");
        const unlimited = { Authorization: `Bearer ${world.token.key}` };
        expect((await get("/dashboard/billing/subscription", unlimited)).json).toMatchObject({
            hard_limit_usd: 100_000_000,
            access_until: 0,
        });
    });

    test("show the user's figures when told so", async () => {
        await world.admin.setOption("DisplayTokenStatEnabled", false);
        try {
            const self = await world.admin.self();
            const headers = { Authorization: `Bearer ${world.token.key}` };
            const { json } = await get("/dashboard/billing/subscription", headers);
            expect(json.hard_limit_usd).toBe((self.quota + self.used_quota) / 500_000);
            expect(json.access_until).toBe(0);
        } finally {
            await world.admin.setOption("DisplayTokenStatEnabled", true);
        }
    });

    test("refuse in OpenAI's shape, and are open to pages from elsewhere", async () => {
        for (const prefix of both) {
            const answer = await get(`${prefix}/usage`, { Authorization: "Bearer sk-nobody" });
            expect([answer.status, answer.json.error.type]).toEqual([401, "new_api_error"]);
            expect(answer.json.error.message).toContain(answer.headers.get("x-oneapi-request-id")!);
            expect((await get(`${prefix}/usage`)).status).toBe(401);
            const open = await get(`${prefix}/usage`, {
                Authorization: `Bearer ${world.token.key}`,
                Origin: "https://elsewhere.example",
            });
            expect(open.headers.get("access-control-allow-origin")).toBe("*");
        }
        expect((await get("/dashboard/billing/nothing")).status).toBe(404);
    });
});
