// The folder where a gateway keeps what its journal could neither store nor leave out: what is in it, and files put there by tests.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { ENGINE } from "./database.ts";
import type { Gateway } from "./gateway.ts";

function folderOf(gateway: Gateway): string {
    return join(gateway.folder, ENGINE === "sqlite" ? "journal" : "data/journal", "aside");
}

export function putAside(gateway: Gateway, name: string, bytes: string, reason?: string): void {
    const folder = folderOf(gateway);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), bytes);
    if (reason !== undefined) writeFileSync(join(folder, `${name}.reason`), reason);
}

/** Names of the files, reasons left out. */
export function filesAside(gateway: Gateway): string[] {
    const folder = folderOf(gateway);
    return existsSync(folder) ? readdirSync(folder).filter((name) => !name.endsWith(".reason")) : [];
}
