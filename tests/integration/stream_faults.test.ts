// Event streams as providers really send them: cut anywhere, with odd line ends, without end markers, with errors in them,
// broken before or after the first word. What a client sees, what it pays, and that chunks are passed on as they come.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import type { Script } from "../sim/exchange.ts";
import * as faults from "../sim/faults.ts";
import { SIM_KEY, SIM_TEXT, SIM_USAGE } from "../sim/openai.ts";
import * as wire from "../sim/openai_objects.ts";
import { Gate, until } from "../sim/waiting.ts";
import { quotaOf } from "./bill.ts";
import { ChatAnswer, expectError, expectErrorObject } from "./chat_client.ts";
import { PATIENCE, SANITIZED } from "./gateway.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

const PRICE = quotaOf({ prompt: 21, completion: 7 }, { model: 1.25, completion: 4 });
const NO_OUTPUT = "upstream stream interrupted: received prompt tokens but no completion output";

let world: World;

beforeAll(async () => {
    const patience = SANITIZED ? "3" : "1";
    world = await startWorld({ env: { STREAMING_TIMEOUT: patience, STREAM_SCANNER_MAX_BUFFER_MB: "4" } });
});

beforeEach(() => {
    world.sim.forget();
    world.sim.text = SIM_TEXT;
    world.sim.usage = SIM_USAGE;
});

afterAll(() => world.close());

async function stream(script: Script, more: Record<string, unknown> = {}): Promise<ChatAnswer> {
    world.sim.next(script);
    return world.client.chat({ stream: true, ...more });
}

/** The data line, or lines, of a payload, all lines ended by `end`. */
function lines(end: string, before = "") {
    return (data: string) => `${before}data: ${data}${end}${end}`;
}

describe("a stream is the same to the client when the provider", () => {
    const written =
        (write: (data: string) => string, first = "") =>
        () =>
            faults.writtenBy(world.sim, write, first);
    const cases: [string, () => Script][] = [
        ["cuts it after every byte", () => faults.cutIntoPieces(world.sim, 1)],
        ["cuts it after every seventh byte", () => faults.cutIntoPieces(world.sim, 7)],
        ["sends it in one piece", () => faults.cutIntoPieces(world.sim, 1 << 20)],
        ["ends lines with CR LF", written(lines("\r\n"))],
        ["ends lines with CR alone", written(lines("\r"))],
        ["puts no blank after the colon", written((data) => `data:${data}\n\n`)],
        ["begins with a byte-order mark", written(lines("\n"), "\ufeff")],
        ["sends comments", written(lines("\n", ": keep-alive\n\n:\n"), ": OPENROUTER PROCESSING\n\n")],
        ["names events, ids and retry times", written(lines("\n", "event: message\nid: 7\nretry: 3000\n"))],
        ["sends fields that nobody knows", written(lines("\n", "unknown: 1\nnothing\n"))],
        ["compresses it", () => faults.gzippedStream(world.sim)],
        ["forgets the end marker", () => faults.endMarkers(world.sim, 0)],
        ["sends the end marker twice", () => faults.endMarkers(world.sim, 2)],
        [
            "sends the end marker without a field name",
            () => async (exchange) => {
                await exchange.openStream();
                for (const chunk of world.sim.chunks(exchange)) await exchange.event(chunk);
                await exchange.piece("[DONE]\n\n");
                await exchange.end();
            },
        ],
        [
            "goes on after the end marker",
            () => async (exchange) => {
                await exchange.openStream();
                for (const chunk of world.sim.chunks(exchange)) await exchange.event(chunk);
                await exchange.event("[DONE]");
                await exchange.event({ choices: [{ index: 0, delta: { content: "after the end" } }] });
                await exchange.end();
            },
        ],
        [
            "ends it with the connection",
            () => async (exchange) => {
                await exchange.head(200, { "content-type": "text/event-stream", connection: "close" });
                for (const chunk of world.sim.chunks(exchange)) await exchange.event(chunk);
                await exchange.event("[DONE]");
                await exchange.close();
            },
        ],
    ];

    test.each(cases)("%s", async (_, script) => {
        await world.costs(PRICE, async () => {
            const answer = await stream(script());
            expect([answer.status, answer.content], answer.text).toEqual([200, SIM_TEXT]);
            expect(answer.payloads.filter((payload) => payload === "[DONE]")).toHaveLength(1);
            expect(answer.payloads.at(-1)).toBe("[DONE]");
            expect(answer.usage).toEqual(SIM_USAGE);
            expect(answer.events.filter((event) => event.usage)).toHaveLength(1);
        });
    });

    test("splits an event over several data lines", async () => {
        await world.costs(PRICE, async () => {
            const answer = await stream(
                faults.writtenBy(world.sim, (data) =>
                    data === "[DONE]"
                        ? lines("\n")(data)
                        : `${JSON.stringify(JSON.parse(data), null, 1)
                              .split("\n")
                              .map((line) => `data: ${line}\n`)
                              .join("")}\n`,
                ),
            );
            expect([answer.content, answer.usage]).toEqual([SIM_TEXT, SIM_USAGE]);
        });
    });

    test("sends a line of 3 MB", async () => {
        world.sim.text = "x".repeat(3_000_000);
        const answer = await stream(faults.endMarkers(world.sim, 1));
        expect(answer.content === world.sim.text).toBe(true);
    });

    test("sends unusual characters", async () => {
        world.sim.text = "\u2028 \u0000 \ud83d\ude00 </script> \\n";
        expect((await stream(faults.endMarkers(world.sim, 1))).content).toBe(world.sim.text);
    });
});

describe("usage in a stream", () => {
    test("is taken from the last chunk that has some, never added up", async () => {
        await world.costs(PRICE, async () => {
            const answer = await stream(async (exchange) => {
                await exchange.openStream();
                const all = world.sim.chunks(exchange) as any[];
                for (const [n, chunk] of all.slice(0, -1).entries()) {
                    await exchange.event({ ...chunk, usage: wire.usage(21, Math.min(n, 6)) });
                }
                await exchange.event(all.at(-1));
                await exchange.event("[DONE]");
                await exchange.end();
            });
            expect(answer.content).toBe(SIM_TEXT);
        });
    });

    test("that shares its chunk with the finish reason is removed alone", async () => {
        await world.costs(PRICE, async () => {
            const answer = await stream(
                async (exchange) => {
                    await exchange.openStream();
                    const all = (world.sim.chunks(exchange) as any[]).slice(0, -1);
                    for (const chunk of all.slice(0, -1)) await exchange.event(chunk);
                    await exchange.event({ ...all.at(-1), usage: SIM_USAGE });
                    await exchange.event("[DONE]");
                    await exchange.end();
                },
                { stream_options: { include_usage: false } },
            );
            expect(answer.usage).toBeUndefined();
            expect(answer.events.at(-1).choices[0].finish_reason).toBe("stop");
        });
    });
});

describe("a stream that breaks before any output costs nothing:", () => {
    const cases: [string, () => Script][] = [
        ["ends at once", () => faults.streamThen(world.sim, 0, faults.endWithoutMarker)],
        [
            "ends with the marker alone",
            () =>
                faults.streamThen(world.sim, 0, async (exchange) => {
                    await exchange.event("[DONE]");
                    await exchange.end();
                }),
        ],
        ["ends after the role", () => faults.streamThen(world.sim, 1, faults.endWithoutMarker)],
        ["cut within a chunk", () => faults.streamThen(world.sim, 0, faults.cutInChunk)],
        ["cut after the role", () => faults.streamThen(world.sim, 1, faults.cutInChunk)],
        ["closed after the role", () => faults.streamThen(world.sim, 1, (exchange) => exchange.close())],
        ["reset after the role", () => faults.streamThen(world.sim, 1, (exchange) => exchange.reset())],
        ["stalled after the role", () => faults.streamThen(world.sim, 1, (exchange) => exchange.gone)],
        [
            "usage without a word",
            () =>
                faults.streamThen(world.sim, 1, async (exchange) => {
                    await exchange.event({ choices: [], usage: wire.usage(21, 0) });
                    await exchange.event("[DONE]");
                    await exchange.end();
                }),
        ],
    ];

    test.each(cases)("%s", async (_, script) => {
        await world.costsNothing(async () => {
            const answer = await stream(script());
            if (!answer.streamed)
                expectError(answer, { status: 500, code: "do_request_failed", message: NO_OUTPUT });
            else {
                expectErrorObject(answer, { code: "do_request_failed", message: NO_OUTPUT });
                expect(answer.payloads.at(-1)).toBe("[DONE]");
            }
        });
        expect((await world.client.chat({ stream: true })).content).toBe(SIM_TEXT);
    });

    test("a line beyond the limit", async () => {
        await world.costsNothing(async () => {
            const answer = await stream(async (exchange) => {
                await exchange.openStream();
                await exchange.event({ choices: [{ index: 0, delta: { content: "x".repeat(5_000_000) } }] });
                await exchange.event("[DONE]");
                await exchange.end();
            });
            expect(answer.error).toBeDefined();
        });
    });

    test("an error event keeps the provider's own words", async () => {
        await world.costsNothing(async () => {
            const answer = await stream(
                faults.streamThen(world.sim, 0, async (exchange) => {
                    await exchange.event({
                        error: { message: "overloaded, sorry", type: "server_error", code: "busy" },
                    });
                    await exchange.end();
                }),
            );
            const expected = { type: "server_error", code: "busy", message: "overloaded, sorry" };
            if (answer.streamed) expectErrorObject(answer, expected);
            else expectError(answer, { status: 502, ...expected });
        });
    });
});

describe("a stream that breaks after output", () => {
    const cases: [string, () => Script, string][] = [
        ["cut within a chunk", () => faults.streamThen(world.sim, 3, faults.cutInChunk), "scanner_error"],
        ["reset", () => faults.streamThen(world.sim, 3, (exchange) => exchange.reset()), "scanner_error"],
        ["stalled", () => faults.streamThen(world.sim, 3, (exchange) => exchange.gone), "timeout"],
    ];

    test.each(cases)("%s: is billed for what came, and says that it broke", async (_, script, reason) => {
        const answer = await stream(script());
        expect([answer.status, answer.content]).toEqual([200, "Hello from "]);
        expectErrorObject(answer, { code: "upstream_stream_interrupted" });
        expect(answer.payloads.at(-1)).toBe("[DONE]");
        const row = await world.consumeRow(answer.requestId);
        expect(row.completion_tokens).toBeWithin(1, 7);
        expect(row.quota).toBeWithin(1, PRICE + 20);
        expect(JSON.parse(row.other).stream_status).toMatchObject({ status: "error", end_reason: reason });
    });

    const ends: [string, Script][] = [
        ["reset", (exchange) => exchange.reset()],
        ["ended by an error", (exchange) => exchange.event({ error: { message: "GPU on fire", type: "server_error" } })],
    ];

    test.each(ends)("%s behind usage that tells only the prompt: what came is counted here", async (_, end) => {
        const usage = { prompt_tokens: 21, completion_tokens: 0, total_tokens: 21 };
        const answer = await stream(async (exchange) => {
            await exchange.openStream();
            for (const chunk of world.sim.chunks(exchange).slice(0, 3)) await exchange.event({ ...chunk, usage });
            await end(exchange);
        });
        expect([answer.status, answer.content]).toEqual([200, "Hello from "]);
        const row = await world.consumeRow(answer.requestId);
        expect(row.prompt_tokens).toBe(21);
        expect(row.completion_tokens).toBeWithin(1, 7);
        expect(JSON.parse(row.other).admin_info.local_count_tokens).toBe(true);
    });

    test("with an error that repeats the key puts it nowhere", async () => {
        const answer = await stream(
            faults.streamThen(world.sim, 3, async (exchange) => {
                await exchange.event({ error: { message: `Bad key ${SIM_KEY}, goodbye`, type: "server_error" } });
                await exchange.end();
            }),
        );
        expect(answer.error!.message).toStartWith("Bad key ***, goodbye");
        const status = JSON.parse((await world.consumeRow(answer.requestId)).other).stream_status;
        const said = "Bad key ***, goodbye";
        expect(status).toEqual({
            status: "error",
            end_reason: "handler_stop",
            end_error: said,
            error_count: 1,
            errors: [said],
        });
        const line = `stream ended: reason=handler_stop end_error="${said}" soft_errors=1, received=4`;
        await until("the line is there", () => world.gateway.output.includes(`error [${answer.requestId}] ${line}`));
        expect(world.gateway.output).not.toContain(SIM_KEY);
    });

    test("without a finish reason, but in order, is a normal end", async () => {
        const answer = await stream(faults.streamThen(world.sim, 3, faults.endWithoutMarker));
        expect([answer.content, answer.error, answer.payloads.at(-1)]).toEqual([
            "Hello from ",
            undefined,
            "[DONE]",
        ]);
        expect(JSON.parse((await world.consumeRow(answer.requestId)).other).stream_status.end_reason).toBe(
            "eof",
        );
    });

    test("with an error event passes the error on", async () => {
        const answer = await stream(
            faults.streamThen(world.sim, 3, async (exchange) => {
                await exchange.event({ error: { message: "GPU on fire", type: "server_error", code: null } });
                await exchange.end();
            }),
        );
        expect(answer.content).toBe("Hello from ");
        expect(answer.error!.message).toStartWith("GPU on fire");
        expect((await world.consumeRow(answer.requestId)).quota).toBeGreaterThan(0);
    });

    test("chunks that are no JSON are left out, and counted", async () => {
        const answer = await stream(async (exchange) => {
            await exchange.openStream();
            const all = world.sim.chunks(exchange);
            for (const chunk of all.slice(0, 3)) await exchange.event(chunk);
            await exchange.event("{this is no JSON");
            for (const chunk of all.slice(3)) await exchange.event(chunk);
            await exchange.event("[DONE]");
            await exchange.end();
        });
        expect([answer.content, answer.usage]).toEqual([SIM_TEXT, SIM_USAGE]);
        const row = await world.consumeRow(answer.requestId);
        expect(JSON.parse(row.other).stream_status).toMatchObject({
            status: "error",
            end_reason: "done",
            error_count: 1,
        });
    });
});

describe("chunks", () => {
    test("are passed on one by one as they come", async () => {
        const gates = { 1: new Gate(), 2: new Gate(), 3: new Gate() };
        world.sim.next(faults.gated(world.sim, gates));
        const response = await world.client.open({
            model: "gpt-4o",
            messages: [{ role: "user", content: "hi" }],
            stream: true,
        });
        const reader = response.body!.getReader();
        const decoder = new TextDecoder();
        let seen = "";
        const seeUntil = async (text: string) => {
            while (!seen.includes(text)) {
                const { done, value } = await reader.read();
                if (done) throw new Error(`ended without ${text}: ${seen}`);
                seen += decoder.decode(value);
            }
        };
        await seeUntil('"role":"assistant"');
        expect(seen).not.toContain("Hello");
        gates[1].open();
        await seeUntil("Hello ");
        gates[2].open();
        await seeUntil("from ");
        expect(seen).not.toContain("the ");
        gates[3].open();
        await seeUntil("[DONE]");
        expect((await reader.read()).done).toBe(true);
    });

    test("keep every byte of their JSON", async () => {
        const chunk =
            '{"id":"c",  "choices":[{"delta":{"content":"\\u00e9\\/"},"index":0}],"x":1.0,"big":12345678901234567890}';
        const answer = await stream(async (exchange) => {
            await exchange.openStream();
            await exchange.event(chunk);
            await exchange.event({
                id: "c",
                choices: [{ index: 0, delta: {}, finish_reason: "stop" }],
                usage: SIM_USAGE,
            });
            await exchange.event("[DONE]");
            await exchange.end();
        });
        expect(answer.payloads[0]).toBe(chunk);
    });

    test("reach a client that did not ask for a stream when the provider streams anyway", async () => {
        world.sim.next(faults.endMarkers(world.sim, 1));
        const answer = await world.client.chat();
        expect([answer.status, answer.streamed, answer.content]).toEqual([200, true, SIM_TEXT]);
    });
});
