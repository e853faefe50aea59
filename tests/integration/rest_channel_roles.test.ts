// Who may call what of the channel API: every endpoint as nobody, user, administrator and root, with and without the header that
// names the caller, and with somebody else's id in it.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";

import { addCaller, callAs, type Caller } from "./callers.ts";
import { PATIENCE } from "./gateway.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

let world: World;

beforeAll(async () => {
    world = await startWorld();
});

afterAll(() => world.close());

describe("roles", () => {
    let callers: Record<"user" | "admin" | "root", Caller>;
    beforeAll(() => {
        callers = {
            user: addCaller(world.gateway, "user"),
            admin: addCaller(world.gateway, "admin"),
            root: addCaller(world.gateway, "root"),
        };
    });

    const table: [string, string, "user" | "admin" | "root"][] = [
        ["GET", "/api/channel/", "admin"],
        ["GET", "/api/channel/search", "admin"],
        ["GET", "/api/channel/models", "admin"],
        ["GET", "/api/channel/models_enabled", "admin"],
        ["GET", "/api/channel/1", "admin"],
        ["POST", "/api/channel/", "admin"],
        ["POST", "/api/channel/1/key", "root"],
        ["PUT", "/api/channel/", "admin"],
        ["DELETE", "/api/channel/99999", "admin"],
        ["DELETE", "/api/channel/disabled", "admin"],
        ["POST", "/api/channel/batch", "admin"],
        ["POST", "/api/channel/copy/99999", "admin"],
        ["POST", "/api/channel/tag/disabled", "admin"],
        ["POST", "/api/channel/tag/enabled", "admin"],
        ["PUT", "/api/channel/tag", "admin"],
        ["POST", "/api/channel/batch/tag", "admin"],
        ["GET", "/api/channel/tag/models", "admin"],
        ["POST", "/api/channel/fix", "admin"],
        ["GET", "/api/channel/fetch_models/99999", "admin"],
        ["POST", "/api/channel/fetch_models", "root"],
        ["GET", "/api/channel/test/99999", "admin"],
        ["POST", "/api/channel/multi_key/manage", "admin"],
        ["GET", "/api/models", "user"],
    ];

    test.each(table)("%s %s is for %s", async (method, path, least) => {
        const body = method === "GET" || method === "DELETE" ? undefined : {};
        const anonymous = await callAs(world.gateway, {}, method, path, body);
        expect([anonymous.status, anonymous.json.success]).toEqual([401, false]);
        const order = ["user", "admin", "root"] as const;
        for (const role of order) {
            const { headers } = callers[role];
            const answer = await callAs(world.gateway, headers, method, path, body);
            const refused = /Unauthorized, insufficient privileges|权限不足/.test(answer.json?.message ?? "");
            expect([role, refused]).toEqual([role, order.indexOf(role) < order.indexOf(least)]);
            if (refused) expect([answer.status, answer.json.success]).toEqual([200, false]);
            const bare = await callAs(
                world.gateway,
                { Authorization: headers.Authorization! },
                method,
                path,
                body,
            );
            expect([role, bare.status]).toEqual([role, 401]);
            const foreign = { ...headers, "New-Api-User": String(callers.root.id + 1) };
            expect((await callAs(world.gateway, foreign, method, path, body)).status).toBe(401);
        }
    });

    test("the list of default models has one spelling only", async () => {
        const { headers } = callers.user;
        expect((await callAs(world.gateway, headers, "GET", "/api/models/")).status).toBe(404);
    });
});
