// One gateway with a channel to each simulated provider, and all clients: what the conformance matrix and the coding agents run on.
import { CLAUDE_KEY, startAnthropicSim } from "../../sim/anthropic.ts";
import { GEMINI_KEY, startGeminiSim } from "../../sim/gemini.ts";
import { type MediaServer, startMediaServer } from "../../sim/media.ts";
import { SIM_KEY, startOpenAiSim } from "../../sim/openai.ts";
import { Admin, type LogRow } from "../../integration/admin.ts";
import { Gateway } from "../../integration/gateway.ts";
import { aiClient } from "./client_ai.ts";
import { chatClient } from "./client_chat.ts";
import { geminiClient } from "./client_gemini.ts";
import { messagesClient } from "./client_messages.ts";
import { responsesClient } from "./client_responses.ts";
import type { Client, Connect, Named, Upstream } from "./model.ts";
import { chatUpstream } from "./upstream_chat.ts";
import { geminiUpstream } from "./upstream_gemini.ts";
import { messagesUpstream } from "./upstream_messages.ts";
import { responsesUpstream } from "./upstream_responses.ts";

/** The columns of the matrix. */
export const CLIENTS: (Named & { connect: Connect })[] = [
    { name: "openai, Chat", dialect: "chat", connect: chatClient },
    { name: "openai, Responses", dialect: "responses", connect: responsesClient },
    { name: "@anthropic-ai/sdk", dialect: "messages", connect: messagesClient },
    { name: "@google/genai", dialect: "gemini", connect: geminiClient },
    { name: "ai, OpenAI Chat", dialect: "chat", connect: aiClient("chat") },
    { name: "ai, OpenAI Responses", dialect: "responses", connect: aiClient("responses") },
    { name: "ai, Anthropic", dialect: "messages", connect: aiClient("messages") },
    { name: "ai, Google", dialect: "gemini", connect: aiClient("gemini") },
];

/** Its tables. */
export const UPSTREAMS: Named[] = [
    { name: "OpenAI Chat", dialect: "chat" },
    { name: "OpenAI Responses", dialect: "responses" },
    { name: "Anthropic", dialect: "messages" },
    { name: "Gemini", dialect: "gemini" },
];

/** Chat, Messages and Gemini clients go to Responses for these models (spec 06 section 3.3). */
const OVER_RESPONSES = {
    enabled: true,
    all_channels: true,
    channel_ids: [],
    channel_types: [],
    model_patterns: ["^gpt-4o$", "^o3$"],
};

export class ConformanceWorld {
    /** Of the newest answer of the gateway. */
    requestId = "";
    readonly clients: Client[];

    constructor(
        readonly gateway: Gateway,
        readonly admin: Admin,
        readonly key: string,
        readonly upstreams: Upstream[],
        /** Files that programs name by URL. */
        readonly media: MediaServer,
    ) {
        const listening = (async (...call: Parameters<typeof globalThis.fetch>) => {
            const response = await globalThis.fetch(...call);
            this.requestId = response.headers.get("x-oneapi-request-id") ?? "";
            return response;
        }) as typeof globalThis.fetch;
        this.clients = CLIENTS.map(({ name, dialect, connect }) => ({
            name,
            dialect,
            ...connect(gateway.url, key, listening),
        }));
    }

    /** All rows of the log so far, by the request that they tell of. */
    async rows(): Promise<Map<string, LogRow>> {
        const rows = new Map<string, LogRow>();
        for (let page = 1; ; page++) {
            const some = await this.admin.logs({ p: page, type: 2 });
            for (const row of some) rows.set(row.request_id, row);
            if (some.length < 100) return rows;
        }
    }

    async close(): Promise<void> {
        try {
            await this.gateway.stop();
        } finally {
            for (const { sim } of this.upstreams) await sim.close();
            await this.media.close();
        }
    }
}

export async function startConformanceWorld(): Promise<ConformanceWorld> {
    const chat = await startOpenAiSim({ models: [] });
    const responses = await startOpenAiSim({ models: [] });
    const anthropic = await startAnthropicSim();
    const upstreams = [
        chatUpstream(chat),
        responsesUpstream(responses),
        messagesUpstream(anthropic),
        geminiUpstream(await startGeminiSim()),
    ];
    const gateway = await Gateway.start();
    const admin = new Admin(gateway);
    await admin.setUp({ selfUse: true });
    const settings: Record<string, object> = {
        chat: { key: SIM_KEY, setting: JSON.stringify({ responses_via_chat: true }) },
        responses: { key: SIM_KEY },
        messages: { type: 14, key: CLAUDE_KEY },
        gemini: { type: 24, key: GEMINI_KEY },
    };
    for (const { name, dialect, sim, models } of upstreams) {
        const names = [...new Set(Object.values(models))].join();
        await admin.addChannel({ name, base_url: sim.url, models: names, ...settings[dialect] });
    }
    await admin.setOption("global.chat_completions_to_responses_policy", JSON.stringify(OVER_RESPONSES));
    await admin.setOption("fetch_setting.allow_private_ip", true);
    await admin.setOption("fetch_setting.allowed_ports", JSON.stringify([]));
    const { key } = await admin.createToken();
    return new ConformanceWorld(gateway, admin, key, upstreams, await startMediaServer());
}
