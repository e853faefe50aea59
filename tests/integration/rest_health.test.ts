// Whether the server is well, what status pages elsewhere say, and the move of the front page's lists to their new keys.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";

import { readAnswer } from "./admin.ts";
import { PATIENCE } from "./gateway.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

let world: World;

beforeAll(async () => {
    world = await startWorld();
});

afterAll(() => world.close());

function get(path: string) {
    return fetch(world.gateway.url + path).then(readAnswer);
}

describe("GET /api/status/test", () => {
    test("says that the server is well", async () => {
        const answer = await world.admin.call("GET", "/api/status/test");
        expect([answer.status, answer.json]).toEqual([
            200,
            { success: true, message: "Server is running", http_stats: { active_connections: 0 } },
        ]);
    });
});

describe("GET /api/uptime/status", () => {
    test("shows what the configured pages say, in their order, and asks them seldom", async () => {
        expect((await get("/api/uptime/status")).json).toEqual({ success: true, message: "", data: [] });
        let asked = 0;
        const page = Bun.serve({
            port: 0,
            fetch(request) {
                ++asked;
                const { pathname } = new URL(request.url);
                if (pathname === "/api/status-page/main")
                    return Response.json({
                        publicGroupList: [{ name: "core", monitorList: [{ id: 7, name: "api" }] }],
                    });
                if (pathname === "/api/status-page/heartbeat/main")
                    return Response.json({
                        heartbeatList: { "7": [{ status: 0 }, { status: 1 }] },
                        uptimeList: { "7_24": 0.5 },
                    });
                return new Response("nothing here", { status: 404 });
            },
        });
        try {
            const url = `http://127.0.0.1:${page.port}`;
            await world.admin.setOption("console_setting.uptime_kuma_groups", [
                { id: 1, categoryName: "broken", url: "http://127.0.0.1:1", slug: "main", description: "" },
                { id: 2, categoryName: "site", url: `${url}/`, slug: "main", description: "" },
                { id: 3, categoryName: "missing", url, slug: "other", description: "" },
            ]);
            const answers = await Promise.all(
                Array.from({ length: 8 }, () => get("/api/uptime/status").then((answer) => answer.json.data)),
            );
            for (const data of answers) {
                expect(data).toEqual([
                    { categoryName: "broken", monitors: [] },
                    {
                        categoryName: "site",
                        monitors: [{ name: "api", uptime: 0.5, status: 1, group: "core" }],
                    },
                    { categoryName: "missing", monitors: [] },
                ]);
            }
            expect(asked).toBe(3);
        } finally {
            await page.stop(true);
            await world.admin.setOption("console_setting.uptime_kuma_groups", "");
        }
    });
});

describe("the lists of the front page", () => {
    test("move from their old keys to the new ones", async () => {
        const items = Array.from({ length: 60 }, (_, i) => ({ url: `https://${i}.example`, route: "r" }));
        for (const [key, value] of [
            ["ApiInfo", JSON.stringify(items)],
            ["Announcements", "no json"],
            ["FAQ", JSON.stringify([{ title: "q", content: "a" }, { question: "no answer" }])],
            ["UptimeKumaUrl", "https://up.example"],
            ["UptimeKumaSlug", "all"],
        ] as const) {
            world.gateway.query('INSERT INTO options ("key", value) VALUES (?, ?)', key, value);
        }
        const answer = await world.admin.call("POST", "/api/option/migrate_console_setting");
        expect([answer.status, answer.json]).toEqual([200, { success: true, message: "migrated" }]);
        const rows = world.gateway.query<{ key: string; value: string }>(
            `SELECT "key", value FROM options WHERE "key" LIKE 'console_setting.%' OR "key" IN ('ApiInfo', 'FAQ', 'Announcements') OR "key" LIKE 'UptimeKuma%'`,
        );
        const stored = Object.fromEntries(rows.map((row) => [row.key, JSON.parse(row.value)]));
        expect(stored).toEqual({
            "console_setting.api_info": items.slice(0, 50),
            "console_setting.faq": [{ question: "q", answer: "a" }],
            "console_setting.uptime_kuma_groups": [
                { id: 1, categoryName: "old", url: "https://up.example", slug: "all", description: "" },
            ],
        });
        const status = (await world.admin.call("GET", "/api/status")).json.data;
        expect(status.api_info.length).toBe(50);
        expect((await world.admin.call("POST", "/api/option/migrate_console_setting")).json.success).toBe(true);
    });
});
