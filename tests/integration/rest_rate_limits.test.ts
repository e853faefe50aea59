// The limiters of the management API: how many calls come through, whose they are, and what a refused caller gets.
import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import { Admin, type Answer, ROOT } from "./admin.ts";
import { type Environment, Gateway, PATIENCE } from "./gateway.ts";

setDefaultTimeout(PATIENCE);

let gateway: Gateway;

afterEach(() => gateway.stop());

async function start(env: Environment): Promise<void> {
    gateway = await Gateway.start({ env });
}

function expectRefused(answer: Answer, window: number): void {
    expect([answer.status, answer.text]).toEqual([429, ""]);
    expect(Number(answer.headers.get("retry-after"))).toBeWithin(1, window + 1);
    expect(answer.headers.get("content-type")).toBeNull();
    expect(answer.headers.get("x-oneapi-request-id")).not.toBeNull();
}

describe("the limit of the whole API", () => {
    test("counts every call of an address, whatever it asks for", async () => {
        await start({
            GLOBAL_API_RATE_LIMIT_ENABLE: "true",
            GLOBAL_API_RATE_LIMIT: "20",
            GLOBAL_API_RATE_LIMIT_DURATION: "500",
        });
        const from = (client: string, path: string) =>
            new Admin(gateway).call("GET", path, { headers: { "X-Forwarded-For": client } });
        const paths = ["/api/status", "/api/user/self", "/api/notice/", "/api/option"];
        const answers = await Promise.all(
            Array.from({ length: 30 }, (_, i) => from("203.0.113.1", paths[i % 4]!)),
        );
        expect(answers.filter((answer) => answer.status === 429).length).toBe(10);
        expectRefused(await from("203.0.113.1", "/api/status"), 500);
        expect((await from("203.0.113.2", "/api/status")).status).toBe(200);
        for (let i = 1; i <= 20; ++i) expect((await from(`2001:db8::${i}`, "/api/status")).status).toBe(200);
        expectRefused(await from("2001:db8::ffff:1", "/api/status"), 500);
        expect((await from("2001:db8:0:1::1", "/api/status")).status).toBe(200);
    });

    test("leaves relayed requests and unknown paths alone", async () => {
        await start({ GLOBAL_API_RATE_LIMIT_ENABLE: "true", GLOBAL_API_RATE_LIMIT: "1" });
        const get = (path: string) => new Admin(gateway).call("GET", path);
        await get("/api/status");
        expectRefused(await get("/api/status"), 180);
        expect((await get("/v1/models")).status).toBe(401);
        expect((await get("/api/nothing")).status).toBe(404);
    });
});

test("the limit of the web counts paths that nobody serves", async () => {
    await start({ GLOBAL_WEB_RATE_LIMIT_ENABLE: "true", GLOBAL_WEB_RATE_LIMIT: "3" });
    const get = (path: string) => new Admin(gateway).call("GET", path);
    for (const path of ["/api/nothing", "/v1/nothing", "/favicon.ico"])
        expect((await get(path)).status).toBe(404);
    expectRefused(await get("/api/nothing"), 180);
    expect((await get("/api/status")).status).toBe(200);
});

describe("the limit of critical calls", () => {
    const CRITICAL = { CRITICAL_RATE_LIMIT_ENABLE: "true", CRITICAL_RATE_LIMIT: "3" };

    test("is shared by all of them and frees nobody by another session", async () => {
        await start(CRITICAL);
        const root = new Admin(gateway);
        await root.setUp();
        await root.call("POST", "/api/user/register", { body: {} });
        await root.createToken();
        expectRefused(await root.call("POST", "/api/user/login", { body: ROOT }), 1200);
        expectRefused(await root.call("POST", "/api/token/1/key"), 1200);
        expectRefused(await new Admin(gateway).call("POST", "/api/user/register", { body: {} }), 1200);
        expect((await root.call("GET", "/api/user/self")).json.success).toBe(true);
    });

    test("is asked behind the question who it is", async () => {
        await start(CRITICAL);
        for (let i = 0; i < 5; ++i) {
            const answer = await new Admin(gateway).call("POST", "/api/token/1/key");
            expect(answer.status).toBe(401);
        }
        const root = new Admin(gateway);
        await root.setUp();
    });

    test("ends with its window", async () => {
        await start({ ...CRITICAL, CRITICAL_RATE_LIMIT_DURATION: "1" });
        const log = () => new Admin(gateway).call("POST", "/api/user/login", { body: "{" });
        let refused = 0;
        for (let i = 0; i < 200 && refused === 0; ++i) refused += (await log()).status === 429 ? 1 : 0;
        expect(refused).toBe(1);
        const waited = Date.now();
        while ((await log()).status === 429) expect(Date.now() - waited).toBeLessThan(5000);
    });
});
