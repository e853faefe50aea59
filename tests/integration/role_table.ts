// Who may call what, as the chapters 02 to 04 of the specification say: a row for every operation of docs/openapi.yaml, with
// calls that change nothing, or fail behind the checks. What is tested with it is in rest_role_table.test.ts; a new route needs
// a row here.
import type { RoleName } from "./people.ts";

/** `anyKey`: an API key, also one that is switched off; `key`: one that passes every check. */
export type Least = "anyone" | RoleName | "anyKey" | "key";

/** Ids of what is not the caller's. */
export interface Others {
    rootId: number;
    /** Another administrator, and a user, than the callers. */
    adminId: number;
    userId: number;
    /** A token of root. */
    tokenId: number;
}

export interface ForeignCall {
    who: RoleName;
    path?: Record<string, string | number>;
    query?: Record<string, string | number>;
    body?: unknown;
    /** The refusal's text; or the data of the answer; or neither: as without the query. */
    refusal?: string;
    data?: unknown;
}

export interface Row {
    least: Least;
    body?: unknown;
    query?: Record<string, string>;
    /** The status for who may call, when it is not 200. */
    passes?: number;
    /** The call changes who makes it: everybody gets one caller for it alone. */
    spends?: true;
    /** With and without the last slash are different routes. */
    asWritten?: true;
    /** Scripts of pages from elsewhere may read the answer. */
    openToOrigins?: true;
    foreign?: (others: Others) => ForeignCall[];
}

const SEE = "No permission to access users of same or higher level";
const CHANGE = "No permission to update users of same or higher permission level";
const NOT_FOUND = "record not found";

/** An administrator at those above and beside him. */
const users =
    (refusal: string, call: (id: number) => Partial<ForeignCall>) =>
    ({ rootId, adminId }: Others): ForeignCall[] =>
        [rootId, adminId].map((id) => ({ who: "admin", ...call(id), refusal }));

/** Tokens are their owner's, whatever the role of who asks. */
const tokens =
    (expected: { refusal: string } | { data: unknown }, call: (id: number) => Partial<ForeignCall>) =>
    ({ tokenId }: Others): ForeignCall[] =>
        (["user", "admin"] as const).map((who) => ({ who, ...call(tokenId), ...expected }));

/** What is one's own stays so, whoever is named. */
const own = ({ rootId }: Others): ForeignCall[] =>
    (["user", "admin"] as const).map((who) => ({
        who,
        query: { id: rootId, user_id: rootId, username: "root", new_api_user: rootId },
    }));

const SITE: Record<string, Least | Row> = {
    "GET /api/setup": "anyone",
    "POST /api/setup": "anyone",
    "GET /api/status": "anyone",
    "GET /api/status/test": "admin",
    "GET /api/uptime/status": "anyone",
    "GET /api/notice": "anyone",
    "GET /api/about": "anyone",
    "GET /api/home_page_content": "anyone",
    "GET /api/user-agreement": "anyone",
    "GET /api/privacy-policy": "anyone",
};

const ACCOUNT: Record<string, Least | Row> = {
    "POST /api/user/register": "anyone",
    "POST /api/user/login": "anyone",
    "POST /api/user/login/2fa": "anyone",
    "GET /api/user/logout": "anyone",
    "GET /api/user/groups": "anyone",
    "GET /api/user/self": { least: "user", foreign: own },
    "PUT /api/user/self": {
        least: "user",
        foreign: ({ rootId }) => [
            {
                who: "user",
                body: { id: rootId, username: "root", display_name: "X", role: 100 },
                refusal: "原密码错误",
            },
        ],
    },
    "DELETE /api/user/self": { least: "user", spends: true },
    "GET /api/user/token": { least: "user", spends: true },
    "DELETE /api/user/token": { least: "user", spends: true },
    "GET /api/user/models": { least: "user", foreign: own },
    "GET /api/user/aff": { least: "user", foreign: own },
    "POST /api/user/aff_transfer": "user",
    "PUT /api/user/setting": "user",
    "POST /api/user/setting/test": "user",
    "GET /api/user/self/groups": { least: "user", foreign: own },
};

const USERS: Record<string, Least | Row> = {
    "GET /api/user/": "admin",
    "GET /api/user/search": "admin",
    "GET /api/user/{id}": { least: "admin", foreign: users(SEE, (id) => ({ path: { id } })) },
    "POST /api/user/": {
        least: "admin",
        foreign: () =>
            [10, 100].map((role) => ({
                who: "admin",
                body: { username: "risen", password: "12345678", role },
                refusal: "Cannot create users with permission level equal to or higher than yourself",
            })),
    },
    "PUT /api/user/": {
        least: "admin",
        foreign: users(CHANGE, (id) => ({ body: { id, display_name: "X" } })),
    },
    "POST /api/user/manage": {
        least: "admin",
        foreign: users(CHANGE, (id) => ({ body: { id, action: "disable" } })),
    },
    "DELETE /api/user/{id}": { least: "admin", foreign: users(CHANGE, (id) => ({ path: { id } })) },
    "DELETE /api/user/{id}/bindings/{binding_type}": {
        least: "admin",
        foreign: users(SEE, (id) => ({ path: { id, binding_type: "email" } })),
    },
    "DELETE /api/user/{id}/2fa": {
        least: "admin",
        foreign: users("无权操作同级或更高级用户的2FA设置", (id) => ({ path: { id } })),
    },
    "GET /api/group/": "admin",
};

const TOKENS: Record<string, Least | Row> = {
    "GET /api/token/": { least: "user", foreign: own },
    "GET /api/token/search": { least: "user", foreign: own },
    "GET /api/token/{id}": {
        least: "user",
        foreign: tokens({ refusal: NOT_FOUND }, (id) => ({ path: { id } })),
    },
    "POST /api/token/": "user",
    "PUT /api/token/": {
        least: "user",
        foreign: (others) => [
            ...tokens({ refusal: NOT_FOUND }, (id) => ({ body: { id, name: "taken" } }))(others),
            ...tokens({ refusal: NOT_FOUND }, (id) => ({
                query: { status_only: "true" },
                body: { id, status: 2 },
            }))(others),
        ],
    },
    "DELETE /api/token/{id}": {
        least: "user",
        foreign: tokens({ refusal: NOT_FOUND }, (id) => ({ path: { id } })),
    },
    "POST /api/token/batch": {
        least: "user",
        foreign: tokens({ data: 0 }, (id) => ({ body: { ids: [id] } })),
    },
    "POST /api/token/{id}/key": {
        least: "user",
        foreign: tokens({ refusal: NOT_FOUND }, (id) => ({ path: { id } })),
    },
    "POST /api/token/batch/keys": {
        least: "user",
        foreign: tokens({ data: { keys: {} } }, (id) => ({ body: { ids: [id] } })),
    },
};

const CHANNELS: Record<string, Least | Row> = {
    "GET /api/channel/": "admin",
    "GET /api/channel/search": "admin",
    "GET /api/channel/{id}": "admin",
    "POST /api/channel/": "admin",
    "PUT /api/channel/": "admin",
    "DELETE /api/channel/{id}": "admin",
    "DELETE /api/channel/disabled": "admin",
    "POST /api/channel/batch": "admin",
    "POST /api/channel/copy/{id}": "admin",
    "POST /api/channel/{id}/key": { least: "root", passes: 403 },
    "POST /api/channel/fix": "admin",
    "POST /api/channel/tag/disabled": "admin",
    "POST /api/channel/tag/enabled": "admin",
    "PUT /api/channel/tag": "admin",
    "POST /api/channel/batch/tag": "admin",
    "GET /api/channel/tag/models": { least: "admin", passes: 400 },
    "POST /api/channel/multi_key/manage": "admin",
    "GET /api/channel/test": "admin",
    "GET /api/channel/test/{id}": "admin",
    "GET /api/channel/fetch_models/{id}": "admin",
    "POST /api/channel/fetch_models": { least: "root", passes: 400 },
    "GET /api/channel/models": "admin",
    "GET /api/channel/models_enabled": "admin",
    "GET /api/models": { least: "user", asWritten: true },
};

const OPTIONS: Record<string, Least | Row> = {
    "GET /api/option/": "root",
    "PUT /api/option/": { least: "root", passes: 400 },
    "POST /api/option/rest_model_ratio": "root",
    "POST /api/option/migrate_console_setting": "root",
};

const LOGS: Record<string, Least | Row> = {
    "GET /api/log/": "admin",
    "DELETE /api/log/": "admin",
    "GET /api/log/search": "admin",
    "GET /api/log/stat": "admin",
    "GET /api/log/self": { least: "user", foreign: own },
    "GET /api/log/self/search": { least: "user", foreign: own },
    "GET /api/log/self/stat": { least: "user", foreign: own },
    "GET /api/log/token": { least: "anyKey", openToOrigins: true },
    "GET /api/opus/set_aside": "root",
    "GET /api/data/": "admin",
    "GET /api/data/users": "admin",
    "GET /api/data/self": { least: "user", foreign: own },
};

const PRICES_AND_KEYS: Record<string, Least | Row> = {
    "GET /api/pricing": "anyone",
    "GET /api/ratio_config": { least: "anyone", passes: 403 },
    "GET /api/usage/token/": { least: "anyKey", openToOrigins: true },
    "GET /dashboard/billing/subscription": { least: "key", openToOrigins: true },
    "GET /dashboard/billing/usage": { least: "key", openToOrigins: true },
    "GET /v1/dashboard/billing/subscription": { least: "key", openToOrigins: true },
    "GET /v1/dashboard/billing/usage": { least: "key", openToOrigins: true },
    "GET /v1/models": { least: "key", openToOrigins: true, asWritten: true },
    "GET /v1/models/{model}": { least: "key", openToOrigins: true, asWritten: true },
    "GET /v1beta/models": { least: "key", openToOrigins: true, asWritten: true },
    "GET /v1beta/openai/models": { least: "key", openToOrigins: true, asWritten: true },
    "POST /v1/chat/completions": { least: "key", openToOrigins: true, asWritten: true, passes: 400 },
    "POST /v1/completions": { least: "key", openToOrigins: true, asWritten: true, passes: 400 },
    "POST /v1/embeddings": { least: "key", openToOrigins: true, asWritten: true, passes: 400 },
    "POST /v1/engines/{model}/embeddings": { least: "key", openToOrigins: true, asWritten: true, passes: 400 },
    "POST /v1/moderations": { least: "key", openToOrigins: true, asWritten: true, passes: 400 },
    "POST /v1/responses": { least: "key", openToOrigins: true, asWritten: true, passes: 400 },
    "POST /v1/messages": { least: "key", openToOrigins: true, asWritten: true, passes: 400 },
    "POST /v1/messages/count_tokens": { least: "key", openToOrigins: true, asWritten: true, passes: 400 },
};

/** By operation, as docs/openapi.yaml names it. */
export const ROLE_TABLE = new Map<string, Row>(
    [SITE, ACCOUNT, USERS, TOKENS, CHANNELS, OPTIONS, LOGS, PRICES_AND_KEYS]
        .flatMap((part) => Object.entries(part))
        .map(([operation, row]) => [operation, typeof row === "string" ? { least: row } : row]),
);
