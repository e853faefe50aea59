// Conversations of Gemini clients that OpenAI and Anthropic answer: what arrives, what comes back, the bill, the log row, and how they fail
// (spec 05 sections 7, 9; 06).
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import { CLAUDE_SIGNATURE, CLAUDE_TEXT, CLAUDE_THOUGHT } from "../sim/anthropic.ts";
import type { Script } from "../sim/exchange.ts";
import * as faults from "../sim/faults.ts";
import { SIM_TEXT } from "../sim/openai.ts";
import { CLAUDE } from "./claude_world.ts";
import { PATIENCE } from "./gateway.ts";
import { CONTENTS, expectGeminiError, type GeminiWorld, startGeminiWorld } from "./gemini_world.ts";

setDefaultTimeout(PATIENCE);

let it: GeminiWorld;

beforeAll(async () => {
    it = await startGeminiWorld();
});

beforeEach(() => it.forget());

afterAll(() => it.close());

describe.each([
    ["OpenAI", "gpt-4o", SIM_TEXT, 21, 7],
    ["Anthropic", CLAUDE, CLAUDE_TEXT, 30, 9],
] as const)("a Gemini client that %s answers", (vendor, model, text, prompt, completion) => {
    const tools = [{ functionDeclarations: [{ name: "weather", parameters: { type: "OBJECT", properties: { city: { type: "STRING" } } } }] }];

    test("gets answers of its own shape, whole and streamed", async () => {
        const request = { systemInstruction: { parts: [{ text: "Be brief." }] }, generationConfig: { maxOutputTokens: 99 } };
        for (const answer of [await it.generate(request, { model }), await it.stream(request, { model })]) {
            expect(answer.status, answer.text).toBe(200);
            expect([answer.said, answer.finishReason]).toEqual([text, "STOP"]);
            expect(answer.usage).toMatchObject({
                promptTokenCount: prompt,
                candidatesTokenCount: completion,
                totalTokenCount: prompt + completion,
            });
            const last = answer.json ?? answer.chunks.at(-1);
            expect([last.responseId, last.modelVersion]).toEqual([answer.requestId, expect.stringContaining(model)]);
            const { row, other } = await it.row(answer);
            expect([row.prompt_tokens, row.completion_tokens]).toEqual([prompt, completion]);
            const asked = vendor === "OpenAI" ? "OpenAI Compatible" : "Claude Messages";
            expect(other.request_conversion).toEqual(["Google Gemini", asked]);
        }
        const sim = vendor === "OpenAI" ? it.world.sim : it.claude.claude;
        expect(sim.requests.map((sent) => sent.json.stream ?? false)).toEqual([false, true]);
        expect(sim.requests[0]!.json).toMatchObject({ model, max_tokens: 99 });
    });

    test.each([false, true])("calls tools and brings their results (streamed: %p)", async (streamed) => {
        const ask = (more: Record<string, unknown>) => (streamed ? it.stream({ tools, ...more }, { model }) : it.generate({ tools, ...more }, { model }));
        const first = await ask({});
        const call = first.parts.find((part) => part.functionCall)!.functionCall;
        expect([call.name, call.args, first.finishReason]).toEqual(["weather", { city: "Bergen", index: 0 }, "STOP"]);
        const functionResponse = { name: "weather", id: call.id, response: { sky: "rain" } };
        const parts = first.parts.filter((part) => part.text !== "");
        const contents = [...CONTENTS, { role: "model", parts }, { role: "user", parts: [{ functionResponse }] }];
        const second = await ask({ contents });
        expect(second.status, second.text).toBe(200);
        const sim = vendor === "OpenAI" ? it.world.sim : it.claude.claude;
        const last = sim.requests.at(-1)!.json.messages.at(-1);
        expect(last.tool_call_id ?? last.content[0].tool_use_id).toBe(call.id);
    });

    test("is told errors in Google's form, whole, streamed, and in the midst of a stream", async () => {
        const failing: Script = (exchange) =>
            exchange.json(429, { type: "error", error: { message: "slow", type: "rate_limit_error", code: null } });
        const next = (script: Script) => (vendor === "OpenAI" ? it.world.sim.next(script) : it.claude.claude.next(script));
        await it.world.costsNothing(async () => {
            for (const streamed of [false, true]) {
                next(failing);
                const answer = await (streamed ? it.stream({}, { model }) : it.generate({}, { model }));
                expectGeminiError(answer, { code: 429, status: "RESOURCE_EXHAUSTED", message: "slow" });
            }
        });
        next(
            vendor === "OpenAI"
                ? faults.streamThen(it.world.sim, 3, faults.cutInChunk)
                : it.claude.claude.streamThen(5, faults.cutInChunk),
        );
        const broken = await it.stream({}, { model });
        expect(broken.said).toBe(`${text.split(" ").slice(0, 2).join(" ")} `);
        expectGeminiError(broken, {
            code: 500,
            status: "INTERNAL",
            reason: "upstream_stream_interrupted",
            message: /interrupted/,
        });
    });
});

test("a Gemini client reads Claude's thoughts only when it asks for them, and gets them back to it", async () => {
    const thinkingConfig = { thinkingBudget: 2000, includeThoughts: true };
    const generationConfig = { maxOutputTokens: 9000, thinkingConfig };
    for (const streamed of [false, true]) {
        const ask = (more: Record<string, unknown>) =>
            streamed ? it.stream(more, { model: CLAUDE }) : it.generate(more, { model: CLAUDE });
        const answer = await ask({ generationConfig });
        const thoughts = answer.parts.filter((part) => part.thought);
        expect(thoughts.map((part) => part.text).join("")).toBe(CLAUDE_THOUGHT);
        const contents = [...CONTENTS, { role: "model", parts: answer.parts }, CONTENTS[0]];
        await ask({ generationConfig, contents });
        const { messages } = it.claude.claude.requests.at(-1)!.json;
        expect(JSON.stringify(messages[1])).toContain(CLAUDE_SIGNATURE);
        const silent = await ask({ generationConfig: { maxOutputTokens: 9000, thinkingConfig: { thinkingBudget: 2000 } } });
        expect(silent.parts.some((part) => part.thought)).toBe(false);
    }
});
