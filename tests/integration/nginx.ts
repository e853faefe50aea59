// A plain nginx reverse proxy on a free port, for comparing: what it refuses, the gateway refuses too. It runs from a folder
// of its own with nothing of the system's configuration.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { until } from "../sim/waiting.ts";
import { freePort } from "./gateway.ts";
import { RawConnection } from "./raw_http.ts";

export interface Nginx {
    port: number;
    stop(): Promise<void>;
}

function configuration(folder: string, port: number, upstream: number): string {
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map((name) => `    ${name}_temp_path ${join(folder, name)};\n`)
        .join("");
    return `${process.getuid?.() === 0 ? "user root;\n" : ""}
daemon off;
worker_processes 1;
pid ${join(folder, "nginx.pid")};
error_log ${join(folder, "error.log")};
events { worker_connections 256; }
http {
    access_log off;
${temporary}
    large_client_header_buffers 4 64k;
    client_max_body_size 128m;
    upstream provider { server 127.0.0.1:${upstream}; keepalive 8; }
    server {
        listen 127.0.0.1:${port};
        location / {
            proxy_pass http://provider;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
        }
    }
}
`;
}

export async function startNginx(folder: string, upstream: number): Promise<Nginx> {
    const port = await freePort();
    mkdirSync(folder, { recursive: true });
    const file = join(folder, "nginx.conf");
    writeFileSync(file, configuration(folder, port, upstream));
    const child = Bun.spawn(["/usr/sbin/nginx", "-p", folder, "-c", file, "-e", join(folder, "error.log")], {
        stdout: "ignore",
        stderr: "inherit",
    });
    await until("nginx accepts connections", () =>
        RawConnection.open(port).then(
            (connection) => {
                connection.close();
                return true;
            },
            () => false,
        ),
    );
    return {
        port,
        stop: async () => {
            child.kill("SIGQUIT");
            await child.exited;
        },
    };
}
