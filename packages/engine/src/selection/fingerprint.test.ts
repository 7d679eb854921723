import { categorise, type Category, type FileEntry } from "@ai-workflow/change-detection";
import { DEFAULT_IGNORE_FILES } from "@ai-workflow/ai-client";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Config, ModuleStepConfig, StepConfig } from "../config/config.ts";
import { normalise } from "../config/normalise.ts";
import type { ChangedPaths } from "./changed-paths.ts";
import { fingerprintSteps, IGNORE_FILES, type Runtime } from "./fingerprint.ts";
import { createRelevance } from "./relevance.ts";

const runtime: Runtime = { platform: "linux", arch: "x64", nodeVersion: "v20.19.0" };

function file(path: string, id: string = "1".repeat(40), mode: string = "100644"): FileEntry {
  return { path, id, mode };
}

const files: readonly FileEntry[] = [file("README.md"), file("src/a.ts"), file("src/b.ts"), file("pnpm-lock.yaml")];

interface World {
  readonly files?: readonly FileEntry[];
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly runtime?: Runtime;
  readonly hashModule?: (module: string) => string;
  readonly hashScript?: (directory: string, script: string) => string;
  readonly describeModel?: () => string;
  readonly changed?: ChangedPaths;
}

/** Both fingerprints as plain values. */
interface Prints {
  readonly fingerprint: string;
  readonly relevantFingerprint: string | undefined;
  readonly contentFingerprint: string;
}

function printsOf(config: Config, world: World = {}): ReadonlyMap<string, Prints> {
  const { workflow, problems } = normalise(config, "name");
  expect(problems).toEqual([]);
  const categoryOf = (path: string): Category => categorise(path).category;
  const steps = [...workflow.steps.values()];
  const relevances = new Map(steps.map((step) => [step.id, createRelevance(step, workflow, categoryOf)]));
  const prints = fingerprintSteps(workflow.steps, {
    hashModule: world.hashModule ?? (() => "module"),
    hashScript: world.hashScript ?? (() => "script"),
    describeModel: world.describeModel ?? (() => "model"),
    changed: world.changed,
    relevances,
    files: world.files ?? files,
    environment: world.environment ?? {},
    runtime: world.runtime ?? runtime,
  });
  return new Map(
    [...prints].map(([id, print]) => [
      id,
      {
        fingerprint: print.fingerprint,
        relevantFingerprint: print.relevantFingerprint(),
        contentFingerprint: print.contentFingerprint(),
      },
    ]),
  );
}

function printOf(step: StepConfig, world: World = {}): string {
  return printsOf({ steps: { a: step } }, world).get("a")?.fingerprint ?? "missing";
}

const step: StepConfig = { run: "x", env: ["E"] };
const moduleStep: ModuleStepConfig = { module: "m.mjs", with: { a: 1 } };

test("a fingerprint is a SHA-256 in hexadecimal", () => {
  expect(printOf(step)).toMatch(/^[0-9a-f]{64}$/);
});

describe("a command that is given only some of its files", () => {
  const since = (oid: string, ...paths: readonly string[]): ChangedPaths => ({ baseOid: oid, paths, deleted: [] });
  const lint: StepConfig = { run: "lint {changed_files}" };
  const [path = ""] = files.map((file) => file.path);

  test("has the same fingerprint whatever the base, for it has passed on all files then", () => {
    expect(printOf(lint, { changed: since("1", path) })).toBe(printOf(lint, { changed: since("2", path) }));
  });

  test("has that of its base where the rest is only assumed to have passed, if anything changed since", () => {
    const print = (changed: ChangedPaths): string | undefined =>
      printsOf({ base: { assume_green: true }, steps: { a: lint } }, { changed }).get("a")?.fingerprint;
    expect(print(since("1", path))).not.toBe(print(since("2", path)));
    expect(print(since("1"))).toBe(print(since("2")));
    expect(print(since("1"))).not.toBe(print(since("1", path)));
  });

  test("has one content whatever the base, also where another step uses what it has seen", () => {
    const content = (changed: ChangedPaths, world: World = {}): readonly (string | undefined)[] => {
      const steps = { a: lint, b: { run: "x", uses: ["a"], when: { changed: ["code" as const] } } };
      const prints = printsOf({ base: { assume_green: true }, steps }, { changed, ...world });
      return ["a", "b"].map((id) => prints.get(id)?.contentFingerprint);
    };
    const first = content(since("1", path));
    expect(content(since("2", path))).toEqual(first);
    expect(content(since("1"))).toEqual(first);
    const [a, b] = content(since("1"), { files: [...files, file("src/c.ts")] });
    expect(a).not.toBe(first[0]);
    expect(b).not.toBe(first[1]);
  });
});

test("the content of a step is that of the files that count for it", () => {
  const content = (...more: readonly FileEntry[]): string | undefined =>
    printsOf({ steps: { a: { run: "x", when: { changed: ["code"] } } } }, { files: [...files, ...more] }).get("a")
      ?.contentFingerprint;
  expect(content(file("docs/new.md"))).toBe(content());
  expect(content(file("src/new.ts"))).not.toBe(content());
});

test("what a script step takes from its package.json is part of its fingerprint", () => {
  const script: StepConfig = { script: "build", directory: "web", args: ["--run"] };
  const asked: (readonly [string, string])[] = [];
  const print = (hash: string): string =>
    printOf(script, { hashScript: (directory, name) => (asked.push([directory, name]), hash) });
  expect(print("1")).not.toBe(print("2"));
  expect(asked[0]).toEqual(["web", "build"]);
  expect(printOf({ ...script, args: [] })).not.toBe(printOf(script));
});

describe("equal inputs have equal fingerprints", () => {
  test("whatever the order of the files", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...files], { minLength: files.length }), (shuffled) => {
        expect(printOf(step, { files: shuffled })).toBe(printOf(step));
      }),
    );
  });

  test.each<[string, StepConfig, World]>([
    ["an undeclared variable", step, { environment: { OTHER: "x" } }],
    [
      "what a step needs, its limits and its words",
      { ...step, timeout: "1s", retries: 2, exclusive: "e", demand: { cpu: 1 } },
      {},
    ],
    ["fields of the machine that do not count", step, { runtime: { ...runtime, cpuCount: 3 } as Runtime }],
    ["a file that is no input", { ...step, inputs: ["src/**"] }, { files: [...files, file("lib/c.ts")] }],
  ])("with %s", (_, same, world) => {
    const inputs = same.inputs === undefined ? {} : { inputs: same.inputs };
    expect(printOf(same, world)).toBe(printOf({ ...step, ...inputs }));
  });

  test("not two steps with the same command or module, which may run at different points of the order", () => {
    const prints = printsOf({ steps: { a: { run: "x" }, b: { run: "x" }, c: moduleStep, d: moduleStep } });
    expect(new Set([...prints.values()].map(({ fingerprint }) => fingerprint)).size).toBe(4);
  });
});

describe("a fingerprint changes with", () => {
  const changed = files.with(1, file("src/a.ts", "2".repeat(40)));
  test.each<[string, StepConfig, World]>([
    ["the command", { run: "y", env: ["E"] }, {}],
    ["white space of the command", { run: "x ", env: ["E"] }, {}],
    ["the directory", { ...step, directory: "src" }, {}],
    ["a declared variable that is set", step, { environment: { E: "1" } }],
    ["a declared variable that is empty", step, { environment: { E: "" } }],
    ["another declared variable", { run: "x", env: ["F"] }, {}],
    ["the content of an input", step, { files: changed }],
    ["the name of an input", step, { files: files.with(1, file("src/c.ts")) }],
    ["the mode of an input", step, { files: files.with(1, file("src/a.ts", undefined, "100755")) }],
    ["a further input", step, { files: [...files, file("new")] }],
    ["an input less", step, { files: files.slice(1) }],
    ["the platform", step, { runtime: { ...runtime, platform: "darwin" } }],
    ["the architecture", step, { runtime: { ...runtime, arch: "arm64" } }],
    ["the Node version", step, { runtime: { ...runtime, nodeVersion: "v22.0.0" } }],
  ])("%s", (_, other, world) => {
    expect(printOf(other, world)).not.toBe(printOf(step));
  });

  test.each<[string, StepConfig]>([
    ["another module", { ...moduleStep, module: "n.mjs" }],
    ["a command of the same text", { run: "m.mjs" }],
    ["another value in with", { ...moduleStep, with: { a: 2 } }],
    ["another type in with", { ...moduleStep, with: { a: "1" } }],
    ["another key in with", { ...moduleStep, with: { b: 1 } }],
    ["nothing in with", { module: "m.mjs" }],
  ])("%s", (_, other) => {
    expect(printOf(other)).not.toBe(printOf(moduleStep));
  });

  test("numbers that JSON cannot write", () => {
    const prints = [null, Number.NaN, Infinity, -Infinity].map((a) => printOf({ module: "m.mjs", with: { a } }));
    expect(new Set(prints).size).toBe(4);
  });

  test("the module file and any lock file, though `inputs` name neither", () => {
    const all = [...files, file("m.mjs")];
    const narrow: StepConfig = { ...moduleStep, inputs: ["src/**"] };
    const before = printOf(narrow, { files: all });
    expect(printOf(narrow, { files: [...files, file("m.mjs", "2".repeat(40))] })).not.toBe(before);
    expect(printOf(narrow, { files: all.with(3, file("pnpm-lock.yaml", "2".repeat(40))) })).not.toBe(before);
    expect(printOf(narrow, { files: all.with(0, file("README.md", "2".repeat(40))) })).toBe(before);
  });
});

test("steps that read different files never share a hash", () => {
  const prints = printsOf({
    steps: {
      a: { run: "x" },
      b: { run: "x", inputs: ["src/**"] },
      c: { run: "x", inputs: ["src/a.ts"] },
      d: { run: "x", inputs: ["src/**", "!src/a.ts"] },
      e: { run: "x", inputs: [] },
    },
  });
  expect(new Set([...prints.values()].map(({ fingerprint }) => fingerprint)).size).toBe(5);
});

test("there is a relevant fingerprint exactly where something narrows what counts", () => {
  expect(printsOf({ steps: { a: { run: "x", inputs: ["src"] } } }).get("a")?.relevantFingerprint).toBeUndefined();
  expect(printsOf({ steps: { a: { run: "x", when: { changed: ["code"] } } } }).get("a")?.relevantFingerprint).toMatch(
    /^[0-9a-f]{64}$/,
  );
});

test("the relevant fingerprint is never the full one, though everything counts", () => {
  const prints = printsOf({ steps: { a: { run: "x", when: { paths: ["**"] } } } }).get("a");
  expect(prints?.relevantFingerprint).not.toBe(prints?.fingerprint);
});

test("the relevant fingerprint ignores exactly the files that do not count", () => {
  const name = fc.constantFrom(
    "README.md",
    "docs/b.md",
    "src/a.ts",
    "src/gen/a.ts",
    "test/a.test.ts",
    "package.json",
    "x.png",
    "yarn.lock",
  );
  const id = fc.constantFrom("1".repeat(40), "2".repeat(40));
  const set = fc.dictionary(name, id).map((ids) => Object.entries(ids).map(([path, content]) => file(path, content)));
  const narrowed: Omit<Config, "steps"> = {
    skip_on_doc_only: ["a"],
    optimizations: { skip_rules: [{ pattern: "/gen/", steps: ["a"] }] },
  };
  const configs: readonly Config[] = [
    { ...narrowed, steps: { a: { run: "x" } } },
    { steps: { a: { run: "x", when: { changed: ["code", "dependencies"] } } } },
    { steps: { a: { run: "x", inputs: ["src/**", "test/**"], when: { paths: ["src/**"] } } } },
  ];
  fc.assert(
    fc.property(fc.constantFrom(...configs), set, set, (config, before, after) => {
      const { workflow } = normalise(config, "name");
      const [only] = workflow.steps.values();
      if (only === undefined) throw new Error("the step is missing");
      const { judge } = createRelevance(only, workflow, (path) => categorise(path).category);
      const counting = (all: readonly FileEntry[]): string =>
        JSON.stringify(
          all
            .filter(({ path }) => judge(path).counts)
            .map(({ path, id: content }) => [path, content])
            .sort(),
        );
      const first = printsOf(config, { files: before }).get("a")?.relevantFingerprint;
      const second = printsOf(config, { files: after }).get("a")?.relevantFingerprint;
      expect(first === second).toBe(counting(before) === counting(after));
    }),
    { numRuns: 300 },
  );
});

describe("a step that uses another", () => {
  const config = (command: string): Config => ({
    steps: { build: { run: command, inputs: ["src/**"] }, test: { run: "t", inputs: ["test/**"], uses: ["build"] } },
  });

  test("has another fingerprint whenever the used one has, also through several", () => {
    const before = printsOf(config("make")).get("test");
    expect(printsOf(config("make all")).get("test")?.fingerprint).not.toBe(before?.fingerprint);
    const edited = files.map((entry) => (entry.path.startsWith("src/") ? { ...entry, id: "9".repeat(40) } : entry));
    expect(printsOf(config("make"), { files: edited }).get("test")?.fingerprint).not.toBe(before?.fingerprint);
    expect(printsOf(config("make")).get("test")).toEqual(before);
  });

  test("keeps its fingerprint when a step changes that it only needs", () => {
    const needing = (command: string): Config => ({
      steps: { build: { run: command }, test: { run: "t", needs: ["build"] } },
    });
    expect(printsOf(needing("make")).get("test")).toEqual(printsOf(needing("make all")).get("test"));
  });
});

test("what a module's file holds counts, whether or not git lists it", () => {
  const of = (content: string): string | undefined =>
    printsOf({ steps: { a: { module: "m.mjs", inputs: ["none"] } } }, { hashModule: () => content }).get("a")
      ?.fingerprint;
  expect(of("one")).not.toBe(of("two"));
});

describe("a step that asks a model", () => {
  const asks = (ai: object = {}): StepConfig => ({
    ai: { prompt: "p", ...ai },
    inputs: ["src/**"],
    when: { changed: ["code"] },
  });
  const since = (baseOid: string | null, ...paths: readonly string[]): World => ({
    changed: { baseOid, paths, deleted: [] },
  });

  test("is proved only since the commit that its changes were counted from, unless nothing is left to ask about", () => {
    const changed = printOf(asks(), since("b", "src/a.ts"));
    expect(printOf(asks(), since("older", "src/a.ts"))).not.toBe(changed);
    expect(printOf(asks(), since("b"))).not.toBe(changed);
    expect(printOf(asks())).not.toBe(changed);
    expect(printOf(asks(), since("b", "src/b.ts"))).toBe(changed);
    const nothing = printOf(asks(), since("b"));
    expect(printOf(asks(), since("older"))).toBe(nothing);
    expect(printOf(asks(), since("older", "README.md", "src/gone.ts"))).toBe(nothing);
    expect(printOf(asks())).toBe(printOf(asks(), since(null, "src/a.ts")));
    const relevant = (world: World): string | undefined =>
      printsOf({ steps: { a: asks() } }, world).get("a")?.relevantFingerprint;
    expect(relevant(since("older", "src/a.ts"))).not.toBe(relevant(since("b", "src/a.ts")));
  });

  test("with `files: all` is proved whatever changes are counted from, and other steps are too", () => {
    expect(printOf(asks({ files: "all" }), since("b", "src/a.ts"))).toBe(printOf(asks({ files: "all" })));
    expect(printOf(step, since("b", "src/a.ts"))).toBe(printOf(step));
  });

  test("is due when a file that says what is not sent is edited, inputs or not", () => {
    expect(IGNORE_FILES).toEqual(new Set(DEFAULT_IGNORE_FILES));
    const withIgnore = (id: string): World => ({ files: [...files, file("lib/.aiignore", id)] });
    expect(printOf(asks(), withIgnore("2".repeat(40)))).not.toBe(printOf(asks(), withIgnore("3".repeat(40))));
    expect(printOf({ ...step, inputs: ["src/**"] }, withIgnore("2".repeat(40)))).toBe(
      printOf({ ...step, inputs: ["src/**"] }, withIgnore("3".repeat(40))),
    );
  });
});
