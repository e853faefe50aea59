// The abort matrix: a recorded stream is cut by the provider, or left by the client, at every event of it and within every event.
// Each case names what the client gets, what it pays and what the log says; the rules are those of the billing chapter, section 7.3,
// and of the dialects chapter, sections 17.5 and 20.3. After each case everything that is left can be spent at once.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import type { Script } from "../sim/exchange.ts";
import * as faults from "../sim/faults.ts";
import { SIM_KEY, SIM_TEXT, SIM_USAGE } from "../sim/openai.ts";
import { type Place, playTo, RECORDED, RECORDED_USAGE, type StopName, STOPS } from "../sim/recorded_chat.ts";
import { Gate, until, within } from "../sim/waiting.ts";
import type { LogRow } from "./admin.ts";
import { quotaOf } from "./bill.ts";
import { ChatAnswer, expectErrorObject, MESSAGES } from "./chat_client.ts";
import { ENGINE } from "./database.ts";
import { PATIENCE } from "./gateway.ts";
import { RawConnection, type RawResponse, requestBytes } from "./raw_http.ts";
import { type Balances, startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

const RATIOS = { model: 1.25, completion: 4 };
const PRICE = quotaOf(
    { prompt: RECORDED_USAGE.prompt_tokens, completion: RECORDED_USAGE.completion_tokens },
    RATIOS,
);
/** What the request costs that shows that everything can be spent. */
const PROBE = quotaOf({ prompt: SIM_USAGE.prompt_tokens, completion: SIM_USAGE.completion_tokens }, RATIOS);
const NO_OUTPUT = "upstream stream interrupted: received prompt tokens but no completion output";
const WAIT = PATIENCE - 5_000;

/** How many events of the record have to be there for each of these. */
const OUTPUT = 2;
const FINISHED = 7;
const USAGE = 8;
const DONE = 9;

/** Where a stream breaks is not the database's business: on servers, each row that a request can end as is written once. */
const ALL = ENGINE === "sqlite";
const WAYS = (Object.keys(STOPS) as StopName[]).filter((way) => ALL || way === "is closed");

let world: World;
/** Estimated completion tokens by the number of events that came. */
const estimates = new Map<number, number>();

beforeAll(async () => {
    // As much as its owner has: what is held of the one is held of the other.
    world = await startWorld({ token: { unlimited_quota: false, remain_quota: 100_000_000 } });
});

beforeEach(() => {
    world.sim.forget();
    world.sim.usage = SIM_USAGE;
});

afterAll(() => world.close());

async function request(more: Record<string, unknown> = {}): Promise<RawConnection> {
    const connection = await RawConnection.open(world.gateway.port);
    await connection.send(
        requestBytes({
            target: "/v1/chat/completions",
            headers: { Authorization: `Bearer ${world.token.key}`, "Content-Type": "application/json" },
            body: JSON.stringify({ model: "gpt-4o", messages: MESSAGES, stream: true, ...more }),
        }),
    );
    return connection;
}

function asChatAnswer(response: RawResponse): ChatAnswer {
    expect([response.cut, response.framing === "none"]).toEqual([false, false]);
    const text = response.body.toString();
    const json = response.headers.some(([, value]) => value.startsWith("application/json"));
    return new ChatAnswer({
        status: response.status,
        headers: new Headers(response.headers),
        text,
        json: json ? JSON.parse(text) : undefined,
    });
}

/** A request whose reservation takes all that is left, but for a unit or two: refused while anything else is held. */
async function spend(remaining: number): Promise<number> {
    const answer = await world.client.chat({ max_tokens: Math.floor(remaining / RATIOS.model) - 500 });
    return answer.status;
}

async function spendEverything(): Promise<number> {
    return spend((await world.balances()).tokenRemaining);
}

/** All that a bill changes has changed by it, once. */
function expectCharged(before: Balances, after: Balances, quota: number): void {
    expect(after).toEqual({
        quota: before.quota - quota,
        used: before.used + quota,
        requests: before.requests + 1,
        tokenRemaining: before.tokenRemaining - quota,
        tokenUsed: before.tokenUsed + quota,
        channelUsed: before.channelUsed + quota,
        rows: before.rows + 1,
    });
}

/** The row of a request that had output: by the provider's figures if they came, else by an estimate. */
function expectRow(row: LogRow, came: number, status: Record<string, unknown>): void {
    const other = JSON.parse(row.other);
    expect(other.stream_status).toMatchObject(status);
    expect([row.is_stream, row.channel, row.content]).toEqual([true, world.channelId, ""]);
    expect(other.admin_info.use_channel).toEqual([String(world.channelId)]);
    expect(other.admin_info.local_count_tokens).toBe(came >= USAGE ? undefined : true);
    expect(row.quota).toBe(quotaOf({ prompt: row.prompt_tokens, completion: row.completion_tokens }, RATIOS));
    if (came >= USAGE) return expect(row.quota).toBe(PRICE);
    expect(row.prompt_tokens).toBeWithin(5, 40);
    // The estimate depends on what came alone, not on how it broke off, and grows with it.
    expect(row.completion_tokens).toBe(estimates.get(came) ?? row.completion_tokens);
    estimates.set(came, row.completion_tokens);
    expect(row.completion_tokens).toBeGreaterThanOrEqual(
        Math.max(1, ...[...estimates].filter(([events]) => events < came).map(([, tokens]) => tokens)),
    );
}

interface Cut {
    place: Place;
    way: StopName;
    wantsUsage: boolean;
}

/** Events that count: a last one without its blank line does when the body ends in order. */
function eventsOf({ place, way }: Cut): number {
    return place.whole + (place.part === "line" && way === "ends in order" ? 1 : 0);
}

/** The events that the client gets before its stream is ended. */
function forwarded(cut: Cut): string[] {
    return RECORDED.slice(0, Math.min(eventsOf(cut), DONE - 1))
        .filter((event) => cut.wantsUsage || event.name !== "usage")
        .map((event) => event.payload);
}

function endReason(cut: Cut): string {
    if (eventsOf(cut) >= DONE) return "done";
    return cut.way === "ends in order" ? "eof" : "scanner_error";
}

function expectAnswer(answer: ChatAnswer, cut: Cut): void {
    const came = eventsOf(cut);
    if (came === 0) {
        expect([answer.status, answer.streamed]).toEqual([500, false]);
        return expectErrorObject(answer, { code: "do_request_failed", message: NO_OUTPUT });
    }
    expect([answer.status, answer.payloads.at(-1)]).toEqual([200, "[DONE]"]);
    const events = forwarded(cut);
    expect(answer.payloads.slice(0, events.length)).toEqual(events);
    const more = answer.payloads.slice(events.length, -1).map((payload) => JSON.parse(payload));
    const broken = endReason(cut) === "scanner_error" && came < FINISHED;
    if (came < OUTPUT || broken) {
        expect(more).toHaveLength(1);
        expectErrorObject(
            answer,
            came < OUTPUT
                ? { code: "do_request_failed", message: NO_OUTPUT }
                : { code: "upstream_stream_interrupted" },
        );
    } else if (came < USAGE && cut.wantsUsage) {
        expect(more).toMatchObject([{ object: "chat.completion.chunk", choices: [] }]);
        expect(more[0].usage.completion_tokens).toBeGreaterThan(0);
    } else {
        expect(more).toEqual([]);
    }
}

async function runCut(cut: Cut): Promise<void> {
    const before = await world.balances();
    const seen = new Gate();
    world.sim.next(playTo(cut.place, seen, STOPS[cut.way]));
    const connection = await request({ stream_options: { include_usage: cut.wantsUsage } });
    const visible = RECORDED.slice(0, cut.place.whole).filter(
        (event) => cut.wantsUsage || event.name !== "usage",
    );
    if (visible.length > 0) await connection.readUntil(`data: ${visible.at(-1)!.payload}`, WAIT);
    seen.open();
    const answer = asChatAnswer(await connection.answer("POST", WAIT));
    connection.close();
    expectAnswer(answer, cut);
    const came = eventsOf(cut);
    if (came < OUTPUT) {
        // What was held is free before the client sees the end, and there is no row but that of the request that shows it.
        expect(await spend(before.tokenRemaining)).toBe(200);
        expectCharged(before, await world.balances(), PROBE);
    } else {
        const left = await world.balances();
        const row = await world.consumeRow(answer.requestId);
        const soft = cut.way === "ends in order" && cut.place.part === "half";
        const ok = endReason(cut) !== "scanner_error" && !soft;
        expectRow(row, came, {
            status: ok ? "ok" : "error",
            end_reason: endReason(cut),
            ...(soft ? { error_count: 1 } : {}),
        });
        expectCharged(before, left, row.quota);
        expect(await spend(left.tokenRemaining)).toBe(200);
    }
}

function nameOf(place: Place): string {
    if (place.part === "half") return `within the event "${RECORDED[place.whole]!.name}"`;
    if (place.part === "line") return `before the blank line of the event "${RECORDED[place.whole]!.name}"`;
    return place.whole === 0 ? "before any event" : `behind the event "${RECORDED[place.whole - 1]!.name}"`;
}

const BETWEEN: Place[] = Array.from({ length: DONE + 1 }, (_, whole) => ({ whole }));
const WITHIN = ALL ? RECORDED.map((_, whole) => whole) : [];
const HALVES: Place[] = WITHIN.map((whole) => ({ whole, part: "half" }));
const LINES: Place[] = WITHIN.map((whole) => ({ whole, part: "line" }));

describe.each(WAYS)("a provider's stream that %s", (way) => {
    test.each([...BETWEEN, ...HALVES].map((place): [string, Place] => [nameOf(place), place]))(
        "%s",
        (_, place) => runCut({ place, way, wantsUsage: true }),
    );
});

// A blank line that is missing counts only where the body ends in order: all ways to break it are alike.
describe.skipIf(!ALL).each(["ends in order", "is closed"] as StopName[])(
    "a provider's stream that %s",
    (way) => {
        test.each(LINES.map((place): [string, Place] => [nameOf(place), place]))("%s", (_, place) =>
            runCut({ place, way, wantsUsage: true }),
        );
    },
);

describe.each(WAYS)("without usage for the client, a stream that %s", (way) => {
    const places = [FINISHED, USAGE, DONE].map((whole): [string, Place] => [nameOf({ whole }), { whole }]);

    test.each(places)("%s", (_, place) => runCut({ place, way, wantsUsage: false }));
});

const LEAVES: [string, (connection: RawConnection) => void][] = [
    ["closes", (connection) => connection.close()],
];
if (ALL) {
    LEAVES.push(["resets", (connection) => connection.reset()]);
    LEAVES.push(["stops sending", (connection) => connection.endSending()]);
}

/** Plays the record up to the place; gives what the provider sees: that its head is out, and that the connection ends. */
function playAndStay(place: Place): { begun: Promise<void>; left: () => Promise<void> } {
    const begun = new Gate();
    let gone: Promise<void> | undefined;
    world.sim.next(async (exchange) => {
        gone = exchange.gone;
        const waits = playTo(place, new Gate(), () => undefined)(exchange);
        begun.open();
        await waits;
    });
    return {
        begun: within(begun.opened, "the provider begins"),
        left: () => within(gone!, "the provider's connection ends"),
    };
}

async function runLeave(whole: number, leave: (connection: RawConnection) => void): Promise<void> {
    const before = await world.balances();
    const stream = playAndStay({ whole });
    const connection = await request();
    await stream.begun;
    if (whole > 0) await connection.readUntil(`data: ${RECORDED[whole - 1]!.payload}`, WAIT);
    const id = /x-oneapi-request-id: (\S+)/i.exec(connection.unread.toString())?.[1];
    leave(connection);
    await stream.left();
    // When the client has gone nobody tells it that its hold is free; everybody else sees it as soon as the provider's
    // connection is closed and the request has ended.
    if (whole < OUTPUT) {
        const { rows } = before;
        await until("everything can be spent", async () => (await spendEverything()) === 200);
        const after = await world.balances();
        expect([after.rows - rows, before.quota - after.quota]).toEqual([1, PROBE]);
    } else {
        const row = await world.consumeRow(id!);
        expectRow(row, whole, { status: "error", end_reason: "client_gone" });
        expectCharged(before, await world.balances(), row.quota);
        expect(await spendEverything()).toBe(200);
    }
    connection.close();
}

describe.each(LEAVES)("a client that %s", (_, leave) => {
    const places = Array.from({ length: DONE }, (_, whole): [string, number] => [nameOf({ whole }), whole]);

    test.each(places)("%s", (_, whole) => runLeave(whole, leave));

    test("before the head of a whole answer or within it pays nothing", async () => {
        for (const script of [faults.stallBeforeHead, faults.stallInBody]) {
            const before = await world.balances();
            let gone: Promise<void> | undefined;
            const begun = new Gate();
            world.sim.next(async (exchange) => {
                gone = exchange.gone;
                const waits = script(exchange);
                begun.open();
                await waits;
            });
            const connection = await request({ stream: false });
            await within(begun.opened, "the provider begins");
            leave(connection);
            await within(gone!, "the provider's connection ends");
            await until("everything can be spent", async () => (await spendEverything()) === 200);
            const after = await world.balances();
            expect([after.rows - before.rows, before.quota - after.quota]).toEqual([1, PROBE]);
            connection.close();
        }
    });
});

// Last, for it adds a channel: the ordinary retry, while the client has seen nothing (billing chapter, section 7.4).
describe("with another channel and a second try", () => {
    beforeAll(async () => {
        await world.admin.addChannel({ base_url: world.sim.url, key: SIM_KEY, name: "other" });
        await world.admin.setOption("RetryTimes", 1);
    });

    const cut = (whole: number, way: StopName) => {
        const seen = new Gate();
        seen.open();
        return playTo({ whole }, seen, STOPS[way]);
    };

    async function twice(script: Script): Promise<{ answer: ChatAnswer; row?: LogRow }> {
        world.sim.next(script);
        const before = await world.balances();
        const answer = await world.client.chat({ stream: true });
        const after = await world.balances();
        const row = after.rows > before.rows ? await world.consumeRow(answer.requestId) : undefined;
        expect([after.rows - before.rows, before.quota - after.quota]).toEqual(row ? [1, PROBE] : [0, 0]);
        expect(await spendEverything()).toBe(200);
        return row ? { answer, row } : { answer };
    }

    test.each(WAYS)("a stream that %s before any event is asked for again, and billed once", async (way) => {
        const { answer, row } = await twice(cut(0, way));
        expect([answer.status, answer.content, answer.usage]).toEqual([200, SIM_TEXT, SIM_USAGE]);
        const { admin_info, stream_status } = JSON.parse(row!.other);
        expect(new Set(admin_info.use_channel).size).toBe(2);
        expect(stream_status).toMatchObject({ status: "ok", end_reason: "done" });
    });

    test.each(WAYS)("a stream that %s behind the role is not, and costs nothing", async (way) => {
        const { answer, row } = await twice(cut(1, way));
        expectErrorObject(answer, { code: "do_request_failed", message: NO_OUTPUT });
        expect([row, answer.payloads.length]).toEqual([undefined, 3]);
    });

    test("an error event in the first place is asked for again, behind the role it is not", async () => {
        const error = { error: { message: "overloaded", type: "server_error", code: null } };
        const event = (whole: number): Script =>
            faults.streamThen(world.sim, whole, async (exchange) => {
                await exchange.event(error);
                await exchange.end();
            });
        const again = await twice(event(0));
        expect(again.answer.content).toBe(SIM_TEXT);
        const { answer, row } = await twice(event(1));
        expectErrorObject(answer, { type: "server_error", message: "overloaded" });
        expect(row).toBeUndefined();
    });
});

test("no error row is written unless the operator wants them", () => {
    expect(world.gateway.query("SELECT id FROM logs WHERE type = 5")).toEqual([]);
});
