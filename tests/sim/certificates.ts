// Certificates for TLS tests, made by the openssl command when a test runs, in a folder that the test gives: an authority
// and a server certificate signed by it for the names asked for. Nothing of it is kept in the tree.
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface Certificates {
    /** Paths, for programs that take files. */
    authorityFile: string;
    certFile: string;
    keyFile: string;
    /** PEM, for node:tls. */
    cert: string;
    key: string;
}

function openssl(...args: string[]): void {
    const run = Bun.spawnSync(["openssl", ...args], { stderr: "pipe" });
    if (run.exitCode !== 0) throw new Error(`openssl ${args[0]}: ${run.stderr.toString()}`);
}

/** `names` are subject alternative names such as "DNS:localhost" or "IP:127.0.0.1". */
export function makeCertificates(folder: string, names: string[]): Certificates {
    const at = (file: string) => join(folder, file);
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    openssl(
        "req",
        "-x509",
        ...key,
        "-days",
        "2",
        "-subj",
        "/CN=Opusclaw test authority",
        "-addext",
        "basicConstraints=critical,CA:TRUE",
        "-keyout",
        at("ca.key"),
        "-out",
        at("ca.pem"),
    );
    openssl(
        "req",
        "-x509",
        ...key,
        "-days",
        "2",
        "-subj",
        "/CN=simulated provider",
        "-CA",
        at("ca.pem"),
        "-CAkey",
        at("ca.key"),
        "-addext",
        `subjectAltName=${names.join(",")}`,
        "-addext",
        "basicConstraints=critical,CA:FALSE",
        "-keyout",
        at("server.key"),
        "-out",
        at("server.pem"),
    );
    return {
        authorityFile: at("ca.pem"),
        certFile: at("server.pem"),
        keyFile: at("server.key"),
        cert: readFileSync(at("server.pem"), "utf8"),
        key: readFileSync(at("server.key"), "utf8"),
    };
}
