// GET /v1/models and /v1/models/{model}: which models a token sees, in which shape, and what an unknown one gets.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";

import { SIM_KEY } from "../sim/openai.ts";
import { readAnswer } from "./admin.ts";
import { ChatAnswer, expectError } from "./chat_client.ts";
import { PATIENCE } from "./gateway.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

let world: World;

beforeAll(async () => {
    world = await startWorld({ channel: { models: "gpt-4o-mini,gpt-4o,unpriced-model" } });
    await world.admin.addChannel({
        base_url: world.sim.url,
        key: SIM_KEY,
        models: "gpt-4o,gpt-4.1",
        name: "second",
    });
    await world.admin.addChannel({
        base_url: world.sim.url,
        key: SIM_KEY,
        models: "o3",
        name: "off",
        status: 2,
    });
    await world.admin.addChannel({
        base_url: world.sim.url,
        key: SIM_KEY,
        models: "o1",
        name: "vip",
        group: "vip",
    });
});

afterAll(() => world.close());

async function get(path: string, headers: Record<string, string> = {}) {
    const response = await fetch(world.gateway.url + path, {
        headers: { Authorization: `Bearer ${world.token.key}`, ...headers },
    });
    return { status: response.status, headers: response.headers, json: (await response.json()) as any };
}

test("the list holds the priced models of enabled channels of the group, sorted, each once", async () => {
    const answer = await get("/v1/models");
    expect([answer.status, answer.json.object, answer.json.success]).toEqual([200, "list", true]);
    expect(answer.json.data.map((model: any) => model.id)).toEqual(["gpt-4.1", "gpt-4o", "gpt-4o-mini"]);
    expect(answer.json.data[1]).toMatchObject({
        id: "gpt-4o",
        object: "model",
        created: 1626777600,
        owned_by: "openai",
        supported_endpoint_types: ["openai"],
    });
    expect(answer.headers.get("x-oneapi-request-id")).not.toBeNull();
});

test("self-use mode shows unpriced models too", async () => {
    await world.admin.setOption("SelfUseModeEnabled", true);
    const answer = await get("/v1/models");
    expect(answer.json.data.map((model: any) => model.id)).toContain("unpriced-model");
    await world.admin.setOption("SelfUseModeEnabled", false);
});

test("a token with model limits sees exactly those, and may use only those", async () => {
    const token = await world.admin.createToken({ model_limits_enabled: true, model_limits: "gpt-4o-mini" });
    const headers = { Authorization: `Bearer ${token.key}` };
    const answer = await get("/v1/models", headers);
    expect(answer.json.data.map((model: any) => model.id)).toEqual(["gpt-4o-mini"]);
    expectError(await world.clientOf(token).chat({ model: "gpt-4o" }), {
        status: 403,
        code: "",
        message: "This token has no access to model gpt-4o",
    });
    expect((await world.clientOf(token).chat({ model: "gpt-4o-mini" })).status).toBe(200);
});

test("one model is found, and an unknown one is 404", async () => {
    const found = await get("/v1/models/gpt-4o");
    expect(found).toMatchObject({ status: 200, json: { id: "gpt-4o", object: "model" } });
    const missing = await get("/v1/models/o3");
    expect(missing.status).toBe(404);
    expect(missing.json.error).toEqual({
        message: "The model 'o3' does not exist",
        type: "invalid_request_error",
        param: "model",
        code: "model_not_found",
    });
});

test.each([undefined, "Bearer sk-wrong", "Basic cm9vdDpyb290"])(
    "the list needs a key: %p",
    async (authorization) => {
        const response = await fetch(`${world.gateway.url}/v1/models`, {
            headers: authorization === undefined ? {} : { Authorization: authorization },
        });
        const answer = new ChatAnswer(await readAnswer(response));
        expectError(answer, { status: 401, code: "", type: "new_api_error", message: "Invalid token" });
    },
);
