// The official openai package through the gateway: chat, streams, tools, models, its error classes, its retries, aborts,
// timeouts and many calls at once. What a program written for the vendor sees must be what the vendor documents.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import OpenAI from "openai";

import { PATIENCE } from "../integration/gateway.ts";
import { startWorld, type World } from "../integration/world.ts";
import * as faults from "../sim/faults.ts";
import { SIM_TEXT, SIM_USAGE } from "../sim/openai.ts";
import { Gate, within } from "../sim/waiting.ts";

setDefaultTimeout(PATIENCE);

let world: World;
let openai: OpenAI;

const messages: OpenAI.Chat.ChatCompletionMessageParam[] = [{ role: "user", content: "Say hello." }];
const model = "gpt-4o";

const tools: OpenAI.Chat.ChatCompletionTool[] = [
    {
        type: "function",
        function: {
            name: "weather",
            description: "The weather of a city.",
            strict: true,
            parameters: {
                type: "object",
                properties: { city: { type: "string" } },
                required: ["city"],
                additionalProperties: false,
            },
        },
    },
];

beforeAll(async () => {
    world = await startWorld();
    openai = client();
});

beforeEach(() => world.sim.forget());

afterAll(() => world.close());

function client(options: ConstructorParameters<typeof OpenAI>[0] = {}): OpenAI {
    return new OpenAI({
        baseURL: `${world.gateway.url}/v1`,
        apiKey: world.token.key,
        maxRetries: 0,
        ...options,
    });
}

async function caught<T extends Error>(kind: new (...args: any[]) => T, act: Promise<unknown>): Promise<T> {
    const error = await act.then(
        () => undefined,
        (reason) => reason,
    );
    expect(error).toBeInstanceOf(kind);
    return error as T;
}

describe("chat", () => {
    test("gives a completion, its usage and the request's id", async () => {
        const { data, response, request_id } = await openai.chat.completions
            .create({ model, messages })
            .withResponse();
        expect(data.choices[0]!.message.content).toBe(SIM_TEXT);
        expect(data.usage).toEqual(SIM_USAGE);
        expect(request_id).toMatch(/^req_sim/);
        expect(response.headers.get("x-oneapi-request-id")).not.toBeNull();
    });

    test("takes every parameter that the package knows, and changes none", async () => {
        const parameters: OpenAI.Chat.ChatCompletionCreateParamsNonStreaming = {
            model,
            messages,
            temperature: 0,
            top_p: 0,
            n: 1,
            seed: 0,
            frequency_penalty: 0,
            presence_penalty: 0,
            logprobs: false,
            max_completion_tokens: 5,
            stop: ["\n"],
            user: "u",
            metadata: { a: "b" },
            store: false,
            parallel_tool_calls: false,
            tools,
            tool_choice: "auto",
            response_format: { type: "json_object" },
            logit_bias: { "50256": -100 },
            reasoning_effort: "low",
            modalities: ["text"],
            prompt_cache_key: "k",
        };
        await openai.chat.completions.create(parameters);
        expect(world.sim.requests[0]!.json).toEqual(parameters);
    });

    test("calls tools and takes their results", async () => {
        const first = await openai.chat.completions.create({ model, messages, tools });
        expect(first.choices[0]!.finish_reason).toBe("tool_calls");
        const call = first.choices[0]!.message.tool_calls![0]!;
        if (call.type !== "function") throw new Error("not a function call");
        expect(JSON.parse(call.function.arguments)).toMatchObject({ city: "Bergen" });
        const conversation = [
            ...messages,
            first.choices[0]!.message,
            {
                role: "tool" as const,
                tool_call_id: call.id,
                content: "rain",
            },
        ];
        const second = await openai.chat.completions.create({ model, messages: conversation });
        expect(second.choices[0]!.message.content).toBe(SIM_TEXT);
        expect(world.sim.requests[1]!.json.messages).toEqual(JSON.parse(JSON.stringify(conversation)));
    });
});

describe("streams", () => {
    test("give chunks and end", async () => {
        const stream = await openai.chat.completions.create({ model, messages, stream: true });
        let text = "";
        let usage: unknown;
        for await (const chunk of stream) {
            text += chunk.choices[0]?.delta.content ?? "";
            usage = chunk.usage ?? usage;
        }
        expect([text, usage]).toEqual([SIM_TEXT, SIM_USAGE]);
    });

    test("work with the package's own accumulator, tools included", async () => {
        const text = openai.chat.completions.stream({
            model,
            messages,
            stream_options: { include_usage: true },
        });
        expect(await text.finalContent()).toBe(SIM_TEXT);
        expect(await text.totalUsage()).toMatchObject({ prompt_tokens: 21, completion_tokens: 7 });
        const called = openai.chat.completions.stream({ model, messages, tools });
        const calls = (await called.finalMessage()).tool_calls;
        expect(calls).toHaveLength(1);
        expect((await called.finalChatCompletion()).choices[0]!.finish_reason).toBe("tool_calls");
    });

    test("that a program leaves end at the provider", async () => {
        let left: Promise<void> | undefined;
        world.sim.next(async (exchange) => {
            left = exchange.gone;
            await faults.gated(world.sim, { 3: new Gate() })(exchange);
        });
        const stream = await openai.chat.completions.create({ model, messages, stream: true });
        for await (const chunk of stream) {
            if (chunk.choices[0]?.delta.content === "from ") break;
        }
        await within(left!, "the provider's connection ends");
    });

    test("that a program aborts end at the provider", async () => {
        let left: Promise<void> | undefined;
        world.sim.next(async (exchange) => {
            left = exchange.gone;
            await faults.gated(world.sim, { 2: new Gate() })(exchange);
        });
        const abort = new AbortController();
        const stream = await openai.chat.completions.create(
            { model, messages, stream: true },
            { signal: abort.signal },
        );
        let count = 0;
        for await (const chunk of stream) {
            if (chunk.choices[0]?.delta.content) abort.abort();
            count++;
        }
        expect(count).toBe(2);
        await within(left!, "the provider's connection ends");
    });

    test("that break after output throw the package's error", async () => {
        world.sim.next(faults.streamThen(world.sim, 3, faults.cutInChunk));
        const stream = await openai.chat.completions.create({ model, messages, stream: true });
        let text = "";
        const error = await caught(
            OpenAI.APIError,
            (async () => {
                for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
            })(),
        );
        expect(text).toBe("Hello from ");
        expect(error.code).toBe("upstream_stream_interrupted");
    });
});

describe("models", () => {
    test("are listed and found", async () => {
        const ids: string[] = [];
        for await (const entry of openai.models.list()) ids.push(entry.id);
        expect(ids).toEqual(["gpt-4o", "gpt-4o-mini"]);
        expect((await openai.models.retrieve("gpt-4o")).id).toBe("gpt-4o");
        const error = await caught(OpenAI.NotFoundError, openai.models.retrieve("no-such-model"));
        expect(error.code).toBe("model_not_found");
    });
});

describe("errors have the package's classes:", () => {
    const create = (through = openai) => through.chat.completions.create({ model, messages });

    test("a wrong key", async () => {
        const error = await caught(OpenAI.AuthenticationError, create(client({ apiKey: "sk-wrong" })));
        expect([error.status, error.type]).toEqual([401, "new_api_error"]);
        expect(error.message).toMatch(/Invalid token \(request id: \w+\)/);
    });

    test("a bad request", async () => {
        const request = openai.chat.completions.create({ model, messages: [] });
        expect((await caught(OpenAI.BadRequestError, request)).code).toBe("invalid_request");
    });

    test("a bad request that only the provider finds", async () => {
        const request = openai.chat.completions.create({ model, messages, temperature: 7 });
        const error = await caught(OpenAI.BadRequestError, request);
        expect([error.code, error.param]).toEqual(["decimal_above_max_value", "temperature"]);
    });

    test.each([
        [401, OpenAI.AuthenticationError],
        [403, OpenAI.PermissionDeniedError],
        [404, OpenAI.NotFoundError],
        [409, OpenAI.ConflictError],
        [422, OpenAI.UnprocessableEntityError],
        [429, OpenAI.RateLimitError],
        [500, OpenAI.InternalServerError],
        [503, OpenAI.InternalServerError],
    ] as const)("status %i of the provider, whole and streamed", async (status, kind) => {
        for (const stream of [false, true]) {
            world.sim.next(
                faults.errorObject(status, { message: "no", type: "some_type", code: "some_code" }),
            );
            const error = await caught<InstanceType<typeof OpenAI.APIError>>(
                kind,
                openai.chat.completions.create({ model, messages, stream }),
            );
            expect([error.status, error.type, error.code]).toEqual([status, "some_type", "some_code"]);
        }
    });

    test("an unknown model", async () => {
        const request = openai.chat.completions.create({ model: "gpt-none", messages });
        expect((await caught(OpenAI.InternalServerError, request)).code).toBe("model_not_found");
    });

    test("no output", async () => {
        world.sim.next(faults.streamThen(world.sim, 0, faults.endWithoutMarker));
        const request = openai.chat.completions.create({ model, messages, stream: true });
        expect((await caught(OpenAI.InternalServerError, request)).code).toBe("do_request_failed");
    });

    test("a timeout of the program's own, and an abort", async () => {
        const stall = faults.stallBeforeHead;
        world.sim.next(stall, stall);
        await caught(OpenAI.APIConnectionTimeoutError, create(client({ timeout: 300 })));
        const abort = new AbortController();
        const pending = openai.chat.completions.create({ model, messages }, { signal: abort.signal });
        await world.sim.arrivals.take("the first request");
        await world.sim.arrivals.take("the second request");
        abort.abort();
        await caught(OpenAI.APIUserAbortError, pending);
    });
});

describe("the package's retries", () => {
    test("go on after 429 and 500", async () => {
        world.sim.next(
            (exchange) =>
                exchange.json(
                    429,
                    { error: { message: "slow", type: "requests" } },
                    { "retry-after-ms": "1" },
                ),
            (exchange) =>
                exchange.json(
                    500,
                    { error: { message: "oops", type: "server_error" } },
                    { "retry-after-ms": "1" },
                ),
        );
        const completion = await client({ maxRetries: 2 }).chat.completions.create({ model, messages });
        expect(completion.choices[0]!.message.content).toBe(SIM_TEXT);
        expect(world.sim.requests).toHaveLength(3);
    });
});

test("forty calls at once, streamed and not, are each answered", async () => {
    const calls = Array.from({ length: 40 }, async (_, n) => {
        if (n % 2 === 0) {
            return (await openai.chat.completions.create({ model, messages })).choices[0]!.message.content;
        }
        return openai.chat.completions.stream({ model, messages }).finalContent();
    });
    expect(await Promise.all(calls)).toEqual(Array(40).fill(SIM_TEXT));
});
