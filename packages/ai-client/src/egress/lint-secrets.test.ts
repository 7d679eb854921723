import { expect, test } from "vitest";
import { lintSecrets } from "./lint-secrets.ts";

// Put together here, so that no scanner finds a secret in this file.
const KEY = `${"aB3".repeat(13)}x`;

async function found(text: string): Promise<[rule: string, secret: string][]> {
  return (await lintSecrets(text)).map(({ rule, start, end }) => [rule, text.slice(start, end)]);
}

test("lintSecrets() tells where the value stands although the rule reports its name", async () => {
  expect(await found(`a\n  aws_secret_access_key = ${KEY}\nb`)).toEqual([["aws", KEY]]);
});

test("lintSecrets() takes of a URL only the password, also after a byte order mark and a comment that switches rules off", async () => {
  const url = `mysql://root:${KEY.slice(0, 12)}@db.example.com/x`;
  expect(await found(`\uFEFF// secretlint-disable\n${url}`)).toEqual([
    ["database-connection-string", KEY.slice(0, 12)],
  ]);
});

test("lintSecrets() finds nothing in ordinary text", async () => {
  expect(await found("const token = parser.next();\n")).toEqual([]);
});
