// POST /v1/responses/compact (spec 04 sections 2, 15.2; 05 section 2.2): chosen, priced and logged under a name of its own, sent on under
// the model's, with the members of a conversation only.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import { SIM_USAGE } from "../sim/openai.ts";
import { expectError } from "./chat_client.ts";
import { type ClaudeWorld, startClaudeWorld } from "./claude_world.ts";
import { PATIENCE } from "./gateway.ts";

setDefaultTimeout(PATIENCE);

const path = "/v1/responses/compact";
/** At a ratio of 2, output as dear as input. */
const PRICE = (SIM_USAGE.prompt_tokens + SIM_USAGE.completion_tokens) * 2;

let it: ClaudeWorld;

beforeAll(async () => {
    it = await startClaudeWorld({
        channel: {
            models: "gpt-4o,gpt-4o-openai-compact,my-model-openai-compact",
            model_mapping: JSON.stringify({ "my-model": "gpt-4o" }),
        },
        claude: { models: "claude-x,claude-x-openai-compact" },
    });
    const ratios = { "*-openai-compact": 2, "gpt-4o-openai-compact": 2 };
    await it.world.admin.setOption("ModelRatio", JSON.stringify(ratios));
    await it.world.admin.setOption("CompletionRatio", JSON.stringify({ "gpt-4o-openai-compact": 1 }));
});

beforeEach(() => it.forget());

afterAll(() => it.close());

const compact = (more: Record<string, unknown> = {}) =>
    it.world.client.send({ model: "gpt-4o", input: [{ role: "user", content: "A long talk." }], ...more }, { path });

describe("a compaction", () => {
    test("goes on with its conversation alone, and its answer comes as it is", async () => {
        await it.world.costs(PRICE, async () => {
            const answer = await compact({ instructions: "Be brief.", stream: true, store: true, tools: [], x: { y: 1 } });
            expect(answer.status, answer.text).toBe(200);
            expect(answer.json).toMatchObject({ object: "response.compaction", output: [{ type: "compaction" }] });
            const { row, other } = await it.row(answer);
            expect([row.model_name, row.is_stream]).toEqual(["gpt-4o-openai-compact", false]);
            expect(other.request_conversion).toEqual(["openai_responses_compaction"]);
            expect(other.upstream_model_name).toBeUndefined();
        });
        expect(it.world.sim.requests[0]!.json).toEqual({
            model: "gpt-4o",
            input: [{ role: "user", content: "A long talk." }],
            instructions: "Be brief.",
        });
    });

    test("of a mapped model is billed and logged by the name that was sent", async () => {
        await it.world.costs(PRICE, async () => {
            const answer = await compact({ model: "my-model" });
            const { row, other } = await it.row(answer);
            expect([row.model_name, other.upstream_model_name]).toEqual(["gpt-4o-openai-compact", "gpt-4o"]);
        });
        expect((it.world.sim.requests[0]!.json as any).model).toBe("gpt-4o");
    });

    test("needs a model", async () => {
        expectError(await compact({ model: undefined }), { status: 400 });
        expectError(await compact({ model: "gpt-4o-mini" }), { status: 503 });
    });

    test("of a model that is mapped to one without a price is not sent", async () => {
        await it.world.admin.setOption("ModelRatio", JSON.stringify({ "my-model-openai-compact": 2 }));
        await it.world.costsNothing(async () => {
            expectError(await compact({ model: "my-model" }), { status: 400, code: "model_price_error" });
        });
        await it.world.admin.setOption("ModelRatio", JSON.stringify({ "*-openai-compact": 2 }));
        expect(it.world.sim.requests).toHaveLength(0);
    });

    test("is not for providers of other kinds", async () => {
        await it.side.costsNothing(async () => {
            expectError(await compact({ model: "claude-x" }), {
                status: 400,
                code: "invalid_request",
                message: 'unsupported endpoint "/v1/responses/compact" for api type 1',
            });
        });
        expect(it.claude.requests).toHaveLength(0);
    });
});
