import path from "node:path";
import type { Finding } from "@ai-workflow/engine";
import { measurePrecision, type PublishedCase } from "../../../test/published/measure-precision.ts";
import { readPublished } from "../../../test/published/published-packages.ts";
import { judgeFile } from "./judge-file.ts";

interface FileCase extends PublishedCase {
  /** The line where the secret begins. */
  readonly line?: number;
}

/** Files of a package, each with the line of its secret. */
const files = (from: FileCase["from"], all: Readonly<Record<string, number>>): readonly FileCase[] =>
  Object.entries(all).map(([what, line]) => ({ from, what, line }));

// Private keys that came with the packages. Tokens of third parties that were published by mistake are not named here on purpose; the
// tests of the step make theirs.
const problems: readonly FileCase[] = [
  ...files("browser-sync@2.18.13", { "lib/server/certs/server.key": 1 }),
  ...files("webpack-dev-server@1.16.5", { "ssl/ca.key": 1, "ssl/server.key": 1 }),
  ...files("mqtt@3.0.0", {
    "examples/tls client/tls-key.pem": 1,
    "test/helpers/private-key.pem": 1,
    "test/helpers/wrong-key.pem": 1,
  }),
  ...files("jsonwebtoken@7.0.0", { "test/priv.pem": 1, "test/rsa-private.pem": 1 }),
  ...files("oauth@0.10.0", { "tests/oauthtests.js": 11 }),
  ...files("spdy@4.0.2", { "test/fixtures.js": 9 }),
  ...files("ssh2-streams@0.4.10", {
    "lib/constants.js": 9,
    "test/fixtures/openssh_new_dsa": 1,
    "test/fixtures/openssh_new_dsa_enc": 1,
    "test/fixtures/openssh_new_ecdsa": 1,
    "test/fixtures/openssh_new_ed25519": 1,
    "test/fixtures/openssh_new_rsa": 1,
    "test/fixtures/openssh_new_rsa_enc": 1,
    "test/fixtures/openssh_old_dsa": 1,
    "test/fixtures/openssh_old_ecdsa": 1,
    "test/fixtures/openssh_old_rsa": 1,
    "test/fixtures/openssh_new_rsa.result": 6,
  }),
];

const plain = (from: FileCase["from"], ...all: readonly string[]): readonly FileCase[] =>
  all.map((what) => ({ from, what }));

const lookAlikes: readonly FileCase[] = [
  // Keys whose middle was left out, and addresses with keys that are called `key_1234`.
  ...plain("dotenv@16.4.5", "README.md", "README-es.md", "lib/main.js"),
  // Code and documents that look for keys or make them.
  ...plain("jose@4.15.5", "dist/node/esm/key/import.js", "dist/node/cjs/key/import.js"),
  ...plain("sshpk@1.18.0", "man/man1/sshpk-conv.1"),
  ...plain("node-rsa@1.1.1", "src/formats/pkcs1.js", "src/formats/pkcs8.js", "src/formats/openssh.js"),
  ...plain("pem@1.14.8", "lib/pem.js"),
  ...plain("ssh2-streams@0.4.10", "test/fixtures/openssh_new_rsa.pub", "test/fixtures/openssh_old_dsa.pub"),
  // The key of AWS's documents.
  ...plain("@secretlint/secretlint-rule-aws@8.2.4", "src/index.ts", "module/index.js"),
  // Passwords in addresses of examples.
  ...plain("pg-connection-string@2.6.4", "README.md"),
  ...plain("ioredis@5.3.2", "README.md"),
  ...plain("got@11.8.6", "readme.md"),
  ...plain("amqplib@0.10.3", "test/connect.js"),
  ...plain("knex@3.1.0", "scripts/stress-test/knex-stress-test.js"),
  // Public keys and certificates.
  ...plain("webpack-dev-server@1.16.5", "ssl/ca.crt", "ssl/server.crt"),
  ...plain("jsonwebtoken@7.0.0", "test/pub.pem", "test/invalid_pub.pem"),
];

measurePrecision({
  step: "secrets",
  problems,
  lookAlikes,
  // Beside the sources: in a folder of tests they would be notes.
  judge: ({ what }, folder) =>
    judgeFile(path.posix.basename(what).replace("test", "t"), readPublished(folder, what), {
      isAllowed: () => false,
      maxPerFile: 10,
    }),
  tells: ({ line }, findings: readonly Finding[]) =>
    findings.some((one) => one.severity === "error" && one.line === line && one.rule === "private-key"),
});
