// Changes of one user side by side: profile, settings, quota, role, status and relayed requests. Nothing may be lost: each
// write touches its own columns.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";

import { ENGINE } from "./database.ts";
import { PATIENCE } from "./gateway.ts";
import { addPerson, PASSWORD } from "./people.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

const ROUNDS = 15;

let world: World;

beforeAll(async () => {
    world = await startWorld();
});

afterAll(() => world.close());

async function times(action: (round: number) => Promise<unknown>): Promise<void> {
    for (let round = 1; round <= ROUNDS; ++round) await action(round);
}

test("profile edits, quota changes and role changes lose nothing", async () => {
    const root = world.admin;
    const ann = await addPerson(root, "ann");
    const id = ann.userId;
    const manage = (body: object) => root.data("POST", "/api/user/manage", { id, ...body });
    const quota = (mode: string, value: number) => manage({ action: "add_quota", mode, value });
    await quota("override", 10_000_000);
    const token = await ann.createToken();
    const client = world.clientOf(token);
    let spent = 0;
    const form = { notify_type: "email", quota_warning_threshold: 5 };
    await Promise.all([
        times((round) =>
            ann.data("PUT", "/api/user/self", { display_name: `a${round}`, original_password: PASSWORD }),
        ),
        times((round) => ann.data("PUT", "/api/user/self", { sidebar_modules: `{"round":${round}}` })),
        times((round) => ann.data("PUT", "/api/user/self", { language: round % 2 ? "zh-TW" : "en" })),
        times((round) => ann.data("PUT", "/api/user/setting", { ...form, notification_email: `a@${round}` })),
        times((round) => root.data("PUT", "/api/user/", { id, remark: `r${round}`, group: "default" })),
        times(() => quota("add", 1000)),
        times(() => quota("subtract", 300)),
        times((round) => manage({ action: round % 2 ? "promote" : "demote" })),
        times(() => ann.data("GET", "/api/user/token")),
        times(async () => {
            const answer = await client.chat();
            expect(answer.status).toBe(200);
            const requestId = answer.headers.get("x-oneapi-request-id")!;
            spent += (await world.consumeRow(requestId)).quota;
        }),
    ]);
    expect(spent).toBeGreaterThan(0);
    const self = await ann.self();
    expect(self).toMatchObject({
        username: "ann",
        display_name: `a${ROUNDS}`,
        role: 10,
        status: 1,
        group: "default",
        quota: 10_000_000 + ROUNDS * 700 - spent,
        used_quota: spent,
        request_count: ROUNDS,
    });
    const setting = JSON.parse(self.setting);
    expect(setting).toMatchObject({
        sidebar_modules: `{"round":${ROUNDS}}`,
        language: "zh-TW",
        notification_email: `a@${ROUNDS}`,
        quota_warning_threshold: 5,
    });
    const [row] = world.gateway.query("SELECT remark, length(access_token) AS n FROM users WHERE id = ?", id);
    expect(row).toEqual({ remark: `r${ROUNDS}`, n: 32 });
    const logs = world.gateway.query("SELECT count(*) AS n FROM logs WHERE user_id = ? AND type = 3", id);
    expect(logs).toEqual([{ n: 2 * ROUNDS + 1 }]);
});

test("two passwords at once: one of them is in force", async () => {
    const bob = await addPerson(world.admin, "bob");
    const change = (password: string) =>
        bob.call("PUT", "/api/user/self", { body: { password, original_password: PASSWORD } });
    const answers = await Promise.all(["first password", "second password", "third password"].map(change));
    expect(answers.filter((answer) => answer.json.success).length).toBe(1);
});

test("whoever gets the id of a removed user gets nothing else of his", async () => {
    const root = world.admin;
    const old = await addPerson(root, "old");
    await root.data("POST", "/api/user/manage", {
        id: old.userId,
        action: "add_quota",
        mode: "add",
        value: 1_000_000,
    });
    const client = world.clientOf(await old.createToken());
    expect((await client.chat()).status).toBe(200);
    await old.self();
    await root.data("DELETE", `/api/user/${old.userId}`);
    expect((await old.call("GET", "/api/user/self")).status).toBe(401);
    const next = await addPerson(root, "next");
    if (ENGINE === "sqlite") expect(next.userId).toBe(old.userId);    // the servers give no id twice
    expect(await next.self()).toMatchObject({ username: "next", quota: 0, used_quota: 0 });
    expect((await old.call("GET", "/api/user/self")).status).toBe(401);
    expect((await world.clientOf(await next.createToken()).chat()).status).toBe(403);
});

test("a quota set by an administrator is what the next request may spend", async () => {
    const cat = await addPerson(world.admin, "cat");
    const client = world.clientOf(await cat.createToken());
    const set = (value: number) =>
        world.admin.data("POST", "/api/user/manage", {
            id: cat.userId,
            action: "add_quota",
            mode: "override",
            value,
        });
    expect((await client.chat()).status).toBe(403);
    await set(1_000_000);
    expect((await client.chat()).status).toBe(200);
    await set(0);
    expect((await client.chat()).status).toBe(403);
});
