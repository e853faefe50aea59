// The official openai package through the gateway, beside chat: completions, embeddings, moderations, responses whole and streamed, tools
// and errors. What a program written for the vendor sees must be what the vendor documents.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import OpenAI from "openai";

import { PATIENCE } from "../integration/gateway.ts";
import { startWorld, type World } from "../integration/world.ts";
import { SIM_TEXT, SIM_USAGE } from "../sim/openai.ts";
import * as routes from "../sim/openai_routes.ts";

setDefaultTimeout(PATIENCE);

const MODELS = "gpt-4o,gpt-3.5-turbo-instruct,text-embedding-3-small,text-moderation-stable,o3-mini";

let world: World;
let openai: OpenAI;

const model = "gpt-4o";
const input = "Say hello.";
const tools: OpenAI.Responses.FunctionTool[] = [
    {
        type: "function",
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
];

beforeAll(async () => {
    world = await startWorld({ channel: { models: MODELS } });
    openai = new OpenAI({ baseURL: `${world.gateway.url}/v1`, apiKey: world.token.key, maxRetries: 0 });
});

beforeEach(() => world.sim.forget());

afterAll(() => world.close());

async function caught<T extends Error>(kind: new (...args: any[]) => T, act: Promise<unknown>): Promise<T> {
    const error = await act.then(
        () => undefined,
        (reason) => reason,
    );
    expect(error).toBeInstanceOf(kind);
    return error as T;
}

describe("completions", () => {
    const request = { model: "gpt-3.5-turbo-instruct", prompt: input };

    test("are whole", async () => {
        const answer = await openai.completions.create({ ...request, temperature: 0, n: 1, suffix: "" });
        expect(answer.choices[0]!.text).toBe(SIM_TEXT);
        expect(answer.usage).toEqual(SIM_USAGE);
        expect(world.sim.requests[0]!.json).toEqual({ ...request, temperature: 0, n: 1, suffix: "" });
    });

    test("are streamed", async () => {
        let text = "";
        for await (const chunk of await openai.completions.create({ ...request, stream: true })) {
            text += chunk.choices[0]?.text ?? "";
        }
        expect(text).toBe(SIM_TEXT);
    });
});

test("embeddings", async () => {
    const answer = await openai.embeddings.create({
        model: "text-embedding-3-small",
        input: ["one", "two"],
        encoding_format: "float",
        dimensions: 3,
    });
    expect(answer.data.map((item) => item.embedding)).toEqual([
        [0.25, -0.5, 0.125],
        [0.25, -0.5, 0.125],
    ]);
    expect(answer.usage).toEqual({ prompt_tokens: 8, total_tokens: 8 });
});

test("moderations", async () => {
    const answer = await openai.moderations.create({ input: ["one", "two"] });
    expect(answer.results.map((result) => result.flagged)).toEqual([false, false]);
    expect(answer.model).toBe("text-moderation-stable");
});

describe("responses", () => {
    test("are whole, and no parameter is changed", async () => {
        const parameters: OpenAI.Responses.ResponseCreateParamsNonStreaming = {
            model,
            input: [{ role: "user", content: [{ type: "input_text", text: input }] }],
            instructions: "",
            temperature: 0,
            top_p: 0,
            max_output_tokens: 16,
            parallel_tool_calls: false,
            store: false,
            metadata: {},
            reasoning: { effort: "low", summary: "auto" },
            text: { format: { type: "json_object" } },
            include: ["reasoning.encrypted_content"],
            truncation: "auto",
        };
        const answer = await openai.responses.create(parameters);
        expect(answer.output_text).toBe(SIM_TEXT);
        expect(answer.usage!.input_tokens).toBe(21);
        expect(world.sim.requests[0]!.json).toEqual(parameters);
    });

    test("are streamed", async () => {
        const types: string[] = [];
        let text = "";
        for await (const event of await openai.responses.create({ model, input, stream: true })) {
            types.push(event.type);
            if (event.type === "response.output_text.delta") text += event.delta;
        }
        expect(text).toBe(SIM_TEXT);
        expect([types[0], types.at(-1)]).toEqual(["response.created", "response.completed"]);
    });

    test("work with the package's own accumulator", async () => {
        const final = await openai.responses.stream({ model, input }).finalResponse();
        expect([final.id, final.output_text]).toEqual(["resp_sim000001", SIM_TEXT]);
        expect(final.usage!.output_tokens).toBe(7);
    });

    test("call tools and take their results", async () => {
        const first = await openai.responses.stream({ model, input, tools }).finalResponse();
        const call = first.output[0]!;
        if (call.type !== "function_call") throw new Error("not a function call");
        expect(JSON.parse(call.arguments)).toEqual({ city: "Bergen" });
        const whole = await openai.responses.create({ model, input, tools });
        expect(whole.output[0]).toMatchObject({ type: "function_call", name: "weather" });
        const results: OpenAI.Responses.ResponseInput = [
            { role: "user", content: input },
            call,
            { type: "function_call_output", call_id: call.call_id, output: "rain" },
        ];
        const second = await openai.responses.create({ model, input: results });
        expect(second.output_text).toBe(SIM_TEXT);
        expect(world.sim.requests.at(-1)!.json.input).toEqual(JSON.parse(JSON.stringify(results)));
    });

    test("that break off end in a failed response", async () => {
        world.sim.next(async (exchange) => {
            await exchange.openStream();
            await routes.sendEvents(exchange, routes.responseEvents(world.sim, { model }).slice(0, 6));
            await exchange.end();
        });
        let last: OpenAI.Responses.ResponseStreamEvent | undefined;
        for await (const event of await openai.responses.create({ model, input, stream: true })) last = event;
        if (last?.type !== "response.failed") throw new Error("not a failed response");
        expect(last.response.error!.message).toMatch(/^upstream stream interrupted \(request id: \w+\)$/);
    });

    test("that nobody produced throw the package's error", async () => {
        world.sim.next(async (exchange) => {
            await exchange.openStream();
            await exchange.end();
        });
        const request = openai.responses.create({ model, input, stream: true });
        const error = await caught(OpenAI.InternalServerError, request);
        expect(error.code).toBe("do_request_failed");
    });
});

describe("errors", () => {
    test("of bad requests", async () => {
        const empty = openai.embeddings.create({ model: "text-embedding-3-small", input: null as any });
        expect((await caught(OpenAI.BadRequestError, empty)).code).toBe("invalid_request");
        const nameless = openai.responses.create({ input });
        expect((await caught(OpenAI.BadRequestError, nameless)).status).toBe(400);
    });

    test("of what is not implemented", async () => {
        const error = await caught(OpenAI.InternalServerError, openai.models.delete("gpt-4o"));
        expect([error.status, error.code]).toEqual([501, "api_not_implemented"]);
    });
});
