/**
 * What is documented has an effect: every flag, variable and key is in the documents, in the program, and in support/proofs.ts with the test that
 * proves it through the built program. `run` has a test for each of its flags in run-flags.test.ts, which holds the README to them.
 */
import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { createWorkspace } from "./support/create-workspace.ts";
import { FLAG_PROOFS, KEY_PROOFS, VARIABLE_PROOFS } from "./support/proofs.ts";
import { readTests } from "./support/read-tests.ts";
import { runCli } from "./support/run-cli.ts";

const folder = (path: string): URL => new URL(`../../../${path}`, import.meta.url);
const page = (path: string): string => readFileSync(folder(path), "utf8");
const readme = page("apps/cli/README.md");
const configuration = page("docs/configuration.md");

/** All tests of the program as they are written, by `<file>: <title>`. */
const tests = new Map<string, string>(
  readdirSync(new URL(".", import.meta.url))
    .filter((name) => name.endsWith(".test.ts"))
    .flatMap((name) =>
      readTests(name, readFileSync(new URL(name, import.meta.url), "utf8")).map(
        ({ title, text }): readonly [string, string] => [`${name.slice(0, -".test.ts".length)}: ${title}`, text],
      ),
    ),
);

/** What is wrong with proofs: each is a test that runs the built program and names what it proves. */
function wrongProofs(
  proofs: Readonly<Record<string, string>>,
  names: (text: string, what: string) => boolean,
): readonly string[] {
  return Object.entries(proofs).flatMap(([what, proof]) => {
    const text = tests.get(proof);
    if (text === undefined) return [`${what}: there is no test "${proof}"`];
    if (!/\b(?:runCli|startCli|runInTerminal|BIN)\b/.test(text)) return [`${what}: "${proof}" runs no program`];
    return names(text, what) ? [] : [`${what}: "${proof}" does not name it`];
  });
}

/** All flags below a command, by what `--help` says, each behind its command. */
async function flagsOf(command: readonly string[]): Promise<readonly string[]> {
  using workspace = createWorkspace();
  const { stdout } = await runCli(workspace, [...command, "--help"]);
  const [own = "", below = ""] = stdout.split(/^Commands:$/m);
  const flags = [...own.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, flag]) => flag ?? "");
  const names = [...below.matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name ?? "").filter((name) => name !== "help");
  const deeper = await Promise.all(names.map((name) => flagsOf([...command, name])));
  return [...flags.map((flag) => [...command, flag].join(" ")), ...deeper.flat()];
}

describe("every flag", () => {
  let all: ReadonlySet<string> = new Set();
  let flags: readonly string[] = [];
  beforeAll(async () => {
    all = new Set(await flagsOf([]));
    flags = [...all].filter((flag) => !/^run |^--|--help$/.test(flag));
    expect(flags.length).toBeGreaterThan(100);
  });

  test("is in the README", () => {
    expect(flags.filter((flag) => !readme.includes(flag.split(" ").at(-1) ?? ""))).toEqual([]);
  });

  test("has a test that proves its effect, and no flag has one that is not there", () => {
    expect(Object.keys(FLAG_PROOFS).toSorted()).toEqual(flags.toSorted());
    const names = (text: string, what: string): boolean => {
      const words = what.split(" ");
      const flag = words.pop() ?? "";
      return (
        new RegExp(`["= ]${flag}(?![\\w-])`).test(text) &&
        words.every((word) => new RegExp(`\\b${word}\\b`, "i").test(text))
      );
    };
    expect(wrongProofs(FLAG_PROOFS, names)).toEqual([]);
  });

  test("that documents write behind a command is there", () => {
    const pages = ["README.md", "apps/cli/README.md", "packages/steps/README.md", "packages/engine/README.md"].map(
      page,
    );
    const docs = readdirSync(folder("docs"))
      .filter((name) => name.endsWith(".md"))
      .map((name) => page(`docs/${name}`));
    const lines = [...pages, ...docs].flatMap((text) =>
      [...text.matchAll(/(?:`|^\$ |^)(?:ai-workflow|aiw) ([a-z][^`\n|;&>#]*)/gm)].map(([, words]) => words ?? ""),
    );
    expect(lines.length).toBeGreaterThan(50);
    const unknown = lines.filter((line) => {
      const words = line
        .replaceAll(/"[^"]*"|'[^']*'/g, "x")
        .trim()
        .split(/[ =]+/);
      const command = [words.slice(0, 2).join(" "), words[0] ?? ""].find((name) =>
        [...all].some((flag) => flag.startsWith(`${name} --`)),
      );
      const given = words.map((word) => /^--[a-z-]+/.exec(word)?.[0]).filter((word) => word !== undefined);
      return command === undefined || given.some((flag) => !all.has(`${command} ${flag}`));
    });
    expect(unknown).toEqual([]);
  });
});

/** Names in the first cells of the tables of a section, such as `A`, `B_*`. */
function namesIn(section: string): readonly string[] {
  return [...section.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ""),
  );
}

describe("every variable", () => {
  const names = namesIn(configuration.slice(configuration.indexOf("\n## Environment\n")));
  const exact = names.filter((name) => !name.endsWith("*"));
  const families = names.filter((name) => name.endsWith("*")).map((name) => name.slice(0, -1));
  const isDocumented = (name: string): boolean =>
    exact.includes(name) || families.some((family) => name.startsWith(family));
  const sources = ["apps/cli", ...readdirSync(folder("packages")).map((name) => `packages/${name}`)].flatMap((home) =>
    readdirSync(folder(`${home}/src`), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !/\.test(?:-d)?\.ts$/.test(name))
      .map((name) => page(`${home}/src/${name}`)),
  );

  test("has a test that proves its effect", () => {
    expect(Object.keys(VARIABLE_PROOFS).toSorted()).toEqual(exact.toSorted());
    expect(wrongProofs(VARIABLE_PROOFS, (text, name) => new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
  });

  test("that the contract names is documented", () => {
    const contract = `WORKFLOW_PROFILE WORKFLOW_MONITOR_RESOURCES TEST_PROFILE MAX_PARALLEL_JOBS AI_MODEL AI_MAX_TOKENS
      AI_BATCH_SIZE AI_CACHE_TTL_HOURS TMPDIR CI NO_COLOR FORCE_COLOR GITHUB_ACTIONS GITHUB_STEP_SUMMARY GITHUB_BASE_REF`;
    expect(contract.split(/\s+/).filter((name) => !exact.includes(name))).toEqual([]);
  });

  test("that is documented is in the source", () => {
    // Node reads this one for us.
    const ours = names.filter((name) => name !== "TMPDIR");
    const isThere = (name: string): boolean => {
      const word = name.endsWith("*") ? `${name.slice(0, -1)}\\w*` : `${name}\\b`;
      return sources.some((text) => new RegExp(`\\b${word}`).test(text.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "")));
    };
    expect(ours.filter((name) => !isThere(name) && !name.startsWith("OTEL_"))).toEqual([]);
  });

  test("that the source reads is documented", () => {
    // What the system and Node define, and what only marks processes or is a measure of doctor.
    const others = [
      "HOME",
      "PATH",
      "PATHEXT",
      "SUDO_UID",
      "XDG_CONFIG_HOME",
      "LC_ALL",
      "LANGUAGE",
      "NODE_OPTIONS",
      "NODE_USE_ENV_PROXY",
    ];
    const read = sources.flatMap((text) =>
      [
        ...text.matchAll(
          /\b(?:\w*[eE]nv|\w*[eE]nvironment|variables)\??\.?\["([A-Z][A-Z0-9_]+)"\]|\bread\w*\([^()"]*"([A-Z][A-Z0-9]*_[A-Z0-9_]+)"/g,
        ),
      ].map(([, bracket, call]) => bracket ?? call ?? ""),
    );
    expect(new Set(read).size).toBeGreaterThan(50);
    expect([...new Set(read)].filter((name) => !isDocumented(name) && !others.includes(name))).toEqual([]);
  });
});

describe("every key of the configuration", () => {
  const all = new Set<string>();
  const collect = (schema: unknown, prefix: string): void => {
    if (typeof schema !== "object" || schema === null) return;
    const { properties = {}, additionalProperties, items, ...more } = schema as Readonly<Record<string, unknown>>;
    for (const [key, inner] of Object.entries(properties as object)) {
      const path = prefix === "" ? key : `${prefix}.${key}`;
      all.add(path);
      collect(inner, path);
    }
    for (const inner of [additionalProperties, items]) collect(inner, prefix);
    for (const name of ["anyOf", "oneOf", "allOf"]) {
      for (const inner of (more[name] ?? []) as readonly unknown[]) collect(inner, prefix);
    }
  };
  collect(JSON.parse(page("packages/engine/config.schema.json")), "");
  const leaves = [...all].filter((key) => ![...all].some((other) => other.startsWith(`${key}.`)));
  const lastOf = (key: string): string => key.split(".").at(-1) ?? "";

  test("is in docs/configuration.md", () => {
    expect(all.size).toBeGreaterThan(100);
    expect([...all].filter((key) => !new RegExp(`\\b${lastOf(key)}\\b`).test(configuration))).toEqual([]);
  });

  test("has a test that proves its effect", () => {
    expect(Object.keys(KEY_PROOFS).toSorted()).toEqual(leaves.toSorted());
    expect(wrongProofs(KEY_PROOFS, (text, key) => new RegExp(`\\b${lastOf(key)}\\b`).test(text))).toEqual([]);
  });

  test("that a table of docs/configuration.md lists is in the schema", () => {
    const known = new Set([...all].flatMap((key) => key.split(".")));
    const tables = [...configuration.matchAll(/^\| key[^\n]*\n(?:\|[^\n]*\n)+/gm)].map(([table]) => table);
    expect(tables.length).toBeGreaterThan(3);
    const listed = tables.flatMap(namesIn).filter((name) => /^[a-z_.]+$/.test(name) && name !== "false");
    expect(listed.length).toBeGreaterThan(50);
    expect(listed.filter((name) => !name.split(".").every((part) => known.has(part)))).toEqual([]);
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
