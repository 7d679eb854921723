/** Every flag of every command is in the README and is used by a test; `run` has tests of its own for each in run-flags.test.ts. */
import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { createWorkspace } from "./support/create-workspace.ts";
import { runCli } from "./support/run-cli.ts";

/** A flag of a command such as `cache stats`. */
interface Flag {
  readonly command: readonly string[];
  readonly flag: string;
}

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const tests = readdirSync(new URL(".", import.meta.url))
  .filter((name) => name.endsWith(".test.ts"))
  .map((name) => readFileSync(new URL(name, import.meta.url), "utf8"));

/** All flags below a command, by what `--help` says. */
async function flagsOf(command: readonly string[]): Promise<readonly Flag[]> {
  using workspace = createWorkspace();
  const { stdout } = await runCli(workspace, [...command, "--help"]);
  const [own = "", below = ""] = stdout.split(/^Commands:$/m);
  const flags = [...own.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, flag]) => ({ command, flag: flag ?? "" }));
  const names = [...below.matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name ?? "").filter((name) => name !== "help");
  const deeper = await Promise.all(names.map((name) => flagsOf([...command, name])));
  return [...flags.filter(({ flag }) => flag !== "--help" && flag !== "--version"), ...deeper.flat()];
}

describe("every flag", () => {
  let flags: readonly Flag[] = [];
  beforeAll(async () => {
    flags = (await flagsOf([])).filter(({ command }) => command[0] !== "run");
    expect(flags.length).toBeGreaterThan(100);
  });

  test("is in the README", () => {
    const missing = flags.filter(({ flag }) => !readme.includes(flag));
    expect(missing.map(({ command, flag }) => [...command, flag].join(" "))).toEqual([]);
  });

  test("is used by a test of its command", () => {
    const untested = flags.filter(
      ({ command, flag }) =>
        flag !== "--target" &&
        !tests.some((text) => text.includes(`"${command[0] ?? ""}"`) && text.includes(`"${flag}`)),
    );
    expect(untested.map(({ command, flag }) => [...command, flag].join(" "))).toEqual([]);
  });
});

describe("every key of the configuration", () => {
  const folder = (path: string): URL => new URL(`../../../${path}`, import.meta.url);
  const keys = new Set<string>();
  const collect = (schema: unknown): void => {
    if (typeof schema !== "object" || schema === null) return;
    for (const key of Object.keys((schema as { readonly properties?: object }).properties ?? {})) keys.add(key);
    for (const part of Object.values(schema)) collect(part);
  };
  collect(JSON.parse(readFileSync(folder("packages/engine/config.schema.json"), "utf8")));

  test("is in docs/configuration.md", () => {
    const page = readFileSync(folder("docs/configuration.md"), "utf8");
    expect(keys.size).toBeGreaterThan(100);
    expect([...keys].filter((key) => !new RegExp(`\\b${key}\\b`).test(page))).toEqual([]);
  });

  test("is written in a test", () => {
    const engine = readdirSync(folder("packages/engine/src"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => readFileSync(folder(`packages/engine/src/${name}`), "utf8"));
    const all = [...engine, ...tests].join("\n");
    expect([...keys].filter((key) => !new RegExp(`\\b${key}"?:`).test(all))).toEqual([]);
  });
});

describe("--target", () => {
  const OUTER = 'steps:\n  outer: { run: "true" }\n';
  const INNER = 'steps:\n  inner: { run: "true" }\n';
  test.each([
    ["run", "--dry-run"],
    ["plan"],
    ["graph"],
    ["explain", "inner"],
    ["history", "--step", "inner"],
    ["status"],
    ["report"],
    ["bottlenecks", "--json"],
    ["export", "trace"],
    ["stages"],
    ["clean", "--dry-run"],
    ["ml", "status"],
    ["cache", "stats"],
    ["cache", "verify"],
    ["cache", "clean"],
    ["cache", "clear"],
    ["approve"],
  ])("of %s means the configuration of that directory alone", async (...command) => {
    using workspace = createWorkspace({
      files: { ".workflow-config.yaml": OUTER, "services/a/.workflow-config.yaml": INNER, "docs/a.md": "a\n" },
    });
    await runCli(workspace, ["run", "--target", "services/a"]);
    const told = await runCli(workspace, [...command, "--target", "services/a"]);
    expect(told.stdout + told.stderr).not.toContain("outer");
    // What would not look there would find no run, no answers and no step of this name.
    expect([0, command[0] === "approve" ? 2 : 0]).toContain(told.exitCode);
    const nowhere = await runCli(workspace, [...command, "--target", "docs"]);
    expect(nowhere).toMatchObject({ exitCode: 2, stdout: "" });
    expect(nowhere.stderr).toContain("ENGINE_CONFIG_MISSING");
  });
});
