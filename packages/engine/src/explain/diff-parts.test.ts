import type { FileEntry } from "@ai-workflow/change-detection";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { StepConfig } from "../config/config.ts";
import { normalise } from "../config/normalise.ts";
import { fingerprintSteps, type Runtime } from "../selection/fingerprint.ts";
import { createRelevance } from "../selection/relevance.ts";
import { diffParts, type KnownParts } from "./diff-parts.ts";
import { toFileIds, toStepParts } from "./step-parts.ts";

const KEY = new Uint8Array(32).fill(7);
const RUNTIME: Runtime = { platform: "linux", arch: "x64", nodeVersion: "v24.0.0" };

interface World {
  readonly step: StepConfig;
  readonly files: readonly FileEntry[];
  readonly environment: Readonly<Record<string, string>>;
  readonly runtime: Runtime;
  readonly tools: ReadonlyMap<string, string>;
  readonly usedCommand: string;
}

const WORLD: World = {
  step: { run: "x" },
  files: [{ path: "src/a.ts", mode: "100644", id: "1" }],
  environment: {},
  runtime: RUNTIME,
  tools: new Map(),
  usedCommand: "make",
};

function partsOf(world: World, { key = KEY, keyId = "key", mostFiles = 100 } = {}): KnownParts {
  const { workflow, problems } = normalise({ steps: { used: { run: world.usedCommand }, a: world.step } }, "name");
  expect(problems).toEqual([]);
  const relevances = new Map(
    [...workflow.steps].map(([id, step]) => [id, createRelevance(step, workflow, () => "code")]),
  );
  const prints = fingerprintSteps(workflow.steps, {
    ...world,
    hashModule: () => "module",
    hashScript: () => "script",
    describeModel: () => "model",
    changed: undefined,
    relevances,
  }).get("a");
  if (prints === undefined) throw new Error("no prints");
  return { parts: toStepParts(prints, key), keyId, files: () => toFileIds(prints.inputFiles(), mostFiles) };
}

function textsOf(before: Partial<World>, after: Partial<World>): readonly string[] {
  const found = diffParts(partsOf({ ...WORLD, ...before }), partsOf({ ...WORLD, ...after }));
  return found.map(({ text }) => text);
}

test("each part is named where it alone changed", () => {
  expect(textsOf({}, {})).toEqual([]);
  expect(textsOf({}, { step: { run: "y" } })).toEqual(["command changed"]);
  expect(textsOf({}, { step: { run: "x", directory: "d" } })).toEqual(["directory changed"]);
  expect(textsOf({}, { step: { run: "x", outputs: ["dist/**"] } })).toEqual(["outputs changed"]);
  expect(textsOf({}, { runtime: { ...RUNTIME, nodeVersion: "v20.1.0" } })).toEqual(["node v24.0.0 -> v20.1.0"]);
  expect(textsOf({}, { runtime: { ...RUNTIME, arch: "arm64" } })).toEqual(["arch x64 -> arm64"]);
  const step = { run: "x", env: ["A", "B"], tools: ["t"] };
  expect(textsOf({ step }, { step, environment: { B: "" } })).toEqual(["environment B changed"]);
  expect(textsOf({ step }, { step: { ...step, env: ["A"] } })).toEqual(["environment B removed"]);
  expect(textsOf({ step }, { step: { ...step, env: ["B", "A"] } })).toEqual(["order of environment changed"]);
  expect(textsOf({ step }, { step, tools: new Map([["t", "2"]]) })).toEqual(["tool `t` changed"]);
  const answers = (answer: string): ReadonlyMap<string, string> => new Map([["t", answer]]);
  const toolTexts = (before: string, after: string): readonly string[] =>
    textsOf({ step, tools: answers(before) }, { step, tools: answers(after) });
  expect(toolTexts("aa 1.2.0", "bb 1.3.0")).toEqual(["tool `t` 1.2.0 -> 1.3.0"]);
  expect(toolTexts("aa", "bb 1.3.0")).toEqual(["tool `t` of an unknown version -> 1.3.0"]);
  expect(toolTexts("aa 1.2.0", "bb 1.2.0")).toEqual(["tool `t` changed"]);
  expect(toolTexts("aa 1.2.0", "unknown:x")).toEqual(["tool `t` changed"]);
  const user = { run: "x", uses: ["used"] };
  expect(textsOf({ step: user }, { step: user, usedCommand: "cmake" })).toEqual(["used step used changed"]);
  expect(textsOf({}, { step: user })).toEqual(["used step used added"]);
});

test("of very many files the folders are named", () => {
  const files = (id: string): readonly FileEntry[] =>
    ["a/1", "a/2", "b/1", "top"].map((path) => ({ path, mode: "100644", id: path === "a/2" ? id : "1" }));
  const few = { mostFiles: 3 };
  const found = diffParts(partsOf({ ...WORLD, files: files("1") }, few), partsOf({ ...WORLD, files: files("2") }, few));
  expect(found).toEqual([{ part: "folder", name: "a", text: "folder a changed" }]);
});

test("a key of its own makes values of others incomparable, and hides them", () => {
  const world = { ...WORLD, step: { run: "x", env: ["A"] }, environment: { A: "secret" } };
  const other = { key: new Uint8Array(32).fill(8), keyId: "other" };
  expect(partsOf(world, other).parts.environment).not.toEqual(partsOf(world).parts.environment);
  expect(JSON.stringify(partsOf(world))).not.toContain("secret");
  const after = partsOf({ ...world, environment: { A: "new" } }, other);
  expect(diffParts(partsOf(world), after).map(({ text }) => text)).toEqual([
    "environment may have changed (its values cannot be compared)",
  ]);
});

test("what no part explains is said to be unknown, never nothing", () => {
  const before = partsOf(WORLD);
  const after = { ...before, parts: { ...before.parts, fingerprint: "other" } };
  expect(diffParts(before, after)).toMatchObject([{ part: "unknown" }]);
});

test("some part differs exactly where fingerprints do, and it is a known one", () => {
  const name = fc.constantFrom("A", "B", "__proto__");
  const step = fc.record({
    run: fc.constantFrom("x", "y"),
    env: fc.uniqueArray(name, { maxLength: 3 }),
    tools: fc.uniqueArray(fc.constantFrom("s", "t"), { maxLength: 2 }),
    uses: fc.subarray(["used"]),
    directory: fc.constantFrom("", "d").map((folder) => (folder === "" ? "." : folder)),
  });
  const file = fc.record({
    path: fc.constantFrom("a", "b/c", "b/__proto__", "__proto__"),
    mode: fc.constantFrom("100644", "100755"),
    id: fc.constantFrom("1", "2"),
  });
  const world: fc.Arbitrary<World> = fc.record({
    step,
    files: fc
      .uniqueArray(file, { selector: ({ path }) => path })
      .map((files) => files.sort((a, b) => (a.path < b.path ? -1 : 1))),
    environment: fc.dictionary(fc.constantFrom("A", "B"), fc.constantFrom("", "1"), { noNullPrototype: true }),
    runtime: fc.record({
      platform: fc.constant("linux"),
      arch: fc.constant("x64"),
      nodeVersion: fc.constantFrom("1", "2"),
    }),
    tools: fc.constantFrom("1", "2").map((version) => new Map([["t", version]])),
    usedCommand: fc.constantFrom("make", "cmake"),
  });
  fc.assert(
    fc.property(world, world, fc.constantFrom(1, 100), (one, two, mostFiles) => {
      const [before, after] = [partsOf(one, { mostFiles }), partsOf(two, { mostFiles })];
      const found = diffParts(before, after);
      // The fingerprint itself is left out: parts alone have to show it.
      const blind = { ...after, parts: { ...after.parts, fingerprint: "" } };
      const named = diffParts(before, blind).filter(({ part }) => part !== "unknown");
      const isEqual = before.parts.fingerprint === after.parts.fingerprint;
      expect(found.length === 0).toBe(isEqual);
      expect(named.length === 0).toBe(isEqual);
    }),
    { numRuns: 500 },
  );
});
