// The bill under kill -9 (DESIGN section 10): processes that die under load and during replay, with the database away, with a log
// database of its own, and with no room for the journal. KILL_ROUNDS says how often the load is killed; `./dev soak` sets more.
import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { rmSync } from "node:fs";

import * as faults from "../sim/faults.ts";
import { Gate, until } from "../sim/waiting.ts";
import { readAnswer } from "./admin.ts";
import { quotaOf } from "./bill.ts";
import { ChatAnswer, ChatClient, expectError, MESSAGES } from "./chat_client.ts";
import { ENGINE, TestDatabase } from "./database.ts";
import { Gateway, makeFolder, PATIENCE, SANITIZED } from "./gateway.ts";
import { startWorld, type World, type WorldOptions } from "./world.ts";

const ROUNDS = Number(process.env.KILL_ROUNDS ?? (ENGINE === "sqlite" && !SANITIZED ? 4 : 3));
const CLIENTS = 8;
const PRICE = quotaOf({ prompt: 21, completion: 7 }, { model: 1.25, completion: 4 });

setDefaultTimeout(4 * PATIENCE + ROUNDS * PATIENCE);

let world: World;
let gateway: Gateway;
let folders: string[] = [];
let started: WorldOptions = {};
let remaining = 0;    // of the token, before anything

/** What is known of users and tokens is believed throughout: some tests take their tables away. */
async function begin(options: WorldOptions = {}): Promise<void> {
    started = { ...options, folder: newFolder(), env: { SYNC_FREQUENCY: "3600", ...options.env } };
    world = await startWorld(started);
    gateway = world.gateway;
    remaining = (await world.balances()).tokenRemaining;
}

function newFolder(): string {
    const folder = makeFolder();
    folders.push(folder);
    return folder;
}

async function restart(): Promise<void> {
    gateway = await Gateway.start(started);
}

afterEach(async () => {
    await gateway.stop();
    await world.sim.close();
    for (const folder of folders) {
        new TestDatabase(folder).drop();
        rmSync(folder, { recursive: true, force: true });
    }
    folders = [];
});

/** What clients saw: the ids of answers they read to the end, and how many they lost. */
class Crowd {
    readonly seen: string[] = [];
    lost = 0;
    #going = true;
    #running: Promise<unknown>;

    constructor(client: ChatClient) {
        this.#running = this.#run(client);
    }

    /** The first request alone: then user and token are known, and nobody's answer depends on the database any more. */
    async #run(client: ChatClient): Promise<void> {
        if (!(await this.#ask(client, 0))) return;
        await Promise.all(
            Array.from({ length: CLIENTS }, async (_, number) => {
                for (let turn = number; this.#going && (await this.#ask(client, turn)); turn++);
            }),
        );
    }

    /** Whether the answer was read to its end. */
    async #ask(client: ChatClient, turn: number): Promise<boolean> {
        const answer = await client.chat({ stream: turn % 2 === 0 }).catch(() => undefined);
        const whole = answer?.status === 200 && (!answer.streamed || answer.payloads.at(-1) === "[DONE]");
        if (whole) this.seen.push(answer.requestId);
        else this.lost++;
        return whole;
    }

    /** Until the clients have read so many answers. */
    async reaches(answers: number): Promise<void> {
        await until(`${answers} answers`, () => this.seen.length >= answers, PATIENCE);
    }

    async ends(): Promise<void> {
        this.#going = false;
        await this.#running;
    }
}

function crowd(): Crowd {
    return new Crowd(new ChatClient(gateway.url, world.token.key));
}

/** Runs a crowd and kills the gateway under it. */
async function loadAndKill(answers: number): Promise<Crowd> {
    const clients = crowd();
    await clients.reaches(answers);
    await gateway.kill();
    await clients.ends();
    return clients;
}

/** The rows and every figure that adds up to them, read with a connection of its own. */
function books(logs: (sql: string) => any[] = (sql) => gateway.query(sql)) {
    const [row] = gateway.query(
        `SELECT u.quota, u.used_quota AS used, u.request_count AS requests, t.remain_quota AS remaining,
                t.used_quota AS "tokenUsed", c.used_quota AS "channelUsed"
         FROM users u, tokens t, channels c
         WHERE u.id = 1 AND t.id = ${world.token.id} AND c.id = ${world.channelId}`,
    );
    const rows = logs("SELECT request_id AS id, quota FROM logs WHERE type = 2") as {
        id: string;
        quota: number;
    }[];
    const [hours] = logs(
        "SELECT sum(requests) AS requests, sum(quota) AS quota FROM opus_usage_hourly WHERE type = 2",
    );
    return { row, rows, hours };
}

/** Exactly the rows' sum has moved, everywhere; each answer that was seen has one row; the others are explained. */
function expectExact(crowds: Crowd[], logs?: (sql: string) => any[]): void {
    const { row, rows, hours } = books(logs);
    const sum = rows.reduce((total, each) => total + each.quota, 0);
    expect(rows.map((each) => each.quota)).toEqual(rows.map(() => PRICE));
    expect(row).toEqual({
        quota: 100_000_000 - sum,
        used: sum,
        requests: rows.length,
        remaining: remaining - sum,
        tokenUsed: sum,
        channelUsed: sum,
    });
    expect([Number(hours.requests), Number(hours.quota)]).toEqual([rows.length, sum]);
    const billed = new Set(rows.map((each) => each.id));
    expect(billed.size).toBe(rows.length);
    const seen = crowds.flatMap((each) => each.seen);
    expect(seen.filter((id) => !billed.has(id))).toEqual([]);
    const lost = crowds.reduce((total, each) => total + each.lost, 0);
    expect(rows.length - seen.length).toBeWithin(0, lost + 1);
    expect(rows.length).toBeLessThanOrEqual(world.sim.requests.length);
}

/** Until a process that was just started stores what another left, or has nothing of the kind to do. */
function replays(process: Gateway): Promise<unknown> {
    const said = /journal: \d+ settlements|listening/;
    return until("it replays, or serves", () => said.test(process.output), PATIENCE);
}

/** Money that the database cannot take for as long as this lasts: the flusher's groups fail. */
const away = () => gateway.query('ALTER TABLE "users" RENAME TO "users_away"');
const back = () => gateway.query('ALTER TABLE "users_away" RENAME TO "users"');

describe("kill -9", () => {
    test("under load, again and again, twice during replay, leaves an exact bill", async () => {
        await begin();
        const crowds: Crowd[] = [];
        for (let round = 0; round < ROUNDS; round++) {
            crowds.push(await loadAndKill(5 + Math.floor(Math.random() * 60)));
            if (round % 2 === 1) {
                const replaying = await Gateway.spawn(started);
                await replays(replaying);
                await replaying.kill();
            }
            await restart();
            expectExact(crowds);
        }
    });

    test("with everything still in the journal stores it at the next start, killed there or not", async () => {
        await begin();
        const first = crowd();
        await first.reaches(1);
        away();
        await first.reaches(150);
        await gateway.kill();
        await first.ends();
        back();
        for (let times = 0; times < 2; times++) {
            const replaying = await Gateway.spawn(started);
            await replays(replaying);
            await replaying.kill();
        }
        await restart();
        expectExact([first]);
    });

    test.skipIf(ENGINE === "sqlite")("with a log database of its own leaves an exact bill", async () => {
        const logs = new TestDatabase(newFolder());
        await logs.prepare();
        await begin({ env: { LOG_SQL_DSN: logs.environment.SQL_DSN } });
        const crowds: Crowd[] = [];
        for (let round = 0; round < 2; round++) {
            crowds.push(await loadAndKill(20 + Math.floor(Math.random() * 40)));
            await restart();
            expectExact(crowds, (sql) => logs.query(sql, []));
        }
    });
});

describe("a database that is away", () => {
    test("for a while loses nothing: the journal keeps what was answered", async () => {
        await begin();
        const clients = crowd();
        await clients.reaches(10);
        away();
        await clients.reaches(200);
        back();
        await clients.reaches(220);
        await clients.ends();
        await until("all is stored", () => books().rows.length === clients.seen.length, PATIENCE);
        expectExact([clients]);
        expect(clients.lost).toBe(0);
    });

    test("at the stop leaves the rest to the next start", async () => {
        await begin();
        await world.client.chat();
        away();
        const answers = [];
        for (let i = 0; i < 10; i++) answers.push(await world.client.chat());
        await gateway.stop();
        expect(gateway.output).toContain("stay in the journal");
        back();
        await restart();
        expect(books().rows).toHaveLength(11);
    });
});

/** Fills the journal, with a request running meanwhile, and checks who is refused and who is billed behind that end. */
async function fillAndEmpty(end: () => Promise<void>): Promise<void> {
    const gate = new Gate();
    world.sim.next(faults.gated(world.sim, { 2: gate }));
    const running = await world.client.open({ model: "gpt-4o", messages: MESSAGES, stream: true });
    away();
    const clients = crowd();
    await until("new requests are refused", () => clients.lost > 0, PATIENCE);
    await clients.ends();
    const asked = async () => (await world.client.chat()).status;
    await until("nobody gets in any more", async () => (await asked()) === 503, PATIENCE);
    const sent = world.sim.requests.length;
    expectError(await world.client.chat(), { status: 503, code: "billing_unavailable" });
    expect(world.sim.requests.length).toBe(sent);
    gate.open();
    const answer = new ChatAnswer(await readAnswer(running));
    expect(answer.payloads.at(-1)).toBe("[DONE]");
    back();
    await until("there is room again", async () => (await asked()) === 200, PATIENCE);
    await end();
    await restart();
    const { row, rows } = books();
    expect(rows.length).toBeGreaterThanOrEqual(clients.seen.length + 2);
    const billed = new Set(rows.map((each) => each.id));
    expect([...clients.seen, answer.requestId].filter((id) => !billed.has(id))).toEqual([]);
    expect(row).toMatchObject({ used: PRICE * rows.length, requests: rows.length });
    expect(rows.length).toBe(world.sim.requests.length);
}

/** Runs the gateway with a file system of three segments under its folder, which ends with the process. */
const SMALL_DISK = [
    ...["unshare", "-rm", "sh", "-c"],
    'mkdir -p small && mount -t tmpfs -o size=384k journal small && exec "$@"',
    "sh",
];

function mayMount(): boolean {
    const folder = makeFolder();
    const done = Bun.spawnSync([...SMALL_DISK, "true"], { cwd: folder, stdout: "ignore", stderr: "ignore" });
    rmSync(folder, { recursive: true, force: true });
    return done.exitCode === 0;
}

describe("a journal without room", () => {
    const env = { LOOPS: "1", JOURNAL_SEGMENT_KB: "128" };

    test("at its limit refuses new requests and bills the running ones", async () => {
        await begin({ env: { ...env, JOURNAL_MAX_MB: "1" } });
        await fillAndEmpty(() => gateway.kill());
    });

    test.skipIf(!mayMount())("on a full disk refuses new requests and bills the running ones", async () => {
        await begin({ env: { ...env, JOURNAL_DIR: "small" }, wrapper: SMALL_DISK });
        await fillAndEmpty(() => gateway.stop());
    });
});
