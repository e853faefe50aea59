// Cloudflare Turnstile before registering and signing in (spec 02 section 7). Cloudflare is stood in for behind a proxy, with a
// certificate for its name.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { makeCertificates } from "../sim/certificates.ts";
import { type HttpProxy, startHttpProxy } from "../sim/proxies.ts";
import { until } from "../sim/waiting.ts";
import { Admin, type Answer } from "./admin.ts";
import { TestDatabase } from "./database.ts";
import { Gateway, makeFolder, PATIENCE } from "./gateway.ts";
import { addPerson, PASSWORD } from "./people.ts";
import { cookieOf } from "./second_factor.ts";

setDefaultTimeout(PATIENCE);

const HOST = "challenges.cloudflare.com";
const SECRET = "0x secret&of=site";

const folder = makeFolder();
let cloudflare: Bun.Server<undefined>;
let proxy: HttpProxy;
let gateway: Gateway;
let root: Admin;
/** What was asked, and the answer to the next question. */
let asked: { path: string; type: string | null; form: Record<string, string> }[] = [];
let verdict = "";
/** Answers in place of the verdict. */
let stall: ((request: Request) => Promise<Response>) | undefined;

beforeAll(async () => {
    const tls = join(folder, "tls");
    mkdirSync(tls);
    const certificates = makeCertificates(tls, [`DNS:${HOST}`]);
    cloudflare = Bun.serve({
        port: 0,
        hostname: "127.0.0.1",
        idleTimeout: 60,
        tls: { key: certificates.key, cert: certificates.cert },
        async fetch(request) {
            const form = Object.fromEntries(new URLSearchParams(await request.text()));
            const { pathname } = new URL(request.url);
            asked.push({ path: `${request.method} ${pathname}`, type: request.headers.get("Content-Type"), form });
            return stall === undefined ? new Response(verdict) : stall(request);
        },
    });
    proxy = await startHttpProxy();
    proxy.standIns.set(HOST, cloudflare.port!);
    gateway = await Gateway.start({
        folder,
        env: { HTTPS_PROXY: proxy.url, SSL_CERT_FILE: certificates.authorityFile },
    });
    root = new Admin(gateway);
    await root.setUp();
    await addPerson(root, "person");
    await root.setOption("TurnstileSiteKey", "0x site");
    await root.setOption("TurnstileSecretKey", SECRET);
    await root.setOption("TurnstileCheckEnabled", true);
});

beforeEach(() => {
    asked = [];
    stall = undefined;
    verdict = '{"success": true}';
});

afterAll(async () => {
    await gateway.stop();
    await proxy.close();
    await cloudflare.stop(true);
    new TestDatabase(folder).drop();
    rmSync(folder, { recursive: true, force: true });
});

const send = (path: string, body: unknown, headers = {}): Promise<Answer> =>
    new Admin(gateway).call("POST", path, { body, headers });

const logIn = (query = "", headers = {}, password = PASSWORD) =>
    send(`/api/user/login${query}`, { username: "person", password }, headers);

const message = (answer: Answer) => [answer.status, answer.json.success, answer.json.message];

describe("where the site wants a proof", () => {
    test("nobody signs in or registers without one", async () => {
        for (const query of ["", "?turnstile="])
            expect(message(await logIn(query))).toEqual([200, false, "Turnstile token 为空"]);
        const account = { username: "newcomer", password: PASSWORD };
        expect(message(await send("/api/user/register", account))).toEqual([200, false, "Turnstile token 为空"]);
        expect(asked).toEqual([]);
        expect((await root.call("GET", "/api/user/self")).json.success).toBe(true);
    });

    test("Cloudflare is asked with the site's secret and the client's address", async () => {
        const answer = await logIn("?turnstile=a%26b+c");
        expect(answer.json.data.username).toBe("person");
        expect(asked).toEqual([
            {
                path: "POST /turnstile/v0/siteverify",
                type: "application/x-www-form-urlencoded",
                form: { secret: SECRET, response: "a&b c", remoteip: "127.0.0.1" },
            },
        ]);
        const account = { username: "newcomer", password: PASSWORD };
        expect((await send("/api/user/register?turnstile=x", account)).json.success).toBe(true);
    });

    test.each(['{"success": false, "error-codes": ["timeout-or-duplicate"]}', "{}", '{"success": "true"}'])(
        "what Cloudflare does not pass is refused: %s",
        async (said) => {
            verdict = said;
            const answer = await logIn("?turnstile=x");
            expect(message(answer)).toEqual([200, false, "Turnstile 校验失败，请刷新重试！"]);
            expect(answer.headers.getSetCookie()).toEqual([]);
        },
    );

    test("nobody gets in while Cloudflare cannot be understood or reached", async () => {
        verdict = "<html>";
        const garbled = await logIn("?turnstile=x");
        expect([garbled.status, garbled.json.success]).toEqual([200, false]);
        proxy.standIns.set(HOST, 1);
        const away = await logIn("?turnstile=x");
        proxy.standIns.set(HOST, cloudflare.port!);
        expect([away.status, away.json.success]).toEqual([200, false]);
        for (const { text } of [garbled, away]) {
            expect(JSON.parse(text).message).not.toBe("");
            expect(text).not.toContain(SECRET);
        }
    });

    test("Cloudflare has ten seconds, for head and body together", async () => {
        const late = new ReadableStream({ start: (body) => body.enqueue(new TextEncoder().encode("{")) });
        stall = () => Bun.sleep(6000).then(() => new Response(late));
        const begin = performance.now();
        const answer = await logIn("?turnstile=x");
        const seconds = (performance.now() - begin) / 1000;
        expect([answer.status, answer.json.success, answer.json.message]).toEqual([
            200,
            false,
            "Turnstile did not answer in time",
        ]);
        expect(seconds).toBeGreaterThan(9);
        expect(seconds).toBeLessThan(14);
    });

    test("Cloudflare is not waited for when the caller has left", async () => {
        let begun = false;
        let left = false;
        stall = (request) => {
            begun = true;
            request.signal.addEventListener("abort", () => (left = true));
            return new Promise(() => {});
        };
        const caller = new AbortController();
        const call = fetch(`${gateway.url}/api/user/login?turnstile=x`, {
            method: "POST",
            body: JSON.stringify({ username: "person", password: PASSWORD }),
            signal: caller.signal,
        }).catch(() => undefined);
        await until("Cloudflare is asked", async () => begun);
        caller.abort();
        await call;
        await until("Cloudflare is hung up on", async () => left, 5000);
    });

    test("a proof counts for what follows, also behind a wrong password", async () => {
        const wrong = await logIn("?turnstile=x", {}, "not the password");
        expect(wrong.json.success).toBe(false);
        expect(wrong.headers.get("Cache-Control")).toBe("no-store");
        const [line] = wrong.headers.getSetCookie();
        expect(line).toStartWith("turnstile=");
        expect(line).toContain("Max-Age=3600;");
        expect(line).toContain("HttpOnly");
        const cookie = cookieOf(wrong);
        const answer = await logIn("", { Cookie: cookie });
        expect(answer.json.data.username).toBe("person");
        expect(answer.headers.getSetCookie().map((set) => set.split("=")[0])).toEqual(["session"]);
        expect(asked).toHaveLength(1);
        for (const forged of [cookie.slice(0, -2), cookieOf(answer).replace("session=", "turnstile="), "turnstile=1"])
            expect(message(await logIn("", { Cookie: forged }))).toEqual([200, false, "Turnstile token 为空"]);
    });
});

test("where the site wants none, nobody is asked", async () => {
    await root.setOption("TurnstileCheckEnabled", false);
    expect((await logIn()).json.success).toBe(true);
    expect(asked).toEqual([]);
});
