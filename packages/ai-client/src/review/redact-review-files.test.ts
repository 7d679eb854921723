import { expect, test } from "vitest";
import { parseUnifiedDiff } from "./parse-unified-diff.ts";
import { redactReviewFiles } from "./redact-review-files.ts";
import { toReviewRows } from "./review-rows.ts";

const SECRET = `ghp_${"a1B2c3D4e5".repeat(4).slice(0, 36)}`;
const OTHER = `ghp_${"Z9y8X7w6V5".repeat(4).slice(0, 36)}`;

test("redactReviewFiles() redacts what stays and what was removed, and every line keeps its place", async () => {
  const diff = `diff --git a/a.ts b/a.ts
--- a/a.ts
+++ b/a.ts
@@ -1,3 +1,3 @@
 const a = "${SECRET}";
-const b = "${OTHER}";
+const b = process.env.B;
 const c = 1;
`;
  const content = `const a = "${SECRET}";\nconst b = process.env.B;\nconst c = 1;\n`;
  const hunks = parseUnifiedDiff(diff).get("a.ts");
  const { files, redactions } = await redactReviewFiles([
    { path: "a.ts", content, hunks },
    { path: "b.ts", content: "x\n" },
  ]);
  const rows = files.flatMap((file) => toReviewRows(file).rows);
  const before = [
    { path: "a.ts", content, hunks },
    { path: "b.ts", content: "x\n" },
  ].flatMap((file) => toReviewRows(file).rows);
  expect(rows.map(({ kind, line }) => [kind, line])).toEqual(before.map(({ kind, line }) => [kind, line]));
  expect(JSON.stringify(rows)).not.toMatch(/ghp_/);
  expect(rows[1]).toMatchObject({ kind: "removed", text: expect.stringContaining("«SECRET:") as string });
  expect(rows[2]?.text).toBe("const b = process.env.B;");
  const counts = [...redactions].map(([path, list]) => [path, list.reduce((sum, { count }) => sum + count, 0)]);
  expect(counts).toEqual([["a.ts", 2]]);
});

test("redactReviewFiles() knows a removed line by what stood around it", async () => {
  const key = [
    "-----BEGIN PRIVATE KEY-----",
    ...Array.from({ length: 8 }, (_, i) => `MIIEvQIBADANBgkqhkiG9w0BAQEFAASC${i}`),
  ];
  const all = [...key, "-----END PRIVATE KEY-----"];
  // The middle of the key alone was removed; by itself it looks like any text.
  const content = `${[...all.slice(0, 4), ...all.slice(6)].join("\n")}\n`;
  const lines = all.slice(4, 6).map((text) => ({ kind: "removed", text }) as const);
  const hunks = [{ oldStart: 5, oldCount: 2, newStart: 4, newCount: 0, lines }];
  const { files } = await redactReviewFiles([{ path: "key.pem", content, hunks }]);
  expect(JSON.stringify(files)).not.toContain("MIIEvQIB");
});

test("redactReviewFiles() leaves out hunks of another text, so that the whole file is reviewed", async () => {
  const hunks = [
    { oldStart: 0, oldCount: 0, newStart: 2, newCount: 1, lines: [{ kind: "added", text: "b" }] },
  ] as const;
  const targetsOf = async (content: string): Promise<unknown> => {
    const { files } = await redactReviewFiles([{ path: "a.ts", content, hunks }]);
    return files.map((file) => toReviewRows(file).targets);
  };
  expect(await targetsOf("a\nb\nc\n")).toEqual([[[1, 2]]]);
  expect(await targetsOf("a\r\nb\r\nc\r\n")).toEqual([[[1, 2]]]);
  expect(await targetsOf("a\nx\nb\n")).toEqual([[[0, 3]]]);
});
