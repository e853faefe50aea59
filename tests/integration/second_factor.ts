// Second factors as New API leaves them in the database: the secret in Base32, backup codes as bcrypt hashes; and the passwords that an
// authenticator would show (RFC 6238).
import { createHmac } from "node:crypto";

import type { Answer } from "./admin.ts";
import type { Gateway } from "./gateway.ts";

const KEY = "12345678901234567890";
const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
export const BACKUP_CODES = ["AB12-CD34", "ZZ99-0000"];

/** The password of the 30 s step, counted from the present one. */
export function oneTimePassword(steps = 0): string {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
    const mac = createHmac("sha1", KEY).update(counter).digest();
    const at = mac.at(-1)! & 0xf;
    return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

export function addSecondFactor(gateway: Gateway, userId: number, enabled = "true"): void {
    gateway.query(
        "INSERT INTO two_fas (user_id, secret, is_enabled, failed_attempts, created_at, updated_at)" +
            ` VALUES (?, ?, ${enabled}, 0, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)`,
        userId,
        SECRET,
    );
    for (const code of BACKUP_CODES) {
        const hash = Bun.password.hashSync(code, { algorithm: "bcrypt", cost: 4 });
        gateway.query(
            "INSERT INTO two_fa_backup_codes (user_id, code_hash, is_used, created_at)" +
                " VALUES (?, ?, false, CURRENT_TIMESTAMP)",
            userId,
            hash,
        );
    }
}

/** What the browser sends back of an answer. */
export function cookieOf(answer: Answer): string {
    return answer.headers
        .getSetCookie()
        .map((line) => line.split(";")[0]!)
        .join("; ");
}
