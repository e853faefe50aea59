// Requests that stay in Gemini's dialect, from the client's bytes to the bill: paths, keys, what is changed and what is not, usage, streams,
// embeddings, counts of tokens, and every way in which they fail (spec 04 sections 2, 11; 05 section 7; 06 sections 6.4, 19.4, 20;
// 07 section 10).
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import type { Script } from "../sim/exchange.ts";
import * as faults from "../sim/faults.ts";
import { GEMINI_COUNT, GEMINI_KEY, GEMINI_TEXT } from "../sim/gemini.ts";
import * as wire from "../sim/gemini_objects.ts";
import { Gate, within } from "../sim/waiting.ts";
import { PATIENCE } from "./gateway.ts";
import {
    CONTENTS,
    type ExpectedGeminiError,
    expectGeminiError,
    GEMINI,
    GEMINI_PRICE,
    type GeminiWorld,
    startGeminiWorld,
} from "./gemini_world.ts";

setDefaultTimeout(PATIENCE);

const EMBEDDER = "gemini-embedding-001";
const NO_OUTPUT = "upstream stream interrupted: received prompt tokens but no completion output";

let it: GeminiWorld;

beforeAll(async () => {
    it = await startGeminiWorld({ gemini: { models: `${GEMINI},${EMBEDDER},gemini-2.0-flash,renamed` } });
    await it.world.admin.data("PUT", "/api/channel/", {
        id: it.channelId,
        model_mapping: JSON.stringify({ "gemini-2.0-flash": "gemini-1.0-pro" }),
    });
});

beforeEach(() => it.forget());

afterAll(() => it.close());

function arrived(): any {
    return it.gemini.requests.at(-1)!.json;
}

describe("a request in Gemini's dialect", () => {
    test("goes through byte for byte and costs what it used", async () => {
        const body = { contents: CONTENTS, generationConfig: { temperature: 0.0, topK: 1 }, tools: [{ googleSearch: {} }] };
        let sent = "";
        await it.side.costs(GEMINI_PRICE, async () => {
            it.gemini.next((exchange) => {
                sent = JSON.stringify(wire.answer(it.gemini.reply(exchange)), null, 1);
                return exchange.answer(200, sent, { "content-type": "application/json; charset=UTF-8" });
            });
            const answer = await it.post(body);
            expect([answer.status, answer.text]).toEqual([200, sent]);
            expect(answer.headers.get("server-timing")).toBeNull();
            const { row, other } = await it.row(answer);
            expect([row.prompt_tokens, row.completion_tokens, row.is_stream]).toEqual([40, 11, false]);
            expect(row.model_name).toBe(GEMINI);
            expect(other).toMatchObject({
                request_conversion: ["Google Gemini"],
                request_path: `/v1beta/models/${GEMINI}:generateContent`,
            });
            expect([other.not_carried, other.claude]).toEqual([undefined, undefined]);
        });
        const request = it.gemini.requests[0]!;
        expect(request.text).toBe(JSON.stringify(body));
        expect(request.target).toBe(`/v1beta/models/${GEMINI}:generateContent`);
        expect(request.header("x-goog-api-key")).toBe(GEMINI_KEY);
        expect(request.header("authorization")).toBeUndefined();
    });

    test("has the twin path, and the key in any of its places", async () => {
        const { key } = it.world.token;
        const none = { Authorization: "" };
        for (const version of ["v1beta", "v1"]) {
            const byHeader = { headers: { ...none, "x-goog-api-key": key }, version };
            expect((await it.generate({}, byHeader)).said).toBe(GEMINI_TEXT);
            const byQuery = { headers: none, query: `key=${key}`, version };
            expect((await it.generate({}, byQuery)).said).toBe(GEMINI_TEXT);
            expect(it.gemini.requests.at(-1)!.target).toBe(`/v1beta/models/${GEMINI}:generateContent`);
        }
        const wrong = { headers: { ...none, "x-goog-api-key": "sk-wrong" } };
        expectGeminiError(await it.generate({}, wrong), { code: 401, status: "UNAUTHENTICATED", message: "Invalid token" });
    });

    test("streams chunk by chunk, in the provider's own bytes", async () => {
        const gate = new Gate();
        const chunks: object[] = [];
        it.gemini.next(async (exchange) => {
            await exchange.openStream();
            chunks.push(...wire.chunks(it.gemini.reply(exchange)));
            for (const [index, chunk] of chunks.entries()) {
                if (index === 1) await Promise.race([gate.opened, exchange.gone]);
                await exchange.piece(wire.framed(chunk));
            }
            await exchange.end();
        });
        await it.side.costs(GEMINI_PRICE, async () => {
            const path = `/v1beta/models/${GEMINI}:streamGenerateContent?alt=sse`;
            const response = await it.world.client.open({ contents: CONTENTS }, { path });
            const reader = response.body!.getReader();
            const { value } = await within(reader.read(), "the first chunk");
            let text = Buffer.from(value!).toString();
            expect(text).toBe(`data: ${JSON.stringify(chunks[0])}\n\n`);
            gate.open();
            for (let part = await reader.read(); !part.done; part = await reader.read())
                text += Buffer.from(part.value).toString();
            expect(text).toBe(chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join(""));
        });
        expect(it.gemini.requests[0]!.target).toBe(`/v1beta/models/${GEMINI}:streamGenerateContent?alt=sse`);
        expect(arrived()).toEqual({ contents: CONTENTS });
    });

    test("is a stream by its action or by its query, and by nothing else", async () => {
        const ways = [
            { action: "streamGenerateContent", query: "alt=sse" },
            { action: "streamGenerateContent" },
            { action: "generateContent", query: "alt=sse" },
        ];
        for (const way of ways) {
            const answer = await it.generate({}, way);
            expect(answer.chunks.length, JSON.stringify(way)).toBeGreaterThan(1);
            expect([answer.said, answer.finishReason]).toEqual([GEMINI_TEXT, "STOP"]);
            const { row, other } = await it.row(answer);
            expect([row.is_stream, other.stream_status.status]).toEqual([true, "ok"]);
        }
        expect((await it.generate({}, { query: "alt=json" })).json).toBeDefined();
    });

    test("is sent to the model that the channel maps it to, in its version", async () => {
        await it.generate({}, { model: "gemini-2.0-flash" });
        expect(it.gemini.requests[0]!.target).toBe("/v1/models/gemini-1.0-pro:generateContent");
    });

    test("is mended where a role or an empty instruction is amiss", async () => {
        const contents = [{ parts: [{ text: "hi" }] }];
        const answer = await it.generate({ contents, systemInstruction: { parts: [{ text: "" }] } });
        expect(answer.status, answer.text).toBe(200);
        expect(arrived()).toEqual({ contents: [{ role: "user", parts: [{ text: "hi" }] }] });
    });

    test("has the channel's prompt, and keeps its own bytes when they are passed on", async () => {
        const { admin } = it.world;
        const set = (setting: object) =>
            admin.data("PUT", "/api/channel/", { id: it.channelId, setting: JSON.stringify(setting) });
        await set({ system_prompt: "be kind", system_prompt_override: true });
        const answer = await it.generate({ systemInstruction: { parts: [{ text: "Be brief." }] } });
        await set({ pass_through_body_enabled: true });
        const odd = { contents: [{ parts: [{ text: "hi" }] }] };
        await it.post(odd);
        await set({});
        expect(it.gemini.requests[0]!.json.systemInstruction).toEqual({ parts: [{ text: "be kind\nBe brief." }] });
        expect((await it.row(answer)).other.is_system_prompt_overwritten).toBe(true);
        expect(arrived()).toEqual(odd);
    });

    test("that was blocked is passed on and billed by its prompt", async () => {
        for (const streamed of [false, true]) {
            it.gemini.next(async (exchange) => {
                if (!streamed) return exchange.json(200, wire.blocked("SAFETY", 40));
                await exchange.openStream();
                await exchange.piece(wire.framed(wire.blocked("SAFETY", 40)));
                await exchange.end();
            });
            await it.side.costs(Math.round(40 * 0.625), async () => {
                const answer = await (streamed ? it.stream() : it.generate());
                expect(answer.status).toBe(200);
                expect((answer.json ?? answer.chunks[0]).promptFeedback).toEqual({ blockReason: "SAFETY" });
                const { other } = await it.row(answer);
                expect(other.reject_reason).toBe("gemini_block_reason=SAFETY");
            });
        }
    });

    test("that is answered with images nobody counted pays for each", async () => {
        const inlineData = { mimeType: "image/png", data: "iVBORw0KGgo=" };
        it.gemini.next(async (exchange) => {
            const usage = { promptTokenCount: 40, totalTokenCount: 40 };
            const reply = { ...it.gemini.reply(exchange), parts: [{ inlineData }, { inlineData }], usage };
            await exchange.openStream();
            for (const chunk of wire.chunks(reply)) await exchange.piece(wire.framed(chunk));
            await exchange.end();
        });
        const { row } = await it.row(await it.stream());
        expect([row.prompt_tokens, row.completion_tokens]).toEqual([40, 2800]);
    });

    test("is counted here when no usage is told", async () => {
        it.gemini.usage = undefined;
        for (const answer of [await it.generate(), await it.stream()]) {
            const { row, other } = await it.row(answer);
            expect([row.prompt_tokens > 0, row.completion_tokens > 0]).toEqual([true, true]);
            expect(other.admin_info.local_count_tokens).toBe(true);
        }
    });
});

describe("other actions", () => {
    test("embed, with the name of the model that is sent", async () => {
        const content = { parts: [{ text: "some words" }] };
        const one = await it.post({ model: "models/whatever", content }, { model: EMBEDDER, action: "embedContent" });
        expect(one.json).toEqual({ embedding: { values: [0.25, -0.5, 1] } });
        expect(arrived()).toEqual({ model: `models/${EMBEDDER}`, content });
        const requests = [{ content }, { model: "models/x", content }];
        const batch = await it.post({ requests }, { model: EMBEDDER, action: "batchEmbedContents", version: "v1" });
        expect(batch.json.embeddings).toHaveLength(2);
        expect(it.gemini.requests.at(-1)!.target).toBe(`/v1beta/models/${EMBEDDER}:batchEmbedContents`);
        const { row } = await it.row(batch);
        expect([row.prompt_tokens > 0, row.completion_tokens, row.quota > 0]).toEqual([true, 0, true]);
    });

    test("count tokens, by the provider where it can and here where it cannot", async () => {
        await it.side.costsNothing(async () => {
            const told = await it.generate({}, { action: "countTokens" });
            expect([told.json.totalTokens, told.json.promptTokensDetails.length]).toEqual([GEMINI_COUNT, 1]);
            it.gemini.next((exchange) => exchange.json(500, wire.errorBody(wire.invalid("no"))));
            const counted = await it.generate({}, { action: "countTokens" });
            expect(counted.json.totalTokens).toBeGreaterThan(0);
            expect(counted.json.totalTokens).not.toBe(GEMINI_COUNT);
            const elsewhere = await it.generate({}, { action: "countTokens", model: "gpt-4o" });
            expect(Object.keys(elsewhere.json)).toEqual(["totalTokens"]);
            expect(elsewhere.json.totalTokens).toBeGreaterThan(0);
        });
        expect(it.world.sim.requests).toHaveLength(0);
    });

    test("predict, for the price of the images", async () => {
        const answer = await it.post({ instances: [{ prompt: "a cat" }, { prompt: "a dog" }] }, { action: "predict" });
        expect(answer.json.predictions).toHaveLength(2);
        const { row } = await it.row(answer);
        expect([row.prompt_tokens, row.completion_tokens]).toEqual([516, 0]);
    });

    test("that nobody knows, or that only Gemini has, are refused", async () => {
        expectGeminiError(await it.generate({}, { action: "dance" }), {
            code: 501,
            status: "INTERNAL",
            reason: "api_not_implemented",
            message: "API not implemented",
        });
        for (const action of ["embedContent", "batchEmbedContents", "predict"]) {
            expectGeminiError(await it.post({ content: {} }, { action, model: "gpt-4o" }), {
                code: 400,
                status: "INVALID_ARGUMENT",
                message: "not implemented",
            });
        }
    });
});

describe("embeddings of OpenAI's form", () => {
    const embed = (more: object) =>
        it.world.client.send({ model: EMBEDDER, input: ["one", "two"], ...more }, { path: "/v1/embeddings" });

    test("are asked of Gemini", async () => {
        const answer = await embed({ dimensions: 3 });
        expect(answer.status, answer.text).toBe(200);
        expect(answer.json).toMatchObject({ object: "list", model: EMBEDDER });
        expect(answer.json.data).toEqual(
            [0, 1].map((index) => ({ object: "embedding", index, embedding: [0.25, -0.5, 1] })),
        );
        const item = (text: string) => ({
            model: `models/${EMBEDDER}`,
            content: { parts: [{ text }] },
            outputDimensionality: 3,
        });
        expect(arrived()).toEqual({ requests: [item("one"), item("two")] });
        const { row, other } = await it.row(answer);
        expect([row.prompt_tokens, row.completion_tokens]).toEqual([answer.json.usage.prompt_tokens, 0]);
        expect(other.request_conversion).toEqual(["embedding", "Google Gemini"]);
    });

    test("fail as others do", async () => {
        await it.side.costsNothing(async () => {
            expect((await embed({ input: [] })).status).toBe(400);
            expect((await embed({ input: [1, 2] })).status).toBe(400);
            it.gemini.next((exchange) => exchange.json(429, wire.errorBody({ ...wire.invalid("slow"), code: 429 })));
            expect((await embed({})).status).toBe(429);
            it.gemini.next(faults.body("<html>"));
            expect((await embed({})).status).toBe(502);
        });
    });
});

describe("what goes wrong is told in Google's form:", () => {
    const cases: [string, unknown, string | RegExp][] = [
        ["no contents", {}, "contents is required"],
        ["empty contents", { contents: [] }, "contents is required"],
        ["no JSON", "{", /Invalid request/],
        ["contents twice", '{"contents":[1],"contents":[2]}', /Invalid request/],
        ["a negative limit", { contents: CONTENTS, generationConfig: { maxOutputTokens: -1 } }, /maxOutputTokens must be/],
    ];
    test.each(cases)("%s", async (_, body, message) => {
        await it.side.costsNothing(async () => {
            for (const action of ["generateContent", "streamGenerateContent"]) {
                expectGeminiError(await it.post(body, { action }), { code: 400, status: "INVALID_ARGUMENT", message });
            }
        });
        expect(it.gemini.requests).toHaveLength(0);
    });

    test("a model that nobody has", async () => {
        const answer = await it.generate({}, { model: "gemini-none" });
        expectGeminiError(answer, { code: 503, status: "UNAVAILABLE", message: /No available channel/ });
    });

    test.each([
        [400, "INVALID_ARGUMENT"],
        [403, "PERMISSION_DENIED"],
        [429, "RESOURCE_EXHAUSTED"],
        [500, "INTERNAL"],
        [503, "UNAVAILABLE"],
    ])("the provider's %i, whole and streamed", async (code, status) => {
        await it.side.costsNothing(async () => {
            for (const streamed of [false, true]) {
                it.gemini.next((exchange) =>
                    exchange.json(code, wire.errorBody({ code, status, message: `no ${GEMINI_KEY}` })),
                );
                const answer = await (streamed ? it.stream() : it.generate());
                expectGeminiError(answer, { code, status, message: /^no / });
            }
        });
    });

    const errorChunk: Script = async (exchange) => {
        await exchange.piece(wire.framed(wire.errorBody({ code: 503, status: "UNAVAILABLE", message: "busy" })));
        await exchange.end();
    };
    const nonsense: Script = async (exchange) => {
        await exchange.event("{nonsense");
        await exchange.end();
    };
    test.each<[string, Script, Omit<ExpectedGeminiError, "status">]>([
        ["an error", errorChunk, { code: 502, message: "busy" }],
        ["a cut", faults.cutInChunk, { code: 500, reason: "do_request_failed", message: NO_OUTPUT }],
        ["its end", (exchange) => exchange.end(), { code: 500, reason: "do_request_failed", message: NO_OUTPUT }],
        ["nonsense", nonsense, { code: 502, reason: "bad_response_body", message: /JSON/ }],
    ])("a stream with %s before output, which costs nothing", async (_, then, expected) => {
        await it.side.costsNothing(async () => {
            it.gemini.next(it.gemini.streamThen(0, then));
            expectGeminiError(await it.stream(), { status: "INTERNAL", ...expected });
        });
    });

    test.each<[string, Script, Omit<ExpectedGeminiError, "status">]>([
        ["an error", errorChunk, { code: 502, message: "busy" }],
        ["nonsense", nonsense, { code: 502, reason: "bad_response_body", message: /JSON/ }],
        ["a cut", faults.cutInChunk, { code: 500, reason: "upstream_stream_interrupted", message: /interrupted/ }],
    ])("a stream with %s after output, which is paid for", async (_, then, expected) => {
        it.gemini.next(it.gemini.streamThen(2, then));
        const answer = await it.stream();
        expect(answer.said).toBe("Salutations from ");
        expectGeminiError(answer, { status: "INTERNAL", ...expected });
        const { row } = await it.row(answer);
        expect([row.prompt_tokens, row.completion_tokens > 0]).toEqual([40, true]);
    });

    test("a stream that ends without a reason after output is a normal end", async () => {
        it.gemini.next(it.gemini.streamThen(2, (exchange) => exchange.end()));
        const answer = await it.stream();
        expect([answer.said, answer.error]).toEqual(["Salutations from ", undefined]);
    });
});
