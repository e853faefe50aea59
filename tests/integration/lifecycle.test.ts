// Many at once, clients that leave, and the end of the process: streams side by side, aborts that reach the provider, a drain
// that finishes what runs, bills that survive a restart and a kill, and a start on a database that is there already.
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";

import * as faults from "../sim/faults.ts";
import { SIM_TEXT, SIM_USAGE } from "../sim/openai.ts";
import { Gate, until, within } from "../sim/waiting.ts";
import { Admin, readAnswer } from "./admin.ts";
import { quotaOf } from "./bill.ts";
import { ChatAnswer, ChatClient, MESSAGES } from "./chat_client.ts";
import { TestDatabase } from "./database.ts";
import { BINARY, Gateway, makeFolder, PATIENCE, SANITIZED } from "./gateway.ts";
import { RawConnection, requestBytes } from "./raw_http.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

const PRICE = quotaOf({ prompt: 21, completion: 7 }, { model: 1.25, completion: 4 });

let world: World;

beforeEach(async () => {
    world = await startWorld({ folder: makeFolder() });
});

afterEach(async () => {
    await world.close();
    rmSync(world.gateway.folder, { recursive: true, force: true });
});

function openStream(signal?: AbortSignal): Promise<Response> {
    return world.client.open({ model: "gpt-4o", messages: MESSAGES, stream: true }, signal ? { signal } : {});
}

async function finished(response: Response): Promise<ChatAnswer> {
    return new ChatAnswer(await readAnswer(response));
}

describe("many at once", () => {
    test("fifty streams run side by side and each is billed once", async () => {
        const before = await world.balances();
        const gates = Array.from({ length: 50 }, () => new Gate());
        world.sim.next(...gates.map((gate) => faults.gated(world.sim, { 2: gate })));
        const responses = await Promise.all(gates.map(() => openStream()));
        expect(world.sim.open).toBeGreaterThanOrEqual(50);
        for (const gate of gates.reverse()) gate.open();
        const answers = await Promise.all(responses.map(finished));
        expect(answers.map((answer) => answer.content)).toEqual(Array(50).fill(SIM_TEXT));
        expect(new Set(answers.map((answer) => answer.requestId)).size).toBe(50);
        const after = await world.balances();
        expect([before.quota - after.quota, after.rows - before.rows]).toEqual([50 * PRICE, 50]);
    });

    test("parallel requests cannot overdraw a token", async () => {
        const token = await world.admin.createToken({ unlimited_quota: false, remain_quota: 1300 });
        const gate = new Gate();
        world.sim.onModel("gpt-4o", async (exchange) => {
            await gate.opened;
            await world.sim.answerChat(exchange);
        });
        const pending = Array.from({ length: 20 }, () => world.clientOf(token).chat());
        // Two reservations of 625 fit into 1300: exactly two requests reach the provider before any of them is settled.
        for (let n = 0; n < 2; n++) await world.sim.arrivals.take("a request");
        let refused = 0;
        for (const answer of pending) void answer.then((done) => (refused += done.status === 403 ? 1 : 0));
        await until("18 requests are refused", () => refused === 18);
        expect(world.sim.requests).toHaveLength(2);
        gate.open();
        const statuses = (await Promise.all(pending)).map((answer) => answer.status).sort();
        expect(statuses).toEqual([...Array(2).fill(200), ...Array(18).fill(403)]);
        expect((await world.balances(token)).tokenRemaining).toBe(1300 - 2 * PRICE);
    });
});

describe("a client that leaves", () => {
    test("within a stream ends the provider's work, and pays for what came", async () => {
        let left = Promise.resolve();
        world.sim.next(async (exchange) => {
            left = exchange.gone;
            await faults.gated(world.sim, { 3: new Gate() })(exchange);
        });
        const connection = await RawConnection.open(world.gateway.port);
        await connection.send(
            requestBytes({
                target: "/v1/chat/completions",
                body: JSON.stringify({ model: "gpt-4o", messages: MESSAGES, stream: true }),
                headers: { Authorization: `Bearer ${world.token.key}`, "Content-Type": "application/json" },
            }),
        );
        await connection.readUntil("from ");
        const requestId = /x-oneapi-request-id: (\S+)/i.exec(connection.unread.toString())![1]!;
        connection.reset();
        await within(left, "the provider's connection ends");
        const row = await world.consumeRow(requestId);
        expect(row.quota).toBeWithin(1, PRICE + 20);
        expect(JSON.parse(row.other).stream_status).toMatchObject({
            status: "error",
            end_reason: "client_gone",
        });
    });

    test("before any answer pays nothing, and the provider's work ends", async () => {
        for (const stream of [false, true]) {
            await world.costsNothing(async () => {
                let left: Promise<void> | undefined;
                const arrived = new Gate();
                world.sim.next(async (exchange) => {
                    left = exchange.gone;
                    arrived.open();
                    await exchange.gone;
                });
                const abort = new AbortController();
                const pending = world.client
                    .chat({ stream }, { signal: abort.signal })
                    .catch(() => "aborted");
                await within(arrived.opened, "the request reaches the provider");
                abort.abort();
                expect(await pending).toBe("aborted");
                await within(left!, "the provider's connection ends");
            });
        }
    });
});

describe("SIGTERM", () => {
    test("lets a stream finish, accepts nobody new, bills, and ends with code 0", async () => {
        const gate = new Gate();
        world.sim.next(faults.gated(world.sim, { 2: gate }));
        const idle = await RawConnection.open(world.gateway.port);
        const response = await openStream();
        world.gateway.signal("SIGTERM");
        // An idle connection is closed at once; by then the listener is closed too.
        await idle.readToEnd();
        await expect(
            RawConnection.open(world.gateway.port).then(async (late) => {
                await late.send(requestBytes({ target: "/api/status" }));
                if ((await late.read("GET")) === undefined) throw new Error("closed");
            }),
        ).rejects.toThrow();
        gate.open();
        const answer = await finished(response);
        expect([answer.content, answer.payloads.at(-1), answer.usage]).toEqual([
            SIM_TEXT,
            "[DONE]",
            SIM_USAGE,
        ]);
        await world.gateway.ended();
        expect(world.gateway.query("SELECT quota, request_id FROM logs WHERE type = 2")).toEqual([
            { quota: PRICE, request_id: answer.requestId },
        ]);
        expect(world.gateway.query("SELECT quota FROM users WHERE id = 1")).toEqual([
            { quota: 100_000_000 - PRICE },
        ]);
    });

    test("without work ends at once, also when it comes twice", async () => {
        world.gateway.signal("SIGTERM");
        world.gateway.signal("SIGTERM");
        await world.gateway.ended(SANITIZED ? 30_000 : 5_000);
    });

    test("and SIGINT do the same", async () => {
        world.gateway.signal("SIGINT");
        await world.gateway.ended(SANITIZED ? 30_000 : 5_000);
    });
});

describe("the next process on the same database", () => {
    test("knows everything, and goes on", async () => {
        await world.client.chat();
        await world.admin.setOption("ModelRatio", '{"gpt-4o": 2}');
        await world.gateway.stop();
        const next = await Gateway.start({ folder: world.gateway.folder });
        const admin = new Admin(next);
        await admin.logIn("root", "correct horse");
        expect((await admin.self()).quota).toBe(100_000_000 - PRICE);
        const answer = await new ChatClient(next.url, world.token.key).chat();
        const [row] = await admin.logs({ request_id: answer.requestId });
        expect(row!.quota).toBe(quotaOf({ prompt: 21, completion: 7 }, { model: 2, completion: 4 }));
        await next.stop();
    });
});

describe("the command line", () => {
    const run = (args: string[], env: Record<string, string> = {}) => {
        const child = Bun.spawnSync([BINARY, ...args], {
            cwd: world.gateway.folder,
            env: { PATH: "/usr/bin:/bin", ...env },
            stdout: "pipe",
            stderr: "pipe",
        });
        return {
            code: child.exitCode,
            out: child.stdout.toString(),
            all: child.stdout.toString() + child.stderr.toString(),
        };
    };

    test("shows version and help and ends with 0", async () => {
        const status = (await world.admin.call("GET", "/api/status")).json.data;
        expect(run(["--version"])).toMatchObject({ code: 0 });
        expect(run(["--version"]).out).toContain(status.version);
        expect(run(["--version"], { VERSION: "v9.8.7-own" }).out.trim()).toBe("v9.8.7-own");
        expect(run(["--help"])).toMatchObject({ code: 0 });
        expect(run(["--help"]).all).toContain("--port");
    });

    test("refuses what makes no sense, and says what", () => {
        for (const args of [["--no-such-flag"], ["--port", "99999"], ["--port", "x"]]) {
            const { code, all } = run(args);
            expect(code).toBeWithin(1, 127);
            expect(all).toContain(args[0]!.slice(2));
        }
        const secret = run(["--port", "1"], { SESSION_SECRET: "random_string" });
        expect(secret.code).toBeWithin(1, 127);
        expect(secret.all).toContain("SESSION_SECRET");
    });

    test("says when the port is taken", () => {
        const { code, all } = run(
            ["--port", String(world.gateway.port), "--log-dir", `${world.gateway.folder}/other-logs`],
            { SQLITE_PATH: `${world.gateway.folder}/other.db` },
        );
        // A code of its own, not a signal: it says so and goes, it does not crash.
        expect(code).toBeWithin(1, 127);
        expect(all).toContain(String(world.gateway.port));
    });

    test("tells what is wrong with the environment when it cannot start, too", () => {
        const { code, all } = run([], {
            VERSION: "v9.8.7-own",
            SYNC_FREQUENCY: "often",
            SQLITE_PATH: "/proc/no/such/folder/one-api.db",
        });
        expect(code).toBeWithin(1, 127);
        expect(all).toContain("Opusclaw v9.8.7-own starts");
        expect(all).toMatch(/warning SYNC_FREQUENCY is not a whole number/);
        const odd = run([], { CHANNEL_UPDATE_FREQUENCY: "abc", SYNC_FREQUENCY: "often" });
        expect(odd.code).toBeWithin(1, 127);
        expect(odd.all).toMatch(/warning SYNC_FREQUENCY is not[^]*opusclaw: CHANNEL_UPDATE_FREQUENCY is not a whole number/);
        expect(run(["--version"], { CHANNEL_UPDATE_FREQUENCY: "abc" }).code).toBe(0);
        // Before what failed.
        expect(all.indexOf("SYNC_FREQUENCY")).toBeLessThan(all.lastIndexOf("opusclaw: "));
    });

    test("takes the time zone of its log from the file .env, as anything else", async () => {
        const folder = makeFolder();
        writeFileSync(`${folder}/.env`, "TZ=OPU-11\n");
        const gateway = await Gateway.start({ folder, wrapper: ["env", "-u", "TZ"] });
        await gateway.stop();
        const [, day, time] = /^(\S{10}) (\S{8})\.\d+ info Opusclaw/m.exec(gateway.output)!;
        const ahead = Date.parse(`${day}T${time}Z`) - Date.now();
        expect(Math.round(ahead / 3_600_000)).toBe(11);
        new TestDatabase(folder).drop();
        rmSync(folder, { recursive: true, force: true });
    });
});
