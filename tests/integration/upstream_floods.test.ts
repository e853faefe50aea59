// Providers that do not stop: heads, bodies, lines, comments and events without end, compressed ones too. Each flood ends in an error
// or with its client, the provider's connection is closed, nothing stays held, and little memory is used. Chapters: relay 18 to 20,
// billing 7.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import net from "node:net";

import * as floods from "../sim/floods.ts";
import { SIM_TEXT } from "../sim/openai.ts";
import { until, within } from "../sim/waiting.ts";
import type { Token } from "./admin.ts";
import { type ChatAnswer, expectError, expectErrorObject, MESSAGES } from "./chat_client.ts";
import { ENGINE } from "./database.ts";
import { PATIENCE, SANITIZED } from "./gateway.ts";
import { RawConnection, requestBytes } from "./raw_http.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

const FUNDS = 1000; // one hold of 625 at a time
const MIB = 1 << 20;

let world: World;
let tight: Token;
let atStart: number; // kilobytes

beforeAll(async () => {
    // Long enough for a slow machine; what is refused is refused long before.
    const patience = String(PATIENCE / 1000);
    world = await startWorld({
        env: {
            LOOPS: "2", // each keeps buffers of its own
            RELAY_TIMEOUT: patience,
            STREAMING_TIMEOUT: patience,
            STREAM_SCANNER_MAX_BUFFER_MB: "2",
        },
    });
    atStart = memory("VmHWM");
});

beforeEach(async () => {
    world.sim.forget();
    tight = await world.admin.createToken({ unlimited_quota: false, remain_quota: FUNDS });
});

afterAll(() => world.close());

function chat(stream: boolean): Promise<ChatAnswer> {
    return world.clientOf(tight).chat({ stream });
}

/** The next request is answered, which a hold that stayed behind would prevent. */
async function expectAlive(): Promise<void> {
    const answer = await chat(false);
    expect([answer.status, answer.status === 200 && answer.content], answer.text).toEqual([200, SIM_TEXT]);
}

/** Kilobytes of memory of the gateway: now, or at most so far. */
function memory(which: "VmRSS" | "VmHWM"): number {
    const text = readFileSync(`/proc/${world.gateway.process.pid}/status`, "utf8");
    return Number(new RegExp(`${which}:\\s+(\\d+) kB`).exec(text)![1]);
}

/** Sanitizers keep freed memory for a while: only the plain binary's figures mean something. */
function expectGrowthBelow(kilobytes: number): void {
    if (!SANITIZED) expect(memory("VmHWM") - atStart).toBeLessThan(kilobytes);
}

// None of it is the database's business.
describe.skipIf(ENGINE !== "sqlite")("a flood that ends in an error", () => {
    const cases: [string, () => floods.Flood, boolean][] = [
        ["of header lines", () => floods.endlessHead("x-filler: 0123456789\r\n"), false],
        ["within one header line", () => floods.endlessHead("x"), false],
        ["of interim answers", () => floods.endlessInterim(), false],
        [
            "within a line of a stream",
            () => floods.endlessLine('data: {"choices":[{"delta":{"content":"'),
            true,
        ],
        ["within a comment of a stream", () => floods.endlessLine(": "), true],
        ["of bytes that are no line at all", () => floods.endlessLine("x"), true],
    ];

    test.each(cases)("%s", async (_, make, stream) => {
        await world.costsNothing(async () => {
            const flood = make();
            world.sim.next(flood.script);
            const answer = await chat(stream);
            expectError(answer, { status: 500, code: "do_request_failed" });
            await within(flood.gone!, "the provider's connection ends");
        });
        expectGrowthBelow(150_000);
        await expectAlive();
    });

    test("within a line behind the first words is billed for these", async () => {
        const word = JSON.stringify({ id: "c", choices: [{ index: 0, delta: { content: "Hello" } }] });
        const flood = floods.endlessLine("data: ", `data: ${word}\n\n`);
        world.sim.next(flood.script);
        const answer = await chat(true);
        expect(answer.payloads[0]).toBe(word);
        expectErrorObject(answer, { code: "upstream_stream_interrupted" });
        await within(flood.gone!, "the provider's connection ends");
        const row = await world.consumeRow(answer.requestId);
        expect(row.completion_tokens).toBeWithin(1, 4);
        expect(JSON.parse(row.other).stream_status).toMatchObject({ end_reason: "scanner_error" });
        await expectAlive();
    });

    test("that is compressed is seen as what it is", async () => {
        const packed = await floods.bomb('data: {"choices":[{"delta":{"content":"', 64 * MIB);
        expect(packed.length).toBeLessThan(MIB);
        await world.costsNothing(async () => {
            world.sim.next(async (exchange) => {
                await exchange.openStream({ "content-encoding": "gzip" });
                await exchange.piece(packed);
                await exchange.end();
            });
            expectError(await chat(true), { status: 500, code: "do_request_failed" });
        });
        expectGrowthBelow(150_000);
        await expectAlive();
    });

    test("of a length that nobody can keep is refused before it comes", async () => {
        await world.costsNothing(async () => {
            let gone: Promise<void> | undefined;
            world.sim.next(async (exchange) => {
                gone = exchange.gone;
                await exchange.head(200, {
                    "content-type": "application/json",
                    "content-length": "1000000000000",
                });
                await exchange.gone;
            });
            const answer = await chat(false);
            expect(answer.status).toBeWithin(500, 503);
            expectErrorObject(answer, {});
            await within(gone!, "the provider's connection ends");
        });
        expectGrowthBelow(150_000);
        await expectAlive();
    });
});

describe.skipIf(ENGINE !== "sqlite")("a flood that goes on", () => {
    const COMMENTS = 8 * MIB;
    const GIVEN = 64 * MIB;

    async function openStream(): Promise<net.Socket> {
        const socket = net.connect({ port: world.gateway.port, host: "127.0.0.1" });
        socket.on("error", () => undefined);
        socket.pause();
        socket.write(
            requestBytes({
                target: "/v1/chat/completions",
                headers: { Authorization: `Bearer ${tight.key}`, "Content-Type": "application/json" },
                body: JSON.stringify({ model: "gpt-4o", messages: MESSAGES, stream: true }),
            }),
        );
        return socket;
    }

    test("of comments is read and forgotten until the client leaves", async () => {
        const flood = floods.endlessComments(COMMENTS);
        await world.costsNothing(async () => {
            world.sim.next(flood.script);
            const connection = await RawConnection.open(world.gateway.port);
            await connection.send(
                requestBytes({
                    target: "/v1/chat/completions",
                    headers: { Authorization: `Bearer ${tight.key}`, "Content-Type": "application/json" },
                    body: JSON.stringify({ model: "gpt-4o", messages: MESSAGES, stream: true }),
                }),
            );
            await until("all comments are read", () => flood.sent >= COMMENTS, PATIENCE - 5_000);
            expectGrowthBelow(150_000);
            connection.reset();
            await within(flood.gone!, "the provider's connection ends");
        });
        await until("nothing is held", async () => (await chat(false)).status === 200);
    });

    test("of events stops when the client does not read, and ends when it leaves", async () => {
        const flood = floods.endlessEvents(GIVEN);
        world.sim.next(flood.script);
        const socket = await openStream();
        // What fits into the sockets between the two is taken, and no more.
        let seen = -1;
        await until("nobody takes any more", async () => {
            if (flood.sent > 0 && flood.sent === seen) return true;
            seen = flood.sent;
            await Bun.sleep(200);
            return false;
        });
        expect(flood.sent).toBeLessThan(GIVEN);
        expectGrowthBelow(150_000);
        socket.resetAndDestroy();
        await within(flood.gone!, "the provider's connection ends");
        const [row] = await until("its row", async () => {
            const rows = await world.admin.logs({ token_name: tight.name, type: 2 });
            return rows.length > 0 ? rows : undefined;
        });
        expect(JSON.parse(row!.other).stream_status).toMatchObject({ end_reason: "client_gone" });
    });

    // Last of the floods: what is kept of a whole answer is much, and is given back.
    test.skipIf(SANITIZED)("in a whole answer ends at its limit", async () => {
        const flood = floods.endlessBody();
        await world.costsNothing(async () => {
            world.sim.next(flood.script);
            const answer = await chat(false);
            expect(answer.status).toBeWithin(500, 503);
            expectErrorObject(answer, {});
            await within(flood.gone!, "the provider's connection ends");
        });
        expectGrowthBelow(850_000);
        await expectAlive();
        await until("the memory is given back", () => memory("VmRSS") - atStart < 250_000);
    });
});
