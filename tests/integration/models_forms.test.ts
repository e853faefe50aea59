// The list of models in the forms of OpenAI, Anthropic and Gemini: which headers, paths and queries ask for which, where the key may
// stand, and what the lists and single models look like.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";

import { SIM_KEY } from "../sim/openai.ts";
import type { Token } from "./admin.ts";
import { PATIENCE } from "./gateway.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

let world: World;

beforeAll(async () => {
    world = await startWorld({ channel: { models: "gpt-4o,o3-pro,dall-e-3,gpt-4o-mini" } });
    await world.admin.addChannel({ base_url: world.sim.url, key: SIM_KEY, models: "claude-x", type: 14 });
    await world.admin.addChannel({ base_url: world.sim.url, key: SIM_KEY, models: "vip-only", group: "vip" });
    await world.admin.setOption("SelfUseModeEnabled", true);
});

afterAll(() => world.close());

const ALL = ["claude-x", "dall-e-3", "gpt-4o", "gpt-4o-mini", "o3-pro"];

async function get(path: string, headers: Record<string, string> = {}) {
    const response = await fetch(world.gateway.url + path, { headers });
    return { status: response.status, json: (await response.json()) as any };
}

const bearer = (token: Token = world.token) => ({ Authorization: `Bearer ${token.key}` });
const anthropic = () => ({ "x-api-key": world.token.key, "anthropic-version": "2023-06-01" });

function formOf(json: any): string {
    if (json.object === "list") return "openai";
    if (json.models !== undefined) return "gemini";
    return json.has_more !== undefined ? "anthropic" : "none";
}

test.each([
    ["/v1/models", bearer, "openai"],
    ["/v1/models", anthropic, "anthropic"],
    ["/v1/models", () => ({ "x-api-key": world.token.key }), "openai"],
    ["/v1/models", () => ({ ...bearer(), "anthropic-version": "2023-06-01" }), "openai"],
    ["/v1/models", () => ({ "x-goog-api-key": world.token.key }), "gemini"],
    ["/v1/models?key=KEY", () => ({}), "gemini"],
    ["/v1beta/models", () => ({ "x-goog-api-key": world.token.key }), "gemini"],
    ["/v1beta/models?key=KEY", () => ({}), "gemini"],
    ["/v1beta/models", bearer, "gemini"],
    ["/v1beta/openai/models", bearer, "openai"],
    ["/v1beta/openai/models?key=KEY", () => ({}), "openai"],
] as [string, () => Record<string, string>, string][])(
    "%s, case %#, gets its form",
    async (path, headers, form) => {
        const { status, json } = await get(path.replace("KEY", world.token.key), headers());
        expect([status, formOf(json)]).toEqual([200, form]);
        const names =
            form === "gemini" ? json.models.map((m: any) => m.name) : json.data.map((m: any) => m.id);
        expect(names).toEqual(ALL);
    },
);

describe("what is listed", () => {
    test("tells endpoint types and owners in OpenAI's form", async () => {
        const { json } = await get("/v1/models", bearer());
        const types = Object.fromEntries(json.data.map((m: any) => [m.id, m.supported_endpoint_types]));
        expect(types).toEqual({
            "claude-x": ["anthropic", "openai"],
            "dall-e-3": ["image-generation", "openai"],
            "gpt-4o": ["openai"],
            "gpt-4o-mini": ["openai"],
            "o3-pro": ["openai-response"],
        });
        expect(json.data[0].owned_by).toBe("custom");
    });

    test("has first and last id in Anthropic's form, null in an empty list", async () => {
        const { json } = await get("/v1/models", anthropic());
        expect(json).toMatchObject({ first_id: "claude-x", last_id: "o3-pro", has_more: false });
        expect(json.data[0]).toEqual({
            id: "claude-x",
            created_at: "2021-07-20T10:40:00Z",
            display_name: "claude-x",
            type: "model",
        });
        const empty = await world.admin.createToken({ model_limits_enabled: true, model_limits: "" });
        const none = await get("/v1/models", { ...anthropic(), "x-api-key": empty.key });
        expect(none.json).toEqual({ data: [], first_id: null, has_more: false, last_id: null });
    });

    test("has every member in Gemini's form", async () => {
        const { json } = await get("/v1beta/models", bearer());
        expect(json.nextPageToken).toBeNull();
        expect(Object.entries(json.models[0])).toEqual([
            ["name", "claude-x"],
            ["baseModelId", null],
            ["version", null],
            ["displayName", "claude-x"],
            ["description", null],
            ["inputTokenLimit", null],
            ["outputTokenLimit", null],
            ["supportedGenerationMethods", null],
            ["thinking", null],
            ["temperature", null],
            ["maxTemperature", null],
            ["topP", null],
            ["topK", null],
        ]);
    });

    test("follows the token's group, `auto` included", async () => {
        await world.admin.setOption("UserUsableGroups", { default: "d", vip: "v", auto: "a" });
        await world.admin.setOption("GroupRatio", { default: 1, vip: 1 });
        await world.admin.setOption("AutoGroups", ["vip", "default"]);
        const ids = async (group: string) => {
            const token = await world.admin.createToken({ group });
            return (await get("/v1/models", bearer(token))).json.data.map((m: any) => m.id);
        };
        expect(await ids("vip")).toEqual(["vip-only"]);
        expect(await ids("auto")).toEqual([...ALL, "vip-only"].sort());
        expect(await ids("")).toEqual(ALL);
    });
});

describe("a single model", () => {
    test("comes in the form that is asked for", async () => {
        expect((await get("/v1/models/claude-x", anthropic())).json).toMatchObject({
            id: "claude-x",
            type: "model",
        });
        expect((await get("/v1/models/claude-x", bearer())).json).toMatchObject({
            id: "claude-x",
            object: "model",
        });
        const escaped = await get(`/v1/models/gpt%2D4o?key=${world.token.key}`);
        expect(escaped.json).toMatchObject({ id: "gpt-4o", object: "model" });
    });

    test("is not there for who does not see it", async () => {
        for (const headers of [bearer(), anthropic()]) {
            const { status, json } = await get("/v1/models/vip-only", headers);
            expect(status).toBe(404);
            expect(json.error).toMatchObject({ code: "model_not_found", param: "model" });
        }
    });
});
