// GET /api/opus/set_aside: what the journal could neither store nor leave out is shown to root, and told at each start. That refused
// settlements come there is in crash_databases.test.ts.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { rmSync } from "node:fs";

import { Admin } from "./admin.ts";
import { TestDatabase } from "./database.ts";
import { Gateway, makeFolder, PATIENCE } from "./gateway.ts";
import { putAside } from "./set_aside.ts";

setDefaultTimeout(PATIENCE);

const folder = makeFolder();
let gateway: Gateway;
let admin: Admin;

beforeAll(async () => {
    gateway = await Gateway.start({ folder });
    admin = new Admin(gateway);
    await admin.setUp();
});

afterAll(async () => {
    await gateway.stop();
    new TestDatabase(folder).drop();
    rmSync(folder, { recursive: true, force: true });
});

const list = (query = "") => admin.data("GET", `/api/opus/set_aside${query}`);

describe("what was set aside", () => {
    test("is nothing at first, and nothing is said of it", async () => {
        expect(await list()).toEqual({ page: 1, page_size: 10, total: 0, items: [] });
        expect(gateway.output).not.toContain("/aside");
    });

    test("is shown whatever it is, with the reason and without what is only half written", async () => {
        putAside(gateway, "0123456789abcdef-7.log.record", "no settlement", "too long for its column");
        putAside(gateway, "0123456789abcdef-8.main.record", "");
        putAside(gateway, "fedcba9876543210-3.journal", "x".repeat(100));
        putAside(gateway, "0123456789abcdef-9.main.record.making", "half");
        putAside(gateway, "-1.main.record", "no name of ours");
        const { total, items } = await list();
        expect(total).toBe(4);
        const byName = new Map(items.map((item: any) => [item.name, item]));
        const none = { settlement: null, set_aside_at: expect.any(Number) };
        expect(byName.get("0123456789abcdef-7.log.record")).toEqual({
            ...none,
            name: "0123456789abcdef-7.log.record",
            kind: "record",
            database: "log",
            file: "0123456789abcdef",
            sequence: 7,
            reason: "too long for its column",
            bytes: 13,
        });
        expect(byName.get("0123456789abcdef-8.main.record")).toMatchObject({ kind: "record", bytes: 0, reason: "" });
        const segment = { ...none, kind: "segment", database: "", file: "", sequence: 0, reason: "" };
        expect(byName.get("fedcba9876543210-3.journal")).toMatchObject({ ...segment, bytes: 100 });
        expect(byName.get("-1.main.record")).toMatchObject(segment);
    });

    test("comes in pages", async () => {
        const names = new Set<string>();
        for (const page of [1, 2]) {
            const { items, total } = await list(`?p=${page}&page_size=2`);
            expect([items.length, total]).toEqual([2, 4]);
            for (const item of items) names.add(item.name);
        }
        expect(names.size).toBe(4);
        expect((await list("?p=3&page_size=2")).items).toEqual([]);
        expect((await list("?p=92233720368547758&page_size=100")).items).toEqual([]);
    });

    test("is told at each start", async () => {
        await gateway.stop();
        gateway = await Gateway.start({ folder });
        expect(gateway.output).toContain("journal: 4 things lie in");
    });
});
