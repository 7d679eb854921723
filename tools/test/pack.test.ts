import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runProcess } from "../../scripts/run-process.mjs";
import { listPublishablePackages, root } from "../../scripts/workspace.mjs";
import { type Installation, installTarballs, type PackedPackage, packPublishable, smokeChecks } from "../smoke.mjs";

/** Upper limit for everything that `npm i -g` of the command line tool puts on the disk. */
const CLI_SIZE_LIMIT_BYTES = 25 * 1024 * 1024;

const MINUTE_MS = 60_000;
const published = listPublishablePackages();
const directory = mkdtempSync(join(tmpdir(), "pack-"));
let packed: readonly PackedPackage[] = [];

beforeAll(async () => {
  packed = await packPublishable(directory);
}, 5 * MINUTE_MS);

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

function tarballOf(path: string): string {
  const found = packed.find((entry) => entry.path === path);
  if (found === undefined) throw new Error(`${path} was not packed`);
  return found.tarball;
}

/** The files of a tarball with their content, below `package/`. */
function readTarball(tarball: string): Map<string, string> {
  const target = mkdtempSync(join(directory, "unpacked-"));
  execFileSync("tar", ["-xzf", tarball, "-C", target]);
  const base = join(target, "package");
  return new Map(
    readdirSync(base, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file.slice(base.length + 1).replaceAll("\\", "/"), readFileSync(file, "utf8")] as const),
  );
}

function sizeBytes(path: string): number {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return 0;
  return status.isDirectory()
    ? readdirSync(path).reduce((sum, name) => sum + sizeBytes(join(path, name)), 0)
    : status.size;
}

describe.each(published)("the tarball of $path", ({ path, manifest, directory: source }) => {
  test("holds licence, README and what package.json promises, with types", () => {
    const files = readTarball(tarballOf(path));
    expect([...files.keys()]).toEqual(expect.arrayContaining(["package.json", "LICENSE", "README.md"]));
    const packedManifest = files.get("package.json") ?? "{}";
    const promised = [...packedManifest.matchAll(/"(?:\.\/)?(dist\/[^"*]+)"/g)].map((match) => match[1] ?? "");
    expect(promised.length).toBeGreaterThan(0);
    for (const file of promised) expect([...files.keys()]).toContain(file);
    if (path.startsWith("packages/")) expect(promised.some((file) => file.endsWith(".d.ts"))).toBe(true);
  });

  test("holds no tests, no build state and no version that only this workspace understands", () => {
    const files = readTarball(tarballOf(path));
    const unwanted = [...files.keys()].filter((file) =>
      /\.test\.|\.test-d\.|tsbuildinfo|(?:^|\/)(?:reports|test)\//.test(file),
    );
    expect(unwanted).toEqual([]);
    expect(files.get("package.json")).not.toMatch(/"(?:workspace|catalog):/);
  });

  test("names no folder of the machine that packed it", () => {
    const roots = [root, source, homedir(), tmpdir()].filter((folder) => folder.length > "/tmp".length + 1);
    for (const [file, text] of readTarball(tarballOf(path))) {
      for (const folder of roots) expect(text.includes(folder), `${file} names ${folder}`).toBe(false);
    }
  });

  test("satisfies publint, warnings included", async () => {
    const bytes = readFileSync(tarballOf(path));
    const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const { messages, pkg } = await publint({ strict: true, pack: { tarball } });
    const errors = messages.filter(({ type }) => type !== "suggestion");
    expect(errors.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  // A program without an importable entry has no types to judge.
  test.skipIf((manifest["exports"] as Record<string, unknown> | undefined)?.["."] === undefined)(
    "offers types that are right for ESM",
    async () => {
      const attw = join(root, "tools", "node_modules", "@arethetypeswrong", "cli", "dist", "index.js");
      const args = [attw, tarballOf(path), "--profile", "esm-only", "--no-color", "--no-emoji"];
      const { code, output } = await runProcess(process.execPath, args, { cwd: directory });
      expect(code, output).toBe(0);
    },
  );
});

describe("installed outside the workspace", () => {
  let installation: Installation | undefined;

  beforeAll(async () => {
    installation = await installTarballs(packed, directory);
  }, 5 * MINUTE_MS);

  const names = published
    .filter(({ path }) => path.startsWith("packages/"))
    .map(({ manifest }) => `import ${manifest.name}`);
  test.each([...names, "embed the scheduler", "global ai-workflow on a repository"])(
    "%s works",
    async (name) => {
      if (installation === undefined) throw new Error("nothing was installed");
      const check = smokeChecks(installation).find((one) => one.name === name);
      expect(check, `there is no check "${name}"`).toBeDefined();
      expect(await check?.run()).toBeUndefined();
    },
    2 * MINUTE_MS,
  );

  test("the libraries come from the tarballs, once each", () => {
    const modules = join(installation?.project ?? "", "node_modules");
    const lock = JSON.parse(readFileSync(join(modules, ".package-lock.json"), "utf8")) as {
      readonly packages: Readonly<Record<string, { readonly resolved?: string }>>;
    };
    const ours = Object.entries(lock.packages).filter(([location]) => location.includes("@ai-workflow/"));
    expect(ours.map(([location]) => location).toSorted()).toEqual(
      (installation?.libraries ?? []).map((name) => `node_modules/${name}`).toSorted(),
    );
    for (const [location, { resolved }] of ours) expect(resolved, location).toMatch(/^file:/);
  });

  test(`the command line tool stays below ${CLI_SIZE_LIMIT_BYTES / 1024 / 1024} MB with all it needs`, () => {
    const size = sizeBytes(installation?.globalModules ?? "");
    expect(size).toBeGreaterThan(0);
    expect(size).toBeLessThan(CLI_SIZE_LIMIT_BYTES);
  });
});
