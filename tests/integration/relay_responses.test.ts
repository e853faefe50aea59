// Responses from the client's bytes to the bill: forwarded as they came, billed before their last event, and what a client sees and pays
// when a stream fails, breaks off or says nothing (spec 04 sections 11, 19; 05 sections 7, 9.3; 06 sections 6.2, 16.4, 20.3).
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import type { Script } from "../sim/exchange.ts";
import * as faults from "../sim/faults.ts";
import { SIM_TEXT, SIM_USAGE } from "../sim/openai.ts";
import * as routes from "../sim/openai_routes.ts";
import { readAnswer } from "./admin.ts";
import { quotaOf } from "./bill.ts";
import { type ChatAnswer, expectError } from "./chat_client.ts";
import { PATIENCE } from "./gateway.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

const NO_OUTPUT = "upstream stream interrupted: received prompt tokens but no completion output";
const PRICE_4O = quotaOf({ prompt: 21, completion: 7 }, { model: 1.25, completion: 4 });

let world: World;

beforeAll(async () => {
    world = await startWorld({ channel: { models: "gpt-4o,o3-mini-high" } });
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

/** The frames of a stream as they came, for dialects that name their events. */
async function frames(body: unknown, path = "/v1/responses"): Promise<{ status: number; text: string; id: string }> {
    const answer = await readAnswer(await world.client.open(body, { path }));
    return {
        status: answer.status,
        text: answer.text,
        id: answer.headers.get("x-oneapi-request-id") ?? "",
    };
}

function eventsOf(text: string): any[] {
    return text
        .split("\n\n")
        .filter((frame) => frame !== "")
        .map((frame) => JSON.parse(frame.slice(frame.indexOf("data: ") + 6)));
}

async function other(requestId: string): Promise<any> {
    return JSON.parse((await world.consumeRow(requestId)).other);
}

describe("Responses", () => {
    const request = { model: "gpt-4o", input: "Say hello.", store: false, temperature: 1.0, reasoning: null };
    const streamed = { ...request, stream: true };

    test("go through byte for byte and cost what they used", async () => {
        await world.costs(PRICE_4O, async () => {
            const answer = await post("/v1/responses", request);
            expect(answer.text).toBe(JSON.stringify(routes.response(world.sim, request)));
            const details = await other(answer.requestId);
            expect(details.request_conversion).toEqual(["OpenAI Responses"]);
            expect(details.request_path).toBe("/v1/responses");
        });
        expect(world.sim.requests[0]!.text).toBe(JSON.stringify(request));
    });

    test("stream in the provider's own bytes, without an end marker", async () => {
        await world.costs(PRICE_4O, async () => {
            const answer = await frames(streamed);
            expect(answer.text).toBe(routes.responseEvents(world.sim, request).map(routes.framed).join(""));
            const details = await other(answer.id);
            expect(details.stream_status).toEqual({ status: "ok", end_reason: "done" });
        });
        expect(world.sim.requests[0]!.text).toBe(JSON.stringify(streamed));
    });

    test("get the names of their events from the payloads when the provider leaves them out", async () => {
        world.sim.next(async (exchange) => {
            await exchange.openStream();
            for (const event of routes.responseEvents(world.sim, request)) await exchange.event(event);
            await exchange.end();
        });
        const answer = await frames(streamed);
        expect(answer.text).toBe(routes.responseEvents(world.sim, request).map(routes.framed).join(""));
    });

    test("are billed by an estimate when the provider tells no usage", async () => {
        world.sim.usage = undefined;
        for (const body of [request, streamed]) {
            const answer = await frames(body);
            const row = await world.consumeRow(answer.id);
            expect([row.prompt_tokens > 0, row.completion_tokens > 0]).toEqual([true, true]);
            expect(JSON.parse(row.other).admin_info.local_count_tokens).toBe(true);
        }
    });

    test("that are queued cost nothing", async () => {
        world.sim.next((exchange) =>
            exchange.json(
                200,
                routes.response(world.sim, request, { status: "queued", output: [], usage: null }),
            ),
        );
        const answer = await post("/v1/responses", { ...request, background: true });
        expect(answer.json.status).toBe("queued");
        const row = await world.consumeRow(answer.requestId);
        expect([row.quota, row.content]).toEqual([0, "上游没有返回计费信息，无法扣费（可能是上游超时）"]);
    });

    const broken: [string, Script][] = [
        ["is cut off", faults.cutInChunk],
        ["ends without its last event", (exchange) => exchange.end()],
        ["is ended as a chat is", async (exchange) => {
            await exchange.event("[DONE]");
            await exchange.end();
        }],
    ];
    test.each(broken)("tell of a stream that %s after output, and bill the output", async (_, end) => {
        const events = routes.responseEvents(world.sim, request).slice(0, 6);
        world.sim.next(async (exchange) => {
            await exchange.openStream();
            await routes.sendEvents(exchange, events);
            await end(exchange);
        });
        const answer = await frames(streamed);
        const seen = eventsOf(answer.text);
        expect(seen.slice(0, -1)).toEqual(events);
        expect(seen.at(-1)).toMatchObject({
            type: "response.failed",
            sequence_number: 6,
            response: {
                id: "resp_sim000001",
                status: "failed",
                error: { code: "upstream_stream_interrupted" },
            },
        });
        expect((await world.consumeRow(answer.id)).quota).toBeGreaterThan(0);
    });

    test("that fail before any event are errors with a status", async () => {
        const failed = { type: "response.failed", response: routes.response(world.sim, request, {
            status: "failed", output: [], usage: null, error: { code: "server_error", message: "oops" },
        }) };
        await world.costsNothing(async () => {
            world.sim.next(async (exchange) => {
                await exchange.openStream();
                await routes.sendEvents(exchange, [failed]);
                await exchange.end();
            });
            const answer = await post("/v1/responses", streamed);
            expectError(answer, { status: 502, code: "server_error", message: /^oops/ });
        });
    });

    test("that fail before any output are told in the stream and cost nothing", async () => {
        const begun = routes.responseEvents(world.sim, request).slice(0, 2);
        await world.costsNothing(async () => {
            world.sim.next(async (exchange) => {
                await exchange.openStream();
                await routes.sendEvents(exchange, [
                    ...begun,
                    { type: "error", code: "server_error", message: "oops", param: null },
                ]);
                await exchange.end();
            });
            const seen = eventsOf((await frames(streamed)).text);
            expect(seen.at(-1)).toMatchObject({ type: "response.failed", response: { error: { code: "server_error" } } });
        });
    });

    test("that complete without output or tokens are no answer", async () => {
        const begun = routes.responseEvents(world.sim, request).slice(0, 2);
        await world.costsNothing(async () => {
            world.sim.next(async (exchange) => {
                await exchange.openStream();
                const empty = routes.response(world.sim, request, { output: [], usage: null });
                await routes.sendEvents(exchange, [...begun, { type: "response.completed", response: empty }]);
                await exchange.end();
            });
            const seen = eventsOf((await frames(streamed)).text);
            expect(seen.map((event) => event.type)).not.toContain("response.completed");
            expect(seen.at(-1).response.error.message).toStartWith(NO_OUTPUT);
        });
    });

    test("that fail after output go on as they came and cost what they tell", async () => {
        const events = routes.responseEvents(world.sim, request).slice(0, -1);
        events.push({
            type: "response.failed",
            response: routes.response(world.sim, request, {
                status: "failed",
                error: { code: "server_error", message: "oops" },
            }),
        });
        await world.costs(PRICE_4O, async () => {
            world.sim.next(async (exchange) => {
                await exchange.openStream();
                await routes.sendEvents(exchange, events);
                await exchange.end();
            });
            const answer = await frames(streamed);
            expect(eventsOf(answer.text)).toEqual(events);
            expect(JSON.parse((await world.consumeRow(answer.id)).other).stream_status).toEqual({
                status: "error", end_reason: "handler_stop", end_error: "oops", error_count: 1, errors: ["oops"],
            });
        });
    });

    test("need a model and an input", async () => {
        expectError(await post("/v1/responses", { model: "gpt-4o" }), { status: 400, message: /input is required/ });
        expectError(await post("/v1/responses", { input: "a" }), { status: 400, message: /Model name not specified/ });
    });

    test("of newer models take the effort from the name", async () => {
        const answer = await post("/v1/responses", { model: "o3-mini-high", input: "a" });
        expect(world.sim.requests[0]!.json).toEqual({ model: "o3-mini", input: "a", reasoning: { effort: "high" } });
        const row = await world.consumeRow(answer.requestId);
        expect([row.model_name, JSON.parse(row.other).reasoning_effort]).toEqual(["o3-mini-high", "high"]);
    });
});
