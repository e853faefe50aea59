// The official openai package speaking Responses, as a client of the conformance matrix.
import OpenAI from "openai";

import { openaiProblem } from "./client_chat.ts";
import { type Answer, type Ask, type Choice, dataUrl, markedOutput, type Piece, type Talking, type Turn } from "./model.ts";

type Input = OpenAI.Responses.ResponseInputItem;

/** A response that says of itself that it failed; the package does not throw it. */
class FailedResponse extends Error {}

function part(piece: Piece): OpenAI.Responses.ResponseInputContent {
    if ("text" in piece) return { type: "input_text", text: piece.text };
    if ("image" in piece) {
        return { type: "input_image", detail: "auto", image_url: piece.url ?? dataUrl("image/png", piece.image) };
    }
    if (piece.url !== undefined) return { type: "input_file", file_url: piece.url };
    return { type: "input_file", filename: piece.name, file_data: dataUrl("application/pdf", piece.pdf) };
}

function items(turn: Turn): Input[] {
    if ("user" in turn) {
        const [first, ...more] = turn.user;
        if (more.length === 0 && "text" in first!) return [{ role: "user", content: first.text }];
        return [{ role: "user", content: turn.user.map(part) }];
    }
    if ("again" in turn) return turn.again.native as Input[];
    if ("results" in turn) {
        return turn.results.map((result) => ({
            type: "function_call_output",
            call_id: result.id,
            output: markedOutput(result),
        }));
    }
    const calls = (turn.calls ?? []).map((call) => ({
        type: "function_call" as const,
        call_id: call.id,
        name: call.name,
        arguments: JSON.stringify(call.input),
    }));
    return [{ role: "assistant", content: turn.said }, ...calls];
}

function choice(value: Choice): OpenAI.Responses.ResponseCreateParams["tool_choice"] {
    return typeof value === "string" ? value : { type: "function", name: value.tool };
}

function parameters(ask: Ask): OpenAI.Responses.ResponseCreateParamsNonStreaming {
    return {
        model: ask.model,
        input: ask.turns.flatMap(items),
        ...(ask.system && { instructions: ask.system }),
        ...(ask.tools && {
            tools: ask.tools.map(({ name, description, schema }) => ({
                type: "function" as const,
                name,
                description,
                parameters: schema,
                strict: false,
            })),
        }),
        ...(ask.choice && { tool_choice: choice(ask.choice) }),
        ...(ask.schema && {
            text: { format: { type: "json_schema", name: "sky", schema: ask.schema, strict: true } },
        }),
        ...(ask.limit && { max_output_tokens: ask.limit }),
        ...(ask.reasoning && {
            reasoning: { effort: "high", summary: "auto" },
            include: ["reasoning.encrypted_content"],
            store: false,
        }),
        // The dialect has no word for stop sequences; a program that sends one all the same is told.
        ...(ask.stop && ({ stop: ask.stop } as object)),
    };
}

function finishOf(response: OpenAI.Responses.Response, calls: number): string {
    if (response.status === "completed") return calls > 0 ? "calls" : "stop";
    const reason = response.incomplete_details?.reason;
    if (reason === "max_output_tokens") return "limit";
    return reason === "content_filter" ? "refusal" : String(response.status);
}

function answer(response: OpenAI.Responses.Response): Answer {
    if (response.status === "failed") throw new FailedResponse(response.error?.message);
    const calls = [];
    let thought = "";
    let refusal = "";
    for (const item of response.output) {
        if (item.type === "reasoning") thought += item.summary.map((summary) => summary.text).join("\n\n");
        if (item.type === "message") {
            for (const part of item.content) if (part.type === "refusal") refusal += part.refusal;
        }
        if (item.type === "function_call") {
            calls.push({ id: item.call_id, name: item.name, input: JSON.parse(item.arguments) });
        }
    }
    return {
        text: response.output_text,
        refusal,
        thought,
        calls,
        finish: finishOf(response, calls.length),
        usage: {
            input: response.usage?.input_tokens ?? 0,
            cached: response.usage?.input_tokens_details.cached_tokens ?? 0,
            output: response.usage?.output_tokens ?? 0,
        },
        native: response.output,
    };
}

export function responsesClient(baseURL: string, apiKey: string, fetch: typeof globalThis.fetch): Talking {
    const openai = new OpenAI({ baseURL: `${baseURL}/v1`, apiKey, maxRetries: 0, fetch });
    return {
        async ask(ask, heard) {
            if (ask.mode === "full") return answer(await openai.responses.create(parameters(ask)));
            const stream = openai.responses.stream(parameters(ask) as any);
            let failed: OpenAI.Responses.Response | undefined;
            for await (const event of stream) {
                if (event.type === "response.output_text.delta") heard(event.delta);
                if (event.type === "response.failed") failed = event.response;
            }
            return answer(failed ?? (await stream.finalResponse()));
        },
        problem: (error) =>
            error instanceof FailedResponse ? { status: undefined, message: error.message } : openaiProblem(error),
    };
}
