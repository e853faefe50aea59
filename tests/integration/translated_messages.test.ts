// Messages that OpenAI answers, whole and streamed: what arrives, what comes back, the bill, the log row, and every way in which such an
// exchange fails (spec 05 sections 7, 9; 06).
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import type { Script } from "../sim/exchange.ts";
import * as faults from "../sim/faults.ts";
import { SIM_KEY, SIM_TEXT, SIM_USAGE } from "../sim/openai.ts";
import * as openai from "../sim/openai_objects.ts";
import { quotaOf } from "./bill.ts";
import { MESSAGES } from "./chat_client.ts";
import { type ClaudeWorld, startClaudeWorld } from "./claude_world.ts";
import { PATIENCE } from "./gateway.ts";

setDefaultTimeout(PATIENCE);

const NO_OUTPUT = "upstream stream interrupted: received prompt tokens but no completion output";
const PRICE_4O = quotaOf({ prompt: 21, completion: 7 }, { model: 1.25, completion: 4 });
const SCHEMA = { type: "object", properties: { city: { type: "string" } } };

let it: ClaudeWorld;

beforeAll(async () => {
    it = await startClaudeWorld();
});

beforeEach(() => {
    it.forget();
    it.world.sim.text = SIM_TEXT;
    it.world.sim.usage = SIM_USAGE;
});

afterAll(() => it.close());

describe("messages that OpenAI answers", () => {
    const asked = { model: "gpt-4o", max_tokens: 60 };

    test("are asked in its dialect and told in Anthropic's", async () => {
        await it.world.costs(PRICE_4O, async () => {
            const answer = await it.message({
                ...asked,
                system: [{ type: "text", text: "Be brief." }],
                stop_sequences: ["X"],
                top_k: 3,
                metadata: { user_id: "u" },
            });
            expect(answer.json).toMatchObject({
                id: expect.stringMatching(/^msg_chatcmpl-sim/),
                type: "message",
                role: "assistant",
                model: "gpt-4o",
                content: [{ type: "text", text: SIM_TEXT }],
                stop_reason: "end_turn",
                stop_sequence: null,
                usage: { input_tokens: 21, output_tokens: 7 },
            });
            expect(answer.headers.get("x-request-id")).toStartWith("req_sim");
            const { row, other } = await it.row(answer);
            expect([row.prompt_tokens, row.completion_tokens]).toEqual([21, 7]);
            expect(other.request_conversion).toEqual(["Claude Messages", "OpenAI Compatible"]);
            expect([other.claude, other.usage_semantic]).toEqual([undefined, undefined]);
            expect(other.not_carried.sort()).toEqual(["metadata", "top_k"]);
        });
        expect(it.world.sim.requests[0]!.json).toEqual({
            model: "gpt-4o",
            messages: [{ role: "system", content: "Be brief." }, ...MESSAGES],
            max_tokens: 60,
            stop: "X",
        });
        expect(it.world.sim.requests[0]!.header("x-api-key")).toBeUndefined();
    });

    test("cost what was cached, and show it beside the prompt", async () => {
        it.world.sim.usage = openai.usage(1021, 7, 1000);
        const price = quotaOf({ prompt: 1021, completion: 7, cached: 1000 }, { model: 1.25, completion: 4, cache: 0.5 });
        await it.world.costs(price, async () => {
            const { usage } = (await it.message(asked)).json;
            expect(usage).toMatchObject({ input_tokens: 21, cache_read_input_tokens: 1000, output_tokens: 7 });
        });
    });

    test("that say nothing cost nothing, and show what was told", async () => {
        const { world } = it;
        world.sim.text = "";
        world.sim.usage = openai.usage(21, 0);
        const before = await world.balances();
        const answer = await it.message(asked);
        expect(answer.json.usage).toMatchObject({ input_tokens: 21, output_tokens: 0 });
        expect((await it.row(answer)).row.quota).toBe(0);
        expect((await world.balances()).quota).toBe(before.quota);
    });

    test("stream as Anthropic does, with an estimate of the prompt first", async () => {
        await it.world.costs(PRICE_4O, async () => {
            const answer = await it.message({ ...asked, stream: true });
            expect(answer.said).toBe(SIM_TEXT);
            const words = SIM_TEXT.split(" ").length;
            expect(answer.types).toEqual([
                "message_start",
                "content_block_start",
                ...Array(words).fill("content_block_delta"),
                "content_block_stop",
                "message_delta",
                "message_stop",
            ]);
            expect(answer.events[0].message.usage.input_tokens).toBeGreaterThan(0);
            const { delta, usage } = answer.events.at(-2);
            expect(delta).toEqual({ stop_reason: "end_turn", stop_sequence: null });
            expect(usage).toMatchObject({ input_tokens: 21, output_tokens: 7 });
        });
        expect(it.world.sim.requests[0]!.json.stream_options).toEqual({ include_usage: true });
    });

    test("show what was counted here when the provider tells no usage", async () => {
        it.world.sim.usage = undefined;
        for (const stream of [false, true]) {
            const answer = await it.message({ ...asked, stream });
            const { row, other } = await it.row(answer);
            const usage = stream ? answer.events.at(-2).usage : answer.json.usage;
            expect(usage).toMatchObject({ input_tokens: row.prompt_tokens, output_tokens: row.completion_tokens });
            expect([row.prompt_tokens > 0, row.completion_tokens > 0]).toEqual([true, true]);
            expect(other.admin_info.local_count_tokens).toBe(true);
        }
    });

    test("carry tools and their results", async () => {
        const tools = [{ name: "weather", input_schema: SCHEMA }];
        for (const stream of [false, true]) {
            const first = await it.message({ ...asked, tools, stream });
            const use = { type: "tool_use", id: "call_sim0", name: "weather" };
            const input = { city: "Bergen", index: 0 };
            if (stream) {
                const starts = first.events.filter((event) => event.type === "content_block_start");
                expect(starts.map((event) => event.content_block)).toEqual([{ ...use, input: {} }]);
                const pieces = first.events.map((event) => event.delta?.partial_json ?? "");
                expect(JSON.parse(pieces.join(""))).toEqual(input);
                expect(first.events.at(-2).delta.stop_reason).toBe("tool_use");
            } else {
                expect(first.json.content).toEqual([{ ...use, input }]);
                expect(first.json.stop_reason).toBe("tool_use");
            }
            const result = { type: "tool_result", tool_use_id: use.id, content: "rain", is_error: true };
            const turns = [
                ...MESSAGES,
                { role: "assistant", content: [{ type: "text", text: "Let me look." }, { ...use, input }] },
                { role: "user", content: [result] },
            ];
            const second = await it.message({ ...asked, messages: turns });
            expect(second.status, second.text).toBe(200);
            expect(it.world.sim.requests.at(-1)!.json.messages.slice(1)).toEqual([
                {
                    role: "assistant",
                    content: "Let me look.",
                    tool_calls: [
                        { id: use.id, type: "function", function: { name: "weather", arguments: JSON.stringify(input) } },
                    ],
                },
                { role: "tool", tool_call_id: use.id, name: "weather", content: "[error] rain" },
            ]);
        }
    });
});

describe("messages that OpenAI refuses", () => {
    const asked = { model: "gpt-4o" };

    test.each([
        [400, "invalid_request_error", "invalid_request_error"],
        [401, "", "authentication_error"],
        [404, "", "not_found_error"],
        [429, "", "rate_limit_error"],
        [503, "", "overloaded_error"],
        [500, "", "api_error"],
    ])("with %i get an error in Anthropic's shape", async (status, type, told) => {
        await it.world.costsNothing(async () => {
            for (const stream of [false, true]) {
                it.world.sim.next((exchange) => exchange.json(status, { error: { message: "no", type, code: null } }));
                const answer = await it.message({ ...asked, stream });
                expect([answer.status, answer.error?.type], answer.text).toEqual([status, told]);
                expect(answer.json.type).toBe("error");
                expect(answer.text).not.toContain(SIM_KEY);
            }
        });
    });

    const endings: [string, Script][] = [
        ["a cut", faults.cutInChunk],
        ["a reset", (exchange) => exchange.reset()],
        [
            "an error",
            async (exchange) => {
                await exchange.event({ error: { message: "oops", type: "server_error" } });
                await exchange.end();
            },
        ],
    ];
    test.each(endings)("before output by %s end with an error and pay nothing", async (_, then) => {
        await it.world.costsNothing(async () => {
            it.world.sim.next(faults.streamThen(it.world.sim, 1, then));
            const answer = await it.message({ ...asked, stream: true });
            expect(answer.types).toEqual(["message_start", "error"]);
        });
    });

    test.each(endings)("after output by %s end with an error and pay for the output", async (_, then) => {
        it.world.sim.next(faults.streamThen(it.world.sim, 3, then));
        const answer = await it.message({ ...asked, stream: true });
        expect(answer.said).toBe("Hello from ");
        expect(answer.types.at(-1)).toBe("error");
        expect(answer.types).not.toContain("message_stop");
        const { row } = await it.row(answer);
        expect([row.quota > 0, row.completion_tokens > 0]).toEqual([true, true]);
    });

    test("by an end without a marker after output are ended well", async () => {
        it.world.sim.next(faults.streamThen(it.world.sim, 3, faults.endWithoutMarker));
        const answer = await it.message({ ...asked, stream: true });
        expect(answer.types.slice(-2)).toEqual(["message_delta", "message_stop"]);
    });

    test("by nonsense between chunks go on", async () => {
        it.world.sim.next(async (exchange) => {
            await exchange.openStream();
            for (const chunk of it.world.sim.chunks(exchange)) {
                await exchange.event("{nonsense");
                await exchange.event(chunk);
            }
            await exchange.event("[DONE]");
            await exchange.end();
        });
        const answer = await it.message({ ...asked, stream: true });
        expect(answer.said).toBe(SIM_TEXT);
        const { other } = await it.row(answer);
        expect([other.stream_status.status, other.stream_status.end_reason]).toEqual(["error", "done"]);
    });

    test("with no content at all are no answer", async () => {
        await it.world.costsNothing(async () => {
            it.world.sim.next(async (exchange) => {
                await exchange.openStream();
                await exchange.event("[DONE]");
                await exchange.end();
            });
            const answer = await it.message({ ...asked, stream: true });
            expect([answer.status, answer.error?.message]).toEqual([500, expect.stringContaining(NO_OUTPUT)]);
        });
    });
});
