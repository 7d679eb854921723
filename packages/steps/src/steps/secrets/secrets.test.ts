import { symlinkSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createStepRepository,
  linesOf,
  type StepRepository,
  type StepRunOptions,
} from "../../../test/step-repository.ts";
import { readAllowedLines } from "./allowed-lines.ts";
import { findSecrets } from "./find-secrets.ts";
import findSecretsInFiles from "./step.ts";

// Put together here, so that no scanner finds a secret in this file.
const RANDOM = "q8Zr5Lw2Xn7Tc4Vb9Ks1Hd6Mf3Jp0GyQeRtUaSoPi";
const GITHUB = `ghp_${RANDOM.slice(0, 36)}`;
const AWS = ["AKIA", "Q7ZR5LW2XN7TC4VB"].join("");
const PASSWORD = RANDOM.slice(0, 16);
const keyBlock = (kind: string): string =>
  [`-----BEGIN ${kind}PRIVATE KEY-----`, RANDOM + RANDOM, RANDOM, `-----END ${kind}PRIVATE KEY-----`].join("\n");

let repository: StepRepository;
beforeEach(() => {
  repository = createStepRepository({ "a.js": "const token = parser.next();\n" });
});
afterEach(() => repository.close());
const run = (options?: StepRunOptions) => repository.run("secrets", findSecretsInFiles, options);
const lines = async (options?: StepRunOptions): Promise<readonly string[]> => linesOf((await run(options)).findings);

describe("secrets", () => {
  test("finds nothing in a repository without secrets", async () => {
    expect(await run()).toMatchObject({ message: "1 of 1 files read", findings: [], spans: ["parsing"] });
  });

  test("tells of keys, tokens and passwords by file and line, and never what they are", async () => {
    repository.write({
      "a.js": `\n\nconst github = "${GITHUB}";\n`,
      "keys/server key ü.pem": `${keyBlock("RSA ")}\n`,
      "config.yaml": `aws: ${AWS}\ndatabase: postgres://shop:${PASSWORD}@db.shop-prod.eu/x\n`,
      ".env": `SESSION_SECRET=${RANDOM}\nPORT=3000\n`,
    });
    const { findings } = await run();
    expect(linesOf(findings)).toEqual([
      "error assigned-secret .env:1 a value that looks like a secret, in a file for secrets",
      "error github-token a.js:3 a secret (github-token)",
      "error aws-access-key config.yaml:1 an access key of AWS",
      "error url-password config.yaml:2 an address with a password",
      "error private-key keys/server key ü.pem:1 a private key",
    ]);
    for (const secret of [GITHUB, AWS, PASSWORD, RANDOM]) expect(JSON.stringify(findings)).not.toContain(secret);
  });

  test("one secret is told once a file, with its other lines; in tests it is a note", async () => {
    repository.write({
      "test/a.test.js": `"${GITHUB}"\n"${GITHUB}"\n`,
      "t/unit/b.py": `"${GITHUB}"\n`,
      "u/t/c.py": `"${GITHUB}"\n`,
    });
    expect(await lines()).toEqual([
      "info github-token t/unit/b.py:1 a secret (github-token), in a test",
      "info github-token test/a.test.js:1 a secret (github-token), in a test; also in line 2",
      "error github-token u/t/c.py:1 a secret (github-token)",
    ]);
  });

  test.each([
    "AKIAIOSFODNN7EXAMPLE",
    `ghp_${"x".repeat(36)}`,
    "postgres://user:password@localhost/db",
    `postgres://postgres:${PASSWORD}@localhost:5432/db`,
    "https://user:pass@example.com",
    `mysql://root:\${DB_PASSWORD}@db.shop.eu/x`,
    "-----BEGIN RSA PRIVATE KEY-----\n...\nKh9NV...\n-----END RSA PRIVATE KEY-----",
    "if (!pem.startsWith('-----BEGIN PRIVATE KEY-----')) throw new Error('no key');",
    `sk_test_${RANDOM.slice(0, 24)}`,
    "sk-your-api-key-here-0123456789",
    `xoxb-${"0".repeat(11)}-${"0".repeat(11)}-${"a".repeat(24)}`,
  ])("%j is none", async (text) => {
    expect(await findSecrets("src/a.js", text)).toEqual([]);
  });

  test("names of secrets count only in files for secrets, and only with values that nobody thought up", async () => {
    const text = `API_TOKEN=${RANDOM}\nDB_PASSWORD=changeme\nOTHER_SECRET=correct-horse-battery\n`;
    expect(await findSecrets(".env.production", text)).toHaveLength(1);
    for (const file of [".env.example", "src/a.ts", "docs/a.md"]) expect(await findSecrets(file, text)).toEqual([]);
  });

  test("leaves out what .secretlintignore names, and looks at it again when that changes", async () => {
    repository.write({ "vendor/key.pem": keyBlock(""), ".secretlintignore": "vendor/\n" });
    expect(await lines({ dueFiles: ["vendor/key.pem"] })).toEqual([]);
    repository.commit();
    repository.remove(".secretlintignore");
    expect(await lines({ dueFiles: [] })).toEqual(["error private-key vendor/key.pem:1 a private key"]);
  });

  test("comments allow one line, the next one, or a part of the file", async () => {
    const secret = `const a = "${GITHUB}";`;
    for (const comment of ["secretlint-disable-line", "gitleaks:allow", "pragma: allowlist secret"]) {
      repository.write({ "a.js": `${secret} // ${comment}\n` });
      expect(await lines(), comment).toEqual([]);
    }
    repository.write({ "a.js": `// secretlint-disable-next-line\n${secret}\n${AWS}\n` });
    expect(await lines()).toEqual(["error aws-access-key a.js:3 an access key of AWS"]);
    repository.write({ "a.js": `// secretlint-disable\n${secret}\n// secretlint-enable\n${AWS}\n` });
    expect(await lines()).toEqual(["error aws-access-key a.js:4 an access key of AWS"]);
  });

  test("`allow` takes texts and expressions", async () => {
    repository.write({ "a.js": `"${GITHUB}" "${AWS}"\n` });
    expect(await lines({ with: { allow: [GITHUB, "/^akia/i"] } })).toEqual([]);
    expect(await lines({ with: { allow: [GITHUB.slice(0, 20)] } })).toHaveLength(2);
    await expect(run({ with: { allow: ["/(/"] } })).rejects.toThrow("`allow`");
  });

  test("`max_per_file` counts what it does not tell one by one", async () => {
    const text = Array.from({ length: 5 }, (_, index) => `ghp_${RANDOM.slice(index, index + 36)}`).join("\n");
    repository.write({ "a.js": text });
    expect(await lines({ with: { max_per_file: 2 } })).toEqual([
      "error github-token a.js:1 a secret (github-token)",
      "error github-token a.js:2 a secret (github-token)",
      "error more-secrets a.js 3 more secrets in this file",
    ]);
  });

  test("judges only the files that are due", async () => {
    repository.write({ "b.js": `"${GITHUB}"` });
    expect(await lines({ dueFiles: ["a.js"] })).toEqual([]);
  });

  test("passes over links, binary and huge files, lock files and files that are gone", async () => {
    const text = `"${GITHUB}"\n`;
    repository.write({
      "b.bin": `${text}\0`,
      "huge.js": text + " ".repeat(3 * 1024 * 1024),
      "package-lock.json": text,
    });
    repository.write({ "../outside.js": text });
    symlinkSync("../outside.js", path.join(repository.directory, "link.js"));
    expect(await lines()).toEqual([]);
    expect(await lines({ dueFiles: ["gone.js", "../outside\0.js"] })).toEqual([]);
  });

  test("any text is read without a throw, and spans lie within it and apart", async () => {
    const part = fc.oneof(fc.string(), fc.constantFrom(GITHUB, keyBlock("EC "), AWS, "://a:", "@", "\n", " = "));
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 12 }), async (parts) => {
        const text = parts.join("");
        let from = 0;
        for (const { start, end } of await findSecrets(".env", text)) {
          expect(start).toBeGreaterThanOrEqual(from);
          expect(end).toBeGreaterThan(start);
          from = end;
        }
        expect(from).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  test("no line is allowed by words that only look like a comment about secrets", () => {
    const isAllowed = readAllowedLines("// pragma: no cover\n// eslint-disable-line\n// secretlint-disabled?\n");
    expect([1, 2].map(isAllowed)).toEqual([false, false]);
  });
});
