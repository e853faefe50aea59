// The models of upstreams, asked for by REST, of stored channels and of those still being typed in; and the lists of models for the
// dashboard.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import type { Exchange } from "../sim/exchange.ts";
import { HttpServer } from "../sim/server.ts";
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

describe("models of an upstream", () => {
    let upstream: HttpServer;
    let answer: (exchange: Exchange) => void | Promise<void>;
    beforeAll(async () => {
        upstream = new HttpServer((exchange) => answer(exchange), {});
        await upstream.listen();
    });
    afterAll(() => upstream.close());
    beforeEach(() => {
        upstream.requests.length = 0;
        answer = (exchange) =>
            exchange.json(200, { data: [{ id: " b " }, { id: "a" }, { id: "" }, {}, { id: "b" }] });
    });

    const stored = (fields: Record<string, unknown>) =>
        world.admin.addChannel({ base_url: upstream.url, key: "sk-up", ...fields });
    const sent = () => upstream.requests.at(-1)!;

    test("are fetched with the stored channel's key and headers", async () => {
        const id = await stored({
            header_override: '{"X-Own":"k={api_key}","*":"","X-Copy":"{client_header:Cookie}"}',
        });
        expect(await world.admin.data("GET", `/api/channel/fetch_models/${id}`)).toEqual(["b", "a"]);
        expect([sent().method, sent().path]).toEqual(["GET", "/v1/models"]);
        expect(sent().header("authorization")).toBe("Bearer sk-up");
        expect(sent().header("x-own")).toBe("k=sk-up");
        expect(sent().header("x-copy")).toBeUndefined();
    });

    test.each([
        [14, "/v1/models", { "x-api-key": "sk-up", "anthropic-version": "2023-06-01" }],
        [17, "/compatible-mode/v1/models", { authorization: "Bearer sk-up" }],
        [26, "/api/paas/v4/models", { authorization: "Bearer sk-up" }],
        [46, "/v2/models", { authorization: "Bearer sk-up" }],
    ])("of type %p are asked for at %s", async (type, path, headers) => {
        const id = await stored({ type });
        expect(await world.admin.data("GET", `/api/channel/fetch_models/${id}`)).toEqual(["b", "a"]);
        expect(sent().path).toBe(path);
        for (const [name, value] of Object.entries(headers)) expect(sent().header(name)).toBe(value);
    });

    test("of Gemini come in pages", async () => {
        const id = await stored({ type: 24 });
        answer = (exchange) =>
            exchange.request.target.includes("pageToken=a%2Fb")
                ? exchange.json(200, { models: [{ name: "models/g-2" }, { name: "models/g-1" }] })
                : exchange.json(200, { models: [{ name: "models/g-1" }], nextPageToken: "a/b" });
        expect(await world.admin.data("GET", `/api/channel/fetch_models/${id}`)).toEqual(["g-1", "g-2"]);
        expect(sent().header("x-goog-api-key")).toBe("sk-up");
    });

    test("are built in where nobody can be asked", async () => {
        const id = await stored({ type: 37 });
        expect(await world.admin.data("GET", `/api/channel/fetch_models/${id}`)).toEqual([]);
        const kling = await stored({ type: 50 });
        expect(await world.admin.data("GET", `/api/channel/fetch_models/${kling}`)).toContain("kling-v1");
        expect(upstream.requests).toEqual([]);
    });

    test("fail with their cause", async () => {
        const id = await stored({});
        const path = `/api/channel/fetch_models/${id}`;
        answer = (exchange) => exchange.json(403, { error: "no" });
        expect(await failure("GET", path)).toBe("获取模型列表失败: status code: 403");
        answer = (exchange) => exchange.answer(200, "<html>");
        expect(await failure("GET", path)).toStartWith("获取模型列表失败: ");
        const headers = await stored({ header_override: '{"X-Number":5}' });
        expect(await failure("GET", `/api/channel/fetch_models/${headers}`)).toBe(
            "获取模型列表失败: invalid header override for key X-Number",
        );
        const { ids } = await world.admin.data("POST", "/api/channel/", {
            mode: "multi_to_single",
            channel: { type: 1, key: "a\nb", base_url: upstream.url },
        });
        await world.admin.call("POST", "/api/channel/multi_key/manage", {
            body: { channel_id: ids[0], action: "disable_all_keys" },
        });
        expect(await failure("GET", `/api/channel/fetch_models/${ids[0]}`)).toBe(
            "获取渠道密钥失败: no enabled keys",
        );
        expect(await failure("GET", "/api/channel/fetch_models/99999")).toBe("record not found");
    });

    test("are fetched for what is still being typed in", async () => {
        const fetchTyped = (body: unknown) => world.admin.call("POST", "/api/channel/fetch_models", { body });
        const typed = await fetchTyped({ base_url: `${upstream.url}/`, type: 14, key: " sk-one \nsk-two" });
        expect([typed.status, typed.json]).toEqual([200, { success: true, data: ["b", "a"] }]);
        expect(sent().header("x-api-key")).toBe("sk-one");
        expect((await fetchTyped({ type: 56, key: "k" })).json.data.length).toBe(1);
        for (const body of ["{", { type: "x" }, { type: 999, key: "k" }, { type: -1 }]) {
            const refused = await fetchTyped(body);
            expect([refused.status, refused.json]).toEqual([
                400,
                { success: false, message: "Invalid request" },
            ]);
        }
        answer = (exchange) => exchange.json(401, {});
        const failed = await fetchTyped({ base_url: upstream.url, type: 1, key: "k" });
        expect([failed.status, failed.json]).toEqual([
            500,
            { success: false, message: "Failed to fetch models" },
        ]);
        const gemini = await fetchTyped({ base_url: upstream.url, type: 24, key: "k" });
        expect([gemini.status, gemini.json.message]).toEqual([200, "获取Gemini模型失败: status code: 401"]);
        const nowhere = await fetchTyped({ base_url: "ftp://x", type: 1, key: "k" });
        expect([nowhere.status, nowhere.json.success]).toEqual([500, false]);
    });
});

describe("lists of models for the dashboard", () => {
    test("by type of channel", async () => {
        const { json } = await world.admin.call("GET", "/api/models");
        expect(Object.keys(json)).toEqual(["success", "data"]);
        expect(json.data["1"]).toContain("gpt-4o");
        expect(json.data["50"]).toContain("kling-v1");
        expect(json.data["37"]).toEqual([]);
        for (const absent of ["0", "2", "3", "8", "21"]) expect(json.data).not.toHaveProperty(absent);
    });

    test("of everything built in, each once, with its first owner", async () => {
        const { json } = await world.admin.call("GET", "/api/channel/models");
        const ids = json.data.map((model: any) => model.id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(json.data.find((model: any) => model.id === "gpt-4o")).toEqual({
            id: "gpt-4o",
            object: "model",
            created: 1626777600,
            owned_by: "openai",
            supported_endpoint_types: null,
        });
    });

    test("of what is enabled", async () => {
        await world.admin.addChannel({ base_url: world.sim.url, key: "k", models: "only-vip", group: "vip" });
        await world.admin.addChannel({ base_url: world.sim.url, key: "k", models: "off", status: 2 });
        const { json } = await world.admin.call("GET", "/api/channel/models_enabled");
        expect(json.data).toContain("only-vip");
        expect(json.data).not.toContain("off");
        expect(json.data).toEqual([...json.data].sort());
    });
});
