// Conversations that Gemini answers for clients of other dialects: what arrives, what comes back, the bill, the log row, and how they fail
// (spec 05 sections 7, 9; 06). Those of Gemini's own clients: gemini_elsewhere.test.ts.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import type { Script } from "../sim/exchange.ts";
import * as faults from "../sim/faults.ts";
import { GEMINI_SIGNATURE, GEMINI_TEXT, GEMINI_THOUGHT } from "../sim/gemini.ts";
import * as wire from "../sim/gemini_objects.ts";
import { Gate, within } from "../sim/waiting.ts";
import { expectError, expectErrorObject, MESSAGES } from "./chat_client.ts";
import { PATIENCE } from "./gateway.ts";
import { CONTENTS, GEMINI, GEMINI_PRICE, type GeminiWorld, startGeminiWorld } from "./gemini_world.ts";

setDefaultTimeout(PATIENCE);

const NO_OUTPUT = "upstream stream interrupted: received prompt tokens but no completion output";
const SCHEMA = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const BYPASS = "context_engineering_is_the_way_to_go";
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

let it: GeminiWorld;

beforeAll(async () => {
    it = await startGeminiWorld();
});

beforeEach(() => it.forget());

afterAll(() => it.close());

function arrived(): any {
    return it.gemini.requests.at(-1)!.json;
}

describe("a chat that Gemini answers", () => {
    test("is asked in its dialect and told in Chat's", async () => {
        await it.side.costs(GEMINI_PRICE, async () => {
            const answer = await it.chat({
                messages: [{ role: "system", content: "Be brief." }, ...MESSAGES],
                max_tokens: 50,
                temperature: 0,
                stop: ["X"],
                user: "u",
                logit_bias: { 1: 2 },
            });
            expect(answer.status, answer.text).toBe(200);
            expect(answer.json).toMatchObject({
                id: expect.stringMatching(/^chatcmpl-/),
                object: "chat.completion",
                model: GEMINI,
                choices: [{ index: 0, message: { role: "assistant", content: GEMINI_TEXT }, finish_reason: "stop" }],
                usage: { prompt_tokens: 40, completion_tokens: 11, total_tokens: 51 },
            });
            const { row, other } = await it.row(answer);
            expect([row.prompt_tokens, row.completion_tokens, row.model_name]).toEqual([40, 11, GEMINI]);
            expect(other.request_conversion).toEqual(["OpenAI Compatible", "Google Gemini"]);
            expect(other.not_carried).toContain("logit_bias");
        });
        expect(it.gemini.requests[0]!.target).toBe(`/v1beta/models/${GEMINI}:generateContent`);
        expect(arrived()).toEqual({
            contents: CONTENTS,
            systemInstruction: { parts: [{ text: "Be brief." }] },
            safetySettings: ["HARASSMENT", "HATE_SPEECH", "SEXUALLY_EXPLICIT", "DANGEROUS_CONTENT"].map((name) => ({
                category: `HARM_CATEGORY_${name}`,
                threshold: "OFF",
            })),
            generationConfig: { temperature: 0, maxOutputTokens: 50, stopSequences: ["X"] },
        });
    });

    test("streams event by event, and ends with a reason, usage and the marker", async () => {
        const gate = new Gate();
        it.gemini.next(async (exchange) => {
            await exchange.openStream();
            for (const [index, chunk] of wire.chunks(it.gemini.reply(exchange)).entries()) {
                if (index === 1) await Promise.race([gate.opened, exchange.gone]);
                await exchange.piece(wire.framed(chunk));
            }
            await exchange.end();
        });
        await it.side.costs(GEMINI_PRICE, async () => {
            const response = await it.world.client.open({ model: GEMINI, messages: MESSAGES, stream: true });
            const reader = response.body!.getReader();
            let text = "";
            while (!text.includes('"Salutations "')) {
                const { value, done } = await within(reader.read(), "the first word");
                if (done) throw new Error("the stream has ended");
                text += Buffer.from(value).toString();
            }
            gate.open();
            for (let part = await reader.read(); !part.done; part = await reader.read())
                text += Buffer.from(part.value).toString();
            expect(text).toEndWith("data: [DONE]\n\n");
        });
        const answer = await it.chat({ stream: true });
        expect(answer.content).toBe(GEMINI_TEXT);
        const [finish, usage] = answer.events.slice(-2);
        expect(finish.choices[0].finish_reason).toBe("stop");
        expect(usage.usage).toMatchObject({ prompt_tokens: 40, completion_tokens: 11 });
        expect(it.gemini.requests.at(-1)!.target).toEndWith(":streamGenerateContent?alt=sse");
    });

    test.each([false, true])("carries thinking, tools and their results (streamed: %p)", async (stream) => {
        const tools = [{ type: "function", function: { name: "weather", parameters: SCHEMA } }];
        const first = await it.chat({ tools, reasoning_effort: "high", stream });
        expect(arrived().generationConfig.thinkingConfig).toEqual({ includeThoughts: true, thinkingBudget: 24576 });
        const deltas = stream ? first.events.map((event) => event.choices[0]?.delta ?? {}) : [first.json.choices[0].message];
        expect(deltas.map((delta) => delta.reasoning_content ?? "").join("")).toBe(GEMINI_THOUGHT);
        const calls = deltas.flatMap((delta) => delta.tool_calls ?? []);
        const [call] = calls;
        expect(call.function.name).toBe("weather");
        expect(calls.map((piece) => piece.extra_content?.google?.thought_signature ?? "").join("")).toBe(GEMINI_SIGNATURE);
        const args = calls.map((piece) => piece.function.arguments).join("");
        expect(JSON.parse(args)).toEqual({ city: "Bergen", index: 0 });
        const assistant = {
            role: "assistant",
            content: null,
            tool_calls: [
                {
                    id: call.id,
                    type: "function",
                    function: { name: "weather", arguments: args },
                    extra_content: { google: { thought_signature: GEMINI_SIGNATURE } },
                },
            ],
        };
        const result = { role: "tool", tool_call_id: call.id, content: '{"sky":"rain"}' };
        const second = await it.chat({ tools, stream, messages: [...MESSAGES, assistant, result] });
        expect(second.content).toBe(GEMINI_TEXT);
        expect(arrived().contents.slice(1)).toEqual([
            {
                role: "model",
                parts: [
                    {
                        functionCall: { name: "weather", args: { city: "Bergen", index: 0 } },
                        thoughtSignature: GEMINI_SIGNATURE,
                    },
                ],
            },
            { role: "user", parts: [{ functionResponse: { name: "weather", response: { sky: "rain" } } }] },
        ]);
    });

    test("signs calls whose own signature is lost, brings images, and refuses what it does not know", async () => {
        const call = { id: "c1", type: "function", function: { name: "f", arguments: "{}" } };
        const image = { type: "image_url", image_url: { url: `data:image/png;base64,${PNG}` } };
        const answer = await it.chat({
            messages: [
                ...MESSAGES,
                { role: "assistant", content: "", tool_calls: [call] },
                { role: "tool", tool_call_id: "c1", content: "plain" },
                { role: "user", content: [{ type: "text", text: "and this?" }, image] },
            ],
        });
        expect(answer.status, answer.text).toBe(200);
        const { contents } = arrived();
        expect(contents[1].parts[0].thoughtSignature).toBe(BYPASS);
        expect(JSON.stringify(contents)).toContain(`"inlineData":{"mimeType":"image/png","data":"${PNG}"}`);
        const odd = { type: "image_url", image_url: { url: "data:image/tiff;base64,AAAA" } };
        expectError(await it.chat({ messages: [{ role: "user", content: [odd] }] }), {
            status: 400,
            code: "convert_request_failed",
            message: /mime type is not supported by Gemini/,
        });
    });

    test("that was blocked is a final answer, billed by its prompt", async () => {
        await it.side.costs(Math.round(40 * 0.625), async () => {
            it.gemini.next((exchange) => exchange.json(200, wire.blocked("SAFETY", 40)));
            const answer = await it.chat();
            expectError(answer, {
                status: 400,
                code: "prompt_blocked",
                type: "prompt_blocked",
                message: "request blocked by Gemini API: SAFETY",
            });
            expect((await it.row(answer)).other.reject_reason).toBe("gemini_block_reason=SAFETY");
        });
        await it.side.costs(Math.round(40 * 0.625), async () => {
            it.gemini.next(async (exchange) => {
                await exchange.openStream();
                await exchange.piece(wire.framed(wire.blocked("OTHER", 40)));
                await exchange.end();
            });
            const answer = await it.chat({ stream: true });
            const finish = answer.events.find((event) => event.choices[0]?.finish_reason);
            expect(finish.choices[0].finish_reason).toBe("content_filter");
            expect((await it.row(answer)).other.reject_reason).toBe("gemini_block_reason=OTHER");
        });
    });

    test("that was blocked is so with a status that an answer can have, whatever the channel maps it to", async () => {
        const map = (mapping: object) =>
            it.world.admin.data("PUT", "/api/channel/", {
                id: it.channelId,
                status_code_mapping: JSON.stringify(mapping),
            });
        for (const status of [700, 100]) {
            await map({ 400: status });
            it.gemini.next((exchange) => exchange.json(200, wire.blocked("SAFETY", 40)));
            await it.side.costs(Math.round(40 * 0.625), async () => {
                expectError(await it.chat(), { status: 502, code: "prompt_blocked" });
            });
        }
        await map({});
    });

    test("breaks off for a Chat client while one of two choices goes on", async () => {
        const candidate = (index: number, text: string, more = {}) => ({
            content: { role: "model", parts: [{ text }] },
            index,
            ...more,
        });
        it.gemini.next(async (exchange) => {
            await exchange.openStream();
            const chunks = [
                [candidate(0, "One."), candidate(1, "Two")],
                [candidate(0, "", { finishReason: "STOP" }), candidate(1, " and")],
            ];
            for (const candidates of chunks) await exchange.piece(wire.framed({ candidates }));
            await exchange.reset();
        });
        const answer = await it.chat({ stream: true, n: 2 });
        expectErrorObject(answer, { code: "upstream_stream_interrupted" });
        const reasons = answer.events.flatMap((event) => event.choices ?? []).map((choice) => choice.finish_reason);
        expect(reasons.filter((reason) => reason)).toEqual([]);
        expect((await it.row(answer)).row.quota).toBeGreaterThan(0);
    });

    test("without candidates is an ordinary error, and nobody pays", async () => {
        await it.side.costsNothing(async () => {
            it.gemini.next((exchange) => exchange.json(200, { usageMetadata: { promptTokenCount: 4, totalTokenCount: 4 } }));
            expectError(await it.chat(), { status: 500, code: "empty_response", message: "empty response from Gemini API" });
        });
    });

    test.each([
        [400, "INVALID_ARGUMENT"],
        [429, "RESOURCE_EXHAUSTED"],
        [503, "UNAVAILABLE"],
    ])("and refuses with %i gets its error in Chat's shape", async (code, status) => {
        await it.side.costsNothing(async () => {
            for (const stream of [false, true]) {
                it.gemini.next((exchange) => exchange.json(code, wire.errorBody({ code, status, message: "no" })));
                expectError(await it.chat({ stream }), { status: code, code, type: "upstream_error", message: "no" });
            }
        });
    });

    test.each<[string, Script, string]>([
        ["a cut", faults.cutInChunk, "upstream_stream_interrupted"],
        [
            "nonsense",
            async (exchange) => {
                await exchange.event("{nonsense");
                await exchange.end();
            },
            "bad_response_body",
        ],
    ])("and breaks off by %s pays for what was said, and for nothing else", async (_, then, code) => {
        it.gemini.next(it.gemini.streamThen(2, then));
        const answer = await it.chat({ stream: true });
        expect(answer.content).toBe("Salutations from ");
        expectErrorObject(answer, { code });
        expect((await it.row(answer)).row.completion_tokens).toBeGreaterThan(0);
        await it.side.costsNothing(async () => {
            it.gemini.next(it.gemini.streamThen(0, faults.endWithoutMarker));
            expectError(await it.chat({ stream: true }), { status: 500, message: NO_OUTPUT });
        });
    });

    test("is put together when the provider streams unasked", async () => {
        it.gemini.next(async (exchange) => {
            await exchange.openStream();
            for (const chunk of wire.chunks(it.gemini.reply(exchange))) await exchange.piece(wire.framed(chunk));
            await exchange.end();
        });
        expect((await it.chat()).content).toBe(GEMINI_TEXT);
    });
});

describe("Messages and Responses that Gemini answers", () => {
    test.each([false, true])("carry thinking with its signature over two turns in Messages (streamed: %p)", async (stream) => {
        const tools = [{ name: "weather", input_schema: SCHEMA }];
        const params = { tools, stream, max_tokens: 9000, thinking: { type: "enabled", budget_tokens: 2000 } };
        const first = await it.message(params);
        expect(arrived().generationConfig.thinkingConfig).toEqual({ includeThoughts: true, thinkingBudget: 2000 });
        const content = stream ? blocksOf(first.events) : first.json.content;
        expect(content[0]).toMatchObject({ type: "thinking", thinking: GEMINI_THOUGHT });
        const use = content.find((block: any) => block.type === "tool_use");
        expect([use.name, use.input]).toEqual(["weather", { city: "Bergen", index: 0 }]);
        const result = { type: "tool_result", tool_use_id: use.id, content: "rain" };
        const messages = [...MESSAGES, { role: "assistant", content }, { role: "user", content: [result] }];
        const second = await it.message({ ...params, messages });
        expect(second.said, second.text).toBe(GEMINI_TEXT);
        const call = arrived().contents[1].parts.find((part: any) => part.functionCall);
        expect(call.thoughtSignature).toBe(GEMINI_SIGNATURE);
    });

    test("have errors of their own shape, and a blocked prompt too", async () => {
        it.gemini.next((exchange) => exchange.json(200, wire.blocked("SAFETY", 40)));
        const blocked = await it.message();
        expect([blocked.status, blocked.json.type, blocked.json.error.type]).toEqual([400, "error", "prompt_blocked"]);
        it.gemini.next((exchange) => exchange.json(429, wire.errorBody({ ...wire.invalid("slow"), code: 429 })));
        const slow = await it.message({ stream: true });
        expect([slow.status, slow.error?.type]).toEqual([429, "rate_limit_error"]);
    });

    test("are told in Responses", async () => {
        for (const stream of [false, true]) {
            await it.side.costs(GEMINI_PRICE, async () => {
                const body = { model: GEMINI, input: "Say hello.", stream, store: false };
                const answer = await it.world.client.open(body, { path: "/v1/responses" });
                const text = await answer.text();
                expect(answer.status, text).toBe(200);
                const last = text.trimEnd().split("\n\n").at(-1)!;
                const json = JSON.parse(stream ? last.slice(last.indexOf("data: ") + "data: ".length) : text);
                const response = stream ? json.response : json;
                expect([response.status, response.output.at(-1).content[0].text]).toEqual(["completed", GEMINI_TEXT]);
                expect(response.usage).toMatchObject({ input_tokens: 40, output_tokens: 11 });
            });
        }
    });
});

/** The blocks that a stream of Messages puts together. */
function blocksOf(events: any[]): any[] {
    const blocks: any[] = [];
    for (const event of events) {
        if (event.type === "content_block_start") blocks.push({ ...event.content_block });
        const block = blocks.at(-1);
        if (event.delta?.text !== undefined) block.text += event.delta.text;
        if (event.delta?.thinking !== undefined) block.thinking += event.delta.thinking;
        if (event.delta?.signature !== undefined) block.signature = event.delta.signature;
        if (event.delta?.partial_json !== undefined) block.json = (block.json ?? "") + event.delta.partial_json;
        if (event.type === "content_block_stop" && block.json !== undefined) {
            const { json, ...rest } = block;
            blocks[blocks.length - 1] = { ...rest, input: JSON.parse(json) };
        }
    }
    return blocks;
}
