import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createPathMatcher } from "@ai-workflow/change-detection";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createBlobStore, type BlobStore } from "./blob-store.ts";
import { captureOutputs } from "./capture-outputs.ts";
import { findOutputs, staticBases } from "./find-outputs.ts";
import { isOutputManifest, isSafeLink, isSafeOutputPath, type OutputManifest } from "./output-manifest.ts";
import { canRestore, restoreOutputs, type RestoredOutputs } from "./restore-outputs.ts";

let root: string;
let target: string;
let blobs: BlobStore;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "outputs ü "));
  target = path.join(root, "target");
  mkdirSync(target);
  blobs = createBlobStore(path.join(root, "blobs"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(target, file)), { recursive: true });
  writeFileSync(path.join(target, file), text);
}

function capture(globs: readonly string[]): OutputManifest {
  const captured = captureOutputs(target, globs, blobs);
  if (!captured.captured) throw new Error(captured.because);
  return captured.manifest;
}

const restore = (manifest: OutputManifest, globs: readonly string[]): RestoredOutputs =>
  restoreOutputs(manifest, { target, globs, blobs, staging: path.join(root, "staging") });

describe("what a step left", () => {
  test("is made again as it was: contents, executable files, links, and nothing else", () => {
    write("dist/a.js", "a");
    write("dist/deep/b.bin", "\0\u0001");
    write("dist/run.sh", "#!/bin/sh\n");
    chmodSync(path.join(target, "dist/run.sh"), 0o755);
    symlinkSync("deep/b.bin", path.join(target, "dist/link"));
    write("src/kept.js", "source");
    const manifest = capture(["dist/"]);
    expect(isOutputManifest(JSON.parse(JSON.stringify(manifest)))).toBe(true);

    rmSync(path.join(target, "dist"), { recursive: true });
    write("dist/a.js", "other");
    write("dist/extra.js", "left by somebody else");
    expect(restore(manifest, ["dist/"])).toEqual({ restored: true, changes: 5 });
    expect(readFileSync(path.join(target, "dist/a.js"), "utf8")).toBe("a");
    expect(readFileSync(path.join(target, "dist/deep/b.bin"))).toEqual(Buffer.from([0, 1]));
    expect(statSync(path.join(target, "dist/run.sh")).mode & 0o111).not.toBe(0);
    expect(readlinkSync(path.join(target, "dist/link"))).toBe("deep/b.bin");
    expect(existsSync(path.join(target, "dist/extra.js"))).toBe(false);
    expect(readFileSync(path.join(target, "src/kept.js"), "utf8")).toBe("source");
    expect(readdirSync(path.join(root, "staging"))).toEqual([]);
  });

  test.skipIf(process.platform === "win32")("may be read, written and run by whom it was", () => {
    const files = { "dist/key": 0o600, "dist/fixed": 0o444, "dist/run": 0o750, "dist/shared": 0o664 };
    for (const [file, mode] of Object.entries(files)) {
      write(file, file);
      chmodSync(path.join(target, file), mode);
    }
    const manifest = capture(["dist/"]);
    expect(isOutputManifest(JSON.parse(JSON.stringify(manifest)))).toBe(true);
    expect(restore(manifest, ["dist/"])).toEqual({ restored: true, changes: 0 });

    rmSync(path.join(target, "dist/fixed"));
    chmodSync(path.join(target, "dist/key"), 0o644);
    chmodSync(path.join(target, "dist/run"), 0o755);
    expect(restore(manifest, ["dist/"])).toEqual({ restored: true, changes: 3 });
    for (const [file, mode] of Object.entries(files)) {
      expect([file, statSync(path.join(target, file)).mode & 0o777]).toEqual([file, mode]);
    }
  });

  test.each([-1, 0o1000, 0o4755, 1.5, "0644", null])("a file with the mode %j is in no manifest", (mode) => {
    const entry = { kind: "file", path: "a", sha256: "0".repeat(64), sizeBytes: 0, executable: false };
    expect(isOutputManifest({ entries: [entry] })).toBe(true);
    expect(isOutputManifest({ entries: [{ ...entry, mode: 0o600 }] })).toBe(true);
    expect(isOutputManifest({ entries: [{ ...entry, mode }] })).toBe(false);
  });

  test("has its empty folders, and no others", () => {
    write("dist/a.js", "a");
    mkdirSync(path.join(target, "dist/logs/today"), { recursive: true });
    mkdirSync(path.join(target, "other"));
    const manifest = capture(["dist/"]);
    expect(isOutputManifest(JSON.parse(JSON.stringify(manifest)))).toBe(true);
    expect(restore(manifest, ["dist/"])).toEqual({ restored: true, changes: 0 });

    rmSync(path.join(target, "dist"), { recursive: true });
    write("dist/logs", "a file where a folder was");
    mkdirSync(path.join(target, "dist/new/deep/er"), { recursive: true });
    write("dist/added/deep/file", "x");
    expect(restore(manifest, ["dist/"]).restored).toBe(true);
    expect(readdirSync(path.join(target, "dist"), { recursive: true }).sort()).toEqual([
      "a.js",
      "logs",
      path.join("logs", "today"),
    ]);
    expect(existsSync(path.join(target, "other"))).toBe(true);
    expect(restore(manifest, ["dist/"])).toEqual({ restored: true, changes: 0 });
    rmSync(path.join(target, "dist/logs/today"), { recursive: true });
    write("dist/logs/today", "a file where it was");
    expect(restore(manifest, ["dist/"])).toEqual({ restored: true, changes: 1 });
    // What stands in an empty folder goes, and it stays.
    write("dist/logs/today/x", "x");
    expect(restore(manifest, ["dist/"])).toEqual({ restored: true, changes: 1 });
    expect(readdirSync(path.join(target, "dist/logs/today"))).toEqual([]);
  });

  test("that is there already is not touched", () => {
    write("dist/a.js", "a");
    const manifest = capture(["dist/**"]);
    const before = statSync(path.join(target, "dist/a.js")).ino;
    expect(restore(manifest, ["dist/**"])).toEqual({ restored: true, changes: 0 });
    expect(statSync(path.join(target, "dist/a.js")).ino).toBe(before);
  });

  test("takes the place of files and folders that are in its way", () => {
    write("out/a/b.txt", "b");
    write("out/c", "c");
    const manifest = capture(["out/"]);
    rmSync(path.join(target, "out"), { recursive: true });
    write("out/a", "a file where a folder was");
    write("out/c/deep.txt", "a folder where a file was");
    expect(restore(manifest, ["out/"]).restored).toBe(true);
    expect(readFileSync(path.join(target, "out/a/b.txt"), "utf8")).toBe("b");
    expect(readFileSync(path.join(target, "out/c"), "utf8")).toBe("c");
  });

  test("is not stored where it could not be made again as it was", () => {
    expect(captureOutputs(target, ["dist/"], blobs)).toMatchObject({
      captured: false,
      because: "nothing matches its outputs dist/",
    });
    mkdirSync(path.join(target, "dist/empty"), { recursive: true });
    expect(captureOutputs(target, ["dist/"], blobs)).toMatchObject({ captured: false });
    write("dist/a.js", "a".repeat(100));
    expect(captureOutputs(target, ["dist/"], blobs, 50)).toMatchObject({ captured: false });
    symlinkSync("/etc/passwd", path.join(target, "dist/out"));
    expect(captureOutputs(target, ["dist/"], blobs)).toMatchObject({
      captured: false,
      because: 'its output "dist/out" is a link that leads out of the target',
    });
  });
});

test.runIf(process.platform === "linux")(
  "a name that is no UTF-8 keeps the outputs of its own step from being stored, and says so",
  () => {
    write("dist/a.js", "a");
    writeFileSync(Buffer.concat([Buffer.from(path.join(target, "dist/")), Buffer.of(0xff, 0xfe)]), "x");
    expect(captureOutputs(target, ["dist/"], blobs)).toEqual({
      captured: false,
      because: expect.stringMatching(/^its output "dist\/.*" cannot be read \(ENOENT\)$/),
    });
  },
);

describe("restoring", () => {
  test("writes nothing at all when a stored content is gone or damaged", () => {
    write("dist/a.js", "a");
    write("dist/b.js", "b");
    const manifest = capture(["dist/"]);
    rmSync(path.join(target, "dist"), { recursive: true });
    const [, second] = manifest.entries;
    if (second?.kind !== "file") throw new Error("expected a file");
    const blob = path.join(root, "blobs", second.sha256.slice(0, 2), second.sha256);
    truncateSync(blob, 0);
    expect(canRestore(manifest, blobs)).toBe(true);
    expect(restore(manifest, ["dist/"])).toMatchObject({
      restored: false,
      because: expect.stringContaining("damaged") as string,
    });
    expect(existsSync(path.join(target, "dist"))).toBe(false);
    expect(canRestore(manifest, blobs)).toBe(false);
    expect(restore(manifest, ["dist/"])).toMatchObject({
      restored: false,
      because: expect.stringContaining("gone") as string,
    });
  });

  test("never writes through a link", () => {
    write("dist/a.js", "a");
    const manifest = capture(["dist/"]);
    rmSync(path.join(target, "dist"), { recursive: true });
    mkdirSync(path.join(root, "elsewhere"));
    symlinkSync(path.join(root, "elsewhere"), path.join(target, "dist"));
    expect(restore(manifest, ["dist/"])).toMatchObject({
      restored: false,
      because: expect.stringContaining("link") as string,
    });
    expect(readdirSync(path.join(root, "elsewhere"))).toEqual([]);
    // A link in place of the file itself is replaced, not followed.
    rmSync(path.join(target, "dist"));
    mkdirSync(path.join(target, "dist"));
    writeFileSync(path.join(root, "elsewhere", "victim"), "safe");
    symlinkSync(path.join(root, "elsewhere", "victim"), path.join(target, "dist/a.js"));
    expect(restore(manifest, ["dist/"]).restored).toBe(true);
    expect(readFileSync(path.join(root, "elsewhere", "victim"), "utf8")).toBe("safe");
    expect(lstatSync(path.join(target, "dist/a.js")).isFile()).toBe(true);
  });
});

describe("paths", () => {
  test.each([
    "",
    "/etc/passwd",
    "../a",
    "a/../../b",
    "a//b",
    "./a",
    "a/.",
    ".git/config",
    "x/.GIT/hooks/a",
    ".workflow/lock",
    "a\0b",
    "a\\b",
  ])("%j is never written", (file) => {
    expect(isSafeOutputPath(file)).toBe(false);
    const entry = { kind: "file", path: file, sha256: "0".repeat(64), sizeBytes: 0, executable: false };
    expect(isOutputManifest({ entries: [entry] })).toBe(false);
  });

  test.each(["dist/a.js", "a", "..a/b", "a..", ".github/x", "dist/ü ?.txt", "-rf"])("%j may be", (file) => {
    expect(isSafeOutputPath(file)).toBe(true);
  });

  test.each([
    ["dist/a", "b", true],
    ["dist/a", "../src/b", true],
    ["dist/a", "../../b", false],
    ["dist/a", "/b", false],
    ["dist/a", "../.git/config", false],
    ["a", "", false],
  ])("a link at %j to %j: %s", (file, link, expected) => {
    expect(isSafeLink(file, link)).toBe(expected);
  });

  test("a path twice is no manifest", () => {
    const entry = { kind: "file", path: "a", sha256: "0".repeat(64), sizeBytes: 0, executable: false };
    expect(isOutputManifest({ entries: [entry, entry] })).toBe(false);
  });

  test.each([
    [["dist/**"], ["dist"]],
    [
      ["dist/", "dist/js/*.js", "coverage/lcov.info"],
      ["dist", "coverage/lcov.info"],
    ],
    [["**/*.o"], [""]],
    [["!a"], [""]],
    [["a/{b,c}/d", "!a/b/d/x"], ["a"]],
  ])("a walk for %j begins at %j", (globs, expected) => {
    expect(staticBases(globs)).toEqual(expected);
  });

  test("a walk finds what looking at every file finds", () => {
    const files = ["a/b.js", "a/c/d.js", "a/c/e.txt", "f.js", "g/h/i.js"];
    for (const file of files) write(file, file);
    const globs = fc.array(
      fc.constantFrom("a/", "a/**", "**/*.js", "*.js", "a/c/", "!a/c/d.js", "g/*/i.js", "a/{b,x}.js"),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(globs, (list) => {
        const expected = files.filter(createPathMatcher(list)).sort();
        expect(findOutputs(target, list).map(({ path: file }) => file)).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });
});
