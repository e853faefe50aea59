// The database under a running gateway, on the engine of this run: several nodes on one, a slave, logs in a database of their own,
// rows that another program wrote, and what the operator is told when it cannot be used.
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { rmSync } from "node:fs";

import { until } from "../sim/waiting.ts";
import { Admin, ROOT } from "./admin.ts";
import { ENGINE, TestDatabase } from "./database.ts";
import { BINARY, Gateway, PATIENCE, makeFolder } from "./gateway.ts";
import { addPerson, signIn } from "./people.ts";
import { startWorld } from "./world.ts";

setDefaultTimeout(PATIENCE);

const folders: string[] = [];

/** A folder, and with it a database, that several gateways share. */
function sharedFolder(): string {
    const folder = makeFolder();
    folders.push(folder);
    return folder;
}

afterAll(() => {
    for (const folder of folders) {
        new TestDatabase(folder).drop();
        rmSync(folder, { recursive: true, force: true });
    }
});

function setUp(gateway: Gateway) {
    return new Admin(gateway).call("POST", "/api/setup", {
        body: { ...ROOT, confirmPassword: ROOT.password, SelfUseModeEnabled: false, DemoSiteEnabled: false },
    });
}

describe("several nodes on one database", () => {
    test("start together on an empty one, and only one of them makes the root", async () => {
        const folder = sharedFolder();
        const nodes = await Promise.all([0, 1, 2].map(() => Gateway.start({ folder })));
        const answers = await Promise.all(nodes.map(setUp));
        expect(answers.filter((answer) => answer.json.success)).toHaveLength(1);
        expect(nodes[0]!.query("SELECT count(*) AS n FROM users")).toEqual([{ n: 1 }]);
        expect(nodes[0]!.query("SELECT count(*) AS n FROM setups")).toEqual([{ n: 1 }]);
        for (const node of nodes) await node.stop();
    });

    test.skipIf(ENGINE === "sqlite")("open sessions see at once what another node changed", async () => {
        const folder = sharedFolder();
        const env = { SYNC_FREQUENCY: "600" };
        const nodes = await Promise.all([0, 1].map(() => Gateway.start({ folder, env })));
        const [here, there] = nodes as [Gateway, Gateway];
        const root = new Admin(here);
        await root.setUp();
        await addPerson(root, "ann", 10);
        const ann = await signIn(there, "ann");
        const sees = async (path: string) => (await ann.call("GET", path)).json;
        const manage = (action: string) => root.data("POST", "/api/user/manage", { id: ann.userId, action });
        expect((await sees("/api/user/")).success).toBe(true);
        await manage("demote");
        expect((await sees("/api/user/")).success).toBe(false);
        expect((await sees("/api/user/self")).data.role).toBe(1);
        await manage("disable");
        expect((await sees("/api/user/self")).message).toBe("User has been banned");
        await manage("enable");
        expect((await sees("/api/user/self")).success).toBe(true);
        await manage("delete");
        expect((await ann.call("GET", "/api/user/self")).status).toBe(401);
        for (const node of nodes) await node.stop();
    });

    test("a slave leaves the tables to a master", async () => {
        const folder = sharedFolder();
        const slave = { folder, env: { NODE_TYPE: "slave" } };
        await expect(Gateway.start(slave)).rejects.toThrow("start a master of this version first");
        const master = await Gateway.start({ folder });
        const second = await Gateway.start(slave);
        await second.stop();
        await master.stop();
    });

    test("a slave sends browsers on to the dashboard's own address, a master does not", async () => {
        const folder = sharedFolder();
        const env = { FRONTEND_BASE_URL: "https://dashboard.example/app/" };
        const master = await Gateway.start({ folder, env });
        const slave = await Gateway.start({ folder, env: { ...env, NODE_TYPE: "slave" } });
        const ask = (node: Gateway, path: string, method = "GET") =>
            fetch(node.url + path, { method, redirect: "manual" });
        for (const path of ["/", "/console/log?p=2", "/apikeys"]) {
            const sent = await ask(slave, path);
            expect([sent.status, sent.headers.get("Location")]).toEqual([
                301,
                `https://dashboard.example/app${path}`,
            ]);
            expect((await ask(master, path)).status).toBe(404);
        }
        for (const path of ["/api", "/api/nothing", "/v1/nothing", "/v1beta/nothing"])
            expect((await ask(slave, path)).status).toBe(404);
        expect((await ask(slave, "/api/status")).status).toBe(200);
        await slave.stop();
        await master.stop();
    });
});

describe("hourly usage", () => {
    const usage = (gateway: Gateway) =>
        gateway.query(
            "SELECT user_id, model_name, requests, quota FROM opus_usage_hourly ORDER BY user_id, model_name",
        );

    test("is filled from the rows that New API wrote", async () => {
        const folder = sharedFolder();
        const first = await Gateway.start({ folder });
        await first.stop();
        for (let i = 0; i < 5; ++i) {
            const model = i % 2 === 0 ? "even" : "odd";
            first.query(
                "INSERT INTO logs (user_id, created_at, type, model_name, quota) VALUES (1, 7200, 2, ?, 10)",
                model,
            );
        }
        const second = await Gateway.start({ folder });
        await until("old rows are counted", async () => usage(second).length === 2);
        expect(usage(second)).toEqual([
            { user_id: 1, model_name: "even", requests: 3, quota: 30 },
            { user_id: 1, model_name: "odd", requests: 2, quota: 20 },
        ]);
        await second.stop();
    });
});

describe("a log database of its own", () => {
    test.skipIf(ENGINE === "sqlite")("has the log rows; balances stay in the main one", async () => {
        const folder = sharedFolder();
        const logs = new TestDatabase(folder);
        await logs.prepare();
        const world = await startWorld({ env: { LOG_SQL_DSN: logs.environment.SQL_DSN } });
        try {
            const answer = await world.client.chat();
            expect(answer.status).toBe(200);
            const row = await world.consumeRow(answer.requestId);
            expect(row.quota).toBeGreaterThan(0);
            expect(await world.balances()).toMatchObject({ used: row.quota, requests: 1, rows: 0 });
            expect(logs.query("SELECT request_id, quota FROM logs WHERE type = 2", [])).toEqual([
                { request_id: answer.requestId, quota: row.quota },
            ]);
            expect(logs.query("SELECT requests, quota FROM opus_usage_hourly WHERE type = 2", [])).toEqual([
                { requests: 1, quota: row.quota },
            ]);
        } finally {
            await world.close();
        }
    });

    test("named as the same SQLite file is no database of its own", async () => {
        if (ENGINE !== "sqlite") return;
        const world = await startWorld({ env: { LOG_SQL_DSN: "local" } });
        try {
            await world.costs((await world.consumeRow((await world.client.chat()).requestId)).quota, async () => {
                expect((await world.client.chat()).status).toBe(200);
            });
        } finally {
            await world.close();
        }
    });
});

describe("tables that cannot be read for a while", () => {
    const rename = (gateway: Gateway, from: string, to: string) =>
        gateway.query(`ALTER TABLE "${from}" RENAME TO "${to}"`);

    test("leave the last options and channels in force, and are read again when they are back", async () => {
        const world = await startWorld({ env: { SYNC_FREQUENCY: "1" } });
        const { gateway } = world;
        const siteName = async () => (await world.admin.call("GET", "/api/status")).json.data.system_name;
        try {
            await world.admin.setOption("SystemName", "before");
            expect((await world.client.chat()).status).toBe(200);
            rename(gateway, "options", "options_away");
            rename(gateway, "channels", "channels_away");
            await until("both have been looked for", () =>
                ["options could not be read again", "channels could not be read again"].every((words) =>
                    gateway.output.includes(words),
                ),
            );
            expect((await world.client.chat()).status).toBe(200);
            expect(await siteName()).toBe("before");
            gateway.query(`UPDATE options_away SET value = 'after' WHERE "key" = 'SystemName'`);
            gateway.query("UPDATE channels_away SET status = 2");
            rename(gateway, "options_away", "options");
            rename(gateway, "channels_away", "channels");
            await until("the new name is there", async () => (await siteName()) === "after");
            await until("the channel is gone", async () => (await world.client.chat()).status === 503);
        } finally {
            await world.close();
        }
    });
});

describe("a database that cannot be used", () => {
    test.each([
        ["host=db user=u password=geheim", "SQL_DSN"],
        ["postgres://u:geheim@127.0.0.1:1/d", "127.0.0.1:1/d"],
        ["u:geheim@tcp(127.0.0.1:1)/d", "127.0.0.1:1/d"],
    ])("%s: the operator is told, without the password", (dsn, part) => {
        const folder = sharedFolder();
        const child = Bun.spawnSync([BINARY, "--log-dir", `${folder}/logs`], {
            cwd: folder,
            env: { PATH: "/usr/bin:/bin", SQL_DSN: dsn },
            stdout: "pipe",
            stderr: "pipe",
        });
        const said = child.stdout.toString() + child.stderr.toString();
        expect(child.exitCode).toBeWithin(1, 127);
        expect(said).toContain(part);
        expect(said).not.toContain("geheim");
    });
});
