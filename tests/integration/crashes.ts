// What the tests of the bill under crashes share (DESIGN section 10): a gateway that is killed and started again on the same database,
// a crowd of clients that notes what it saw, and the books, which must be exact.
import { expect } from "bun:test";
import { rmSync } from "node:fs";

import { until } from "../sim/waiting.ts";
import { quotaOf } from "./bill.ts";
import { ChatClient } from "./chat_client.ts";
import { TestDatabase } from "./database.ts";
import { Gateway, makeFolder, PATIENCE } from "./gateway.ts";
import { startWorld, type World, type WorldOptions } from "./world.ts";

const CLIENTS = 8;
/** Of each answer. */
export const PRICE = quotaOf({ prompt: 21, completion: 7 }, { model: 1.25, completion: 4 });
const TOKENS = 28;

type Query = (sql: string) => any[];

/** What clients saw: the ids of answers they read to the end, and how many they lost. */
export class Crowd {
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

/** Until a process that was just started stores what another left, or has nothing of the kind to do. */
export function replays(process: Gateway): Promise<unknown> {
    const said = /journal: \d+ settlements|listening/;
    return until("it replays, or serves", () => said.test(process.output), PATIENCE);
}

/** A database of its own, its folder, and one gateway after the other on it. */
export class Scene {
    readonly #folders: string[] = [];
    #started: WorldOptions = {};
    #remaining = 0;    // of the token, before anything
    world!: World;
    gateway!: Gateway;

    newFolder(): string {
        const folder = makeFolder();
        this.#folders.push(folder);
        return folder;
    }

    /** What is known of users and tokens is believed throughout: some tests take the database away. */
    async begin(options: WorldOptions = {}): Promise<void> {
        const folder = options.folder ?? this.newFolder();
        this.#started = { ...options, folder, env: { SYNC_FREQUENCY: "3600", ...options.env } };
        this.world = await startWorld(this.#started);
        this.gateway = this.world.gateway;
        this.#remaining = (await this.world.balances()).tokenRemaining;
    }

    async restart(): Promise<void> {
        this.gateway = await Gateway.start(this.#started);
    }

    /** Starts a process and kills it when it replays. */
    async killReplaying(): Promise<void> {
        const replaying = await Gateway.spawn(this.#started);
        await replays(replaying);
        await replaying.kill();
    }

    async end(): Promise<void> {
        await this.gateway.stop();
        await this.world.sim.close();
        for (const folder of this.#folders.splice(0)) {
            new TestDatabase(folder).drop();
            rmSync(folder, { recursive: true, force: true });
        }
    }

    crowd(): Crowd {
        return new Crowd(new ChatClient(this.gateway.url, this.world.token.key));
    }

    /** Runs a crowd and kills the gateway under it. */
    async loadAndKill(answers: number): Promise<Crowd> {
        const clients = this.crowd();
        await clients.reaches(answers);
        await this.gateway.kill();
        await clients.ends();
        return clients;
    }

    /** The rows and every figure that adds up to them, read with a connection of its own. */
    books(logs: Query = (sql) => this.gateway.query(sql)) {
        const [row] = this.gateway.query(
            `SELECT u.quota, u.used_quota AS used, u.request_count AS requests, t.remain_quota AS remaining,
                    t.used_quota AS "tokenUsed", c.used_quota AS "channelUsed"
             FROM users u, tokens t, channels c
             WHERE u.id = 1 AND t.id = ${this.world.token.id} AND c.id = ${this.world.channelId}`,
        );
        const rows = logs("SELECT request_id AS id, quota FROM logs WHERE type = 2") as {
            id: string;
            quota: number;
        }[];
        const [hours] = logs(
            "SELECT sum(requests) AS requests, sum(quota) AS quota FROM opus_usage_hourly WHERE type = 2",
        );
        const [charts] = this.gateway.query(
            "SELECT sum(count) AS requests, sum(quota) AS quota, sum(token_used) AS tokens FROM quota_data",
        );
        return { row, rows, hours, charts };
    }

    /** Exactly the rows' sum has moved, everywhere; each answer that was seen has one row; the others are explained. */
    expectExact(crowds: Crowd[], logs?: Query): void {
        const { row, rows, hours, charts } = this.books(logs);
        const count = rows.length;
        const sum = rows.reduce((total, each) => total + each.quota, 0);
        expect(rows.map((each) => each.quota)).toEqual(rows.map(() => PRICE));
        expect(row).toEqual({
            quota: 100_000_000 - sum,
            used: sum,
            requests: count,
            remaining: this.#remaining - sum,
            tokenUsed: sum,
            channelUsed: sum,
        });
        expect([hours.requests, hours.quota].map(Number)).toEqual([count, sum]);
        expect([charts.requests, charts.quota, charts.tokens].map(Number)).toEqual([count, sum, TOKENS * count]);
        const billed = new Set(rows.map((each) => each.id));
        expect(billed.size).toBe(count);
        const seen = crowds.flatMap((each) => each.seen);
        expect(seen.filter((id) => !billed.has(id))).toEqual([]);
        const lost = crowds.reduce((total, each) => total + each.lost, 0);
        expect(count - seen.length).toBeWithin(0, lost + 1);
        expect(count).toBeLessThanOrEqual(this.world.sim.requests.length);
    }

    /** Until so many rows of requests are stored. */
    async stored(rows: number, logs: Query = (sql) => this.gateway.query(sql)): Promise<void> {
        const count = () => Number(logs("SELECT count(*) AS n FROM logs WHERE type = 2")[0].n);
        await until(`${rows} rows are stored`, () => count() === rows, PATIENCE);
    }
}
