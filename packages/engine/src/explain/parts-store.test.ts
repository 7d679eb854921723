import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { FingerprintParts } from "../selection/fingerprint.ts";
import { diffParts } from "./diff-parts.ts";
import { openPartsStore, type StepToKeep } from "./parts-store.ts";

let state = "";
beforeEach(() => (state = mkdtempSync(path.join(tmpdir(), "parts-"))));
afterEach(() => rmSync(state, { recursive: true, force: true }));

const RUN = { runId: "r1", at: "2026-01-01T00:00:00.000Z" };

/** A step whose only file has this content. */
function step(stepId: string, content: string, passed: boolean = true): StepToKeep {
  const parts: FingerprintParts = {
    version: 1,
    scope: "all",
    action: { kind: "shell", command: "x" },
    step: stepId,
    directory: "",
    unit: undefined,
    module: null,
    script: undefined,
    model: null,
    askedSince: undefined,
    ignoreFiles: undefined,
    inputs: null,
    outputs: undefined,
    uses: [],
    files: `set of ${content}`,
    environment: [["TOKEN", "secret"]],
    runtime: { platform: "linux", arch: "x64", nodeVersion: "v24.0.0" },
    tools: undefined,
  };
  return {
    stepId,
    passed,
    prints: {
      fingerprint: `${stepId} with ${content}`,
      parts: () => parts,
      inputFiles: () => [{ path: "src", mode: "100644", id: content }],
    },
  };
}

function folderOf(...names: readonly string[]): string {
  return path.join(state, "cache", "fingerprints", ...names);
}

test("what was kept is compared with what is now, also by another process", () => {
  openPartsStore(state).keep([step("a", "1")], RUN, ["a"]);
  const later = openPartsStore(state);
  const { passed } = later.find("a");
  if (passed === undefined) throw new Error("nothing was kept");
  expect(passed).toMatchObject(RUN);
  expect(diffParts(later.resolve(passed), later.describe(step("a", "1").prints))).toEqual([]);
  expect(diffParts(later.resolve(passed), later.describe(step("a", "2").prints))).toEqual([
    { part: "file", name: "src", text: "src changed" },
  ]);
});

test("asking what is kept creates nothing", () => {
  const store = openPartsStore(state);
  expect(store.find("a")).toEqual({});
  store.describe(step("a", "1").prints);
  expect(readdirSync(state)).toEqual([]);
});

test("a failure stands beside the success before it until the step passes", () => {
  const store = openPartsStore(state);
  const kept = (): readonly (string | undefined)[] => {
    const { passed, failed } = store.find("a");
    return [passed?.parts.fingerprint, failed?.parts.fingerprint];
  };
  store.keep([step("a", "1")], RUN, ["a"]);
  store.keep([step("a", "2", false)], RUN, ["a"]);
  expect(kept()).toEqual(["a with 1", "a with 2"]);
  expect(readdirSync(folderOf("files"))).toHaveLength(2);
  store.keep([step("a", "1")], RUN, ["a"]);
  expect(kept()).toEqual(["a with 1", undefined]);
});

test("what did not change is not written again", () => {
  const store = openPartsStore(state);
  store.keep([step("a", "1")], RUN, ["a"]);
  store.keep([step("a", "1")], { ...RUN, runId: "r2" }, ["a"]);
  expect(store.find("a").passed?.runId).toBe("r1");
});

test("a key that is damaged is made anew, and what it hashed is kept anew", () => {
  openPartsStore(state).keep([step("a", "1")], RUN, ["a"]);
  const before = readFileSync(folderOf("a.json"), "utf8");
  writeFileSync(folderOf("key"), "short");
  openPartsStore(state).keep([step("a", "1")], { ...RUN, runId: "r2" }, ["a"]);
  expect(readFileSync(folderOf("key"))).toHaveLength(32);
  expect(readFileSync(folderOf("a.json"), "utf8")).not.toBe(before);
  expect(before).not.toContain("secret");
});

test("a link in place of the key is replaced, never written through", () => {
  openPartsStore(state).keep([step("a", "1")], RUN, ["a"]);
  const outside = path.join(state, "outside");
  writeFileSync(outside, "kept");
  rmSync(folderOf("key"));
  symlinkSync(outside, folderOf("key"));
  openPartsStore(state).keep([step("a", "2")], RUN, ["a"]);
  expect(readFileSync(outside, "utf8")).toBe("kept");
});

test("a link in place of a folder is replaced: nothing is written or removed outside", () => {
  const outside = path.join(state, "outside");
  mkdirSync(outside);
  writeFileSync(path.join(outside, "precious"), "");
  const store = openPartsStore(state);
  store.keep([step("a", "1")], RUN, ["a"]);
  for (const name of [folderOf("files"), folderOf()]) {
    rmSync(name, { recursive: true });
    symlinkSync(outside, name);
    store.keep([step("a", name)], RUN, ["a"]);
    expect(readdirSync(outside)).toEqual(["precious"]);
    expect(store.find("a").passed?.parts.files).toBe(`set of ${name}`);
  }
});

test("a link to a key that others know is not used", () => {
  const known = path.join(state, "known");
  writeFileSync(known, Buffer.alloc(32, 1));
  openPartsStore(state).keep([step("a", "1")], RUN, ["a"]);
  rmSync(folderOf("key"));
  symlinkSync(known, folderOf("key"));
  openPartsStore(state).keep([step("a", "2")], RUN, ["a"]);
  expect(readFileSync(folderOf("key"))).not.toEqual(Buffer.alloc(32, 1));
});

test("ids that are no file names, and steps that are gone", () => {
  const store = openPartsStore(state);
  store.keep([step("a:b/c", "1"), step("key", "1"), step("files", "1")], RUN, ["a:b/c", "key", "files"]);
  expect(store.find("a:b/c").passed?.parts.fingerprint).toBe("a:b/c with 1");
  expect(store.find("key").passed?.parts.fingerprint).toBe("key with 1");
  store.keep([step("files", "2")], RUN, ["files"]);
  expect(readdirSync(folderOf()).sort()).toEqual(["files", "files.json", "key"]);
  expect(readdirSync(folderOf("files"))).toHaveLength(1);
});
