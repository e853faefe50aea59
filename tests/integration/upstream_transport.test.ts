// The way to providers: TLS and whom it believes, HTTP and SOCKS5 proxies by channel and environment, which headers go along.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { type Certificates, makeCertificates } from "../sim/certificates.ts";
import { type OpenAiSim, SIM_KEY, SIM_TEXT, startOpenAiSim } from "../sim/openai.ts";
import { startHttpProxy, startSocks5Proxy } from "../sim/proxies.ts";
import { ROOT } from "./admin.ts";
import { ChatClient, expectError } from "./chat_client.ts";
import { Gateway, PATIENCE, type Environment } from "./gateway.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

const sent = { status: 500, code: "do_request_failed", message: "upstream error: do request failed" };

let world: World;
let secure: OpenAiSim;
let certificates: Certificates;

beforeAll(async () => {
    world = await startWorld();
    const folder = join(world.gateway.folder, "tls");
    mkdirSync(folder);
    certificates = makeCertificates(folder, ["DNS:localhost"]);
    secure = await startOpenAiSim({ tls: { key: certificates.key, cert: certificates.cert } });
    const byName = `https://localhost:${secure.port}`;
    await world.admin.addChannel({ base_url: byName, key: SIM_KEY, models: "gpt-4.1", name: "tls by name" });
    await world.admin.addChannel({
        base_url: secure.url,
        key: SIM_KEY,
        models: "gpt-4.1-mini",
        name: "tls by address",
    });
});

beforeEach(() => {
    world.sim.forget();
    secure.forget();
});

afterAll(async () => {
    await world.close();
    await secure.close();
});

/** A second process on the same database, with another environment. */
async function withEnvironment<T>(
    env: Environment,
    act: (client: ChatClient, gateway: Gateway) => Promise<T>,
): Promise<T> {
    const gateway = await Gateway.start({ folder: world.gateway.folder, env });
    try {
        return await act(new ChatClient(gateway.url, world.token.key), gateway);
    } finally {
        await gateway.stop();
    }
}

describe("a provider behind TLS", () => {
    test("whose certificate nobody vouches for gets no request", async () => {
        await world.costsNothing(async () => {
            expectError(await world.client.chat({ model: "gpt-4.1" }), sent);
        });
        expect([secure.requests.length, secure.malformed]).toEqual([0, []]);
    });

    test("is used when the system trusts its authority and the name fits", async () => {
        await withEnvironment({ SSL_CERT_FILE: certificates.authorityFile }, async (client) => {
            for (const stream of [false, true]) {
                const answer = await client.chat({ model: "gpt-4.1", stream });
                expect([answer.status, answer.content]).toEqual([200, SIM_TEXT]);
            }
            expectError(await client.chat({ model: "gpt-4.1-mini" }), sent);
        });
        expect(secure.requests).toHaveLength(2);
    });

    test("is not asked for a certificate when the operator says so", async () => {
        await withEnvironment({ TLS_INSECURE_SKIP_VERIFY: "true" }, async (client) => {
            for (const model of ["gpt-4.1", "gpt-4.1-mini"]) {
                expect((await client.chat({ model })).content).toBe(SIM_TEXT);
            }
        });
    });

    test("that breaks off within the handshake or speaks no TLS is an error", async () => {
        await world.admin.addChannel({
            base_url: world.sim.url.replace("http:", "https:"),
            key: SIM_KEY,
            models: "o1",
            name: "no tls",
        });
        await world.costsNothing(async () => expectError(await world.client.chat({ model: "o1" }), sent));
    });
});

describe("a channel's proxy", () => {
    const login = { user: "ann", password: "p@ss:word" };
    let count = 0;

    async function channelBy(proxy: string, base: string): Promise<string> {
        const model = `by-proxy-${count++}`;
        await world.admin.setOption("SelfUseModeEnabled", true);
        await world.admin.addChannel({
            base_url: base,
            key: SIM_KEY,
            models: model,
            name: model,
            setting: JSON.stringify({ proxy }),
        });
        return model;
    }

    test.each(["http", "http with a password", "socks5", "socks5 with a password", "socks5h"])(
        "%s",
        async (kind) => {
            const wanted = kind.endsWith("password") ? login : undefined;
            const proxy = kind.startsWith("http")
                ? await startHttpProxy(wanted)
                : await startSocks5Proxy(wanted);
            const encoded = proxy.url.replace(`${login.user}:${login.password}`, "ann:p%40ss%3Aword");
            const model = await channelBy(
                kind === "socks5h" ? encoded.replace("socks5:", "socks5h:") : encoded,
                world.sim.url,
            );
            for (const stream of [false, true]) {
                const answer = await world.client.chat({ model, stream });
                expect([answer.status, answer.status === 200 && answer.content], answer.text).toEqual([
                    200,
                    SIM_TEXT,
                ]);
            }
            expect(proxy.requests.length).toBeGreaterThan(0);
            expect(proxy.requests[0]).toMatchObject({
                host: "127.0.0.1",
                port: world.sim.port,
                ...(wanted ? { credentials: wanted } : {}),
            });
            expect(proxy.bytesUp).toBeGreaterThan(0);
            expect(world.sim.requests[0]!.header("proxy-authorization")).toBeUndefined();
            await proxy.close();
        },
    );

    test("is asked to connect to a provider behind TLS, and sees nothing of the key", async () => {
        const proxy = await startHttpProxy();
        const socks = await startSocks5Proxy();
        const base = `https://localhost:${secure.port}`;
        const models = [
            await channelBy(proxy.url, base),
            await channelBy(socks.url.replace("socks5:", "socks5h:"), base),
        ];
        await withEnvironment({ SSL_CERT_FILE: certificates.authorityFile }, async (client) => {
            for (const model of models) expect((await client.chat({ model })).content).toBe(SIM_TEXT);
        });
        expect(proxy.requests).toMatchObject([{ kind: "connect", host: "localhost", port: secure.port }]);
        expect(socks.requests).toMatchObject([{ kind: "socks5", host: "localhost", address: "name" }]);
        await proxy.close();
        await socks.close();
    });

    test("that refuses, is away or has another scheme is an error without its password", async () => {
        const proxy = await startHttpProxy(login);
        const socks = await startSocks5Proxy(login);
        const closed = await startHttpProxy();
        await closed.close();
        for (const url of [
            proxy.url.replace(/\/\/.*@/, "//ann:secret-word@"),
            socks.url.replace(/\/\/.*@/, "//ann:secret-word@"),
            closed.url,
            "ftp://ann:secret-word@127.0.0.1:21",
        ]) {
            const model = await channelBy(url, world.sim.url);
            await world.costsNothing(async () => {
                const answer = await world.client.chat({ model });
                expectError(answer, { status: 500 });
                expect(answer.text).not.toContain("secret-word");
            });
        }
        expect(world.sim.requests).toHaveLength(0);
        expect(world.gateway.output).not.toContain("secret-word");
        await proxy.close();
        await socks.close();
    });
});

test("a proxy of the environment is used, but not for hosts that it excepts", async () => {
    const proxy = await startHttpProxy();
    await withEnvironment({ HTTP_PROXY: proxy.url, NO_PROXY: "" }, async (client) => {
        expect((await client.chat()).content).toBe(SIM_TEXT);
    });
    const used = proxy.requests.length;
    // Loopback hosts never go through a proxy of the environment in many programs; either is fine, but it must answer.
    expect(used).toBeLessThanOrEqual(1);
    await withEnvironment({ HTTP_PROXY: proxy.url, NO_PROXY: "127.0.0.1" }, async (client) => {
        expect((await client.chat()).content).toBe(SIM_TEXT);
    });
    expect(proxy.requests).toHaveLength(used);
    await proxy.close();
});

describe("headers to the provider", () => {
    test("are the channel's, never the client's credentials or connection", async () => {
        const answer = await world.client.chat(
            {},
            {
                headers: {
                    Cookie: "session=secret",
                    "X-Api-Key": world.token.key,
                    "X-Goog-Api-Key": "g",
                    "Proxy-Authorization": "Basic x",
                    "X-Forwarded-For": "203.0.113.7",
                    "Accept-Language": "de",
                    "Content-Type": "application/json; charset=utf-8",
                },
            },
        );
        expect(answer.status).toBe(200);
        const request = world.sim.requests[0]!;
        expect(request.header("authorization")).toBe(`Bearer ${SIM_KEY}`);
        expect(request.header("host")).toBe(`127.0.0.1:${world.sim.port}`);
        expect(request.header("content-type")).toStartWith("application/json");
        for (const name of [
            "cookie",
            "x-api-key",
            "x-goog-api-key",
            "proxy-authorization",
            "x-forwarded-for",
            "new-api-user",
        ]) {
            expect([name, request.header(name)]).toEqual([name, undefined]);
        }
        expect(request.raw.includes(world.token.key.slice(3))).toBe(false);
        expect(request.target).toBe("/v1/chat/completions");
    });

    test("carry the organization of the channel", async () => {
        await world.admin.addChannel({
            base_url: world.sim.url,
            key: SIM_KEY,
            models: "gpt-4-turbo",
            openai_organization: "org-of-the-channel",
            name: "org",
        });
        expect((await world.client.chat({ model: "gpt-4-turbo" })).status).toBe(200);
        expect(world.sim.requests[0]!.header("openai-organization")).toBe("org-of-the-channel");
    });

    test("and the query never carry a key that came in the query", async () => {
        const answer = await world.client.chat(
            {},
            { path: `/v1/chat/completions?key=${world.token.key}&x=1` },
        );
        expect(answer.status).toBe(200);
        expect(world.sim.requests[0]!.target).toBe("/v1/chat/completions?x=1");
        expect(world.gateway.output).not.toContain(world.token.key.slice(3));
    });
});

test("secrets are in no log", async () => {
    const folder = join(world.gateway.folder, "logs");
    const logs = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
    expect(logs.length).toBeGreaterThan(0);
    for (const secret of [SIM_KEY, world.token.key.slice(3), ROOT.password]) {
        for (const text of [world.gateway.output, ...logs]) expect(text.includes(secret)).toBe(false);
    }
});
