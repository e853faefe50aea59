// A provider that refuses, stalls, cuts, lies or sends garbage instead of a whole answer: the client gets a clean error in
// OpenAI's shape, nothing is billed, nothing stays held, and the next request is served. Broken streams: stream_faults.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import type { Script } from "../sim/exchange.ts";
import * as faults from "../sim/faults.ts";
import { SIM_KEY, SIM_TEXT, SIM_USAGE, startOpenAiSim } from "../sim/openai.ts";
import type { Token } from "./admin.ts";
import { type ExpectedError, expectError } from "./chat_client.ts";
import { freePort, PATIENCE, SANITIZED } from "./gateway.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

let world: World;
/** Holds enough for one request at a time: a reservation that is not released shows in the next. */
let tight: Token;

const RESERVED = 625; // 500 tokens at least, at the ratio 1.25
const FUNDS = 1000;

beforeAll(async () => {
    const patience = SANITIZED ? "3" : "1";
    world = await startWorld({ env: { RELAY_TIMEOUT: patience, STREAMING_TIMEOUT: patience } });
    expect(2 * RESERVED).toBeGreaterThan(FUNDS);
});

beforeEach(async () => {
    world.sim.forget();
    world.sim.usage = SIM_USAGE;
    tight = await world.admin.createToken({ unlimited_quota: false, remain_quota: FUNDS });
});

afterAll(() => world.close());

const sent: ExpectedError = {
    status: 500,
    code: "do_request_failed",
    message: "upstream error: do request failed",
};

/** What a body that cannot be read may be called; its type is that of the gateway, or repeats the code. */
const unreadable: ExpectedError = {
    status: [500, 502],
    code: ["bad_response_body", "read_response_body_failed", "do_request_failed", "bad_response"],
};

type Case = [name: string, script: () => Script, expected: ExpectedError];

const CASES: Case[] = [
    ["closes before the head", () => faults.closeBeforeHead, sent],
    ["resets before the head", () => faults.resetBeforeHead, sent],
    ["stalls before the head", () => faults.stallBeforeHead, sent],
    ["cuts the head", () => faults.cutHead, sent],
    ["sends garbage instead of HTTP", () => faults.garbage, sent],
    [
        "sends two different lengths",
        () =>
            faults.rawHead(
                world.sim,
                (length) =>
                    `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\nContent-Length: ${length - 9}\r\n\r\n`,
            ),
        sent,
    ],
    [
        "sends a length that is no number",
        () => faults.rawHead(world.sim, (length) => `HTTP/1.1 200 OK\r\nContent-Length: ${length}x\r\n\r\n`),
        sent,
    ],
    [
        "sends a negative length",
        () => faults.rawHead(world.sim, () => "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"),
        sent,
    ],
    [
        "sends a length beyond 64 bits",
        () =>
            faults.rawHead(
                world.sim,
                () => "HTTP/1.1 200 OK\r\nContent-Length: 184467440737095516160\r\n\r\n",
            ),
        sent,
    ],
    [
        "sends a head of 200 KB",
        () =>
            faults.rawHead(
                world.sim,
                (length) =>
                    `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\nX-Filler: ${"f".repeat(200_000)}\r\n\r\n`,
            ),
        sent,
    ],
    [
        "answers in another protocol version",
        () => faults.rawHead(world.sim, (length) => `HTTP/3.7 200 OK\r\nContent-Length: ${length}\r\n\r\n`),
        sent,
    ],
    ["stalls within the body", () => faults.stallInBody, unreadable],
    ["cuts the body", () => faults.cutAnswer(world.sim, 80), unreadable],
    ["resets within the body", () => faults.cutAnswer(world.sim, 80, "reset"), unreadable],
    ["cuts the body before its first byte", () => faults.cutAnswer(world.sim, 0), unreadable],
    ["announces more than it sends", () => faults.wrongLength(world.sim, 25), unreadable],
    ["announces less than it sends", () => faults.wrongLength(world.sim, -25), unreadable],
    ["sends bad chunk sizes", () => faults.badChunkSize, unreadable],
    ["sends broken gzip", () => faults.brokenGzip(world.sim), unreadable],
    ["sends an empty body", () => faults.emptyBody, { ...unreadable, code: undefined }],
    ["sends text instead of JSON", () => faults.body("model is overloaded"), unreadable],
    ["sends half a JSON object", () => faults.body('{"id":"chatcmpl-1","choices":[{"index":0'), unreadable],
    ["sends a JSON array", () => faults.body("[]"), { ...unreadable, code: undefined }],
    [
        "answers an HTML page with 502",
        () => faults.htmlBadGateway,
        {
            status: 502,
            code: "bad_response_status_code",
            message: "bad response status code 502",
        },
    ],
    ["answers 204", () => (exchange) => exchange.head(204), { ...unreadable, code: undefined }],
    [
        "answers an error in 200",
        () => faults.errorObject(200, { message: "no capacity", type: "server_error" }),
        {
            status: 502,
            type: "server_error",
            message: "no capacity",
            code: null,
        },
    ],
    [
        "answers an error without a type in 200",
        () => faults.errorObject(200, { message: "no capacity" }),
        {
            status: 502,
            message: "no capacity",
        },
    ],
    [
        "answers 401",
        () =>
            faults.errorObject(401, {
                message: "Incorrect API key provided",
                type: "invalid_request_error",
                code: "invalid_api_key",
            }),
        {
            status: 401,
            type: "invalid_request_error",
            code: "invalid_api_key",
            message: "Incorrect API key provided",
        },
    ],
    [
        "answers 429",
        () =>
            faults.errorObject(429, {
                message: "Rate limit reached for gpt-4o",
                type: "requests",
                code: "rate_limit_exceeded",
            }),
        {
            status: 429,
            type: "requests",
            code: "rate_limit_exceeded",
            message: "Rate limit reached for gpt-4o",
        },
    ],
    [
        "answers 500",
        () =>
            faults.errorObject(500, {
                message: "The server had an error",
                type: "server_error",
                code: null,
            }),
        { status: 500, type: "server_error", code: null, message: "The server had an error" },
    ],
    [
        "answers an error whose code is a number",
        () => faults.body('{"error":{"message":"no","type":"t","code":20041}}'),
        {
            status: 502,
            type: "t",
            message: "no",
            code: 20041,
        },
    ],
    [
        "tells its key and address in an error",
        () =>
            faults.errorObject(403, {
                message: `key ${SIM_KEY} is not allowed at https://api.acme.org/v1/x?key=abc from 203.0.113.9`,
                type: "denied",
            }),
        {
            status: 403,
            message: "key *** is not allowed at https://***.org/***/***?key=*** from ***.***.***.***",
        },
    ],
];

describe("a provider that", () => {
    test.each(CASES)("%s", async (_, script, expected) => {
        for (const stream of [false, true]) {
            await world.costsNothing(async () => {
                // On a connection of its own: a pooled one that breaks before the first byte is tried again.
                world.sim.dropConnections();
                world.sim.next(script());
                const answer = await world.clientOf(tight).chat({ stream });
                expectError(answer, expected);
                if (expected === unreadable)
                    expect(["new_api_error", answer.error!.code]).toContain(answer.error!.type);
                expect(world.sim.unusedScripts).toBe(0);
            });
            const [{ held }] = world.gateway.query(
                `SELECT ${FUNDS} - remain_quota AS held FROM tokens WHERE id = ?`,
                tight.id,
            );
            expect(held).toBe(0);
        }
        const next = await world.clientOf(tight).chat();
        expect([next.status, next.status === 200 && next.content], next.text).toEqual([200, SIM_TEXT]);
        expect(world.sim.malformed).toEqual([]);
    });

    test("refuses connections", async () => {
        const port = await freePort();
        await world.admin.addChannel({
            base_url: `http://127.0.0.1:${port}`,
            key: SIM_KEY,
            models: "o1",
            name: "closed",
        });
        await world.costsNothing(async () => expectError(await world.client.chat({ model: "o1" }), sent));
    });

    test("has a name that nobody knows", async () => {
        await world.admin.addChannel({
            base_url: "http://no-such-host.invalid",
            key: SIM_KEY,
            models: "o3",
            name: "lost",
        });
        await world.costsNothing(async () => expectError(await world.client.chat({ model: "o3" }), sent));
    });
});

describe("an answer that is only unusual", () => {
    const usual: [string, () => Script][] = [
        ["byte by byte", () => faults.byteByByte(world.sim)],
        ["after interim answers", () => faults.interimAnswers(world.sim)],
        ["in chunks with trailers", () => faults.withTrailers(world.sim)],
        ["ended by the connection's end", () => faults.closeDelimited(world.sim)],
        ["compressed without being asked", () => faults.gzipped(world.sim)],
        [
            "with headers in odd case and blanks",
            () =>
                faults.rawHead(
                    world.sim,
                    (length) =>
                        `HTTP/1.1 200 \r\ncOnTeNt-LeNgTh:\t ${length} \r\nCONTENT-TYPE:application/json\r\n\r\n`,
                ),
        ],
        [
            "by HTTP/1.0",
            () => async (exchange) => {
                const text = faults.completionText(world.sim, exchange);
                await exchange.send(`HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n${text}`);
                await exchange.close();
            },
        ],
    ];

    test.each(usual)("%s is an answer", async (_, script) => {
        world.sim.next(script());
        const answer = await world.client.chat();
        expect([answer.status, answer.status === 200 && answer.content], answer.text).toEqual([
            200,
            SIM_TEXT,
        ]);
        expect(answer.headers.get("content-encoding")).toBeNull();
        expect(answer.headers.get("set-cookie")).toBeNull();
        expect((await world.consumeRow(answer.requestId)).prompt_tokens).toBe(21);
        expect((await world.client.chat()).content).toBe(SIM_TEXT);
    });

    test("is passed on byte for byte, with the headers that are the client's business and no others", async () => {
        const text =
            '{"id":"x",  "choices":[{"index":0,"message":{"role":"assistant","content":"\\u00e9"},' +
            '"finish_reason":"stop","new_field":1.0}],"usage":{"prompt_tokens":3,"completion_tokens":1e0,"total_tokens":4}}';
        world.sim.next(
            faults.body(text, {
                "content-type": "application/json",
                "x-request-id": "req_1",
                "retry-after": "3",
            }),
        );
        const answer = await world.client.chat();
        expect(answer.text).toBe(text);
        for (const name of [
            "x-request-id",
            "retry-after",
            "openai-processing-ms",
            "x-ratelimit-limit-requests",
        ]) {
            expect([name, answer.headers.has(name)]).toEqual([name, true]);
        }
        for (const name of ["openai-organization", "openai-project", "set-cookie", "cf-ray"]) {
            expect([name, answer.headers.get(name)]).toEqual([name, null]);
        }
        expect(answer.headers.get("server")).not.toBe("cloudflare");
    });
});

describe("pooled connections", () => {
    test("are reused", async () => {
        for (let n = 0; n < 5; n++) await world.client.chat();
        expect(world.sim.requests.at(-1)!.position).toBeGreaterThan(0);
    });

    test("that turn out stale are replaced, and the client notices nothing", async () => {
        for (const how of [faults.closeBeforeHead, faults.resetBeforeHead]) {
            await world.client.chat();
            world.sim.forget();
            world.sim.next(how);
            const answer = await world.client.chat();
            expect(answer.status, answer.text).toBe(200);
            expect(world.sim.requests.map((request) => request.position > 0)).toEqual([true, false]);
            expect(world.sim.requests[0]!.body).toEqual(world.sim.requests[1]!.body);
        }
    });

    test("that were closed while idle are not used", async () => {
        await world.client.chat();
        world.sim.dropConnections();
        expect((await world.client.chat()).status).toBe(200);
    });

    test("that are new are not tried twice", async () => {
        world.sim.dropConnections();
        world.sim.forget();
        world.sim.next(faults.resetBeforeHead);
        expectError(await world.client.chat(), sent);
        expect(world.sim.requests).toHaveLength(1);
    });

    test("that still hold bytes of an earlier answer are not used again", async () => {
        const extra = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
        world.sim.next(async (exchange) => {
            const text = faults.completionText(world.sim, exchange);
            await exchange.answer(200, text, { "content-type": "application/json" });
            await exchange.send(extra);
        });
        expect((await world.client.chat()).content).toBe(SIM_TEXT);
        for (let n = 0; n < 3; n++) expect((await world.client.chat()).content).toBe(SIM_TEXT);
    });
});

describe("redirects", () => {
    test("never carry the key to another origin", async () => {
        const other = await startOpenAiSim({ keys: [] });
        for (const status of [302, 307, 308]) {
            await world.costsNothing(async () => {
                world.sim.next(faults.redirect(status, `${other.url}/v1/chat/completions`));
                const answer = await world.client.chat();
                expect(answer.status).toBeGreaterThanOrEqual(400);
                expectError(answer, { status: answer.status });
            });
        }
        expect(other.requests.filter((request) => request.header("authorization") !== undefined)).toEqual([]);
        await other.close();
    });

    test("on the same origin are followed, but not for ever", async () => {
        world.sim.next(faults.redirect(307, "/v1/chat/completions"));
        const answer = await world.client.chat();
        expect([answer.status, answer.status === 200 && answer.content], answer.text).toEqual([
            200,
            SIM_TEXT,
        ]);
        world.sim.forget();
        world.sim.onModel("gpt-4o-mini", faults.redirect(308, "/v1/chat/completions"));
        await world.costsNothing(async () => {
            const looped = await world.client.chat({ model: "gpt-4o-mini" });
            expect(looped.status).toBeGreaterThanOrEqual(400);
        });
        expect(world.sim.requests.length).toBeLessThanOrEqual(11);
    });
});
