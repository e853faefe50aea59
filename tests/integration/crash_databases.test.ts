// The bill when the database does not do its part (DESIGN section 10): it is away for a while, stopped for ten seconds, away at the stop,
// or has something against one settlement. Nothing is lost, nobody waits, and what cannot be stored is shown.
import { Database } from "bun:sqlite";
import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import { Forwarder } from "../sim/forwarder.ts";
import { until } from "../sim/waiting.ts";
import { Admin, ROOT } from "./admin.ts";
import { PRICE, Scene } from "./crashes.ts";
import { ENGINE, TestDatabase } from "./database.ts";
import { PATIENCE } from "./gateway.ts";
import { addPerson } from "./people.ts";
import { filesAside } from "./set_aside.ts";

const STOPPED_MILLISECONDS = 10_000;

setDefaultTimeout(4 * PATIENCE);

const scene = new Scene();

afterEach(() => scene.end());

/** Money that the database cannot take for as long as this lasts: the flusher's groups fail. */
const away = () => scene.gateway.query('ALTER TABLE "users" RENAME TO "users_away"');
const back = () => scene.gateway.query('ALTER TABLE "users_away" RENAME TO "users"');

describe("a database that is away", () => {
    test("for a while loses nothing: the journal keeps what was answered", async () => {
        await scene.begin();
        const clients = scene.crowd();
        await clients.reaches(10);
        away();
        await clients.reaches(200);
        back();
        await clients.reaches(220);
        await clients.ends();
        await scene.stored(clients.seen.length);
        scene.expectExact([clients]);
        expect(clients.lost).toBe(0);
    });

    test("at the stop leaves the rest to the next start", async () => {
        await scene.begin();
        await scene.world.client.chat();
        away();
        for (let i = 0; i < 10; i++) await scene.world.client.chat();
        await scene.gateway.stop();
        expect(scene.gateway.output).toContain("stay in the journal");
        back();
        await scene.restart();
        expect(scene.books().rows).toHaveLength(11);
    });
});

describe("a log database of its own that is away", () => {
    test.skipIf(ENGINE === "sqlite")("gets the rows of what administrators did, whatever is killed", async () => {
        const logs = new TestDatabase(scene.newFolder());
        await logs.prepare();
        await scene.begin({ env: { LOG_SQL_DSN: logs.environment.SQL_DSN } });
        const { admin } = scene.world;
        const ann = await addPerson(admin, "ann");
        const gifts = () => logs.query(`SELECT content FROM logs WHERE user_id = ${ann.userId} AND type = 3`, []);
        const give = () =>
            admin.data("POST", "/api/user/manage", {
                id: ann.userId,
                action: "add_quota",
                mode: "add",
                value: 5_000_000,
            });
        await give();
        await until("it is there", () => gifts().length === 1);
        logs.query('ALTER TABLE "logs" RENAME TO "logs_away"', []);
        for (let times = 0; times < 3; times++) await give();
        await scene.gateway.kill();
        logs.query('ALTER TABLE "logs_away" RENAME TO "logs"', []);
        expect(gifts()).toHaveLength(1);
        await scene.restart();
        await until("all are there", () => gifts().length >= 4);
        await scene.gateway.stop();
        expect(gifts()).toHaveLength(4);
        expect(scene.gateway.query("SELECT count(*) AS n FROM opus_outbox")).toEqual([{ n: 0 }]);
    });
});

interface Stoppable {
    stop(): void | Promise<void>;
    start(): void | Promise<void>;
    /** Behind the gateway's end. */
    end(): void | Promise<void>;
}

/** A server behind a port of its own, whose connections break and which refuses new ones. */
async function beginBehindPort(): Promise<Stoppable> {
    const folder = scene.newFolder();
    const database = new TestDatabase(folder);
    await database.prepare();
    const dsn = database.environment.SQL_DSN!;
    const [address, host, port] = /([\w.-]+):(\d+)(?=[)/])/.exec(dsn)!;
    const forwarder = new Forwarder(host!, Number(port));
    await forwarder.start();
    await scene.begin({ folder, env: { SQL_DSN: dsn.replace(address, `127.0.0.1:${forwarder.port}`) } });
    return { stop: () => forwarder.stop(), start: () => forwarder.start(), end: () => forwarder.stop() };
}

/** A file that somebody else writes to, for long. */
async function beginWithLock(): Promise<Stoppable> {
    await scene.begin();
    const other = new Database(new TestDatabase(scene.gateway.folder).file, { readwrite: true });
    other.exec("PRAGMA busy_timeout = 10000");
    return {
        stop: () => void other.exec("BEGIN IMMEDIATE"),
        start: () => void other.exec("ROLLBACK"),
        end: () => other.close(),
    };
}

describe("a database that is stopped", () => {
    test("for ten seconds holds nobody up and loses nothing", async () => {
        const database = await (ENGINE === "sqlite" ? beginWithLock() : beginBehindPort());
        const before = scene.crowd();
        await before.reaches(20);
        await database.stop();
        const since = Date.now();
        await before.reaches(before.seen.length + 200);
        await before.ends();
        await until("ten seconds are over", () => Date.now() - since >= STOPPED_MILLISECONDS, PATIENCE);
        const during = scene.crowd();
        await during.reaches(20);
        await database.start();
        await during.reaches(40);
        await during.ends();
        await scene.stored(before.seen.length + during.seen.length);
        scene.expectExact([before, during]);
        expect(before.lost + during.lost).toBe(0);
        await scene.gateway.stop();
        await database.end();
    });
});

/** The database refuses log rows of tokens with that name from now on. */
function refuseRowsOf(name: string): void {
    scene.gateway.query(
        ENGINE === "sqlite"
            ? `CREATE TRIGGER "no" BEFORE INSERT ON "logs" WHEN NEW."token_name" = '${name}'
               BEGIN SELECT RAISE(ABORT, 'not this one'); END`
            : `ALTER TABLE "logs" ADD CONSTRAINT "no" CHECK ("token_name" <> '${name}')`,
    );
}

async function listSetAside(): Promise<any> {
    const admin = new Admin(scene.gateway);
    await admin.logIn(ROOT.username, ROOT.password);
    return admin.data("GET", "/api/opus/set_aside");
}

describe("a settlement that the database refuses", () => {
    test("is set aside and shown, whatever is killed, and the rest goes on", async () => {
        await scene.begin();
        const refused = await scene.world.admin.createToken({ name: "refused" });
        refuseRowsOf("refused");
        const clients = scene.crowd();
        await clients.reaches(20);
        const answer = await scene.world.clientOf(refused).chat();
        expect(answer.status).toBe(200);
        await clients.reaches(80);
        await clients.ends();
        await scene.stored(clients.seen.length);
        await until("it is set aside", () => filesAside(scene.gateway).length === 1);
        scene.expectExact([clients]);
        await scene.gateway.kill();
        await scene.restart();
        scene.expectExact([clients]);
        const { total, items } = await listSetAside();
        expect(total).toBe(1);
        expect(items[0]).toMatchObject({
            kind: "settlement",
            database: "main",
            reason: expect.stringMatching(/./),
            settlement: { user_id: 1, token_id: refused.id, channel_id: scene.world.channelId, quota: PRICE },
        });
        expect(items[0].settlement.log).toMatchObject({ request_id: answer.requestId, quota: PRICE });
        expect(scene.gateway.output).toContain("journal: 1 things lie in");
    });
});
