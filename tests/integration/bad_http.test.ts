// The corpus of malformed HTTP, byte for byte the same to a plain nginx and to the gateway: what nginx refuses, the gateway
// refuses too, it answers as the corpus says, and what reaches the provider is what was meant to reach it.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";

import { CORPUS, type HttpCase } from "../data/http/corpus.ts";
import { type OpenAiSim, SIM_KEY, startOpenAiSim } from "../sim/openai.ts";
import { PATIENCE } from "./gateway.ts";
import { type Nginx, startNginx } from "./nginx.ts";
import { headerOf, jsonOf, RawConnection, type RawResponse, requestBytes } from "./raw_http.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

const BODY = '{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}]}';

let world: World;
let plain: OpenAiSim; // behind nginx
let nginx: Nginx;

beforeAll(async () => {
    world = await startWorld();
    plain = await startOpenAiSim({ keys: [] });
    nginx = await startNginx(join(world.gateway.folder, "nginx"), plain.port);
});

beforeEach(() => {
    world.sim.forget();
    plain.forget();
});

afterAll(async () => {
    await nginx.stop();
    await world.close();
    await plain.close();
});

function filled(text: string): string {
    return text
        .replaceAll("{TARGET}", "/v1/chat/completions")
        .replaceAll("{BODY}", BODY)
        .replaceAll("{AUTH}", `Authorization: Bearer ${world.token.key}\r\n`)
        .replaceAll("{JSON}", "Content-Type: application/json\r\n")
        .replaceAll("{LENGTH}", String(BODY.length))
        .replaceAll("{HEX}", BODY.length.toString(16));
}

interface Outcome {
    statuses: number[];
    responses: RawResponse[];
    refused: boolean;
}

/** Sends a case and reads answers until the server closes, or until all that can be expected have come. */
async function play(port: number, item: HttpCase): Promise<Outcome> {
    const connection = await RawConnection.open(port);
    for (const part of item.parts.map(filled)) {
        for (const piece of item.bytewise ? part : [part]) await connection.send(piece);
    }
    if (item.end) connection.endSending();
    const expected = Math.max(1, item.upstream ?? 0);
    const responses: RawResponse[] = [];
    while (responses.length < expected) {
        const response = await connection.read();
        if (!response) break;
        responses.push(response);
        if (response.status >= 400) break;
    }
    connection.close();
    const statuses = responses.map((response) => response.status);
    return { statuses, responses, refused: statuses.length === 0 || statuses[0]! >= 400 };
}

describe("malformed HTTP:", () => {
    test.each(CORPUS.map((item) => [item.name, item] as const))("%s", async (_, item) => {
        const [byNginx, byGateway] = await Promise.all([
            play(nginx.port, item),
            play(world.gateway.port, item),
        ]);
        const shown = `nginx ${byNginx.statuses}, gateway ${byGateway.statuses}`;
        if (byNginx.refused && plain.requests.length === 0) expect(byGateway.refused, shown).toBe(true);
        if (item.gateway === "refuse") expect(byGateway.refused, shown).toBe(true);
        else for (const status of byGateway.statuses) expect(item.gateway, shown).toContain(status);
        const reached = world.sim.requests;
        if (!byGateway.refused) expect(reached.length, shown).toBe(item.upstream ?? 0);
        else expect(reached.length, shown).toBe(0);
        for (const request of reached) {
            expect([request.method, request.target, request.text]).toEqual([
                "POST",
                "/v1/chat/completions",
                BODY,
            ]);
        }
        expect(world.sim.malformed).toEqual([]);
        // Where both let it through, both let the same through.
        if (!byGateway.refused && !byNginx.refused) {
            expect(plain.requests.map((request) => request.text)).toEqual(
                reached.map((request) => request.text),
            );
        }
        for (const response of byGateway.responses) expect(response.cut).toBe(false);
    });

    test("leaves the gateway serving others", async () => {
        expect((await world.client.chat()).status).toBe(200);
    });

    test("is answered with a close, so that no rest is taken for a request", async () => {
        const connection = await RawConnection.open(world.gateway.port);
        await connection.send(
            filled("POST {TARGET} HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc") +
                filled("GET /v1/models HTTP/1.1\r\nHost: a\r\n{AUTH}\r\n"),
        );
        const first = await connection.read();
        expect([undefined, 400]).toContain(first?.status);
        expect((await connection.readToEnd()).length).toBe(0);
    });

    test("that trickles in does not keep others waiting", async () => {
        const slow = await RawConnection.open(world.gateway.port);
        const whole = filled(
            "POST {TARGET} HTTP/1.1\r\nHost: a\r\n{AUTH}{JSON}Content-Length: {LENGTH}\r\n\r\n{BODY}",
        );
        for (const byte of whole.slice(0, -1)) {
            await slow.send(byte);
        }
        const others = await Promise.all(Array.from({ length: 20 }, () => world.client.chat()));
        expect(others.map((answer) => answer.status)).toEqual(Array(20).fill(200));
        await slow.send(whole.slice(-1));
        expect((await slow.answer()).status).toBe(200);
        slow.close();
    });

    test("that many clients leave half-way costs nothing", async () => {
        await world.costsNothing(async () => {
            for (let n = 0; n < 50; n++) {
                const connection = await RawConnection.open(world.gateway.port);
                const whole = filled(
                    "POST {TARGET} HTTP/1.1\r\nHost: a\r\n{AUTH}{JSON}Content-Length: {LENGTH}\r\n\r\n{BODY}",
                );
                await connection.send(whole.slice(0, Math.floor(((whole.length - 1) * n) / 50)));
                if (n % 2 === 0) connection.reset();
                else connection.close();
            }
            expect((await world.client.chat({ model: "nothing" })).status).toBe(503);
        });
        expect(world.sim.requests).toHaveLength(0);
    });
});

describe("a sender that is too slow", () => {
    test("gets 408 or the end of the connection within the time for a head, however it trickles", async () => {
        const silent = await RawConnection.open(world.gateway.port);
        await silent.send("POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\n");
        const trickling = await RawConnection.open(world.gateway.port);
        await trickling.send("POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nX-A: ");
        const trickle = setInterval(() => void trickling.send("x"), 500);
        try {
            const answers = await Promise.all([silent.read("POST", 45_000), trickling.read("POST", 45_000)]);
            for (const answer of answers) expect([undefined, 408]).toContain(answer?.status);
            await Promise.all([silent.readToEnd(), trickling.readToEnd()]);
        } finally {
            clearInterval(trickle);
        }
    }, 60_000);
});

describe("values from outside that would make a header", () => {
    const evil = "x\r\nX-Injected: yes";

    function noInjection(headers: [string, string][]): void {
        for (const [name, value] of headers) {
            expect(name.toLowerCase()).not.toBe("x-injected");
            expect(value).not.toMatch(/[\r\n]/);
        }
    }

    async function raw(headers: Record<string, string>, body: string, target = "/v1/chat/completions") {
        const connection = await RawConnection.open(world.gateway.port);
        await connection.send(
            requestBytes({
                target,
                body,
                headers: {
                    Authorization: `Bearer ${world.token.key}`,
                    "Content-Type": "application/json",
                    ...headers,
                },
            }),
        );
        const answer = await connection.answer();
        connection.close();
        noInjection(answer.headers);
        return answer;
    }

    test("a model name", async () => {
        const answer = await raw(
            {},
            JSON.stringify({ model: evil, messages: [{ role: "user", content: "x" }] }),
        );
        expect(answer.status).toBe(503);
        expect(jsonOf(answer).error.message).toContain(evil);
    });

    test("a target with escapes", async () => {
        const answer = await raw({}, BODY, "/v1/chat/completions?a=%0d%0aX-Injected:%20yes");
        expect(answer.status).toBe(200);
        expect(world.sim.requests[0]!.target).not.toMatch(/[\r\n]/);
        noInjection(world.sim.requests[0]!.headers);
        const unknown = await raw({}, BODY, "/v1/%0d%0aX-Injected:%20yes");
        expect(unknown.status).toBe(404);
    });

    test("a redirect target, an origin, a request id of the client's own", async () => {
        const answer = await raw(
            {
                Origin: "http://a.test",
                "X-Oneapi-Request-Id": "mine",
                "X-Request-Id": "mine",
            },
            BODY,
        );
        expect(headerOf(answer, "x-oneapi-request-id")).not.toBe("mine");
        expect(world.sim.requests[0]!.headers.filter(([, value]) => value === "mine")).toEqual([]);
    });

    test("the fields of a channel", async () => {
        for (const [n, fields] of [
            { key: `${SIM_KEY}\r\nX-Injected: yes` },
            { openai_organization: evil },
            { base_url: `${world.sim.url}\r\nX-Injected: yes` },
            { base_url: `${world.sim.url}/ HTTP/1.1\r\nX-Injected: yes` },
        ].entries()) {
            const model = `injected-${n}`;
            const channel = {
                type: 1,
                name: model,
                key: SIM_KEY,
                base_url: world.sim.url,
                models: model,
                group: "default",
                ...fields,
            };
            await world.admin.setOption("SelfUseModeEnabled", true);
            const added = await world.admin.call("POST", "/api/channel/", {
                body: { mode: "single", channel },
            });
            if (!added.json.success) continue;
            await raw({}, BODY.replace("gpt-4o", model));
            for (const request of world.sim.requests) noInjection(request.headers);
            expect(world.sim.malformed).toEqual([]);
        }
    });

    test.each([
        ["a bare CR", "req_1\rX-Injected: yes"],
        ["a NUL", "req_1\0"],
        ["a bare LF", "req_1\nX-Injected: yes"],
        ["folding", "req_1\r\n X-Injected: yes"],
    ])("%s in a header of the provider", async (_, value) => {
        world.sim.next(async (exchange) => {
            const text = JSON.stringify({
                choices: [{ index: 0, message: { content: "hi" } }],
                usage: { prompt_tokens: 1 },
            });
            await exchange.send(
                Buffer.from(
                    `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Request-Id: ${value}\r\n` +
                        `Content-Length: ${text.length}\r\n\r\n${text}`,
                    "latin1",
                ),
            );
            exchange.socket.end();
        });
        const answer = await raw({}, BODY);
        expect(answer.body.toString()).not.toContain("X-Injected");
    });
});
