// The official @anthropic-ai/sdk package through /v1/messages, to a channel of Anthropic's and to one of OpenAI's; and the official openai
// package to Anthropic. A program must not notice who answers.
import Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import OpenAI from "openai";

import { CLAUDE, type ClaudeWorld, startClaudeWorld } from "../integration/claude_world.ts";
import { PATIENCE } from "../integration/gateway.ts";
import { CLAUDE_SIGNATURE, CLAUDE_TEXT, CLAUDE_THOUGHT } from "../sim/anthropic.ts";
import * as wire from "../sim/anthropic_objects.ts";
import type { Script } from "../sim/exchange.ts";
import * as faults from "../sim/faults.ts";
import { SIM_TEXT } from "../sim/openai.ts";

setDefaultTimeout(PATIENCE);

let it: ClaudeWorld;
let anthropic: Anthropic;
let openai: OpenAI;

const messages: Anthropic.MessageParam[] = [{ role: "user", content: "Say hello." }];
const tools: Anthropic.Tool[] = [
    {
        name: "weather",
        description: "The weather of a city.",
        input_schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    },
];

beforeAll(async () => {
    it = await startClaudeWorld();
    const { gateway, token } = it.world;
    anthropic = new Anthropic({ baseURL: gateway.url, apiKey: token.key, authToken: null, maxRetries: 0 });
    openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: token.key, maxRetries: 0 });
});

beforeEach(() => it.forget());

afterAll(() => it.close());

async function caught<T extends Error>(kind: new (...args: any[]) => T, act: Promise<unknown>): Promise<T> {
    const error = await act.then(
        () => undefined,
        (reason) => reason,
    );
    expect(error).toBeInstanceOf(kind);
    return error as T;
}

function textOf(message: Anthropic.Message): string {
    return message.content.map((block) => (block.type === "text" ? block.text : "")).join("");
}

describe.each([
    ["Anthropic", CLAUDE, CLAUDE_TEXT, [30, 9]],
    ["OpenAI", "gpt-4o", SIM_TEXT, [21, 7]],
] as const)("@anthropic-ai/sdk, answered by %s,", (vendor, model, text, used) => {
    const params = { model, max_tokens: 500, messages };

    /** The next request fails so, at whichever provider it is. */
    function next(script: Script): void {
        if (vendor === "Anthropic") it.claude.next(script);
        else it.world.sim.next(script);
    }
    const failing = (status: number): Script =>
        vendor === "Anthropic"
            ? (exchange) => exchange.json(status, wire.errorBody({ type: "some_error", message: "no" }))
            : faults.errorObject(status, { message: "no", type: "some_error" });

    test("gives a message with its usage", async () => {
        const { data, response } = await anthropic.messages.create(params).withResponse();
        expect([data.type, data.role, textOf(data), data.stop_reason]).toEqual(["message", "assistant", text, "end_turn"]);
        expect([data.usage.input_tokens, data.usage.output_tokens]).toEqual([...used]);
        expect(response.headers.get("x-oneapi-request-id")).not.toBeNull();
    });

    test("streams", async () => {
        let streamed = "";
        const stream = anthropic.messages.stream(params).on("text", (piece) => (streamed += piece));
        const message = await stream.finalMessage();
        expect([streamed, textOf(message), message.stop_reason]).toEqual([text, text, "end_turn"]);
        expect([message.usage.input_tokens, message.usage.output_tokens]).toEqual([...used]);
    });

    test.each([false, true])("calls tools and takes their results (streamed: %p)", async (streamed) => {
        const ask = (more: Partial<Anthropic.MessageCreateParamsNonStreaming>): Promise<Anthropic.Message> =>
            streamed
                ? anthropic.messages.stream({ ...params, tools, ...more }).finalMessage()
                : anthropic.messages.create({ ...params, tools, ...more });
        const first = await ask({});
        expect(first.stop_reason).toBe("tool_use");
        const use = first.content.find((block) => block.type === "tool_use")!;
        expect([use.name, use.input]).toEqual(["weather", { city: "Bergen", index: 0 }]);
        const turns: Anthropic.MessageParam[] = [
            ...messages,
            { role: "assistant", content: first.content },
            { role: "user", content: [{ type: "tool_result", tool_use_id: use.id, content: "rain" }] },
        ];
        const second = await (streamed
            ? anthropic.messages.stream({ ...params, messages: turns }).finalMessage()
            : anthropic.messages.create({ ...params, messages: turns }));
        expect(textOf(second)).toBe(text);
    });

    test.each([
        [400, Anthropic.BadRequestError],
        [401, Anthropic.AuthenticationError],
        [403, Anthropic.PermissionDeniedError],
        [404, Anthropic.NotFoundError],
        [429, Anthropic.RateLimitError],
        [500, Anthropic.InternalServerError],
    ] as const)("has its own class for status %i, whole and streamed", async (status, kind) => {
        for (const stream of [false, true]) {
            next(failing(status));
            const request = anthropic.messages.create({ ...params, stream });
            const error = await caught<InstanceType<typeof Anthropic.APIError>>(kind, request);
            expect([error.status, (error.error as any).error.type]).toEqual([status, "some_error"]);
        }
    });

    test("throws in a stream that breaks after output", async () => {
        next(
            vendor === "Anthropic"
                ? it.claude.streamThen(5, faults.cutInChunk)
                : faults.streamThen(it.world.sim, 3, faults.cutInChunk),
        );
        const stream = anthropic.messages.stream(params);
        let streamed = "";
        stream.on("text", (piece) => (streamed += piece));
        const error = await caught(Anthropic.APIError, stream.finalMessage());
        expect(streamed).toBe(`${text.split(" ").slice(0, 2).join(" ")} `);
        expect(error.message).toContain("upstream stream interrupted");
    });

    test("refuses what makes no sense with the class of a bad request", async () => {
        const error = await caught(Anthropic.BadRequestError, anthropic.messages.create({ ...params, messages: [] }));
        expect(error.message).toContain("field messages is required");
    });
});

describe("thinking", () => {
    const params = { model: CLAUDE, max_tokens: 4000, messages };
    const thinking = { type: "enabled", budget_tokens: 2000 } as const;

    test("is there whole and streamed, with its signature", async () => {
        const whole = await anthropic.messages.create({ ...params, thinking });
        const streamed = await anthropic.messages.stream({ ...params, thinking }).finalMessage();
        for (const { content } of [whole, streamed]) {
            expect(content[0]).toEqual({ type: "thinking", thinking: CLAUDE_THOUGHT, signature: CLAUDE_SIGNATURE });
        }
    });

    test("comes back with its signature when a program of OpenAI's sends the turn back", async () => {
        const tool = { type: "function" as const, function: { name: "weather", parameters: tools[0]!.input_schema } };
        const conversation: OpenAI.Chat.ChatCompletionMessageParam[] = [{ role: "user", content: "Say hello." }];
        const request = { model: CLAUDE, max_tokens: 9000, reasoning_effort: "high" as const, tools: [tool] };
        const first = await openai.chat.completions.create({ ...request, messages: conversation });
        const { message } = first.choices[0]!;
        const result = { role: "tool" as const, tool_call_id: message.tool_calls![0]!.id, content: "rain" };
        await openai.chat.completions.create({ ...request, messages: [...conversation, message, result] });
        expect(it.claude.requests.at(-1)!.json.messages[1].content[0]).toEqual({
            type: "thinking",
            thinking: CLAUDE_THOUGHT,
            signature: CLAUDE_SIGNATURE,
        });
    });
});

describe("the openai package, answered by Anthropic,", () => {
    const request = { model: CLAUDE, messages: [{ role: "user" as const, content: "Say hello." }] };
    const tool = { type: "function" as const, function: { name: "weather", parameters: tools[0]!.input_schema } };

    test("gives a completion", async () => {
        const completion = await openai.chat.completions.create(request);
        expect(completion.choices[0]!.message.content).toBe(CLAUDE_TEXT);
        expect(completion.usage).toMatchObject({ prompt_tokens: 30, completion_tokens: 9, total_tokens: 39 });
    });

    test("streams with its own accumulator", async () => {
        const stream = openai.chat.completions.stream({ ...request, stream_options: { include_usage: true } });
        expect(await stream.finalContent()).toBe(CLAUDE_TEXT);
        expect(await stream.totalUsage()).toMatchObject({ prompt_tokens: 30, completion_tokens: 9 });
    });

    test.each([false, true])("calls tools and takes their results (streamed: %p)", async (streamed) => {
        const asked = { ...request, tools: [tool] };
        const first = await (streamed
            ? openai.chat.completions.stream(asked).finalChatCompletion()
            : openai.chat.completions.create(asked));
        const { message, finish_reason } = first.choices[0]!;
        expect([finish_reason, message.content]).toEqual(["tool_calls", CLAUDE_TEXT]);
        const call = message.tool_calls![0]!;
        if (call.type !== "function") throw new Error("not a function call");
        expect(JSON.parse(call.function.arguments)).toEqual({ city: "Bergen", index: 0 });
        const result = { role: "tool" as const, tool_call_id: call.id, content: "rain" };
        const second = await openai.chat.completions.create({
            ...asked,
            messages: [...request.messages, message, result],
        });
        expect(second.choices[0]!.message.content).toBe(CLAUDE_TEXT);
        expect(it.claude.requests.at(-1)!.json.messages.at(-1).content).toEqual([
            { type: "tool_result", tool_use_id: call.id, content: "rain" },
        ]);
    });

    test("has its own classes of errors", async () => {
        it.claude.next((exchange) => exchange.json(429, wire.errorBody({ type: "rate_limit_error", message: "slow" })));
        const error = await caught(OpenAI.RateLimitError, openai.chat.completions.create(request));
        expect([error.status, error.type]).toEqual([429, "rate_limit_error"]);
    });
});
