import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseConfig } from "./parse-config.ts";
import { readCachedWorkflow, workflowCacheKey, writeCachedWorkflow } from "./workflow-cache.ts";
import type { Workflow } from "./workflow.ts";

let state = "";
beforeEach(() => {
  state = mkdtempSync(path.join(tmpdir(), "workflow-cache-"));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const text = `optimizations: { skip_rules: [{ pattern: "^docs/", steps: [a] }] }
skip_on_doc_only: [a]
steps:
  a: { run: x, when: { changed: [docs] }, demand: { cpu: 2 } }
  b: { module: m.mjs, with: { deep: [1, { two: 2 }] }, needs: [a] }
`;

const NONE = { library: undefined };

function workflowOf(of: string): Workflow {
  const parsed = parseConfig(of, "f.yaml", "name");
  if (!parsed.ok) throw new Error("the test's own configuration is wrong");
  return parsed.workflow;
}

describe("the kept workflow", () => {
  const file = (): string => path.join(state, "cache", "workflow.bin");

  test("comes back as it was, with its sets, maps and expressions", () => {
    const key = workflowCacheKey(text, "name", NONE);
    writeCachedWorkflow(state, key, workflowOf(text));
    expect(readCachedWorkflow(state, key)).toEqual(workflowOf(text));
  });

  test("is not served for another text, another default name or other built-in steps", () => {
    writeCachedWorkflow(state, workflowCacheKey(text, "name", NONE), workflowOf(text));
    expect(readCachedWorkflow(state, workflowCacheKey(`${text} `, "name", NONE))).toBeUndefined();
    expect(readCachedWorkflow(state, workflowCacheKey(text, "other", NONE))).toBeUndefined();
    expect(readCachedWorkflow(state, workflowCacheKey(text, "name", { library: "steps 1" }))).toBeUndefined();
    const fixing = { library: undefined, stepOptions: { fix: true } };
    expect(readCachedWorkflow(state, workflowCacheKey(text, "name", fixing))).toBeUndefined();
  });

  test("is not served when it was cut off or any one of its bytes has changed", () => {
    const key = workflowCacheKey(text, "name", NONE);
    writeCachedWorkflow(state, key, workflowOf(text));
    const whole = readFileSync(file());
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      writeFileSync(file(), damaged);
      expect(readCachedWorkflow(state, key)).toBeUndefined();
      writeFileSync(file(), whole.subarray(0, at));
      expect(readCachedWorkflow(state, key)).toBeUndefined();
    }
    writeFileSync(file(), whole);
    expect(readCachedWorkflow(state, key)).toBeDefined();
  });

  test("that cannot be written is no error", () => {
    writeFileSync(path.join(state, "cache"), "in the way");
    const key = workflowCacheKey(text, "name", NONE);
    writeCachedWorkflow(state, key, workflowOf(text));
    expect(readCachedWorkflow(state, key)).toBeUndefined();
  });
});
