// Who may call what, of tokens, logs, usage, prices and options: every endpoint as nobody, user, administrator and root, with and
// without the header that names the user.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";

import { Admin } from "./admin.ts";
import { Gateway, PATIENCE } from "./gateway.ts";
import { signIn } from "./stored_people.ts";

setDefaultTimeout(PATIENCE);

type Level = "all" | "user" | "admin" | "root" | "key";

const ENDPOINTS: [string, string, Level][] = [
    ["GET", "/api/token/", "user"],
    ["GET", "/api/token/search?keyword=x", "user"],
    ["GET", "/api/token/999999", "user"],
    ["POST", "/api/token/", "user"],
    ["PUT", "/api/token/", "user"],
    ["DELETE", "/api/token/999999", "user"],
    ["POST", "/api/token/batch", "user"],
    ["POST", "/api/token/999999/key", "user"],
    ["POST", "/api/token/batch/keys", "user"],
    ["GET", "/api/usage/token/", "key"],
    ["GET", "/api/log/", "admin"],
    ["DELETE", "/api/log/?target_timestamp=1", "admin"],
    ["GET", "/api/log/stat", "admin"],
    ["GET", "/api/log/search", "admin"],
    ["GET", "/api/log/self", "user"],
    ["GET", "/api/log/self/stat", "user"],
    ["GET", "/api/log/self/search", "user"],
    ["GET", "/api/log/token", "key"],
    ["GET", "/api/data/", "admin"],
    ["GET", "/api/data/users", "admin"],
    ["GET", "/api/data/self", "user"],
    ["GET", "/api/pricing", "all"],
    ["GET", "/api/ratio_config", "all"],
    ["GET", "/api/uptime/status", "all"],
    ["GET", "/api/status/test", "admin"],
    ["GET", "/api/option/", "root"],
    ["PUT", "/api/option/", "root"],
    ["POST", "/api/option/rest_model_ratio", "root"],
    ["POST", "/api/option/migrate_console_setting", "root"],
    ["GET", "/dashboard/billing/subscription", "key"],
    ["GET", "/v1/dashboard/billing/subscription", "key"],
    ["GET", "/dashboard/billing/usage", "key"],
    ["GET", "/v1/dashboard/billing/usage", "key"],
];

const RANK = { all: 0, user: 1, admin: 10, root: 100, key: 1000 };
const NOT_LOGGED_IN = "Unauthorized, not logged in and no access token provided";
const NOT_ALLOWED = "Unauthorized, insufficient privileges";

let gateway: Gateway;
let callers: { name: string; rank: number; session: Admin }[];

beforeAll(async () => {
    gateway = await Gateway.start();
    const root = new Admin(gateway);
    await root.setUp();
    callers = [
        { name: "user", rank: 1, session: await signIn(gateway, { username: "ann" }) },
        { name: "admin", rank: 10, session: await signIn(gateway, { username: "adam", role: 10 }) },
        { name: "root", rank: 100, session: root },
    ];
});

afterAll(() => gateway.stop());

test.each(ENDPOINTS)("%s %s is for %s", async (method, path, level) => {
    const english = { "Accept-Language": "en" };
    const body = method === "GET" ? {} : { body: {} };
    const nobody = await new Admin(gateway).call(method, path, { headers: english, ...body });
    if (level === "all") expect([200, 403]).toContain(nobody.status);
    else expect(nobody.status).toBe(401);
    if (level !== "all" && level !== "key") expect(nobody.json.message).toBe(NOT_LOGGED_IN);
    for (const { name, rank, session } of callers) {
        const answer = await session.call(method, path, { headers: english, ...body });
        const refused = answer.json?.message === NOT_ALLOWED;
        const expected = level === "key" ? [401, false] : [200, rank < RANK[level]];
        if (path !== "/api/ratio_config" && path !== "/api/option/")
            expect([name, answer.status, refused]).toEqual([name, ...expected] as [string, number, boolean]);
        else expect([name, refused]).toEqual([name, expected[1]] as [string, boolean]);
        if (level === "all" || level === "key") continue;
        // Without the header, or with another's, nobody gets in, whatever his role.
        for (const header of ["", "999"]) {
            const headers: Record<string, string> = { Cookie: session.cookie, ...english };
            if (header !== "") headers["New-Api-User"] = header;
            const other = await new Admin(gateway).call(method, path, { headers, ...body });
            expect([name, header, other.status, other.json.success]).toEqual([name, header, 401, false]);
            expect(other.json.message).not.toBe(NOT_LOGGED_IN);
        }
    }
});
