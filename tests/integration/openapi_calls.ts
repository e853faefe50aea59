// The calls by which openapi.test.ts sees that docs/openapi.yaml is true: at least one of each operation, by somebody who may make it,
// with answers that have something in them. What is deleted or used up is made for the call.
import { SIM_KEY } from "../sim/openai.ts";
import type { Admin } from "./admin.ts";
import { ACCOUNT } from "./openapi_account_calls.ts";
import { asRoot, type DocumentedCall, newPerson, type Scene, type Sent } from "./openapi_scene.ts";
import { addSecondFactor } from "./second_factor.ts";
import { putAside } from "./set_aside.ts";

async function newToken(person: Admin): Promise<number> {
    return (await person.createToken()).id;
}

async function newChannel({ world, people: { root } }: Scene, fields = {}): Promise<number> {
    return root.addChannel({ base_url: world.sim.url, key: SIM_KEY, name: "passing", ...fields });
}

const theWorlds = ({ world }: Scene): Sent => ({ path: { id: world.channelId } });

const SITE: DocumentedCall[] = [
    { operation: "GET /api/setup" },
    {
        operation: "POST /api/setup",
        sent: () => ({ body: { username: "x", password: "12345678", confirmPassword: "12345678" } }),
        refused: true,
    },
    { operation: "GET /api/status" },
    { operation: "GET /api/status/test" },
    { operation: "GET /api/uptime/status", filled: true },
    { operation: "GET /api/notice" },
    { operation: "GET /api/about" },
    { operation: "GET /api/home_page_content" },
    { operation: "GET /api/user-agreement" },
    { operation: "GET /api/privacy-policy" },
];

const USERS: DocumentedCall[] = [
    { operation: "GET /api/user/", sent: () => ({ query: { p: 1, page_size: 100 } }), filled: true },
    { operation: "GET /api/user/search", sent: () => ({ query: { keyword: "user", p: 1 } }), filled: true },
    { operation: "GET /api/user/{id}", sent: ({ people: { user } }) => ({ path: { id: user.userId } }) },
    { operation: "GET /api/user/{id}", sent: () => ({ path: { id: 9999 } }), refused: true },
    {
        operation: "POST /api/user/",
        sent: () => ({ body: { username: "made", password: "battery staple", role: 1 } }),
    },
    {
        operation: "PUT /api/user/",
        sent: ({ people: { user } }) => ({ body: { id: user.userId, remark: "a remark", role: 1 } }),
    },
    // with its remark
    { operation: "GET /api/user/{id}", sent: ({ people: { user } }) => ({ path: { id: user.userId } }) },
    {
        operation: "POST /api/user/manage",
        sent: ({ people: { user } }) => ({ body: { id: user.userId, action: "enable" } }),
    },
    {
        operation: "POST /api/user/manage",
        sent: ({ people: { user } }) => ({
            body: { id: user.userId, action: "add_quota", mode: "add", value: 5_000_000 },
        }),
    },
    {
        operation: "DELETE /api/user/{id}",
        sent: async (scene) => ({ path: { id: (await newPerson(scene)).userId } }),
    },
    {
        operation: "DELETE /api/user/{id}/bindings/{binding_type}",
        sent: ({ people: { user } }) => ({ path: { id: user.userId, binding_type: "email" } }),
    },
    {
        operation: "DELETE /api/user/{id}/2fa",
        sent: async (scene) => {
            const { userId } = await newPerson(scene);
            addSecondFactor(scene.world.gateway, userId);
            return { path: { id: userId } };
        },
    },
    { operation: "GET /api/group/", filled: true },
];

const TOKENS: DocumentedCall[] = [
    { operation: "GET /api/token/", filled: true },
    { operation: "GET /api/token/search", sent: () => ({ query: { keyword: "", token: "" } }), filled: true },
    { operation: "GET /api/token/{id}", sent: ({ tokenId }) => ({ path: { id: tokenId } }) },
    { operation: "GET /api/token/{id}", sent: () => ({ path: { id: 9999 } }), refused: true },
    {
        operation: "POST /api/token/",
        sent: () => ({ body: { name: "n", remain_quota: 5, allow_ips: "10.0.0.1" } }),
    },
    {
        operation: "PUT /api/token/",
        sent: ({ tokenId }) => ({ body: { id: tokenId, name: "m", expired_time: -1, allow_ips: "::1" } }),
    },
    {
        operation: "PUT /api/token/",
        sent: ({ tokenId }) => ({ query: { status_only: 1 }, body: { id: tokenId, status: 1 } }),
    },
    {
        operation: "DELETE /api/token/{id}",
        sent: async ({ people: { user } }) => ({ path: { id: await newToken(user) } }),
    },
    {
        operation: "POST /api/token/batch",
        sent: async ({ people: { user } }) => ({ body: { ids: [await newToken(user)] } }),
    },
    { operation: "POST /api/token/{id}/key", sent: ({ tokenId }) => ({ path: { id: tokenId } }) },
    { operation: "POST /api/token/batch/keys", sent: ({ tokenId }) => ({ body: { ids: [tokenId] } }) },
];

const CHANNELS: DocumentedCall[] = [
    { operation: "GET /api/channel/", filled: true },
    { operation: "GET /api/channel/", sent: () => ({ query: { tag_mode: "true" } }), filled: true },
    { operation: "GET /api/channel/search", sent: () => ({ query: { keyword: "sim" } }), filled: true },
    { operation: "GET /api/channel/{id}", sent: theWorlds },
    { operation: "GET /api/channel/{id}", sent: ({ pairId }) => ({ path: { id: pairId } }) },
    {
        operation: "POST /api/channel/",
        sent: ({ world }) => ({
            body: {
                mode: "batch",
                channel: { type: 1, name: "b", key: "one\ntwo", models: "own", base_url: world.sim.url },
            },
        }),
    },
    { operation: "PUT /api/channel/", sent: ({ pairId }) => ({ body: { id: pairId, remark: "r" } }) },
    {
        operation: "PUT /api/channel/",
        sent: ({ pairId }) => ({
            query: { clear: "other" },
            body: { id: pairId, multi_key_mode: "polling", key_mode: "append", key: "third" },
        }),
    },
    {
        operation: "DELETE /api/channel/{id}",
        sent: async (scene) => ({ path: { id: await newChannel(scene) } }),
    },
    {
        operation: "DELETE /api/channel/disabled",
        sent: async (scene) => {
            await newChannel(scene, { status: 2 });
            return {};
        },
    },
    {
        operation: "POST /api/channel/batch",
        sent: async (scene) => ({ body: { ids: [await newChannel(scene)] } }),
    },
    {
        operation: "POST /api/channel/copy/{id}",
        sent: ({ world }) => ({
            path: { id: world.channelId },
            query: { suffix: "2", reset_balance: "true" },
        }),
    },
    { operation: "POST /api/channel/{id}/key", sent: theWorlds, status: 403 },
    { operation: "POST /api/channel/fix" },
];

const CHANNEL_SETS: DocumentedCall[] = [
    { operation: "POST /api/channel/tag/disabled", sent: () => ({ body: { tag: "pair" } }) },
    { operation: "POST /api/channel/tag/enabled", sent: () => ({ body: { tag: "pair" } }) },
    { operation: "PUT /api/channel/tag", sent: () => ({ body: { tag: "pair", priority: 1 } }) },
    {
        operation: "POST /api/channel/batch/tag",
        sent: ({ pairId }) => ({ body: { ids: [pairId], tag: "pair" } }),
    },
    { operation: "GET /api/channel/tag/models", sent: () => ({ query: { tag: "pair" } }) },
    { operation: "GET /api/channel/tag/models", sent: () => ({ query: { tag: "" } }), status: 400 },
    {
        operation: "POST /api/channel/multi_key/manage",
        sent: ({ pairId }) => ({ body: { channel_id: pairId, action: "disable_key", key_index: 1 } }),
    },
    {
        operation: "POST /api/channel/multi_key/manage",
        sent: ({ pairId }) => ({ body: { channel_id: pairId, action: "get_key_status", page: 1 } }),
    },
    // with the status of a key
    { operation: "GET /api/channel/{id}", sent: ({ pairId }) => ({ path: { id: pairId } }) },
    { operation: "GET /api/channel/test/{id}", sent: theWorlds },
    {
        operation: "GET /api/channel/test/{id}",
        sent: ({ world }) => ({ path: { id: world.channelId }, query: { model: "no-such-model" } }),
        refused: true,
    },
    { operation: "GET /api/channel/fetch_models/{id}", sent: theWorlds, filled: true },
    {
        operation: "POST /api/channel/fetch_models",
        sent: ({ world }) => ({ body: { type: 1, base_url: world.sim.url, key: SIM_KEY } }),
        filled: true,
    },
    { operation: "GET /api/channel/models", filled: true },
    { operation: "GET /api/channel/models_enabled", filled: true },
    { operation: "GET /api/models" },
    { operation: "GET /api/channel/test" },
];

const OPTIONS: DocumentedCall[] = [
    { operation: "GET /api/option/", filled: true },
    { operation: "PUT /api/option/", sent: () => ({ body: { key: "Notice", value: "closed today" } }) },
    {
        operation: "PUT /api/option/",
        sent: () => ({ body: { key: "ModelRatio", value: "no JSON" } }),
        refused: true,
    },
    { operation: "POST /api/option/rest_model_ratio" },
    { operation: "POST /api/option/migrate_console_setting" },
];

const SPAN = { start_timestamp: 1, end_timestamp: 4_000_000_000 };

/** A record that nobody understands, where the gateway keeps such. */
function setSomethingAside({ world }: Scene): Sent {
    putAside(world.gateway, "0123456789abcdef-7.main.record", "no settlement", "as a test wants it");
    return {};
}

const LOGS: DocumentedCall[] = [
    { operation: "GET /api/log/", sent: () => ({ query: SPAN }), filled: true },
    { operation: "DELETE /api/log/", sent: () => ({ query: { target_timestamp: 1 } }) },
    { operation: "GET /api/log/search", refused: true },
    { operation: "GET /api/log/self", sent: asRoot, filled: true },
    { operation: "GET /api/log/self/search", refused: true },
    { operation: "GET /api/log/token", filled: true },
    { operation: "GET /api/log/stat", sent: () => ({ query: { username: "root", channel: 0 } }) },
    { operation: "GET /api/log/self/stat", sent: asRoot },
    { operation: "GET /api/opus/set_aside", sent: setSomethingAside, filled: true },
    { operation: "GET /api/data/", sent: () => ({ query: SPAN }), filled: true },
    { operation: "GET /api/data/", sent: () => ({ query: { ...SPAN, username: "root" } }), filled: true },
    { operation: "GET /api/data/users", sent: () => ({ query: SPAN }), filled: true },
    {
        operation: "GET /api/data/self",
        sent: ({ people: { root } }) => {
            const now = Math.floor(Date.now() / 1000);
            return { who: root, query: { start_timestamp: now - 86_400, end_timestamp: now + 86_400 } };
        },
        filled: true,
    },
];

const KEYS: DocumentedCall[] = [
    { operation: "GET /api/pricing", filled: true },
    { operation: "GET /api/pricing", sent: asRoot, filled: true },
    {
        operation: "GET /api/ratio_config",
        sent: async ({ people: { root } }) => {
            await root.setOption("ExposeRatioEnabled", true);
            return {};
        },
    },
    { operation: "GET /api/usage/token/" },
    { operation: "GET /dashboard/billing/subscription" },
    { operation: "GET /dashboard/billing/usage" },
    { operation: "GET /v1/dashboard/billing/subscription" },
    { operation: "GET /v1/dashboard/billing/usage" },
];

const anthropic = ({ world }: Scene) => ({
    "x-api-key": world.token.key,
    "anthropic-version": "2023-06-01",
});
const google = ({ world }: Scene) => ({ "x-goog-api-key": world.token.key });

const RELAY: DocumentedCall[] = [
    { operation: "GET /v1/models", filled: true },
    { operation: "GET /v1/models", sent: (scene) => ({ headers: anthropic(scene) }), filled: true },
    { operation: "GET /v1/models", sent: (scene) => ({ headers: google(scene) }) },
    { operation: "GET /v1/models/{model}", sent: () => ({ path: { model: "gpt-4o" } }) },
    {
        operation: "GET /v1/models/{model}",
        sent: (scene) => ({ path: { model: "gpt-4o" }, headers: anthropic(scene) }),
    },
    { operation: "GET /v1/models/{model}", sent: () => ({ path: { model: "none" } }), status: 404 },
    { operation: "GET /v1beta/models", sent: (scene) => ({ headers: google(scene) }) },
    { operation: "GET /v1beta/openai/models", filled: true },
    {
        operation: "POST /v1/chat/completions",
        sent: () => ({ body: { model: "gpt-4o", messages: [{ role: "user", content: "Say hello." }] } }),
    },
    {
        operation: "POST /v1/chat/completions",
        sent: () => ({ body: { model: "none", messages: [{ role: "user", content: "Say hello." }] } }),
        status: 503,
    },
    { operation: "POST /v1/completions", sent: () => ({ body: { model: "gpt-4o", prompt: "Say hello." } }) },
    { operation: "POST /v1/embeddings", sent: () => ({ body: { model: "gpt-4o", input: "hello" } }) },
    {
        operation: "POST /v1/engines/{model}/embeddings",
        sent: () => ({ path: { model: "gpt-4o" }, body: { input: "hello" } }),
    },
    {
        operation: "POST /v1/moderations",
        sent: () => ({ body: { model: "gpt-4o", input: "hello" } }),
    },
    { operation: "POST /v1/responses", sent: () => ({ body: { model: "gpt-4o", input: "hello" } }) },
    {
        operation: "POST /v1/messages",
        sent: () => ({ body: { model: "gpt-4o", messages: [{ role: "user", content: "Say hello." }] } }),
    },
    {
        operation: "POST /v1/messages/count_tokens",
        sent: () => ({ body: { model: "gpt-4o", messages: [{ role: "user", content: "Say hello." }] } }),
    },
    {
        operation: "POST /v1/messages",
        sent: (scene) => ({
            body: { model: "none", messages: [{ role: "user", content: "Say hello." }] },
            headers: anthropic(scene),
        }),
        status: 503,
    },
];

/** In this order: some find what the ones before left. */
export const CALLS: DocumentedCall[] = [
    SITE,
    ACCOUNT,
    USERS,
    TOKENS,
    CHANNELS,
    OPTIONS,
    LOGS,
    KEYS,
    RELAY,
    CHANNEL_SETS,
].flat();
