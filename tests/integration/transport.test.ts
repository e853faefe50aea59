// HTTP/1.1 towards clients: continue, compressed and chunked bodies and their limit, pipelining, keep-alive, HEAD, compression
// of REST answers, both address families, client addresses behind proxies. Towards providers: upstream_transport.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";

import { SIM_TEXT } from "../sim/openai.ts";
import { expectError } from "./chat_client.ts";
import { PATIENCE } from "./gateway.ts";
import { chunkedBytes, headerOf, jsonOf, RawConnection, type RawResponse, requestBytes } from "./raw_http.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

const BODY = '{"model":"gpt-4o",  "messages":[{"role":"user","content":"hi"}],"seed":1.0}';

let world: World;

beforeAll(async () => {
    world = await startWorld({ env: { MAX_REQUEST_BODY_MB: "1" } });
});

beforeEach(() => world.sim.forget());

afterAll(() => world.close());

function chatHeaders(more: Record<string, string> = {}): Record<string, string> {
    return { Authorization: `Bearer ${world.token.key}`, "Content-Type": "application/json", ...more };
}

function chatBytes(body: string | Uint8Array = BODY, more: Record<string, string> = {}): Buffer {
    return requestBytes({ target: "/v1/chat/completions", headers: chatHeaders(more), body });
}

function getBytes(target: string, more: Record<string, string> = {}, method = "GET"): Buffer {
    return requestBytes({ method, target, headers: more });
}

function expectReply(response: RawResponse): void {
    expect([response.status, response.cut], response.body.toString()).toEqual([200, false]);
    expect(jsonOf(response).choices[0].message.content).toBe(SIM_TEXT);
}

describe("Expect: 100-continue", () => {
    test("is answered before the body is sent, and the body is then read", async () => {
        const connection = await RawConnection.open(world.gateway.port);
        const bytes = chatBytes(BODY, { Expect: "100-continue" });
        const head = bytes.subarray(0, bytes.length - BODY.length);
        await connection.send(head);
        await connection.readUntil("HTTP/1.1 100 Continue\r\n\r\n");
        await connection.send(BODY);
        expectReply(await connection.answer());
        expect(world.sim.requests[0]!.header("expect")).toBeUndefined();
        connection.close();
    });

    test("is not answered with 100 when the body is too large anyway", async () => {
        const connection = await RawConnection.open(world.gateway.port);
        await connection.send(
            `POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${world.token.key}\r\n` +
                "Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 5000000\r\n\r\n",
        );
        await connection.readUntil("\r\n\r\n");
        expect(connection.unread.toString()).toStartWith("HTTP/1.1 413 ");
        connection.close();
    });
});

describe("a request body", () => {
    const coded: [string, (text: string) => Uint8Array][] = [
        ["gzip", gzipSync],
        ["deflate", deflateSync],
        ["deflate", deflateRawSync],
        ["br", brotliCompressSync],
        ["zstd", zstdCompressSync],
        ["GZIP", gzipSync],
        ["identity", (text) => Buffer.from(text)],
        ["", (text) => Buffer.from(text)],
    ];

    test.each(coded)("in %p is read and sent on plain", async (coding, compress) => {
        const connection = await RawConnection.open(world.gateway.port);
        await connection.send(chatBytes(compress(BODY), { "Content-Encoding": coding }));
        expectReply(await connection.answer());
        expect(world.sim.requests[0]!.text).toBe(BODY);
        expect(world.sim.requests[0]!.header("content-encoding")).toBeUndefined();
        connection.close();
    });

    test.each([1, 7, 1000])("in chunks of %i bytes is sent on whole, with a length", async (size) => {
        const connection = await RawConnection.open(world.gateway.port);
        await connection.send(
            requestBytes({
                method: "POST",
                target: "/v1/chat/completions",
                headers: chatHeaders({ "Transfer-Encoding": "chunked" }),
            }),
        );
        await connection.send(chunkedBytes(BODY, size));
        expectReply(await connection.answer());
        expect(world.sim.requests[0]!.text).toBe(BODY);
        expect(world.sim.requests[0]!.header("content-length")).toBe(String(BODY.length));
        connection.close();
    });

    test("compressed and in chunks is both undone", async () => {
        const connection = await RawConnection.open(world.gateway.port);
        await connection.send(
            requestBytes({
                method: "POST",
                target: "/v1/chat/completions",
                headers: chatHeaders({ "Transfer-Encoding": "chunked", "Content-Encoding": "gzip" }),
            }),
        );
        await connection.send(chunkedBytes(gzipSync(BODY), 10));
        expectReply(await connection.answer());
        expect(world.sim.requests[0]!.text).toBe(BODY);
        connection.close();
    });

    test("in an unknown coding is 415", async () => {
        expectError(await world.client.send(BODY, { headers: { "Content-Encoding": "lzma" } }), {
            status: 415,
            code: "bad_request_body",
        });
    });

    test("that is not the gzip it says is 400 with an empty body", async () => {
        const answer = await world.client.send("this is no gzip", {
            headers: { "Content-Encoding": "gzip" },
        });
        expect([answer.status, answer.text]).toEqual([400, ""]);
    });

    test.each(["br", "zstd", "deflate"])("that is broken %s is 400", async (coding) => {
        const answer = await world.client.send(new Uint8Array(200).fill(0xa7), {
            headers: { "Content-Encoding": coding },
        });
        expectError(answer, { status: 400, code: "read_request_body_failed" });
    });

    test("that ends before its compressed form does is 400", async () => {
        for (const [coding, bytes] of [
            ["gzip", gzipSync(BODY)],
            ["br", brotliCompressSync(BODY)],
            ["zstd", zstdCompressSync(BODY)],
        ] as const) {
            const answer = await world.client.send(bytes.subarray(0, bytes.length - 12), {
                headers: { "Content-Encoding": coding },
            });
            expect([coding, answer.status]).toEqual([coding, 400]);
        }
        expect(world.sim.requests).toHaveLength(0);
    });
});

describe("the limit of a request body", () => {
    const tooLarge = {
        status: 413,
        code: "read_request_body_failed",
        message: "request body exceeds 1 MB: request body too large",
    };
    const filler = (size: number) => BODY.replace('"hi"', `"${"a".repeat(size - BODY.length + 2)}"`);

    test("lets exactly one MiB through", async () => {
        const answer = await world.client.send(filler(1 << 20));
        expect(answer.status, answer.text).toBe(200);
        expect(world.sim.requests[0]!.body.length).toBe(1 << 20);
    });

    test("counts plain bytes", async () => {
        expectError(await world.client.send(filler((1 << 20) + 1)), tooLarge);
    });

    test.each([
        ["gzip", gzipSync],
        ["deflate", deflateSync],
        ["br", brotliCompressSync],
        ["zstd", zstdCompressSync],
    ] as const)("counts what %s unpacks to", async (coding, compress) => {
        const bytes = compress(filler(8 << 20));
        expect(bytes.length).toBeLessThan(100_000);
        expectError(await world.client.send(bytes, { headers: { "Content-Encoding": coding } }), tooLarge);
    });

    test("refuses a length before it reads, and chunks as soon as they are too many", async () => {
        const early = await RawConnection.open(world.gateway.port);
        const head = chatBytes("").toString("latin1");
        await early.send(head.replace("Content-Length: 0", "Content-Length: 1048577"));
        expect((await early.answer()).status).toBe(413);
        early.close();
        const endless = await RawConnection.open(world.gateway.port);
        await endless.send(head.replace("Content-Length: 0", "Transfer-Encoding: chunked"));
        const chunk = `10000\r\n${" ".repeat(65536)}\r\n`;
        for (let n = 0; n < 17; n++) await endless.send(chunk);
        expect((await endless.answer()).status).toBe(413);
        endless.close();
        expect(world.sim.requests).toHaveLength(0);
    });

    test("is counted for REST calls too, in their shape", async () => {
        const answer = await world.admin.call("PUT", "/api/option/", {
            body: { key: "Notice", value: "n".repeat(1 << 20) },
        });
        expect([answer.status, answer.json]).toEqual([
            413,
            { success: false, message: "request body exceeds 1 MB: request body too large" },
        ]);
    });
});

describe("a connection", () => {
    test("serves one request after the other", async () => {
        const connection = await RawConnection.open(world.gateway.port);
        for (let n = 0; n < 5; n++) {
            await connection.send(chatBytes());
            expectReply(await connection.answer());
        }
        connection.close();
    });

    test("answers pipelined requests in order", async () => {
        const connection = await RawConnection.open(world.gateway.port);
        await connection.send(
            Buffer.concat([
                chatBytes(),
                getBytes("/v1/nothing"),
                chatBytes(BODY.replace('"seed"', '"stream":true,"seed"')),
                getBytes("/api/status"),
                chatBytes(),
            ]),
        );
        expectReply(await connection.answer());
        expect((await connection.answer("GET")).status).toBe(404);
        const streamed = await connection.answer();
        expect([streamed.framing, streamed.body.toString().endsWith("data: [DONE]\n\n")]).toEqual([
            "chunked",
            true,
        ]);
        expect(jsonOf(await connection.answer("GET")).success).toBe(true);
        expectReply(await connection.answer());
        connection.close();
    });

    test("ends after the answer when the client says so", async () => {
        const connection = await RawConnection.open(world.gateway.port);
        await connection.send(chatBytes(BODY, { Connection: "close" }));
        expectReply(await connection.answer());
        expect((await connection.readToEnd()).length).toBe(0);
    });

    test("ends after the answer to HTTP/1.0, which is not chunked", async () => {
        const connection = await RawConnection.open(world.gateway.port);
        const streamed = BODY.replace('"seed"', '"stream":true,"seed"');
        await connection.send(chatBytes(streamed).toString("latin1").replace("HTTP/1.1", "HTTP/1.0"));
        const answer = await connection.answer();
        expect(headerOf(answer, "transfer-encoding")).toBeUndefined();
        expect(answer.body.toString().endsWith("data: [DONE]\n\n")).toBe(true);
        await connection.readToEnd();
    });

    test("still gets its answer when the client has only stopped sending", async () => {
        const connection = await RawConnection.open(world.gateway.port);
        await connection.send(getBytes("/api/status", { Connection: "close" }));
        connection.endSending();
        expect((await connection.answer("GET")).status).toBe(200);
    });

    test("is not confused by HEAD, which has no body", async () => {
        const connection = await RawConnection.open(world.gateway.port);
        await connection.send(Buffer.concat([getBytes("/v1/nothing", {}, "HEAD"), getBytes("/api/status")]));
        expect((await connection.answer("HEAD")).status).toBe(404);
        expect((await connection.answer("GET")).status).toBe(200);
        connection.close();
    });

    test("by IPv6 works as well", async () => {
        const connection = await RawConnection.open(world.gateway.port, "::1");
        await connection.send(chatBytes());
        expectReply(await connection.answer());
        connection.close();
    });
});

describe("unknown routes", () => {
    test.each([
        ["GET", "/v1/chat/completions"],
        ["POST", "/v1/nothing"],
        ["DELETE", "/v1/chat/completions"],
        ["GET", "/api/x?a=b"],
    ])("%s %s", async (method, path) => {
        const response = await fetch(world.gateway.url + path, { method });
        expect(response.status).toBe(404);
        expect(await response.json()).toEqual({
            error: {
                message: `Invalid URL (${method} ${path.split("?")[0]})`,
                type: "invalid_request_error",
                param: "",
                code: "",
            },
        });
    });
});

describe("a REST answer", () => {
    async function status(accept: string | undefined, path = "/api/status"): Promise<RawResponse> {
        const connection = await RawConnection.open(world.gateway.port);
        await connection.send(getBytes(path, accept === undefined ? {} : { "Accept-Encoding": accept }));
        const answer = await connection.answer("GET");
        connection.close();
        return answer;
    }

    test("is compressed for those who accept it", async () => {
        const plain = await status(undefined);
        expect(headerOf(plain, "content-encoding")).toBeUndefined();
        const packed = await status("br;q=0.1, gzip");
        expect(headerOf(packed, "content-encoding")).toBe("gzip");
        expect(headerOf(packed, "vary")).toMatch(/accept-encoding/i);
        const unpacked = JSON.parse(Buffer.from(Bun.gunzipSync(new Uint8Array(packed.body))).toString());
        expect(unpacked.data).toEqual(jsonOf(plain).data);
        expect(packed.body.length).toBeLessThan(plain.body.length);
    });

    test("is not compressed when small, refused, or not asked for", async () => {
        expect(headerOf(await status("gzip", "/api/setup"), "content-encoding")).toBeUndefined();
        expect(headerOf(await status("gzip;q=0"), "content-encoding")).toBeUndefined();
        expect(headerOf(await status("identity"), "content-encoding")).toBeUndefined();
    });

    test("from the relay is never compressed", async () => {
        const connection = await RawConnection.open(world.gateway.port);
        world.sim.text = "long ".repeat(1000);
        await connection.send(chatBytes(BODY, { "Accept-Encoding": "gzip" }));
        const answer = await connection.answer();
        world.sim.text = SIM_TEXT;
        expect(headerOf(answer, "content-encoding")).toBeUndefined();
        expect(jsonOf(answer).choices[0].message.content).toHaveLength(5000);
        connection.close();
    });
});
