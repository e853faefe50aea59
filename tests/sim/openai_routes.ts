// The simulated provider's endpoints beside chat: Completions, Responses, moderations. Objects and events as the vendor's reference
// documents them; what of a request is checked is what the vendor refuses first.
import type { Exchange } from "./exchange.ts";
import { parseBody } from "./openai_checks.ts";
import type { OpenAiSim } from "./openai.ts";
import { pieces, type Refusal, refusal } from "./openai_objects.ts";

type Body = Record<string, any>;

/** What it counts of any request. */
export const SIM_COUNT = 43;

/** Answers one request of an endpoint, or says why not. */
type Endpoint = (sim: OpenAiSim, exchange: Exchange, body: Body) => Promise<void> | Refusal;

export const ENDPOINTS: Record<string, Endpoint> = {
    "/v1/completions": completions,
    "/v1/responses": responses,
    "/v1/responses/input_tokens": inputTokens,
    "/v1/responses/compact": compact,
    "/v1/moderations": moderations,
};

/** Serves a request; a refusal is for the simulator to send. */
export async function serveRoute(sim: OpenAiSim, exchange: Exchange): Promise<Refusal | undefined> {
    const parsed = parseBody(exchange.request);
    if ("status" in parsed) return parsed;
    const result = await ENDPOINTS[exchange.request.path]!(sim, exchange, parsed.body);
    return result ?? undefined;
}

function missing(name: string): Refusal {
    return refusal(400, `Missing required parameter: '${name}'.`, {
        param: name,
        code: "missing_required_parameter",
    });
}

function textChunk(body: Body, text: string, finish: string | null): Body {
    return {
        id: "cmpl-sim000001",
        object: "text_completion",
        created: 1764000000,
        model: body.model,
        choices: [{ text, index: 0, logprobs: null, finish_reason: finish }],
    };
}

function completions(sim: OpenAiSim, exchange: Exchange, body: Body): Promise<void> | Refusal {
    if (body.prompt === undefined) return missing("prompt");
    if (body.stream !== true) {
        const whole = textChunk(body, sim.text, "stop");
        return exchange.json(200, { ...whole, ...(sim.usage ? { usage: sim.usage } : {}) });
    }
    return (async () => {
        await exchange.openStream();
        for (const piece of pieces(sim.text)) await exchange.event(textChunk(body, piece, null));
        await exchange.event(textChunk(body, "", "stop"));
        if (body.stream_options?.include_usage && sim.usage) {
            await exchange.event({ ...textChunk(body, "", null), choices: [], usage: sim.usage });
        }
        await exchange.event("[DONE]");
        await exchange.end();
    })();
}

function moderations(_sim: OpenAiSim, exchange: Exchange, body: Body): Promise<void> | Refusal {
    if (body.input === undefined) return missing("input");
    const result = {
        flagged: false,
        categories: { violence: false },
        category_scores: { violence: 0.0001 },
    };
    const inputs = Array.isArray(body.input) ? body.input.length : 1;
    return exchange.json(200, {
        id: "modr-sim000001",
        model: body.model,
        results: Array.from({ length: inputs }, () => result),
    });
}

/** What the vendor counts: whatever is not of the prompt is refused. */
function inputTokens(_sim: OpenAiSim, exchange: Exchange, body: Body): Promise<void> | Refusal {
    const known = ["model", "input", "instructions", "tools", "tool_choice", "text", "reasoning", "truncation"];
    const unknown = Object.keys(body).find((name) => !known.includes(name));
    if (unknown) return refusal(400, `Unknown parameter: '${unknown}'.`, { param: unknown, code: "unknown_parameter" });
    return exchange.json(200, { object: "response.input_tokens", input_tokens: SIM_COUNT });
}

function compact(sim: OpenAiSim, exchange: Exchange, body: Body): Promise<void> | Refusal {
    const known = ["model", "input", "instructions", "previous_response_id"];
    const unknown = Object.keys(body).find((name) => !known.includes(name));
    if (unknown) return refusal(400, `Unknown parameter: '${unknown}'.`, { param: unknown, code: "unknown_parameter" });
    return exchange.json(200, {
        id: "resp_sim000009",
        object: "response.compaction",
        created_at: 1764000000,
        output: [{ id: "cmp_sim000001", type: "compaction", encrypted_content: "c2VhbGVk" }],
        usage: responsesUsage(sim),
    });
}

// --- Responses --------------------------------------------------------------------------------------------------------

/** The response object; `more` adds or replaces members. */
export function response(sim: OpenAiSim, body: Body, more: Body = {}): Body {
    return {
        id: "resp_sim000001",
        object: "response",
        created_at: 1764000000,
        status: "completed",
        error: null,
        incomplete_details: null,
        instructions: body.instructions ?? null,
        model: body.model,
        output: output(sim, body),
        parallel_tool_calls: true,
        tools: body.tools ?? [],
        usage: responsesUsage(sim),
        ...more,
    };
}

export function responsesUsage(sim: OpenAiSim): Body | null {
    if (!sim.usage) return null;
    return {
        input_tokens: sim.usage.prompt_tokens,
        input_tokens_details: { cached_tokens: sim.usage.prompt_tokens_details?.cached_tokens ?? 0 },
        output_tokens: sim.usage.completion_tokens,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: sim.usage.total_tokens,
    };
}

function callOf(body: Body): Body | undefined {
    const tool = (body.tools ?? []).find((entry: Body) => entry.type === "function");
    if (!tool) return undefined;
    return {
        id: "fc_sim000001",
        type: "function_call",
        status: "completed",
        call_id: "call_sim0",
        name: tool.name,
        arguments: JSON.stringify({ city: "Bergen" }),
    };
}

function message(sim: OpenAiSim): Body {
    const content = [{ type: "output_text", text: sim.text, annotations: [], logprobs: [] }];
    return { id: "msg_sim000001", type: "message", status: "completed", role: "assistant", content };
}

function output(sim: OpenAiSim, body: Body): Body[] {
    return [callOf(body) ?? message(sim)];
}

/** The events of a streamed response, numbered, the terminal one last. */
export function responseEvents(sim: OpenAiSim, body: Body): Body[] {
    const begun = response(sim, body, { status: "in_progress", output: [], usage: null });
    const call = callOf(body);
    const events: Body[] = [
        { type: "response.created", response: begun },
        { type: "response.in_progress", response: begun },
        ...(call ? callEvents(call) : messageEvents(sim)),
        { type: "response.completed", response: response(sim, body) },
    ];
    return events.map((event, index) => ({ ...event, sequence_number: index }));
}

function callEvents(call: Body): Body[] {
    const place = { item_id: call.id, output_index: 0 };
    return [
        {
            type: "response.output_item.added",
            output_index: 0,
            item: { ...call, status: "in_progress", arguments: "" },
        },
        { type: "response.function_call_arguments.delta", ...place, delta: call.arguments },
        { type: "response.function_call_arguments.done", ...place, arguments: call.arguments },
        { type: "response.output_item.done", output_index: 0, item: call },
    ];
}

function messageEvents(sim: OpenAiSim): Body[] {
    const item = message(sim);
    const place = { item_id: item.id, output_index: 0, content_index: 0 };
    const part = { type: "output_text", text: "", annotations: [], logprobs: [] };
    return [
        {
            type: "response.output_item.added",
            output_index: 0,
            item: { ...item, status: "in_progress", content: [] },
        },
        { type: "response.content_part.added", ...place, part },
        ...pieces(sim.text).map((delta) => ({
            type: "response.output_text.delta",
            ...place,
            delta,
            logprobs: [],
        })),
        { type: "response.output_text.done", ...place, text: sim.text, logprobs: [] },
        { type: "response.content_part.done", ...place, part: { ...part, text: sim.text } },
        { type: "response.output_item.done", output_index: 0, item },
    ];
}

/** One event as the vendor frames it. */
export function framed(event: Body): string {
    return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

export async function sendEvents(exchange: Exchange, events: Body[]): Promise<void> {
    for (const event of events) await exchange.piece(framed(event));
}

function responses(sim: OpenAiSim, exchange: Exchange, body: Body): Promise<void> | Refusal {
    if (body.input === undefined) return missing("input");
    if (body.stream !== true) return exchange.json(200, response(sim, body));
    return (async () => {
        await exchange.openStream();
        await sendEvents(exchange, responseEvents(sim, body));
        await exchange.end();
    })();
}
