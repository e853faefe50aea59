// The simulated provider and the proxies themselves: what other tests lean on must be as the vendor documents it, and must be
// able to notice a gateway that sends nonsense.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";

import * as faults from "../sim/faults.ts";
import { type OpenAiSim, SIM_KEY, SIM_TEXT, SIM_USAGE, startOpenAiSim } from "../sim/openai.ts";
import { startHttpProxy } from "../sim/proxies.ts";
import { Gate } from "../sim/waiting.ts";
import { quotaOf } from "./bill.ts";
import { ChatClient } from "./chat_client.ts";
import { chunkedBytes, headerOf, jsonOf, RawConnection, requestBytes } from "./raw_http.ts";

let sim: OpenAiSim;
let client: ChatClient;

beforeAll(async () => {
    sim = await startOpenAiSim();
    client = new ChatClient(sim.url, SIM_KEY);
});

beforeEach(() => sim.forget());

afterAll(() => sim.close());

function chatRequest(
    headers: Record<string, string> = {},
    body = '{"model":"gpt-4o","messages":[{"role":"user","content":"x"}]}',
) {
    return requestBytes({
        target: "/v1/chat/completions",
        headers: { "Content-Type": "application/json", Authorization: `Bearer ${SIM_KEY}`, ...headers },
        body,
    });
}

describe("the simulated provider", () => {
    test("answers whole and streamed, with usage only when asked for", async () => {
        const whole = await client.chat();
        expect([whole.status, whole.content, whole.usage]).toEqual([200, SIM_TEXT, SIM_USAGE]);
        const plain = await client.chat({ stream: true });
        expect([plain.content, plain.payloads.at(-1), plain.usage]).toEqual([SIM_TEXT, "[DONE]", undefined]);
        const counted = await client.chat({ stream: true, stream_options: { include_usage: true } });
        expect(counted.usage).toEqual(SIM_USAGE);
        expect(counted.events.at(-1).choices).toEqual([]);
    });

    test("calls the tools that it is given", async () => {
        const tools = [{ type: "function", function: { name: "weather" } }];
        const whole = await client.chat({ tools });
        expect(whole.json.choices[0].message.tool_calls[0].function.name).toBe("weather");
        const streamed = await client.chat({ tools, stream: true });
        const deltas = streamed.events.flatMap((event) => event.choices[0].delta.tool_calls ?? []);
        expect(JSON.parse(deltas.map((delta) => delta.function.arguments).join(""))).toEqual({
            city: "Bergen",
            index: 0,
        });
    });

    test.each([
        ["a wrong key", {}, { headers: { Authorization: "Bearer sk-wrong" } }, 401, "invalid_api_key"],
        ["an unknown field", { tempprature: 1 }, {}, 400, "unknown_parameter"],
        ["a wrong type", { temperature: "warm" }, {}, 400, "invalid_type"],
        ["a value out of range", { temperature: 3 }, {}, 400, "decimal_above_max_value"],
        ["no messages", { messages: undefined }, {}, 400, "missing_required_parameter"],
        ["an unknown role", { messages: [{ role: "boss", content: "" }] }, {}, 400, "invalid_value"],
        ["stream_options without stream", { stream_options: { include_usage: true } }, {}, 400, null],
    ])("refuses %s", async (_, body, options, status, code) => {
        const answer = await client.chat(body, options);
        expect([answer.status, answer.error?.code as string | null]).toEqual([status, code]);
        expect(sim.refused).toHaveLength(1);
    });

    test("keeps requests byte for byte, however they come", async () => {
        const body = '{"model":"gpt-4o",  "messages":[{"role":"user","content":"x"}],"seed":1.0}';
        const plain = chatRequest({}, body);
        const coded = Buffer.concat([
            requestBytes({
                method: "POST",
                target: "/v1/chat/completions",
                headers: {
                    "Content-Type": "application/json",
                    Authorization: `Bearer ${SIM_KEY}`,
                    "Transfer-Encoding": "chunked",
                },
            }),
            chunkedBytes(body, 7),
        ]);
        const connection = await RawConnection.open(sim.port);
        for (const byte of plain) await connection.send(Uint8Array.of(byte));
        await connection.send(coded);
        expect(jsonOf(await connection.answer()).object).toBe("chat.completion");
        expect(jsonOf(await connection.answer()).object).toBe("chat.completion");
        expect(sim.requests.map((request) => request.raw)).toEqual([plain, coded]);
        expect(sim.requests.map((request) => request.text)).toEqual([body, body]);
        expect(sim.requests.map((request) => request.position)).toEqual([0, 1]);
        connection.close();
    });

    test.each([
        ["both lengths", chatRequest({ "Transfer-Encoding": "chunked", "Content-Length": "2" })],
        ["a folded header", chatRequest({ "X-A": "1\r\n 2" })],
        ["a bare line feed", Buffer.from("POST / HTTP/1.1\nHost: a\r\n\r\n")],
    ])("notices %s", async (_, bytes) => {
        const connection = await RawConnection.open(sim.port);
        await connection.send(bytes);
        expect((await connection.answer()).status).toBe(400);
        expect(sim.malformed).toHaveLength(1);
        expect(sim.requests).toHaveLength(0);
    });

    test("waits at gates and notices that a client has gone", async () => {
        const gate = new Gate();
        let left = false;
        sim.next(async (exchange) => {
            await faults.gated(sim, { 2: gate })(exchange);
            await exchange.gone;
            left = true;
        });
        const connection = await RawConnection.open(sim.port);
        await connection.send(
            chatRequest({}, '{"model":"gpt-4o","messages":[{"role":"user","content":"x"}],"stream":true}'),
        );
        await connection.readUntil("Hello ");
        expect(connection.unread.includes("from")).toBe(false);
        gate.open();
        await connection.readUntil("[DONE]");
        connection.reset();
        while (!left) await Bun.sleep(1);
    });

    test("cuts, lies and resets as a test asks", async () => {
        const connection = async () => {
            const raw = await RawConnection.open(sim.port);
            await raw.send(chatRequest());
            return raw;
        };
        sim.next(
            faults.cutAnswer(sim, 50),
            faults.resetBeforeHead,
            faults.wrongLength(sim, 10),
            faults.gzipped(sim),
        );
        const cut = await (await connection()).answer();
        expect([cut.cut, cut.body.length]).toEqual([true, 50]);
        expect(await (await connection()).read()).toBeUndefined();
        expect((await (await connection()).answer()).cut).toBe(true);
        const packed = await (await connection()).answer();
        expect(headerOf(packed, "content-encoding")).toBe("gzip");
        expect(packed.body.subarray(0, 2)).toEqual(gzipSync("").subarray(0, 2));
    });
});

describe("the proxies", () => {
    test("the HTTP proxy forwards absolute targets and asks for its password", async () => {
        const proxy = await startHttpProxy({ user: "ann", password: "let me in" });
        const ask = async (login: string) => {
            const raw = await RawConnection.open(proxy.port);
            await raw.send(
                chatRequest({ "Proxy-Authorization": `Basic ${btoa(login)}` })
                    .toString("latin1")
                    .replace("POST /", `POST ${sim.url}/`),
            );
            return (await raw.answer()).status;
        };
        expect([await ask("ann:wrong"), await ask("ann:let me in")]).toEqual([407, 200]);
        expect(proxy.requests).toEqual([
            {
                kind: "absolute",
                host: "127.0.0.1",
                port: sim.port,
                credentials: { user: "ann", password: "let me in" },
            },
        ]);
        expect(sim.requests[0]!.header("proxy-authorization")).toBeUndefined();
        await proxy.close();
    });

    test.each([
        ["http", []],
        ["socks5", ["ann", "pw"]],
        ["socks5h", []],
    ])("curl gets through by %s", async (scheme, login) => {
        const proxies = await import("../sim/proxies.ts");
        const wanted = login.length > 0 ? { user: login[0]!, password: login[1]! } : undefined;
        const proxy =
            scheme === "http" ? await proxies.startHttpProxy(wanted) : await proxies.startSocks5Proxy(wanted);
        const run = Bun.spawn(
            [
                "curl",
                "-sS",
                "--max-time",
                "10",
                ...(scheme === "http" ? ["-p"] : []),
                "-x",
                proxy.url.replace(/^\w+:/, `${scheme}:`),
                "-H",
                `Authorization: Bearer ${SIM_KEY}`,
                `${sim.url}/v1/models`,
            ],
            { stdout: "pipe", stderr: "inherit" },
        );
        expect(JSON.parse(await new Response(run.stdout).text()).object).toBe("list");
        expect(proxy.requests).toMatchObject([{ host: "127.0.0.1", port: sim.port }]);
        await proxy.close();
    });
});

test("the bill's arithmetic rounds once, half away from zero", () => {
    expect(
        quotaOf({ prompt: 2000, cached: 500, completion: 40 }, { model: 1.25, completion: 4, cache: 0.5 }),
    ).toBe(2388);
    expect(quotaOf({ prompt: 21, completion: 7 }, { model: 2.5, completion: 3, group: 0.5 })).toBe(53);
    expect(quotaOf({ prompt: 1, completion: 0 }, { model: 0.075, completion: 4 })).toBe(1);
    expect(quotaOf({ prompt: 5, completion: 5 }, { model: 0, completion: 4 })).toBe(0);
});
