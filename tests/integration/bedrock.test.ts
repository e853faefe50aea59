// Claude behind AWS Bedrock, from the client's bytes to the bill: signatures, ids, bodies, binary streams, errors (spec 06 section
// 24.1; 07 section 8). AWS's own libraries stand on the other side (tests/sim/aws.ts).
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import * as wire from "../sim/anthropic_objects.ts";
import {
    AWS_BEARER_KEY,
    AWS_KEY,
    AWS_REGION,
    AWS_SECRET,
    AWS_TEXT,
    type AwsSim,
    chunk,
    exception,
    message,
} from "../sim/aws.ts";
import { PNG, startMediaServer } from "../sim/media.ts";
import { expectNoSecret, MESSAGES } from "./chat_client.ts";
import { CLAUDE, CLAUDE_PRICE } from "./claude_world.ts";
import { type CloudWorld, startAwsWorld } from "./cloud_world.ts";
import { PATIENCE } from "./gateway.ts";

setDefaultTimeout(PATIENCE);

const ADAPTIVE = "claude-opus-4-6-high";
const NOVA = "nova-lite-v1:0";
const NO_OUTPUT = "upstream stream interrupted: received prompt tokens but no completion output";
const SCHEMA = { type: "object", properties: { city: { type: "string" } } };

let it: CloudWorld<AwsSim>;
let aws: AwsSim;

beforeAll(async () => {
    it = await startAwsWorld([CLAUDE, ADAPTIVE, NOVA]);
    aws = it.cloud;
    await it.world.admin.setOption("ModelPrice", JSON.stringify({ [NOVA]: 0.002 }));
});

beforeEach(() => it.forget());

afterAll(() => it.close());

function arrived(): any {
    return aws.requests.at(-1)!.json;
}

describe("Claude on Bedrock", () => {
    test("gets a signed request with what is known there, and its answer goes back as it is", async () => {
        await it.side.costs(CLAUDE_PRICE, async () => {
            let sent = "";
            aws.next((exchange) => {
                sent = JSON.stringify(wire.message(aws.reply(exchange)), null, 1);
                return exchange.answer(200, sent, { "content-type": "application/json" });
            });
            const headers = { "anthropic-beta": "b-1, b-2", "X-Client": "1" };
            const answer = await it.message({ metadata: { user_id: "u" }, top_p: 0.0, service_tier: "auto" }, { headers });
            expect([answer.status, answer.text]).toEqual([200, sent]);
            const { row, other } = await it.row(answer);
            expect([row.prompt_tokens, row.completion_tokens]).toEqual([30, 9]);
            expect(other).toMatchObject({ request_conversion: ["Claude Messages"], claude: true });
        });
        expect(aws.refused).toEqual([]);
        const request = aws.requests[0]!;
        expect(request.target).toBe("/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/invoke");
        expect(request.text).toBe(
            JSON.stringify({
                anthropic_version: "bedrock-2023-05-31",
                anthropic_beta: ["b-1", "b-2"],
                max_tokens: 100,
                messages: MESSAGES,
            }).replace("}]}", '}],"top_p":0}'),
        );
        for (const name of ["anthropic-beta", "anthropic-version", "x-client", "x-api-key"])
            expect(request.header(name)).toBeUndefined();
        expect(request.header("accept")).toBe("application/json");
    });

    test("streams its events in Anthropic's framing, each as it comes", async () => {
        let sent: wire.Event[] = [];
        await it.side.costs(CLAUDE_PRICE, async () => {
            aws.next(async (exchange) => {
                sent = wire.events(aws.reply(exchange));
                await aws.openEvents(exchange);
                const bytes = Buffer.concat(sent.map(chunk));
                for (let at = 0; at < bytes.length; at += 61) await exchange.piece(bytes.subarray(at, at + 61));
                await exchange.end();
            });
            const answer = await it.message({ stream: true });
            expect(answer.said).toBe(AWS_TEXT);
            expect(answer.types).toEqual(sent.map((event) => event.type));
            expect(answer.events.at(-2).usage).toMatchObject({ input_tokens: 30, output_tokens: 9 });
            const { other } = await it.row(answer);
            expect(other.stream_status).toMatchObject({ status: "ok", end_reason: "done" });
        });
        const request = aws.requests[0]!;
        expect(request.path).toEndWith("/invoke-with-response-stream");
        expect(request.header("x-amzn-bedrock-accept")).toBe("application/json");
        expect(arrived().stream).toBeUndefined();
    });

    test("answers chats and responses, whole and streamed", async () => {
        for (const stream of [false, true]) {
            await it.side.costs(CLAUDE_PRICE, async () => {
                const answer = await it.chat({ stream, max_tokens: 60 });
                expect(answer.content).toBe(AWS_TEXT);
                expect(answer.usage).toMatchObject({ prompt_tokens: 30, completion_tokens: 9 });
                const { other } = await it.row(answer);
                expect(other.request_conversion).toEqual(["OpenAI Compatible", "Claude Messages"]);
            });
            expect(arrived()).toMatchObject({ anthropic_version: "bedrock-2023-05-31", max_tokens: 60 });
        }
        const answer = await it.responses();
        expect(answer.output.at(-1).content[0].text).toBe(AWS_TEXT);
        expect(aws.refused).toEqual([]);
    });

    test("carries tools both ways", async () => {
        const tools = [{ type: "function", function: { name: "weather", parameters: SCHEMA } }];
        for (const stream of [false, true]) {
            const answer = await it.chat({ stream, tools });
            const calls = stream
                ? answer.events.flatMap((event) => event.choices[0]?.delta.tool_calls ?? [])
                : answer.json.choices[0].message.tool_calls;
            expect(calls[0].function.name).toBe("weather");
            expect(calls.map((call: any) => call.function.arguments).join("")).toBe('{"city":"Bergen","index":0}');
        }
    });

    test("knows the suffixes of names, and asks for the model behind them", async () => {
        expect((await it.message({ model: ADAPTIVE })).status).toBe(200);
        expect(aws.requests[0]!.path).toBe("/model/us.anthropic.claude-opus-4-6-v1/invoke");
        expect(arrived()).toMatchObject({ thinking: { type: "adaptive" }, output_config: { effort: "high" } });
        expect((await it.chat({ model: ADAPTIVE })).status).toBe(200);
        expect(aws.requests[1]!.path).toBe("/model/us.anthropic.claude-opus-4-6-v1/invoke");
    });

    test("is called with a bearer key, too, and refuses keys that are none", async () => {
        await it.change({ key: AWS_BEARER_KEY });
        expect((await it.message()).status).toBe(200);
        expect(aws.requests[0]!.header("x-amz-date")).toBeUndefined();
        await it.change({ key: "one-word" });
        await it.side.costsNothing(async () => {
            const answer = await it.message();
            expect(answer.status).toBe(500);
            expect(answer.error?.message).toStartWith("invalid aws secret key");
        });
        await it.change({ key: `AKIAOTHER|${AWS_SECRET}|${AWS_REGION}` });
        const answer = await it.message();
        expect([answer.status, answer.error?.type]).toEqual([403, "aws_invoke_error"]);
        await it.change({ key: AWS_KEY });
        expect(aws.requests).toHaveLength(2);
    });

    test("gets the data of images that clients name by URL", async () => {
        const media = await startMediaServer();
        await it.world.admin.setOption("fetch_setting.allowed_ports", JSON.stringify([]));
        await it.world.admin.setOption("fetch_setting.allow_private_ip", true);
        const asked = (path: string) => ({
            messages: [{ role: "user", content: [{ type: "image", source: { type: "url", url: media.url + path } }] }],
        });
        for (const stream of [false, true]) {
            expect((await it.message({ ...asked("/image.png"), stream })).said).toBe(AWS_TEXT);
            const data = PNG.toString("base64");
            expect(arrived().messages[0].content[0].source).toEqual({ type: "base64", media_type: "image/png", data });
        }
        expect(media.requests).toHaveLength(2);
        const before = aws.requests.length;
        await it.side.costsNothing(async () => {
            const answer = await it.message(asked("/missing"));
            expect([answer.status, answer.error?.message]).toEqual([400, expect.stringContaining("get file data failed")]);
            await it.world.admin.setOption("fetch_setting.allow_private_ip", false);
            expect((await it.message(asked("/image.png"))).status).toBe(400);
        });
        expect(aws.requests).toHaveLength(before);
        await media.close();
    });

    test("passes bodies on but for the model", async () => {
        const setting = (on: boolean) => it.change({ setting: JSON.stringify({ pass_through_body_enabled: on }) });
        await setting(true);
        for (const stream of [false, true]) {
            const answer = await it.message({ stream, temperature: 0.5 });
            expect(answer.said).toBe(AWS_TEXT);
            expect(arrived()).toEqual({
                max_tokens: 100,
                messages: MESSAGES,
                temperature: 0.5,
                anthropic_version: "bedrock-2023-05-31",
            });
        }
        await setting(false);
    });

    test("is tested as a channel, and so is Nova", async () => {
        for (const query of [`model=${CLAUDE}`, `model=${CLAUDE}&stream=true`, `model=${NOVA}`, `model=${NOVA}&stream=true`]) {
            const tested = await it.world.admin.call("GET", `/api/channel/test/${it.side.channelId}?${query}`);
            expect(tested.json, query).toMatchObject({ success: true });
        }
        expect(aws.requests).toHaveLength(4);
        aws.next(aws.streamThen(0, exception("throttlingException", "no")));
        const failed = await it.world.admin.call("GET", `/api/channel/test/${it.side.channelId}?model=${CLAUDE}&stream=true`);
        expect(failed.json).toMatchObject({ success: false, message: expect.stringContaining("throttlingException: no") });
    });

    test("has its tokens counted here", async () => {
        const response = await it.world.client.open(
            { model: CLAUDE, messages: MESSAGES },
            { path: "/v1/messages/count_tokens" },
        );
        expect(((await response.json()) as any).input_tokens).toBeGreaterThan(0);
        expect(aws.requests).toHaveLength(0);
    });
});

describe("what goes wrong on Bedrock", () => {
    test("is told with its type and AWS's status", async () => {
        for (const stream of [false, true]) {
            await it.side.costsNothing(async () => {
                aws.next(aws.error(429, "ThrottlingException", "Too many tokens, please wait."));
                const answer = await it.message({ stream });
                const operation = stream ? "InvokeModelWithResponseStream" : "InvokeModel";
                expect([answer.status, answer.error?.type]).toEqual([429, "aws_invoke_error"]);
                expect(answer.error?.message).toStartWith(`${operation}: ThrottlingException: Too many tokens, please wait.`);
                expectNoSecret(answer.text);
            });
        }
        aws.next(aws.error(400, "ValidationException", "bad"));
        const answer = await it.chat();
        expect([answer.status, answer.error?.code]).toEqual([400, "aws_invoke_error"]);
    });

    test.each([
        ["throttlingException", 429],
        ["validationException", 400],
        ["modelTimeoutException", 408],
        ["modelStreamErrorException", 424],
        ["serviceUnavailableException", 503],
        ["internalServerException", 500],
    ])("%s before any output is an error with a status of its own", async (type, status) => {
        await it.side.costsNothing(async () => {
            aws.next(aws.streamThen(0, exception(type, "why")), aws.streamThen(0, exception(type, "why")));
            const answer = await it.message({ stream: true });
            expect([answer.status, answer.error?.type]).toEqual([status, "aws_invoke_error"]);
            const chat = await it.chat({ stream: true });
            expect([chat.status, chat.error?.code]).toEqual([status, "aws_invoke_error"]);
        });
    });

    test("exceptions behind output end the stream; what came is paid", async () => {
        for (const ask of [() => it.message({ stream: true }), () => it.chat({ stream: true })]) {
            aws.next(aws.streamThen(5, exception("modelStreamErrorException", "lost")));
            const answer = await ask();
            expect(answer.status).toBe(200);
            expect(answer.error?.message).toContain("modelStreamErrorException: lost");
            const { row, other } = await it.row(answer);
            expect(row.completion_tokens).toBeGreaterThan(0);
            expect(other.stream_status.end_reason).toBe("handler_stop");
        }
    });

    test("streams without output cost nothing", async () => {
        const silent = wire.events({ id: "m", model: "m", content: [], stopReason: "end_turn", usage: wire.usage(30, 0) });
        for (const events of [silent, silent.slice(0, 1), []]) {
            await it.side.costsNothing(async () => {
                aws.next(aws.streamThen(0, ...events.map(chunk)));
                const answer = await it.message({ stream: true });
                expect(answer.error?.message, answer.text).toStartWith(NO_OUTPUT);
            });
        }
    });

    test("broken framing ends the stream, and unknown events are skipped", async () => {
        const broken = chunk({ type: "ping" });
        broken[broken.length - 1]! ^= 1;
        aws.next(aws.streamThen(5, broken));
        const cut = await it.message({ stream: true });
        expect(cut.types.at(-1)).toBe("error");
        expect((await it.row(cut)).row.completion_tokens).toBeGreaterThan(0);
        aws.next(aws.streamThen(5, chunk({ type: "ping" }).subarray(0, 20)));
        expect((await it.message({ stream: true })).types.at(-1)).toBe("error");
        await it.side.costsNothing(async () => {
            aws.next(aws.streamThen(0, broken));
            expect((await it.message({ stream: true })).status).toBe(500);
        });
        aws.next(async (exchange) => {
            await aws.openEvents(exchange);
            await exchange.piece(message({ ":event-type": "initial-response", ":message-type": "event" }, {}));
            for (const event of aws.events(exchange)) await exchange.piece(chunk(event));
            await exchange.end();
        });
        expect((await it.message({ stream: true })).said).toBe(AWS_TEXT);
    });
});
