// Tests of channels by REST: what is sent to the provider, how its answer is judged and told, and what is stored of it.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import { SIM_KEY } from "../sim/openai.ts";
import { HttpServer } from "../sim/server.ts";
import { Gate, until } from "../sim/waiting.ts";
import type { Exchange } from "../sim/exchange.ts";
import { jsonColumn } from "./columns.ts";
import { PATIENCE } from "./gateway.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

let world: World;

beforeAll(async () => {
    world = await startWorld();
});

afterAll(() => world.close());
beforeEach(() => world.sim.forget());

const testChannel = (id: number, query = "") => world.admin.call("GET", `/api/channel/test/${id}?${query}`);

function row(id: number): any {
    return world.gateway.query("SELECT * FROM channels WHERE id = ?", id)[0];
}

async function failure(method: string, path: string, body?: unknown): Promise<string> {
    const answer = await world.admin.call(method, path, body === undefined ? {} : { body });
    expect([answer.status, answer.json?.success], answer.text).toEqual([200, false]);
    return answer.json.message;
}

describe("the test of one channel", () => {
    test("sends a small chat, costs nobody anything, and leaves time and a log row", async () => {
        const before = await world.balances();
        const answer = await testChannel(world.channelId);
        expect(answer.json).toEqual({ success: true, message: "", time: expect.any(Number) });
        expect(world.sim.requests[0]!.json).toEqual({
            model: "gpt-4o",
            stream: false,
            messages: [{ role: "user", content: "hi" }],
            max_tokens: 16,
        });
        expect(Date.now() / 1000 - row(world.channelId).test_time).toBeWithin(-1, 60);
        expect(await world.balances()).toEqual({ ...before, rows: before.rows + 1 });
        const [log] = await world.admin.logs({ type: 2 });
        // 21 + 7 x 4 tokens, ratio 1.25; the ratio of the group does not count
        expect(log).toMatchObject({
            token_name: "模型测试",
            content: "模型测试",
            token_id: 0,
            quota: 61,
            model_name: "gpt-4o",
            channel: world.channelId,
        });
    });

    test("takes model and stream from the query, else the channel's own", async () => {
        const id = await world.admin.addChannel({
            base_url: world.sim.url,
            key: SIM_KEY,
            models: "gpt-4o",
            test_model: " gpt-4o-mini ",
            status: 2,
        });
        expect((await testChannel(id)).json.success).toBe(true);
        expect((await testChannel(id, "model=o3&stream=true")).json.success).toBe(true);
        expect(
            (await testChannel(id, "endpoint_type=embeddings&model=text-embedding-3-small&stream=true")).json
                .success,
        ).toBe(true);
        const bodies = world.sim.requests.map((request) => request.json as any);
        expect(bodies[0].model).toBe("gpt-4o-mini");
        expect(bodies[1]).toEqual({
            model: "o3",
            stream: true,
            stream_options: { include_usage: true },
            messages: [{ role: "user", content: "hi" }],
            max_completion_tokens: 16,
        });
        expect(bodies[2]).toEqual({ model: "text-embedding-3-small", input: ["hello world"] });
        const logs = await world.admin.logs({ type: 2 });
        expect(logs.slice(0, 2).map((log) => [log.model_name, log.is_stream])).toEqual([
            ["text-embedding-3-small", false],
            ["o3", true],
        ]);
    });

    test("follows the channel's mapping and takes its keys in turn", async () => {
        const data = await world.admin.data("POST", "/api/channel/", {
            mode: "multi_to_single",
            multi_key_mode: "polling",
            channel: {
                type: 1,
                name: "keys",
                key: `${SIM_KEY}\nsk-wrong-key`,
                base_url: world.sim.url,
                models: "gpt-4o",
                model_mapping: '{"gpt-4o":"gpt-4o-mini"}',
            },
        });
        expect((await testChannel(data.ids[0])).json.success).toBe(true);
        expect((world.sim.requests[0]!.json as any).model).toBe("gpt-4o-mini");
        const refused = (await testChannel(data.ids[0])).json;
        expect([refused.success, refused.time, refused.error_code]).toEqual([false, 0, "invalid_api_key"]);
        expect(refused.message).toStartWith("bad response status code 401, message: ");
        expect(JSON.stringify(refused)).not.toContain("sk-wrong-key");
    });

    const verdicts: [
        string,
        string,
        (exchange: Exchange) => void | Promise<void>,
        string | RegExp,
        string,
    ][] = [
        [
            "an error status",
            "",
            (exchange) => exchange.json(500, { error: { message: "boom", code: null } }),
            /^bad response status code 500, message: boom, body: \{/,
            "unknown_error",
        ],
        [
            "an error status without JSON",
            "",
            (exchange) => exchange.answer(503, "overloaded"),
            "bad response status code 503, body: overloaded",
            "bad_response_status_code",
        ],
        [
            "a status that is no 200",
            "",
            (exchange) => exchange.json(201, {}),
            /^bad response status code 201/,
            "bad_response_status_code",
        ],
        [
            "an error in a 200",
            "",
            (exchange) => exchange.json(200, { error: { message: "hidden", code: "odd" } }),
            "upstream error: hidden",
            "odd",
        ],
        ["no JSON", "", (exchange) => exchange.answer(200, "hello"), /./, "bad_response_body"],
        [
            "no usage and no output",
            "",
            (exchange) => exchange.json(200, { choices: [] }),
            "usage is nil",
            "bad_response_body",
        ],
        [
            "an empty stream",
            "stream=true",
            async (exchange) => {
                await exchange.openStream();
                await exchange.end();
            },
            "stream response body is empty",
            "bad_response_body",
        ],
        [
            "a stream without events",
            "stream=true",
            async (exchange) => {
                await exchange.openStream();
                await exchange.piece(": ping\n\ndata: [DONE]\n\n");
                await exchange.end();
            },
            "stream response body does not contain a valid stream event",
            "bad_response_body",
        ],
        [
            "an error in a stream",
            "stream=true",
            async (exchange) => {
                await exchange.openStream();
                await exchange.event({ error: "no more" });
                await exchange.end();
            },
            "upstream error: no more",
            "bad_response_body",
        ],
        ["a broken connection", "", (exchange) => exchange.reset(), /do request failed/, "do_request_failed"],
    ];

    test.each(verdicts)("fails with %s", async (_, query, script, message, code) => {
        const before = row(world.channelId);
        // Twice: a request that met a stale connection is sent once more.
        world.sim.next(script, script);
        const { json } = await testChannel(world.channelId, query);
        expect([json.success, json.time, json.error_code]).toEqual([false, 0, code]);
        if (typeof message === "string") expect(json.message).toBe(message);
        else expect(json.message).toMatch(message);
        expect(row(world.channelId)).toEqual(before);
    });

    test("fails without asking where it cannot work", async () => {
        const kling = await world.admin.addChannel({ base_url: world.sim.url, key: "k", type: 50 });
        expect((await testChannel(kling)).json).toEqual({
            success: false,
            message: "Kling channel test is not supported",
            time: 0,
        });
        const library = await world.admin.addChannel({ base_url: world.sim.url, key: "k", type: 21 });
        expect((await testChannel(library)).json).toMatchObject({
            message: "invalid api type: 7",
            error_code: "invalid_api_type",
        });
        const unpriced = (await testChannel(world.channelId, "model=nobody-priced-me")).json;
        expect([unpriced.success, unpriced.error_code]).toEqual([false, "model_price_error"]);
        const cyclic = await world.admin.addChannel({
            base_url: world.sim.url,
            key: "k",
            models: "a",
            model_mapping: '{"a":"b","b":"a"}',
        });
        expect((await testChannel(cyclic)).json.error_code).toBe("channel:model_mapped_error");
        expect(await failure("GET", "/api/channel/test/99999")).toBe("record not found");
        expect(await failure("GET", "/api/channel/test/x")).not.toBe("");
        expect(world.sim.requests).toEqual([]);
    });
});

describe("the test of an endpoint that was named", () => {
    const USAGE = { prompt_tokens: 3, total_tokens: 3 };
    const COMPLETED = {
        type: "response.completed",
        response: { usage: { input_tokens: 4, output_tokens: 2 } },
    };
    const answers: Record<string, (exchange: Exchange) => Promise<void>> = {
        "/v1/embeddings": (exchange) => exchange.json(200, { data: [{}], usage: USAGE }),
        "/v1/images/generations": (exchange) => exchange.json(200, { data: [{ url: "u" }] }),
        "/v1/rerank": (exchange) => exchange.json(200, { results: [{ index: 0 }], usage: USAGE }),
        "/v1/responses/compact": (exchange) =>
            exchange.json(200, { output: [{}], usage: COMPLETED.response.usage }),
        "/v1/responses": async (exchange) => {
            if (!exchange.request.json.stream) return exchange.json(200, COMPLETED.response);
            await exchange.openStream();
            await exchange.event({ type: "response.output_text.delta", delta: "hi" });
            await exchange.event(COMPLETED);
            await exchange.end();
        },
    };
    let upstream: HttpServer;
    let id: number;
    beforeAll(async () => {
        upstream = new HttpServer((exchange) => answers[exchange.request.path]!(exchange), {});
        await upstream.listen();
        id = await world.admin.addChannel({ base_url: upstream.url, key: "k", models: "gpt-4o" });
        await world.admin.setOption("SelfUseModeEnabled", true);
    });
    afterAll(async () => {
        await world.admin.setOption("SelfUseModeEnabled", false);
        await upstream.close();
    });

    test.each([
        ["embeddings", false, "/v1/embeddings", "gpt-4o", [3, 0]],
        ["image-generation", true, "/v1/images/generations", "gpt-4o", undefined],
        ["jina-rerank", false, "/v1/rerank", "gpt-4o", [3, 0]],
        ["openai-response", false, "/v1/responses", "gpt-4o", [4, 2]],
        ["openai-response", true, "/v1/responses", "gpt-4o", [4, 2]],
        ["openai-response-compact", false, "/v1/responses/compact", "gpt-4o-openai-compact", [4, 2]],
    ] as [string, boolean, string, string, number[] | undefined][])(
        "%s, stream %p, goes to %s",
        async (endpoint, stream, path, billed, tokens) => {
            const answer = await testChannel(id, `endpoint_type=${endpoint}&stream=${stream}`);
            expect(answer.json).toMatchObject({ success: true, message: "" });
            const request = upstream.requests.at(-1)!;
            expect([request.path, request.json.model]).toEqual([path, "gpt-4o"]);
            const [log] = await world.admin.logs({ type: 2 });
            expect([log!.model_name, JSON.parse(log!.other).request_path]).toEqual([billed, path]);
            if (tokens) expect([log!.prompt_tokens, log!.completion_tokens]).toEqual(tokens);
        },
    );
});

describe("an upstream that falls silent", () => {
    test.each(["/api/channel/test/ID", "/api/channel/test", "/api/channel/fetch_models/ID"])(
        "does not keep the program from ending: %s",
        async (path) => {
            const arrived = new Gate();
            const silent = await startWorld({ env: { DRAIN_SECONDS: "1" }, channel: { name: "silent" } });
            const upstream = new HttpServer(async (exchange) => {
                await exchange.head(200, { "content-length": "100" });
                arrived.open();
                await exchange.gone;
            }, {});
            await upstream.listen();
            const id = silent.channelId;
            await silent.admin.data("PUT", "/api/channel/", { id, base_url: upstream.url });
            const call = silent.admin.call("GET", path.replace("ID", String(id))).catch(() => undefined);
            await arrived.opened;
            await silent.close();
            await call;
            await upstream.close();
        },
    );
});

describe("the test of all channels", () => {
    let bad: HttpServer;
    beforeAll(async () => {
        bad = new HttpServer((exchange) => exchange.json(401, { error: { message: "wrong key" } }), {});
        await bad.listen();
    });
    afterAll(() => bad.close());

    test("switches off what fails, on what works again, and runs once at a time", async () => {
        await world.admin.data("DELETE", "/api/channel/disabled");
        await world.admin.setOption("AutomaticDisableChannelEnabled", true);
        await world.admin.setOption("AutomaticEnableChannelEnabled", true);
        const make = (fields: Record<string, unknown>) =>
            world.admin.addChannel({ base_url: world.sim.url, key: SIM_KEY, models: "gpt-4o", ...fields });
        const failing = await make({ base_url: bad.url, name: "failing" });
        const kept = await make({ base_url: bad.url, name: "kept", auto_ban: 0 });
        const byHand = await make({ name: "by hand", status: 2 });
        const again = await make({ name: "again" });
        const keys = await world.admin.data("POST", "/api/channel/", {
            mode: "multi_to_single",
            multi_key_mode: "polling",
            channel: {
                type: 1,
                name: "keys",
                key: "sk-bad-one\nsk-bad-two",
                base_url: bad.url,
                models: "gpt-4o",
            },
        });
        world.gateway.query(
            `UPDATE channels SET status = 3, other_info = '{"status_reason":"x","kept":1}' WHERE id = ?`,
            again,
        );
        world.gateway.query("UPDATE abilities SET enabled = FALSE WHERE channel_id = ?", again);
        await world.admin.data("PUT", "/api/channel/", { id: kept, remark: "a reload" });

        const gate = new Gate();
        world.sim.next(async (exchange) => {
            await gate.opened;
            await world.sim.answerChat(exchange);
        });
        await world.admin.data("GET", "/api/channel/test");
        expect(await failure("GET", "/api/channel/test")).toBe("测试已在运行中");
        gate.open();
        await until("the round has ended", () =>
            [failing, kept, again, keys.ids[0], world.channelId].every((id) => row(id).test_time > 0),
        );
        expect([failing, kept, byHand, again].map((id) => row(id).status)).toEqual([3, 1, 2, 1]);
        expect(JSON.parse(row(failing).other_info).status_reason).toStartWith(
            "status_code=401, bad response status code 401",
        );
        expect(JSON.parse(row(again).other_info)).toEqual({ kept: 1 });
        expect(row(byHand).test_time).toBe(0);
        const [ability] = world.gateway.query("SELECT enabled FROM abilities WHERE channel_id = ?", failing);
        expect(ability.enabled).toBe(0);
        const info = jsonColumn(row(keys.ids[0]).channel_info);
        expect([row(keys.ids[0]).status, info.multi_key_status_list]).toEqual([1, { "0": 3 }]);

        // A second round takes the other key, and with it the channel.
        await until(
            "the next round may begin",
            async () => (await world.admin.call("GET", "/api/channel/test")).json.success,
        );
        await until("the channel is off", () => row(keys.ids[0]).status === 3);
        expect(JSON.parse(row(keys.ids[0]).other_info).status_reason).toBe("All keys are disabled");
        await until(
            "the round has ended",
            async () => (await world.admin.call("GET", "/api/channel/test")).json.success,
        );
        await world.admin.setOption("AutomaticDisableChannelEnabled", false);
        await world.admin.setOption("AutomaticEnableChannelEnabled", false);
    });
});
