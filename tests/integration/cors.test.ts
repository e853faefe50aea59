// What browsers of other sites are told (spec 02 section 1.8, 04 section 3.2): preflights, and the requests behind them.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";

import { Gateway, PATIENCE } from "./gateway.ts";

setDefaultTimeout(PATIENCE);

const SITE = "https://site.example";

let gateway: Gateway;

beforeAll(async () => {
    gateway = await Gateway.start();
});

afterAll(() => gateway.stop());

const send = async (method: string, path: string, headers: Record<string, string>) => {
    const answer = await fetch(gateway.url + path, { method, headers, redirect: "manual" });
    const body = await answer.text();
    const allowed = [...answer.headers].filter(([name]) => name.startsWith("access-control-"));
    return { status: answer.status, body, allowed: Object.fromEntries(allowed) };
};

const preflight = (path: string, headers: Record<string, string> = {}) =>
    send("OPTIONS", path, { Origin: SITE, "Access-Control-Request-Method": "POST", ...headers });

const OPEN = [
    "/v1/chat/completions",
    "/v1/messages",
    "/v1beta/models/gemini:generateContent",
    "/v1/models",
    "/v1/dashboard/billing/usage",
    "/dashboard/billing/subscription",
    "/api/usage/token/",
    "/api/log/token",
    "/api/nothing",
    "/nothing",
];
const CLOSED = ["/api/status", "/api/user/login", "/api/user/self", "/api/channel/", "/api/channel/7", "/api/log/"];

describe("a preflight", () => {
    test.each(OPEN)("of %s allows what was asked for, by name", async (path) => {
        const wanted = "authorization, content-type,x-stainless-os";
        expect(await preflight(path, { "Access-Control-Request-Headers": wanted })).toEqual({
            status: 204,
            body: "",
            allowed: {
                "access-control-allow-origin": "*",
                "access-control-allow-methods": "GET,POST,PUT,DELETE,OPTIONS",
                "access-control-allow-headers": wanted,
                "access-control-max-age": "43200",
            },
        });
        expect((await preflight(path)).allowed["access-control-allow-headers"]).toBe("*");
    });

    test.each(CLOSED)("of %s allows nothing", async (path) => {
        const asked = { "Access-Control-Request-Headers": "new-api-user" };
        expect(await preflight(path, asked)).toEqual({ status: 204, body: "", allowed: {} });
    });

    test("of the site itself, or of no site, needs no permission", async () => {
        const { host } = new URL(gateway.url);
        const own = [`http://${host}`, `https://${host}`, ""];
        for (const path of ["/v1/chat/completions", "/api/status"]) {
            for (const origin of own) {
                const answer = await preflight(path, { Origin: origin });
                expect(answer).toEqual({ status: 204, body: "", allowed: {} });
            }
        }
    });
});

describe("the request behind it", () => {
    test("says that anybody may read the answer, also of a refusal, and never lends cookies", async () => {
        for (const [method, path] of [
            ["POST", "/v1/chat/completions"],
            ["GET", "/v1/models"],
            ["GET", "/api/usage/token/"],
            ["GET", "/api/log/token"],
            ["GET", "/v1/dashboard/billing/usage"],
            ["GET", "/nothing"],
        ] as const) {
            const answer = await send(method, path, { Origin: SITE });
            expect(answer.allowed).toEqual({ "access-control-allow-origin": "*" });
            expect([401, 404]).toContain(answer.status);
            expect((await send(method, path, { Origin: gateway.url })).allowed).toEqual({});
        }
    });

    test("is closed to other sites in the management API", async () => {
        for (const path of ["/api/status", "/api/user/self"])
            expect((await send("GET", path, { Origin: SITE })).allowed).toEqual({});
    });
});
