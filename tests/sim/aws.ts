// The simulated AWS Bedrock: invoke and invoke-with-response-stream for Claude and Nova. Signatures are checked with AWS's own library, and
// its own codec frames the streams. Requests are checked as the vendor does, and answered, unless a test has queued a script (`next`).
import { Sha256 } from "@aws-crypto/sha256-js";
import { EventStreamCodec } from "@smithy/eventstream-codec";
import { SignatureV4 } from "@smithy/signature-v4";

import { checkMessages } from "./anthropic_checks.ts";
import * as wire from "./anthropic_objects.ts";
import { checkNova } from "./aws_nova.ts";
import * as nova from "./aws_nova.ts";
import type { Exchange, Script } from "./exchange.ts";
import type { RecordedRequest } from "./request_reader.ts";
import { ScriptedServer } from "./scripted_server.ts";

export const AWS_REGION = "us-east-1";
export const AWS_ACCESS = "AKIASIMULATED7EXAMPLE";
export const AWS_SECRET = "wJalrXUtnSIM+K7MDENG/bPxRfiCYSIMULATED";
export const AWS_KEY = `${AWS_ACCESS}|${AWS_SECRET}|${AWS_REGION}`;
export const AWS_BEARER = "ABSKU2ltdWxhdGVkLWFwaS1rZXktb2YtYmVkcm9jaw";
export const AWS_BEARER_KEY = `${AWS_BEARER}|${AWS_REGION}`;
export const AWS_TEXT = "Greetings from the cloud.";
export const AWS_USAGE = wire.usage(30, 9);

const CLAUDE_MEMBERS = [
    "anthropic_version", "anthropic_beta", "system", "messages", "max_tokens", "temperature", "top_p", "top_k",
    "stop_sequences", "tools", "tool_choice", "thinking", "output_config",
];

interface Problem {
    status: number;
    type: string;
    message: string;
}

const codec = new EventStreamCodec(
    (bytes) => Buffer.from(bytes).toString("utf8"),
    (text) => Buffer.from(text, "utf8"),
);

/** A message of the binary stream, as AWS frames it. */
export function message(headers: Record<string, string>, payload: unknown): Uint8Array {
    return codec.encode({
        headers: Object.fromEntries(
            Object.entries({ ":content-type": "application/json", ...headers }).map(([name, value]) => [
                name,
                { type: "string" as const, value },
            ]),
        ),
        body: Buffer.from(JSON.stringify(payload)),
    });
}

/** A chunk that carries one event of the model. */
export function chunk(event: unknown): Uint8Array {
    const bytes = Buffer.from(JSON.stringify(event)).toString("base64");
    return message({ ":event-type": "chunk", ":message-type": "event" }, { bytes, p: "abcdefghij" });
}

export function exception(type: string, text: string): Uint8Array {
    return message({ ":exception-type": type, ":message-type": "exception" }, { message: text });
}

export class AwsSim extends ScriptedServer<Problem> {
    text = AWS_TEXT;
    usage = AWS_USAGE;
    #serial = 0;

    constructor() {
        super((exchange) => this.#serve(exchange), {
            headers: (serial) => ({
                date: new Date().toUTCString(),
                "x-amzn-requestid": `00000000-0000-4000-8000-${String(serial).padStart(12, "0")}`,
            }),
        });
    }

    override forget(): void {
        super.forget();
        this.text = AWS_TEXT;
        this.usage = AWS_USAGE;
    }

    /** What the model says to this request. */
    reply(exchange: Exchange): wire.Reply {
        const body = exchange.request.json;
        const last = body.messages.at(-1).content;
        const answered = Array.isArray(last) && last.some((block) => block.type === "tool_result" || block.toolResult);
        const tools: string[] = (body.tools ?? body.toolConfig?.tools ?? []).map((tool: any) => tool.name ?? tool.toolSpec.name);
        const content: wire.Block[] = [{ type: "text", text: this.text }];
        if (!answered) {
            tools.forEach((name, index) =>
                content.push({ type: "tool_use", id: `toolu_sim${index}`, name, input: { city: "Bergen", index } }),
            );
        }
        return {
            id: `msg_bdrk_sim${++this.#serial}`,
            model: decodeURIComponent(modelOf(exchange.request)),
            content,
            stopReason: content.length > 1 ? "tool_use" : "end_turn",
            usage: this.usage,
        };
    }

    /** The events of a stream, in the form of the model. */
    events(exchange: Exchange): unknown[] {
        const reply = this.reply(exchange);
        return isNova(exchange.request) ? nova.events(reply) : wire.events(reply);
    }

    async answer(exchange: Exchange): Promise<void> {
        if (!isStream(exchange.request)) {
            const reply = this.reply(exchange);
            return exchange.json(200, isNova(exchange.request) ? nova.answer(reply) : wire.message(reply));
        }
        await this.openEvents(exchange);
        for (const event of this.events(exchange)) await exchange.piece(chunk(event));
        await exchange.end();
    }

    openEvents(exchange: Exchange): Promise<void> {
        return exchange.openStream({ "content-type": "application/vnd.amazon.eventstream" });
    }

    /** The first `count` events of the ordinary stream, then these messages, then the end. */
    streamThen(count: number, ...more: Uint8Array[]): Script {
        return async (exchange) => {
            await this.openEvents(exchange);
            for (const event of this.events(exchange).slice(0, count)) await exchange.piece(chunk(event));
            for (const piece of more) await exchange.piece(piece);
            await exchange.end();
        };
    }

    /** An error as AWS tells it. */
    error(status: number, type: string, text: string): Script {
        return (exchange) => exchange.json(status, { message: text }, { "x-amzn-errortype": `${type}:http://internal.amazon.com/` });
    }

    async #serve(exchange: Exchange): Promise<void> {
        const problem = (await checkKey(exchange.request)) ?? checkBody(exchange.request);
        if (problem) {
            this.refused.push(problem);
            return this.error(problem.status, problem.type, problem.message)(exchange);
        }
        const script = this.nextScript();
        return script ? script(exchange) : this.answer(exchange);
    }
}

function modelOf(request: RecordedRequest): string {
    return request.path.split("/")[2] ?? "";
}

function isNova(request: RecordedRequest): boolean {
    return modelOf(request).includes("nova-");
}

function isStream(request: RecordedRequest): boolean {
    return request.path.endsWith("/invoke-with-response-stream");
}

function denied(text: string): Problem {
    return { status: 403, type: "AccessDeniedException", message: text };
}

/** A bearer key, or a signature that AWS's own library makes of the same request. */
async function checkKey(request: RecordedRequest): Promise<Problem | undefined> {
    const given = request.header("authorization") ?? "";
    if (given === `Bearer ${AWS_BEARER}`) return undefined;
    const match = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/[^,]+, SignedHeaders=([^,]+), Signature=[0-9a-f]{64}$/.exec(given);
    if (!match || match[1] !== AWS_ACCESS) return denied("The security token included in the request is invalid.");
    const names = match[2]!.split(";");
    if (!["content-type", "host", "x-amz-date"].every((name) => names.includes(name))) {
        return denied("'Host', 'content-type' and 'x-amz-date' must be signed headers.");
    }
    const date = request.header("x-amz-date")!.replace(/(....)(..)(..)T(..)(..)(..)Z/, "$1-$2-$3T$4:$5:$6Z");
    if (Math.abs(Date.now() - Date.parse(date)) > 5 * 60_000) return denied("Signature expired.");
    const signer = new SignatureV4({
        credentials: { accessKeyId: AWS_ACCESS, secretAccessKey: AWS_SECRET },
        region: AWS_REGION,
        service: "bedrock",
        sha256: Sha256,
        applyChecksum: false,
    });
    const signed = await signer.sign(
        {
            method: request.method,
            protocol: "http:",
            hostname: "127.0.0.1",
            path: request.path,
            query: {},
            headers: Object.fromEntries(names.map((name) => [name, request.header(name) ?? ""])),
            body: request.body,
        },
        { signingDate: new Date(date) },
    );
    return signed.headers.authorization === given
        ? undefined
        : denied("The request signature we calculated does not match the signature you provided.");
}

function checkBody(request: RecordedRequest): Problem | undefined {
    const invalid = (text: string) => ({ status: 400, type: "ValidationException", message: text });
    if (!/^\/model\/[A-Za-z0-9\-._~%]+\/invoke(-with-response-stream)?$/.test(request.path)) {
        return { status: 404, type: "UnknownOperationException", message: "" };
    }
    const body = request.json;
    if (isNova(request)) {
        const problem = checkNova(body);
        return problem === undefined ? undefined : invalid(`Malformed input request: ${problem}`);
    }
    const unknown = Object.keys(body).find((name) => !CLAUDE_MEMBERS.includes(name));
    if (unknown !== undefined) return invalid(`${unknown}: Extra inputs are not permitted`);
    if (body.anthropic_version !== "bedrock-2023-05-31") return invalid("anthropic_version: Field required");
    const { anthropic_version: _version, anthropic_beta: _beta, ...rest } = body;
    const remote = JSON.stringify(body.messages).includes('"type":"url"');
    if (remote) return invalid("messages: image.source.type: Input should be 'base64'");
    const problem = checkMessages({ model: "m", ...rest });
    return problem && invalid(problem.message);
}

export async function startAwsSim(): Promise<AwsSim> {
    const sim = new AwsSim();
    await sim.listen();
    return sim;
}
