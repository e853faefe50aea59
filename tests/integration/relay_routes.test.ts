// The routes beside chat, from the client's bytes to the bill: Completions, embeddings, moderations, what is not implemented, and
// the channel types that are OpenAI in all but their address (spec 04 sections 2, 6.1, 11, 20; 05 section 6; 07 section 6). Responses
// are in relay_responses.test.ts.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import * as faults from "../sim/faults.ts";
import { SIM_KEY, SIM_TEXT, SIM_USAGE } from "../sim/openai.ts";
import { readAnswer } from "./admin.ts";
import { quotaOf } from "./bill.ts";
import { type ChatAnswer, expectError } from "./chat_client.ts";
import { PATIENCE } from "./gateway.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

const MODELS = "gpt-4o,gpt-4o-mini,gpt-3.5-turbo-instruct,text-embedding-3-small,text-moderation-stable";

let world: World;

beforeAll(async () => {
    world = await startWorld({ channel: { models: MODELS } });
});

beforeEach(() => {
    world.sim.forget();
    world.sim.text = SIM_TEXT;
    world.sim.usage = SIM_USAGE;
});

afterAll(() => world.close());

function post(path: string, body: unknown): Promise<ChatAnswer> {
    return world.client.send(body, { path });
}

async function other(requestId: string): Promise<any> {
    return JSON.parse((await world.consumeRow(requestId)).other);
}

describe("Completions", () => {
    const request = { model: "gpt-3.5-turbo-instruct", prompt: "Say hello.", suffix: null, echo: false };

    test("go through as they came and cost what they used", async () => {
        const answer = await post("/v1/completions", request);
        expect(answer.json.choices[0].text).toBe(SIM_TEXT);
        expect(world.sim.requests[0]!.text).toBe(JSON.stringify(request));
        expect(world.sim.requests[0]!.path).toBe("/v1/completions");
        const row = await world.consumeRow(answer.requestId);
        expect([row.prompt_tokens, row.completion_tokens]).toEqual([21, 7]);
        const details = JSON.parse(row.other);
        expect(details.request_path).toBe("/v1/completions");
        expect(details.request_conversion).toEqual(["OpenAI Compatible"]);
    });

    test("stream, with usage and an end marker", async () => {
        const answer = await post("/v1/completions", { ...request, stream: true });
        expect(answer.events.map((event) => event.choices[0]?.text ?? "").join("")).toBe(SIM_TEXT);
        expect(answer.usage).toEqual(SIM_USAGE);
        expect(answer.payloads.at(-1)).toBe("[DONE]");
    });

    test("get a usage chunk of their own kind when the provider sends none", async () => {
        world.sim.usage = undefined;
        const answer = await post("/v1/completions", { ...request, stream: true });
        const last = answer.events.at(-1);
        expect([last.object, last.choices, last.id]).toEqual(["text_completion", [], "cmpl-sim000001"]);
        expect(last.usage.completion_tokens).toBeGreaterThan(0);
        expect((await other(answer.requestId)).admin_info.local_count_tokens).toBe(true);
    });

    test("need a prompt and a model", async () => {
        expectError(await post("/v1/completions", { model: "gpt-4o" }), {
            status: 400,
            code: "invalid_request",
            message: /field prompt is required/,
        });
        expectError(await post("/v1/completions", { prompt: "a" }), { status: 400 });
    });
});

describe("Embeddings", () => {
    const path = "/v1/embeddings";
    const model = "text-embedding-3-small";

    test("cost their prompt, and lose no member on the way", async () => {
        const request = { model, input: ["a", "b"], dimensions: 0, encoding_format: "float", task: "x", speed: 1 };
        await world.costs(quotaOf({ prompt: 8, completion: 0 }, { model: 0.01, completion: 1 }), async () => {
            const answer = await post(path, request);
            expect(answer.json.data).toHaveLength(2);
            expect(answer.json.usage).toEqual({ prompt_tokens: 8, total_tokens: 8 });
            expect((await other(answer.requestId)).request_conversion).toEqual(["embedding"]);
        });
        expect(world.sim.requests[0]!.text).toBe(JSON.stringify(request));
    });

    test("without usage are estimated; the body stays as it came", async () => {
        const body = { object: "list", data: [], model };
        world.sim.next((exchange) => exchange.json(200, body));
        const answer = await post(path, { model, input: "one two three" });
        expect(answer.text).toBe(JSON.stringify(body));
        const row = await world.consumeRow(answer.requestId);
        expect(row.prompt_tokens).toBeGreaterThan(2);
        expect(row.completion_tokens).toBe(0);
        expect(row.content).toBe("上游无计费信息");
    });

    test("of an engine take the model from the path", async () => {
        const named = await post(`/v1/engines/${model}/embeddings`, { input: "a" });
        expect(named.status).toBe(200);
        const [request] = world.sim.requests;
        expect([request!.path, request!.json.model]).toEqual([path, model]);
        expect((await world.consumeRow(named.requestId)).model_name).toBe(model);
        expectError(await post("/v1/engines/no-such-model/embeddings", { input: "a" }), {
            status: 503,
            code: "model_not_found",
        });
    });

    test("need an input", async () => {
        expectError(await post(path, { model }), { status: 400, message: /input is empty/ });
        expectError(await post(path, { input: "a" }), { status: 400, message: /Model name not specified/ });
    });
});

describe("Moderations", () => {
    test("have a default model and are billed by the estimate", async () => {
        const answer = await post("/v1/moderations", { input: "one two three" });
        expect(answer.json.results).toHaveLength(1);
        expect(world.sim.requests[0]!.json).toEqual({ input: "one two three", model: "text-moderation-stable" });
        const row = await world.consumeRow(answer.requestId);
        expect(row.model_name).toBe("text-moderation-stable");
        expect(row.prompt_tokens).toBeGreaterThan(2);
        expect([row.completion_tokens, row.content]).toEqual([0, "上游无计费信息"]);
        expect(answer.json.usage).toEqual({
            prompt_tokens: row.prompt_tokens,
            completion_tokens: 0,
            total_tokens: row.prompt_tokens,
        });
    });

    test("need an input", async () => {
        expectError(await post("/v1/moderations", {}), { status: 400, message: /field input is required/ });
    });
});

describe("What is not implemented", () => {
    const calls: [string, string][] = [
        ["POST", "/v1/edits"],
        ["POST", "/v1/images/variations"],
        ["GET", "/v1/files"],
        ["DELETE", "/v1/files/file-1"],
        ["GET", "/v1/files/file-1/content"],
        ["POST", "/v1/fine-tunes"],
        ["GET", "/v1/fine-tunes/ft-1/events"],
        ["DELETE", "/v1/models/gpt-4o"],
    ];
    test.each(calls)("%s %s is 501 for callers with a key, and 401 for others", async (method, path) => {
        const call = (key: string) =>
            fetch(world.gateway.url + path, { method, headers: { Authorization: `Bearer ${key}` } }).then(readAnswer);
        const answer = await call(world.token.key);
        expect(answer.status).toBe(501);
        expect(answer.text).toBe(
            '{"error":{"message":"API not implemented","type":"new_api_error","param":"","code":"api_not_implemented"}}',
        );
        expect((await call("sk-wrong")).status).toBe(401);
        expect(world.sim.requests).toHaveLength(0);
    });
});

describe("Every route", () => {
    const paths = [
        "/v1/completions",
        "/v1/embeddings",
        "/v1/engines/gpt-4o/embeddings",
        "/v1/moderations",
        "/v1/responses",
    ];
    test.each(paths)("%s wants a key, a sound body and POST", async (path) => {
        const anonymous = await fetch(world.gateway.url + path, { method: "POST", body: "{}" }).then(readAnswer);
        expect([anonymous.status, anonymous.json.error.type]).toEqual([401, "new_api_error"]);
        for (const body of ["", "[]", '{"model":', '{"model":"a","model":"b"}', '{"model":1}']) {
            const answer = await world.client.send(body, { path });
            expectError(answer, { status: 400 });
        }
        const wrong = await fetch(world.gateway.url + path, {
            headers: { Authorization: `Bearer ${world.token.key}` },
        });
        expect(wrong.status).toBe(404);
    });

    test.each(paths)("%s keeps to the token's models", async (path) => {
        const token = await world.admin.createToken({ model_limits_enabled: true, model_limits: "other" });
        const body = { model: "gpt-4o", input: "a", prompt: "a" };
        const answer = await world.clientOf(token).send(body, { path });
        expectError(answer, { status: 403 });
        expect(world.sim.requests).toHaveLength(0);
    });

    test.each(paths)("%s passes a provider's refusal on, and charges nothing", async (path) => {
        await world.costsNothing(async () => {
            world.sim.next(faults.errorObject(429, { message: "slow", type: "requests", code: "rate_limit" }));
            const body = { model: "gpt-4o", input: "a", prompt: "a" };
            expectError(await post(path, body), { status: 429, code: "rate_limit", type: "requests" });
        });
    });

    test.each(paths)("%s does not take an error, or no JSON, for an answer", async (path) => {
        const body = { model: "gpt-4o", input: "a", prompt: "a" };
        await world.costsNothing(async () => {
            world.sim.next(faults.errorObject(200, { message: "inside", type: "server_error" }));
            expectError(await post(path, body), { status: 502 });
            world.sim.next(faults.body("<html>"));
            expectError(await post(path, body), { status: [500, 502], code: "bad_response_body" });
        });
    });
});

describe("Channels of type", () => {
    // their models have no price
    beforeAll(() => world.admin.data("PUT", "/api/option/", { key: "SelfUseModeEnabled", value: "true" }));

    const types = [6, 7, 9, 10, 12, 13, 19, 22, 31, 47];
    test.each(types)("%i are OpenAI but for stream options", async (type) => {
        const model = `model-${type}`;
        await world.admin.addChannel({ type, base_url: world.sim.url, key: SIM_KEY, models: model });
        const answer = await world.client.chat({ model, stream: true, stream_options: { include_usage: true } });
        expect(answer.content).toBe(SIM_TEXT);
        expect(world.sim.requests[0]!.json.stream_options).toBeUndefined();
        expect(world.sim.requests[0]!.header("authorization")).toBe(`Bearer ${SIM_KEY}`);
        expect(answer.usage.completion_tokens).toBeGreaterThan(0);
    });

    test("8 have their whole address in the base URL", async () => {
        const base_url = `${world.sim.url}/v1/chat/completions?deployment={model}`;
        await world.admin.addChannel({ type: 8, base_url, key: SIM_KEY, models: "mine" });
        const answer = await world.client.chat({ model: "mine" });
        expect(answer.content).toBe(SIM_TEXT);
        expect(world.sim.requests[0]!.target).toBe("/v1/chat/completions?deployment=mine");
    });
});
