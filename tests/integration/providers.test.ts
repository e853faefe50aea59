// Providers that speak OpenAI's dialect with ways of their own, Azure among them: one server stands in for each at its address. What
// arrives (path, headers, body), what comes back and what is billed (spec 07, 08). The rules of the rows are tested one by one in
// tests/unit/relay/provider_rows_test.cpp.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";

import * as anthropic from "../sim/anthropic_objects.ts";
import type { Exchange } from "../sim/exchange.ts";
import * as openai from "../sim/openai_objects.ts";
import type { RecordedRequest } from "../sim/request_reader.ts";
import { HttpServer } from "../sim/server.ts";
import { quotaOf } from "./bill.ts";
import { type ChatAnswer, MESSAGES } from "./chat_client.ts";
import { PATIENCE } from "./gateway.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

const KEY = "key-of-the-provider";
const TEXT = "Hello from far away.";
const TOKENS = { prompt: 100, completion: 5, cached: 40 };
const PRICE = quotaOf(TOKENS, { model: 2, completion: 1, cache: 0.5 });

interface Row {
    type: number;
    name: string;
    /** Where chats go, and Messages; without the latter they are translated. */
    chat: string;
    messages?: string;
    headers?: Record<string, string>;
    /** Of the channel. */
    channel?: Record<string, unknown>;
    /** What the body of a stream has beside the client's members. */
    streamed?: Record<string, unknown>;
    /** Usage as this provider tells it; otherwise OpenAI's. */
    usage?: Record<string, unknown>;
}

const PLAIN_USAGE = { prompt_tokens: 100, completion_tokens: 5, total_tokens: 105 };
const ASKED = { stream_options: { include_usage: true } };

/** A model of OpenRouter's with the price that comes with the program. */
const BUILT_IN = { model: "claude-sonnet-4-5-20250929", ratio: 1.5 };
const ROWS: Row[] = [
    {
        type: 3,
        name: "azure",
        chat: "/openai/deployments/azure/chat/completions?api-version=2024-10-21",
        headers: { "api-key": KEY },
        channel: { other: "2024-10-21" },
        streamed: ASKED,
    },
    { type: 17, name: "ali", chat: "/compatible-mode/v1/chat/completions", streamed: ASKED },
    {
        type: 20,
        name: "openrouter",
        chat: "/v1/chat/completions",
        headers: { "x-openrouter-title": "Opusclaw", "http-referer": "https://gateway.example" },
        streamed: { usage: { include: true } },
        channel: { models: `openrouter,${BUILT_IN.model}` },
    },
    {
        type: 25,
        name: "moonshot",
        chat: "/v1/chat/completions",
        messages: "/anthropic/v1/messages",
        streamed: ASKED,
        usage: { ...PLAIN_USAGE, cached_tokens: 40 },
    },
    {
        type: 26,
        name: "zhipu",
        chat: "/api/paas/v4/chat/completions",
        messages: "/api/anthropic/v1/messages",
        usage: { ...PLAIN_USAGE, input_tokens_details: { cached_tokens: 40 } },
    },
    { type: 27, name: "perplexity", chat: "/chat/completions" },
    {
        type: 35,
        name: "minimax",
        chat: "/v1/text/chatcompletion_v2",
        messages: "/anthropic/v1/messages",
        streamed: ASKED,
    },
    {
        type: 39,
        name: "cloudflare",
        chat: "/client/v4/accounts/acc/ai/v1/chat/completions",
        channel: { other: "acc" },
        streamed: ASKED,
    },
    { type: 40, name: "siliconflow", chat: "/v1/chat/completions", streamed: ASKED },
    { type: 42, name: "mistral", chat: "/v1/chat/completions" },
    {
        type: 43,
        name: "deepseek",
        chat: "/v1/chat/completions",
        messages: "/anthropic/v1/messages",
        streamed: ASKED,
        usage: { ...PLAIN_USAGE, prompt_cache_hit_tokens: 40 },
    },
    { type: 45, name: "volcengine", chat: "/api/v3/chat/completions", streamed: ASKED },
    {
        type: 46,
        name: "baidu",
        chat: "/v2/chat/completions",
        headers: { authorization: `Bearer ${KEY}`, appid: "app-1" },
        channel: { key: `${KEY}|app-1` },
        streamed: ASKED,
    },
    {
        type: 48,
        name: "xai",
        chat: "/v1/chat/completions",
        streamed: ASKED,
        usage: {
            prompt_tokens: 100,
            completion_tokens: 2,
            total_tokens: 105,
            prompt_tokens_details: { cached_tokens: 40 },
        },
    },
    { type: 53, name: "submodel", chat: "/v1/chat/completions", streamed: ASKED },
    { type: 54, name: "doubao-video", chat: "/v1/chat/completions" },
];
const EMBEDDING_ROWS = [
    { type: 38, name: "jina", path: "/v1/embeddings" },
    { type: 44, name: "moka", path: "/embeddings" },
];

let world: World;
let server: HttpServer;
/** Answers to the next request in the place of the ordinary one. */
let next: ((exchange: Exchange) => Promise<void>) | undefined;

const usageOf = (name: string) =>
    ROWS.find((row) => row.name === name)?.usage ?? openai.usage(TOKENS.prompt, TOKENS.completion, TOKENS.cached);

const CLAUDE_USAGE = anthropic.usage(TOKENS.prompt - TOKENS.cached, TOKENS.completion, { read: TOKENS.cached });

function messageOf(model: string): object {
    const content: anthropic.Block[] = [{ type: "text", text: TEXT }];
    return anthropic.message({ id: "msg_1", model, content, stopReason: "end_turn", usage: CLAUDE_USAGE });
}

/** The ordinary answer of any of them; usage comes in the last chunk, asked for or not. */
async function answer(exchange: Exchange): Promise<void> {
    const script = next;
    next = undefined;
    if (script) return script(exchange);
    const { model } = exchange.request.json as { model: string };
    const path = exchange.request.path;
    if (path.endsWith("/messages")) return exchange.json(200, messageOf(model));
    const usage = usageOf(model);
    if (path.endsWith("/embeddings")) return exchange.json(200, openai.embeddingList(model, 1));
    return chat(exchange, usage);
}

async function chat(exchange: Exchange, usage: object): Promise<void> {
    const { model, stream } = exchange.request.json as { model: string; stream?: boolean };
    const whole = { id: "chatcmpl-1", created: 1764000000, model };
    const choice = { index: 0, message: { role: "assistant", content: TEXT }, finish_reason: "stop" };
    if (stream !== true)
        return exchange.json(200, { ...whole, object: "chat.completion", choices: [choice], usage });
    await exchange.openStream();
    const chunk = (delta: object, finish: string | null, more: object = {}) =>
        exchange.event({
            ...whole,
            object: "chat.completion.chunk",
            choices: [{ index: 0, delta, finish_reason: finish }],
            ...more,
        });
    await chunk({ role: "assistant", content: "" }, null);
    for (const piece of openai.pieces(TEXT)) await chunk({ content: piece }, null);
    await chunk({}, "stop", { usage });
    await exchange.event("[DONE]");
    await exchange.end();
}

beforeAll(async () => {
    server = new HttpServer(answer, {});
    await server.listen();
    world = await startWorld();
    await world.admin.setOption("ServerAddress", "https://gateway.example");
    const names = [...ROWS, ...EMBEDDING_ROWS].map((row) => row.name);
    const each = (value: number, more: object) => JSON.stringify({ ...Object.fromEntries(names.map((name) => [name, value])), ...more });
    await world.admin.setOption("ModelRatio", each(2, { [BUILT_IN.model]: BUILT_IN.ratio }));
    await world.admin.setOption("CacheRatio", each(0.5, { [BUILT_IN.model]: 0.1 }));
    const rows: { type: number; name: string; channel?: Record<string, unknown> }[] = [...ROWS, ...EMBEDDING_ROWS];
    for (const { type, name, channel } of rows) {
        await world.admin.addChannel({ type, name, key: KEY, base_url: server.url, models: name, ...channel });
    }
});

afterAll(async () => {
    await world.close();
    await server.close();
});

async function arrived(act: () => Promise<void>): Promise<RecordedRequest> {
    const before = server.requests.length;
    await act();
    expect(server.requests).toHaveLength(before + 1);
    return server.requests.at(-1)!;
}

async function expectBilled(answer: ChatAnswer): Promise<void> {
    const row = await world.consumeRow(answer.requestId);
    expect([row.quota, row.prompt_tokens, row.completion_tokens]).toEqual([PRICE, row.prompt_tokens, 5]);
}

describe.each(ROWS)("$name", (row) => {
    const headers = { authorization: `Bearer ${KEY}`, ...row.headers };
    const asked = { model: row.name, max_tokens: 60 };

    function expectHeaders(request: RecordedRequest): void {
        if (row.headers?.["api-key"]) {
            expect(request.header("authorization")).toBeUndefined();
            expect(request.header("api-key")).toBe(KEY);
            return;
        }
        for (const [name, value] of Object.entries(headers)) expect(request.header(name)).toBe(value);
    }

    test("takes a chat and is billed by its usage", async () => {
        const request = await arrived(async () => {
            const answer = await world.client.chat(asked);
            expect([answer.status, answer.content]).toEqual([200, TEXT]);
            await expectBilled(answer);
        });
        expect(request.target).toBe(row.chat);
        expectHeaders(request);
        expect(request.json).toMatchObject(asked);
    });

    test("takes a stream, and is asked for usage where it knows how", async () => {
        const request = await arrived(async () => {
            const answer = await world.client.chat({ ...asked, stream: true });
            expect([answer.content, answer.payloads.at(-1)]).toEqual([TEXT, "[DONE]"]);
            await expectBilled(answer);
        });
        expect(request.target).toBe(row.chat);
        const { model, max_tokens, messages, stream, ...more } = request.json as Record<string, unknown>;
        expect([model, max_tokens, stream]).toEqual([row.name, 60, true]);
        expect(more).toEqual(row.streamed ?? {});
        expect(messages).toBeArrayOfSize(1);
    });

    test("answers a client of Anthropic's dialect", async () => {
        const request = await arrived(async () => {
            const answer = await world.client.send({ ...asked, messages: MESSAGES }, { path: "/v1/messages" });
            expect(answer.json).toMatchObject({ type: "message", content: [{ type: "text", text: TEXT }] });
            expect(answer.json.usage).toMatchObject({ input_tokens: 60, cache_read_input_tokens: 40, output_tokens: 5 });
            await expectBilled(answer);
        });
        expect(request.target).toBe(row.messages ?? row.chat);
        expectHeaders(request);
        if (row.messages) expect(request.json).toEqual({ ...asked, messages: MESSAGES });
    });
});

describe.each(EMBEDDING_ROWS)("$name", (row) => {
    test("embeds", async () => {
        const request = await arrived(async () => {
            const answer = await world.client.send(
                { model: row.name, input: "a", encoding_format: "float" },
                { path: "/v1/embeddings" },
            );
            expect([answer.status, answer.json.data.length, answer.json.model]).toEqual([200, 1, row.name]);
            expect((await world.consumeRow(answer.requestId)).quota).toBeGreaterThan(0);
        });
        expect(request.target).toBe(row.path);
        expect(request.header("authorization")).toBe(`Bearer ${KEY}`);
    });

    test("has no chats", async () => {
        const before = server.requests.length;
        const answer = await world.client.chat({ model: row.name });
        expect([answer.status, server.requests.length]).toEqual([400, before]);
    });
});

describe("OpenRouter's cost", () => {
    // Prices in tokens of the prompt, as the built-in tables have them.
    const [READ, WRITE, OUTPUT] = [0.1, 1.25, 5];
    const counted = { prompt_tokens: 1000, completion_tokens: 50, prompt_tokens_details: { cached_tokens: 300 } };
    const units = (500 + 300 * READ + 200 * WRITE + 50 * OUTPUT) * BUILT_IN.ratio;
    const cost = units / 500_000;

    async function told(usage: object, stream: boolean) {
        next = (exchange) => chat(exchange, usage);
        const answer = await world.client.chat({ model: BUILT_IN.model, stream });
        expect(answer.content).toBe(TEXT);
        const row = await world.consumeRow(answer.requestId);
        return { row, other: JSON.parse(row.other) };
    }

    test.each([false, true])("says what was written to a cache, where tokens are counted as Claude's (stream: %p)", async (stream) => {
        const { row, other } = await told({ ...counted, usage_semantic: "anthropic", cost }, stream);
        expect([row.quota, row.prompt_tokens, row.completion_tokens]).toEqual([Math.round(units), 500, 50]);
        expect(other).toMatchObject({ cache_tokens: 300, cache_creation_tokens: 200, usage_semantic: "anthropic" });
    });

    test.each([false, true])("tells clients of other dialects what is billed (stream: %p)", async (stream) => {
        next = (exchange) => chat(exchange, { ...counted, usage_semantic: "anthropic", cost });
        const body = { model: BUILT_IN.model, stream, max_tokens: 99, messages: [{ role: "user", content: "hi" }] };
        const text = await (await world.client.open(body, { path: "/v1/messages" })).text();
        const { usage } = JSON.parse(stream ? /data: (.*"message_delta".*)/.exec(text)![1]! : text);
        expect([usage.input_tokens, usage.cache_read_input_tokens]).toEqual([500, 300]);
        expect([usage.cache_creation_input_tokens, usage.output_tokens]).toEqual([200, 50]);
    });

    test("says nothing where they are counted as OpenAI's", async () => {
        const { row, other } = await told({ ...counted, cost }, false);
        const quota = (700 + 300 * READ + 50 * OUTPUT) * BUILT_IN.ratio;
        expect([row.quota, row.prompt_tokens]).toEqual([Math.round(quota), 1000]);
        expect(other.cache_creation_tokens).toBeUndefined();
    });
});

describe("VolcEngine's vectors of texts, images and films", () => {
    const text = { type: "text", text: "a harbour" };
    const image = { type: "image_url", image_url: { url: "https://example.com/a.png" } };

    test("come from an address of their own, and stand in a list", async () => {
        const usage = { prompt_tokens: 528, prompt_tokens_details: { image_tokens: 497, text_tokens: 31 }, total_tokens: 528 };
        next = (exchange) =>
            exchange.json(200, { object: "list", model: "volcengine", data: { object: "embedding", embedding: [0.25, -0.5] }, usage });
        const body = { model: "volcengine", input: [text, image], dimensions: 1024 };
        const request = await arrived(async () => {
            const answer = await world.client.send(body, { path: "/v1/embeddings" });
            expect(answer.status).toBe(200);
            expect(answer.json).toEqual({
                object: "list",
                model: "volcengine",
                data: [{ object: "embedding", embedding: [0.25, -0.5], index: 0 }],
                usage,
            });
            const row = await world.consumeRow(answer.requestId);
            expect([row.quota, row.prompt_tokens, row.completion_tokens]).toEqual([528 * 2, 528, 0]);
        });
        expect([request.target, request.json]).toEqual(["/api/v3/embeddings/multimodal", body]);
    });

    test("those of texts come as everywhere", async () => {
        const request = await arrived(async () => {
            const answer = await world.client.send({ model: "volcengine", input: ["a"] }, { path: "/v1/embeddings" });
            expect([answer.status, answer.json.data.length]).toEqual([200, 1]);
        });
        expect(request.target).toBe("/api/v3/embeddings");
    });

    test("words of parts are looked for, too", async () => {
        const before = server.requests.length;
        await world.admin.setOption("SensitiveWords", "harbour");
        const answer = await world.client.send({ model: "volcengine", input: [text] }, { path: "/v1/embeddings" });
        await world.admin.setOption("SensitiveWords", "");
        expect([answer.status, server.requests.length]).toEqual([400, before]);
    });
});

describe("failures of their own kind", () => {
    test("MiniMax tells them with status 200", async () => {
        const failure = { base_resp: { status_code: 1008, status_msg: "insufficient balance" } };
        for (const stream of [false, true]) {
            next = (exchange) => exchange.json(200, failure);
            await world.costsNothing(async () => {
                const answer = await world.client.chat({ model: "minimax", stream });
                expect([answer.status, answer.error?.code, answer.error?.type]).toEqual([402, "1008", "minimax_error"]);
                expect(answer.error?.message).toStartWith("insufficient balance");
            });
        }
    });

    test("MiniMax tells them within a stream, too", async () => {
        next = async (exchange) => {
            await exchange.openStream();
            await exchange.event({ base_resp: { status_code: 1002, status_msg: "rate limit" } });
            await exchange.end();
        };
        const answer = await world.client.chat({ model: "minimax", stream: true });
        expect([answer.status, answer.error?.code]).toEqual([429, "1002"]);
    });

    test("Mistral thinks in parts of its content", async () => {
        const thought = { type: "thinking", thinking: [{ type: "text", text: "hm" }] };
        next = async (exchange) => {
            await exchange.openStream();
            for (const content of [[thought], [{ type: "text", text: "so" }], " be it"]) {
                await exchange.event({ id: "1", choices: [{ index: 0, delta: { content }, finish_reason: null }] });
            }
            await exchange.event({ id: "1", choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
            await exchange.event("[DONE]");
            await exchange.end();
        };
        const answer = await world.client.chat({ model: "mistral", stream: true });
        expect(answer.content).toBe("so be it");
        expect(answer.events[0].choices[0].delta.reasoning_content).toBe("hm");
    });
});
