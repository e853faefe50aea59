// What the calls of openapi_calls.ts and openapi_account_calls.ts are made of.
import type { Admin } from "./admin.ts";
import { addPerson, type RoleName } from "./people.ts";
import type { World } from "./world.ts";

/** What the calls find in the gateway. */
export interface Scene {
    world: World;
    people: Record<RoleName, Admin>;
    /** A channel with two keys, of the tag `pair`. */
    pairId: number;
    /** A token of `people.user`. */
    tokenId: number;
}

export interface Sent {
    /** Instead of somebody of the lowest role that may. */
    who?: Admin;
    path?: Record<string, string | number>;
    query?: Record<string, string | number>;
    body?: unknown;
    /** Instead of the headers of the caller. */
    headers?: Record<string, string>;
}

export interface DocumentedCall {
    /** As the document names it. */
    operation: string;
    sent?: (scene: Scene) => Sent | Promise<Sent>;
    /** 200 unless it says otherwise. */
    status?: number;
    /** With HTTP 200 and `success: false`. */
    refused?: true;
    /** The answer is a list or page that must not be empty. */
    filled?: true;
}

let people = 0;

export async function newPerson({ people: { root } }: Scene, role: 1 | 10 = 1): Promise<Admin> {
    return addPerson(root, `person${++people}`, role);
}

export const asRoot = ({ people: { root } }: Scene): Sent => ({ who: root });
