import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { applyEdits, renderNewFile, renderPatch, type LineEdit } from "./render-patch.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "patch-"));
  execFileSync("git", ["init", "--quiet"], { cwd: folder });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What git makes of a file and a patch. */
function applied(file: string, text: string | undefined, patch: string): string {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  if (text === undefined) rmSync(path.join(folder, file), { force: true });
  else writeFileSync(path.join(folder, file), text);
  execFileSync("git", ["apply", "--whitespace=nowarn", "-"], { cwd: folder, input: patch });
  return readFileSync(path.join(folder, file), "utf8");
}

test("git applies what was rendered, for every text and every edits", () => {
  const line = fc.constantFrom("a", "b", "", "  c", "+d", "-e", "\\ f", "@@ -1 +1 @@", "--- g", "ü");
  const texts = fc.tuple(fc.array(line, { minLength: 1, maxLength: 30 }), fc.boolean(), fc.boolean());
  const cuts = fc.array(fc.tuple(fc.nat(12), fc.nat(3), fc.array(line, { maxLength: 3 })), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(texts, cuts, ([lines, endsLine, isDos], pieces) => {
      const text = lines.join(isDos ? "\r\n" : "\n") + (endsLine ? (isDos ? "\r\n" : "\n") : "");
      const count = text.replace(/\n$/, "").split("\n").length;
      const edits: LineEdit[] = [];
      let next = 1;
      for (const [skip, length, put] of pieces) {
        const startLine = next + skip;
        const endLine = startLine + length;
        if (endLine > count || text === "") break;
        edits.push({ startLine, endLine, replacement: put.map((one) => `${one}\n`).join("") });
        next = endLine + 1;
      }
      const after = applyEdits(text, edits);
      const patch = renderPatch("a.md", text, edits);
      if (after === text) expect(patch).toBe("");
      else if (after !== "") expect(applied("a.md", text, patch)).toBe(after);
    }),
    { numRuns: 60 },
  );
});

test.each(["a b.md", 'q"uote\\.md', "ü/n\tame.md", "deep/er/x.md", " a.md"])("git finds the file %j", (file) => {
  const edits = [{ startLine: 2, endLine: 2, replacement: "two" }];
  expect(applied(file, "1\n2\n3", renderPatch(file, "1\n2\n3", edits))).toBe("1\ntwo\n3");
  expect(applied(`new ${file}`, undefined, renderNewFile(`new ${file}`, "x\ny"))).toBe("x\ny");
});

test("edits that overlap or lie outside are refused", () => {
  const edit = (startLine: number, endLine: number): LineEdit => ({ startLine, endLine, replacement: "x" });
  for (const edits of [[edit(0, 1)], [edit(2, 1)], [edit(1, 3)], [edit(1, 2), edit(2, 2)], [edit(2, 2), edit(1, 1)]]) {
    expect(() => applyEdits("a\nb\n", edits)).toThrow(RangeError);
  }
});
