// The simulated Google Vertex AI: the token server, whose grants are checked with a JWT library, and models behind it: Claude (rawPredict),
// OpenAI-style ones and Google's own. Requests are checked as the vendors do and answered, unless a test has queued a script (`next`).
import { generateKeyPairSync, type KeyObject } from "node:crypto";

import { jwtVerify } from "jose";

import { checkMessages } from "./anthropic_checks.ts";
import * as wire from "./anthropic_objects.ts";
import type { Exchange } from "./exchange.ts";
import { GeminiSim } from "./gemini.ts";
import * as openai from "./openai_objects.ts";
import type { RecordedRequest } from "./request_reader.ts";
import { ScriptedServer } from "./scripted_server.ts";
import { checkGoogle, googleAction } from "./vertex_google.ts";

export const VERTEX_PROJECT = "sim-project-1234";
export const VERTEX_EMAIL = "gateway@sim-project-1234.iam.gserviceaccount.com";
export const VERTEX_API_KEY = "AQ.SimulatedVertexApiKey0123456789";
export const VERTEX_TEXT = "Greetings from the other cloud.";
export const VERTEX_USAGE = wire.usage(30, 9);
/** Instead of Google's token address. */
export const TOKEN_PATH = "/oauth2/v4/token";

const CLAUDE_MEMBERS = [
    "anthropic_version", "messages", "system", "max_tokens", "stop_sequences", "stream", "temperature", "top_p", "top_k",
    "tools", "tool_choice", "thinking", "output_config",
];

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** A service account whose key is this PEM text. */
export function serviceAccount(pem = pemOf(privateKey), project = VERTEX_PROJECT): string {
    return JSON.stringify({
        type: "service_account",
        project_id: project,
        private_key_id: "0123456789abcdef",
        private_key: pem,
        client_email: VERTEX_EMAIL,
    });
}

export function pemOf(key: KeyObject = privateKey): string {
    return key.export({ type: "pkcs8", format: "pem" }).toString();
}

export class VertexSim extends ScriptedServer<string> {
    text = VERTEX_TEXT;
    usage = VERTEX_USAGE;
    /** Seconds that the next tokens live. */
    lifetime = 3600;
    /** Waits before a grant is answered. */
    hold: Promise<void> | undefined;
    /** What the next grants are refused with. */
    refusal: { status: number; body: unknown } | undefined;
    readonly tokens: string[] = [];
    /** Answers for Google's own models. Nobody listens there. */
    readonly gemini = new GeminiSim();
    #serial = 0;

    constructor() {
        super((exchange) => this.#serve(exchange), { headers: () => ({ date: new Date().toUTCString(), server: "ESF" }) });
    }

    override forget(): void {
        super.forget();
        this.gemini.forget();
        this.refusal = this.hold = undefined;
        this.lifetime = 3600;
        this.text = VERTEX_TEXT;
        this.usage = VERTEX_USAGE;
    }

    /** Those that asked for a model. */
    get calls(): RecordedRequest[] {
        return this.requests.filter((request) => request.path !== TOKEN_PATH);
    }

    get grants(): RecordedRequest[] {
        return this.requests.filter((request) => request.path === TOKEN_PATH);
    }

    /** No token of before is good any more. */
    revoke(): void {
        this.tokens.length = 0;
    }

    reply(): wire.Reply {
        return {
            id: `msg_vrtx_sim${++this.#serial}`,
            model: "claude-sonnet-4-5-20250929",
            content: [{ type: "text", text: this.text }],
            stopReason: "end_turn",
            usage: this.usage,
        };
    }

    async answer(exchange: Exchange): Promise<void> {
        if (exchange.request.path.endsWith("/chat/completions")) return this.#chat(exchange);
        const action = googleAction(exchange.request);
        if (action !== undefined) return this.gemini.act(exchange, action, exchange.request.json);
        if (!exchange.request.path.endsWith(":streamRawPredict")) return exchange.json(200, wire.message(this.reply()));
        await exchange.openStream();
        for (const event of wire.events(this.reply())) await exchange.piece(wire.framed(event));
        await exchange.end();
    }

    async #chat(exchange: Exchange): Promise<void> {
        const { model, stream, stream_options } = exchange.request.json;
        const reply = { id: "chatcmpl-vertex", created: 1_750_000_000, model };
        const usage = openai.usage(30, 9);
        if (stream !== true) {
            const message = { role: "assistant", content: this.text };
            const choices = [{ index: 0, message, finish_reason: "stop" }];
            return exchange.json(200, { ...reply, object: "chat.completion", choices, usage });
        }
        await exchange.openStream();
        const chunk = (choices: unknown[], more: object = {}) =>
            exchange.event({ ...reply, object: "chat.completion.chunk", choices, ...more });
        for (const content of wire.pieces(this.text)) await chunk([{ index: 0, delta: { content }, finish_reason: null }]);
        await chunk([{ index: 0, delta: {}, finish_reason: "stop" }]);
        if (stream_options?.include_usage) await chunk([], { usage });
        await exchange.event("[DONE]");
        await exchange.end();
    }

    async #serve(exchange: Exchange): Promise<void> {
        if (exchange.request.path === TOKEN_PATH) return this.#grant(exchange);
        const problem = this.#checkKey(exchange.request) ?? checkBody(exchange.request);
        if (problem) {
            this.refused.push(problem.message);
            return exchange.json(problem.status, googleError(problem.status, problem.message));
        }
        const script = this.nextScript();
        return script ? script(exchange) : this.answer(exchange);
    }

    async #grant(exchange: Exchange): Promise<void> {
        await this.hold;
        if (this.refusal) return exchange.json(this.refusal.status, this.refusal.body);
        const form = new URLSearchParams(exchange.request.text);
        try {
            if (form.get("grant_type") !== "urn:ietf:params:oauth:grant-type:jwt-bearer") throw new Error("grant_type");
            const { payload } = await jwtVerify(form.get("assertion") ?? "", publicKey, {
                algorithms: ["RS256"],
                typ: "JWT",
                issuer: VERTEX_EMAIL,
                audience: this.url + TOKEN_PATH,
                maxTokenAge: "1h",
            });
            if (payload.scope !== "https://www.googleapis.com/auth/cloud-platform") throw new Error("scope");
        } catch (error) {
            this.refused.push(String(error));
            return exchange.json(400, { error: "invalid_grant", error_description: `Invalid JWT Signature. ${error}` });
        }
        const token = `ya29.sim-${this.tokens.length}-${"x".repeat(60)}${++this.#serial}`;
        this.tokens.push(token);
        return exchange.json(200, { access_token: token, expires_in: this.lifetime, token_type: "Bearer" });
    }

    #checkKey(request: RecordedRequest): { status: number; message: string } | undefined {
        const key = new URLSearchParams(request.target.split("?")[1] ?? "").get("key");
        if (key === VERTEX_API_KEY && request.header("authorization") === undefined) return undefined;
        const bearer = /^Bearer (.+)$/.exec(request.header("authorization") ?? "")?.[1];
        if (bearer === undefined || !this.tokens.includes(bearer)) {
            return { status: 401, message: "Request had invalid authentication credentials." };
        }
        return request.header("x-goog-user-project") === VERTEX_PROJECT
            ? undefined
            : { status: 403, message: "Caller does not have required permission to use project." };
    }
}

function checkBody(request: RecordedRequest): { status: number; message: string } | undefined {
    const body = request.json;
    if (request.path.endsWith("/chat/completions")) {
        return Array.isArray(body.messages) ? undefined : { status: 400, message: "messages is required" };
    }
    if (googleAction(request) !== undefined) {
        const problem = checkGoogle(request);
        return problem && { status: problem.code, message: problem.message };
    }
    const claude = /\/publishers\/anthropic\/models\/[^/:]+:(rawPredict|streamRawPredict)$/.exec(request.path);
    if (!claude) return { status: 404, message: "Publisher Model was not found." };
    const unknown = Object.keys(body).find((name) => !CLAUDE_MEMBERS.includes(name));
    if (unknown !== undefined) return { status: 400, message: `${unknown}: Extra inputs are not permitted` };
    if (body.anthropic_version !== "vertex-2023-10-16") return { status: 400, message: "anthropic_version: Field required" };
    if ((claude[1] === "streamRawPredict") !== (body.stream === true)) return { status: 400, message: "stream: mismatch" };
    const { anthropic_version: _version, ...rest } = body;
    const problem = checkMessages({ model: "m", ...rest });
    return problem && { status: problem.status, message: problem.message };
}

export function googleError(code: number, message: string): object {
    const status = code === 401 ? "UNAUTHENTICATED" : code === 429 ? "RESOURCE_EXHAUSTED" : "INVALID_ARGUMENT";
    return { error: { code, message, status } };
}

export async function startVertexSim(): Promise<VertexSim> {
    const sim = new VertexSim();
    await sim.listen();
    return sim;
}
