// The calls of openapi.test.ts about the caller's own account: registering, signing in, settings.
import { Admin } from "./admin.ts";
import { asRoot, type DocumentedCall, newPerson, type Scene, type Sent } from "./openapi_scene.ts";
import { PASSWORD } from "./people.ts";
import { addSecondFactor, cookieOf, oneTimePassword } from "./second_factor.ts";

/** The body by which somebody signs in who has a second factor. */
async function halfSignedIn(scene: Scene): Promise<Sent> {
    const person = await newPerson(scene);
    addSecondFactor(scene.world.gateway, person.userId);
    const { username } = await person.data("GET", "/api/user/self");
    return { body: { username, password: PASSWORD } };
}

async function withCode(scene: Scene): Promise<Sent> {
    const { body } = await halfSignedIn(scene);
    const answer = await new Admin(scene.world.gateway).call("POST", "/api/user/login", { body });
    return { headers: { Cookie: cookieOf(answer) }, body: { code: oneTimePassword() } };
}

export const ACCOUNT: DocumentedCall[] = [
    {
        operation: "POST /api/user/register",
        sent: () => ({ body: { username: "newcomer", password: "battery staple" } }),
    },
    {
        operation: "POST /api/user/login",
        sent: () => ({ body: { username: "user", password: "battery staple" } }),
    },
    {
        operation: "POST /api/user/login",
        sent: () => ({ body: { username: "user", password: "wrong" } }),
        refused: true,
    },
    { operation: "POST /api/user/login", sent: halfSignedIn },
    { operation: "POST /api/user/login/2fa", sent: withCode },
    {
        operation: "POST /api/user/login/2fa",
        sent: () => ({ body: { code: "000000" } }),
        refused: true,
    },
    { operation: "GET /api/user/logout" },
    { operation: "GET /api/user/self" },
    { operation: "GET /api/user/self", sent: ({ people: { admin } }) => ({ who: admin }) },
    { operation: "GET /api/user/self", sent: asRoot },
    { operation: "PUT /api/user/self", sent: () => ({ body: { language: "en" } }) },
    {
        operation: "PUT /api/user/self",
        sent: () => ({ body: { display_name: "U", original_password: "battery staple" } }),
    },
    { operation: "DELETE /api/user/self", sent: async (scene) => ({ who: await newPerson(scene) }) },
    { operation: "GET /api/user/token", sent: async (scene) => ({ who: await newPerson(scene) }) },
    { operation: "DELETE /api/user/token" },
    { operation: "GET /api/user/models", filled: true },
    { operation: "GET /api/user/aff" },
    {
        operation: "POST /api/user/aff_transfer",
        sent: ({ world, people: { user } }) => {
            world.gateway.query("UPDATE users SET aff_quota = 500000 WHERE id = ?", user.userId);
            return { body: { quota: 500_000 } };
        },
    },
    {
        operation: "PUT /api/user/setting",
        sent: () => ({ body: { notify_type: "email", quota_warning_threshold: 0.5 } }),
    },
    {
        operation: "POST /api/user/setting/test",
        sent: async ({ people: { root } }) => {
            await root.setOption("fetch_setting.allow_private_ip", true);
            await root.setOption("fetch_setting.allowed_ports", JSON.stringify([]));
            const receiver = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => Response.json({}) });
            receiver.unref();
            const webhook_url = receiver.url.href;
            return { body: { notify_type: "webhook", quota_warning_threshold: 1, webhook_url } };
        },
    },
    {
        operation: "POST /api/user/setting/test",
        sent: () => ({ body: { notify_type: "email", quota_warning_threshold: 1 } }),
        refused: true,
    },
    { operation: "GET /api/user/groups" },
    { operation: "GET /api/user/self/groups" },
];
