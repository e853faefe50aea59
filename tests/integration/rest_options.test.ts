// Every option over the wire, from the list that the unit tests have too (tests/data/settings/options.json): what is wrong is
// refused before anything is stored, what is right counts without a restart, and no secret is ever listed.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";

import list from "../data/settings/options.json";
import type { Admin } from "./admin.ts";
import { PATIENCE } from "./gateway.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

interface Option {
    key: string;
    default: string | null;
    good: string;
    bad: string[];
    once_stored?: boolean;
}

const OPTIONS = list.options as Option[];
const HIDDEN = /(Token|Secret|Key|secret|api_key)$/;
const SHOWN_KEYS = ["WaffoPancakeWebhookPublicKey", "WaffoPancakeWebhookTestKey"];
const isHidden = (key: string) => HIDDEN.test(key) && !SHOWN_KEYS.includes(key);

let world: World;
let admin: Admin;

beforeAll(async () => {
    world = await startWorld();
    admin = world.admin;
});

afterAll(() => world.close());

async function listed(): Promise<Map<string, string>> {
    const rows: { key: string; value: string }[] = await admin.data("GET", "/api/option/");
    return new Map(rows.map((row) => [row.key, row.value]));
}

function storedKeys(): string[] {
    return world.gateway.query('SELECT "key" FROM options ORDER BY "key"').map((row: any) => row.key);
}

describe("options", () => {
    test("are listed with their defaults, but for secrets and what is shown once stored", async () => {
        const shown = await listed();
        const stored = new Set(storedKeys());
        for (const option of OPTIONS) {
            const there = !isHidden(option.key) && !option.once_stored;
            expect([option.key, shown.has(option.key)]).toEqual([option.key, there]);
            if (!there || option.default === null || stored.has(option.key)) continue;
            const initial = option.key === "ServerAddress" ? "" : option.default;
            expect([option.key, shown.get(option.key)]).toEqual([option.key, initial]);
        }
    });

    test("are refused before anything is stored", async () => {
        const before = storedKeys();
        for (const { key, bad } of OPTIONS) {
            for (const value of bad) {
                const answer = await admin.call("PUT", "/api/option/", { body: { key, value } });
                expect([key, value, answer.status, answer.json?.success]).toEqual([key, value, 200, false]);
                expect([key, value, typeof answer.json.message, answer.json.message !== ""]).toEqual([
                    key,
                    value,
                    "string",
                    true,
                ]);
            }
        }
        expect(storedKeys()).toEqual(before);
    });

    test("count at once when they are right, and never show a secret", async () => {
        for (const { key, good } of OPTIONS) await admin.setOption(key, good);
        const shown = await listed();
        for (const { key, good } of OPTIONS)
            expect([key, shown.get(key)]).toEqual([key, isHidden(key) ? undefined : good]);
        const secrets = JSON.parse(shown.get("ConfiguredSecrets")!);
        expect(secrets.toSorted()).toEqual(OPTIONS.map((option) => option.key).filter(isHidden).toSorted());
        const status = (await admin.call("GET", "/api/status")).json.data;
        expect(status).toMatchObject({ data_export_default_time: "week", theme: "default" });
    });
});
