// Messages that stay in Anthropic's dialect and go wrong: bad requests, errors of the provider, streams that fail, break off or say
// nothing: what the client sees and what it pays (spec 04 sections 11, 14, 19; 05 section 7; 06 sections 16.3, 17.5, 20).
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import { CLAUDE_KEY } from "../sim/anthropic.ts";
import * as wire from "../sim/anthropic_objects.ts";
import type { Script } from "../sim/exchange.ts";
import * as faults from "../sim/faults.ts";
import { expectNoSecret, MESSAGES } from "./chat_client.ts";
import { CLAUDE, CLAUDE_PRICE, type ClaudeWorld, type MessageAnswer, startClaudeWorld } from "./claude_world.ts";
import { PATIENCE } from "./gateway.ts";

setDefaultTimeout(PATIENCE);

const NO_OUTPUT = "upstream stream interrupted: received prompt tokens but no completion output";

let it: ClaudeWorld;

beforeAll(async () => {
    it = await startClaudeWorld();
});

beforeEach(() => it.forget());

afterAll(() => it.close());

/** An error in Anthropic's shape that names the request and nothing it must not name. */
function expectRefused(answer: MessageAnswer, status: number, type: string, message: string | RegExp): void {
    expect(answer.status, answer.text).toBe(status);
    expect(answer.headers.get("content-type")).toStartWith("application/json");
    expectTold(answer, type, message);
    expect(Object.keys(answer.json)).toEqual(["type", "error"]);
}

function expectTold(answer: MessageAnswer, type: string, message: string | RegExp): void {
    expect(answer.error?.type, answer.text).toBe(type);
    const suffix = ` (request id: ${answer.requestId})`;
    expect(answer.error!.message).toEndWith(suffix);
    const text = answer.error!.message.slice(0, -suffix.length);
    if (typeof message === "string") expect(text).toBe(message);
    else expect(text).toMatch(message);
    expectNoSecret(answer.text);
    expect(answer.text).not.toContain(CLAUDE_KEY);
}

describe("bad requests are refused in Anthropic's shape:", () => {
    const cases: [string, unknown, string | RegExp][] = [
        ["no messages", { model: CLAUDE, max_tokens: 1 }, "field messages is required"],
        ["empty messages", { model: CLAUDE, messages: [] }, "field messages is required"],
        ["messages of another type", { model: CLAUDE, messages: "a" }, "messages must be an array"],
        ["no model", { messages: MESSAGES }, /Model name not specified/],
        ["no JSON", "{", /Invalid request/],
        ["a model twice", `{"model":"${CLAUDE}","model":"x","messages":[1]}`, /Invalid request/],
        ["a negative limit", { model: CLAUDE, messages: MESSAGES, max_tokens: -1 }, /max_tokens must be/],
        ["a stream that is none", { model: CLAUDE, messages: MESSAGES, stream: "yes" }, /stream must be a boolean/],
        ["half a surrogate pair", `{"model":"\\ud800","messages":[1]}`, /not valid text/],
    ];
    test.each(cases)("%s", async (_, body, message) => {
        await it.side.costsNothing(async () => {
            expectRefused(await it.post(body), 400, "new_api_error", message);
        });
        expect(it.claude.requests).toHaveLength(0);
    });

    test("a wrong key, and a model that nobody has", async () => {
        const wrong = await it.message({}, { headers: { "x-api-key": "sk-wrong" } });
        expectRefused(wrong, 401, "new_api_error", "Invalid token");
        expectRefused(await it.message({ model: "claude-none" }), 503, "new_api_error", /No available channel/);
    });
});

describe("an error of the provider", () => {
    const told = (status: number, type: string): Script => (exchange) =>
        exchange.json(status, wire.errorBody({ type, message: "no" }));

    test.each([
        [400, "invalid_request_error"],
        [401, "authentication_error"],
        [403, "permission_error"],
        [404, "not_found_error"],
        [413, "request_too_large"],
        [429, "rate_limit_error"],
        [500, "api_error"],
        [529, "overloaded_error"],
    ])("%i keeps its type, whole and streamed", async (status, type) => {
        await it.side.costsNothing(async () => {
            for (const stream of [false, true]) {
                it.claude.next(told(status, type));
                expectRefused(await it.message({ stream }), status, type, "no");
            }
        });
    });

    test("that the vendor's checks find comes back as they tell it", async () => {
        const orphan = { role: "user", content: [{ type: "tool_result", tool_use_id: "t1", content: "x" }] };
        const answer = await it.message({ messages: [orphan] });
        expectRefused(answer, 400, "invalid_request_error", /unexpected `tool_use_id` found/);
    });

    test("inside of an answer with status 200 is one", async () => {
        await it.side.costsNothing(async () => {
            it.claude.next(told(200, "overloaded_error"));
            expectRefused(await it.message(), 502, "overloaded_error", "no");
        });
    });

    test("that is no JSON is told by its status", async () => {
        it.claude.next(faults.htmlBadGateway);
        expectRefused(await it.message(), 502, "api_error", "bad response status code 502");
    });
});

describe("a stream", () => {
    const errorEvent = wire.framed(wire.errorBody({ type: "overloaded_error", message: "busy" }) as wire.Event);
    const thenError: Script = async (exchange) => {
        await exchange.piece(errorEvent);
        await exchange.end();
    };
    const OPENED = ["message_start", "ping"];

    test("that begins with an error is an error with a status", async () => {
        await it.side.costsNothing(async () => {
            it.claude.next(it.claude.streamThen(0, thenError));
            expectRefused(await it.message({ stream: true }), 502, "overloaded_error", "busy");
        });
    });

    test.each<[string, Script, string, string]>([
        ["fails", thenError, "overloaded_error", "busy"],
        ["is cut off", faults.cutInChunk, "new_api_error", NO_OUTPUT],
        ["ends", (exchange) => exchange.end(), "new_api_error", NO_OUTPUT],
    ])("that %s before any output tells so and costs nothing", async (_, then, type, message) => {
        await it.side.costsNothing(async () => {
            it.claude.next(it.claude.streamThen(3, then));
            const answer = await it.message({ stream: true });
            expect(answer.types).toEqual([...OPENED, "content_block_start", "error"]);
            expectTold(answer, type, message);
        });
    });

    test.each<[string, Script, string, string]>([
        ["fails", thenError, "overloaded_error", "busy"],
        ["is cut off", faults.cutInChunk, "new_api_error", "upstream stream interrupted"],
        ["ends", (exchange) => exchange.end(), "new_api_error", "upstream stream interrupted"],
        [
            "sends what is no JSON",
            async (exchange) => {
                await exchange.piece("event: content_block_delta\ndata: {nonsense\n\n");
                await exchange.gone;
            },
            "new_api_error",
            /not valid JSON/.source,
        ],
    ])("that %s after output tells so and is billed for the output", async (_, then, type, message) => {
        it.claude.next(it.claude.streamThen(6, then));
        const answer = await it.message({ stream: true });
        expect(answer.types.slice(-2)).toEqual(["content_block_delta", "error"]);
        expect(answer.said).toBe("Greetings from the ");
        expectTold(answer, type, new RegExp(message));
        const { row } = await it.row(answer);
        expect([row.prompt_tokens, row.completion_tokens > 0]).toEqual([30, true]);
    });

    test("without output and without tokens for it is no answer", async () => {
        const empty: Script = async (exchange) => {
            const reply = { ...it.claude.reply(exchange), content: [], usage: wire.usage(30, 0) };
            await exchange.openStream();
            for (const event of wire.events(reply)) await exchange.piece(wire.framed(event));
            await exchange.end();
        };
        await it.side.costsNothing(async () => {
            it.claude.next(empty);
            const answer = await it.message({ stream: true });
            expect(answer.types).toEqual([...OPENED, "message_delta", "error"]);
            expectTold(answer, "new_api_error", NO_OUTPUT);
        });
    });

    test("that is a refusal is billed by what it tells, and named", async () => {
        const refused: Script = async (exchange) => {
            const reply = { ...it.claude.reply(exchange), content: [], stopReason: "refusal" };
            await exchange.openStream();
            for (const event of wire.events(reply)) await exchange.piece(wire.framed(event));
            await exchange.end();
        };
        await it.side.costs(CLAUDE_PRICE, async () => {
            it.claude.next(refused);
            const answer = await it.message({ stream: true });
            expect(answer.types.at(-1)).toBe("message_stop");
            expect((await it.row(answer)).other.reject_reason).toBe("claude_stop_reason=refusal");
        });
    });

    test("that stops in front of its last event is ended for the client", async () => {
        await it.side.costs(CLAUDE_PRICE, async () => {
            it.claude.next(async (exchange) => {
                await exchange.openStream();
                const events = wire.events(it.claude.reply(exchange)).slice(0, -1);
                for (const event of events) await exchange.piece(wire.framed(event));
                await exchange.end();
            });
            const answer = await it.message({ stream: true });
            expect(answer.types.slice(-2)).toEqual(["message_delta", "message_stop"]);
        });
    });
});
