/** Steps that are done for each package or service of a repository. */
import { existsSync, rmSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createModelServer } from "./support/create-model-server.ts";
import { createStepper } from "./support/create-stepper.ts";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { expectOutcomes } from "./support/expect-outcome.ts";
import { expectRefusal } from "./support/expect-refusal.ts";
import { lastRecord, outcomesOf } from "./support/records.ts";
import { runCli, startCli } from "./support/run-cli.ts";

const CONFIG = ".workflow-config.yaml";

type Files = Readonly<Record<string, string>>;

const npmPackage = (name: string, needs: readonly string[] = [], more: object = {}): string =>
  JSON.stringify({ name, dependencies: Object.fromEntries(needs.map((need) => [need, "workspace:*"])), ...more });

/** web needs ui, ui needs core, api needs core, docs nobody. */
const PACKAGES: Files = {
  "packages/core/package.json": npmPackage("@shop/core"),
  "packages/core/src/core.js": "1\n",
  "packages/ui/package.json": npmPackage("@shop/ui", ["@shop/core"]),
  "packages/ui/src/ui.js": "1\n",
  "packages/web/package.json": npmPackage("@shop/web", ["@shop/ui"]),
  "packages/web/src/web.js": "1\n",
  "packages/api/package.json": npmPackage("@shop/api", ["@shop/core"]),
  "packages/api/src/api.js": "1\n",
  "packages/docs/package.json": npmPackage("@shop/docs"),
  "packages/docs/index.md": "1\n",
};

const BUILD = `steps:
  build:
    for_each: unit
    needs: ["^build"]
    run: echo "$WORKFLOW_UNIT in $WORKFLOW_UNIT_DIR" >> "../../order.txt"; test "$(pwd)" = "$(cd "../../$WORKFLOW_UNIT_DIR" && pwd)"
`;

const pnpmShop = (config = BUILD): Workspace =>
  createWorkspace({
    files: {
      [CONFIG]: config,
      ".gitignore": "order.txt\ndist\n",
      "package.json": npmPackage("shop", [], { private: true }),
      "pnpm-workspace.yaml": "packages:\n  - packages/*\n",
      "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
      ...PACKAGES,
    },
  });

const allAs = (step: string, outcome: string, ...names: readonly string[]): Files =>
  Object.fromEntries(names.map((name) => [`${step}@@shop/${name}`, outcome]));

describe("a pnpm workspace", () => {
  test("has one step a package, in its folder, after those of the packages that it needs", async () => {
    using workspace = pnpmShop();
    const result = await runCli(workspace, ["run"]);
    expect(result.exitCode, result.stderr).toBe(0);
    const record = lastRecord(workspace);
    expect(outcomesOf(record)).toEqual(allAs("build", "passed", "api", "core", "docs", "ui", "web"));
    expect(record.steps.map(({ unit }) => unit)).toEqual([
      "@shop/api",
      "@shop/core",
      "@shop/docs",
      "@shop/ui",
      "@shop/web",
    ]);
    const lines = workspace.read("order.txt").trim().split("\n");
    const at = (name: string): number => lines.indexOf(`@shop/${name} in packages/${name}`);
    expect(lines).toHaveLength(5);
    expect(at("core")).toBeLessThan(at("ui"));
    expect(at("core")).toBeLessThan(at("api"));
    expect(at("ui")).toBeLessThan(at("web"));
  });

  test("a change of a leaf runs its steps alone", async () => {
    using workspace = pnpmShop();
    await runCli(workspace, ["run"]);
    workspace.write({ "packages/web/src/web.js": "2\n" });
    const result = await runCli(workspace, ["run"]);
    expectOutcomes(result, {
      ...allAs("build", "replayed", "api", "core", "docs", "ui"),
      ...allAs("build", "passed", "web"),
    });
    expect(result.stdout).toMatch(/^build@@shop\/web .*packages\/web\/src\/web\.js \(code\) changed since /m);
  });

  test("a change of a library runs those that need it, with the way from one to the other as reason", async () => {
    using workspace = pnpmShop();
    await runCli(workspace, ["run"]);
    workspace.write({ "packages/ui/src/ui.js": "2\n" });
    const plan = await runCli(workspace, ["run", "--dry-run"]);
    const why = "packages/ui/src/ui.js -> @shop/ui -> @shop/web (code) changed since ";
    expect(plan.stdout).toContain(why);
    const result = await runCli(workspace, ["run"]);
    expectOutcomes(result, {
      ...allAs("build", "replayed", "api", "core", "docs"),
      ...allAs("build", "passed", "ui", "web"),
    });
    const web = lastRecord(workspace).steps.find(({ unit }) => unit === "@shop/web");
    expect(web?.decision.explanation).toContain(why);
  });

  test("a change of the lock file runs all, one of a file at the root none", async () => {
    using workspace = pnpmShop();
    await runCli(workspace, ["run"]);
    workspace.write({ "README.md": "# Shop\n" });
    expectOutcomes(await runCli(workspace, ["run"]), allAs("build", "replayed", "api", "core", "docs", "ui", "web"));
    workspace.write({ "pnpm-lock.yaml": "lockfileVersion: '9.1'\n" });
    expectOutcomes(await runCli(workspace, ["run"]), allAs("build", "passed", "api", "core", "docs", "ui", "web"));
  });

  test("a new need in a manifest counts from the run in which it is there", async () => {
    using workspace = pnpmShop();
    await runCli(workspace, ["run"]);
    workspace.write({ "packages/docs/package.json": npmPackage("@shop/docs", ["@shop/api"]) });
    await runCli(workspace, ["run"]);
    workspace.write({ "packages/api/src/api.js": "2\n" });
    expectOutcomes(await runCli(workspace, ["run"]), {
      ...allAs("build", "replayed", "core", "ui", "web"),
      ...allAs("build", "passed", "api", "docs"),
    });
  });

  test("a package that comes is done, one that goes is not missed", async () => {
    using workspace = pnpmShop();
    await runCli(workspace, ["run"]);
    workspace.write({ "packages/new/package.json": npmPackage("@shop/new") });
    rmSync(workspace.file("packages/docs"), { recursive: true });
    await runCli(workspace, ["run"]);
    expect(outcomesOf(lastRecord(workspace))).toEqual({
      ...allAs("build", "replayed", "api", "core", "ui", "web"),
      ...allAs("build", "passed", "new"),
    });
  });

  test("--steps takes all steps of one name, or that of one package", async () => {
    using workspace = pnpmShop(`${BUILD}  lint: { run: "true" }\n`);
    await runCli(workspace, ["run", "build@@shop/docs"]);
    expect(workspace.read("order.txt")).toBe("@shop/docs in packages/docs\n");
    expectOutcomes(await runCli(workspace, ["run", "build"]), {
      ...allAs("build", "passed", "api", "core", "ui", "web"),
      ...allAs("build", "replayed", "docs"),
      lint: "skipped",
    });
    expectRefusal(await runCli(workspace, ["run", "biuld"]), 'Did you mean "build"?');
    expectRefusal(await runCli(workspace, ["run", "build@@shop/dcos"]), 'Did you mean "build@@shop/docs"?');
  });

  test("outputs of a package come back where they are gone, for the packages that use them", async () => {
    using workspace = pnpmShop(`steps:
  build:
    for_each: unit
    uses: ["^build"]
    run: mkdir -p dist; cat src/*.js > dist/all.js 2>/dev/null || echo none > dist/all.js
    outputs: [dist/]
  test:
    for_each: unit
    units: ["@shop/web"]
    uses: [build]
    run: grep -q . dist/all.js; grep -q . ../ui/dist/all.js
`);
    await runCli(workspace, ["run"]);
    rmSync(workspace.file("packages/ui/dist"), { recursive: true });
    rmSync(workspace.file("packages/web/dist"), { recursive: true });
    const result = await runCli(workspace, ["run"]);
    expectOutcomes(result, {
      "build@@shop/ui": "replayed",
      "build@@shop/web": "replayed",
      "test@@shop/web": "replayed",
    });
    expect(existsSync(workspace.file("packages/ui/dist/all.js"))).toBe(true);
    expect(existsSync(workspace.file("packages/web/dist/all.js"))).toBe(true);
  });

  test("one package fails, those that need it do not start, and with --continue the others go on", async () => {
    using workspace = pnpmShop(`steps:
  test:
    for_each: unit
    needs: ["^test"]
    run: test ! -e broken
`);
    workspace.write({ "packages/ui/broken": "" });
    const result = await runCli(workspace, ["run", "--continue"]);
    expect(result.exitCode).toBe(1);
    expectOutcomes(result, {
      ...allAs("test", "passed", "api", "core", "docs"),
      ...allAs("test", "failed", "ui"),
      ...allAs("test", "cancelled", "web"),
    });
    rmSync(workspace.file("packages/ui/broken"));
    expectOutcomes(await runCli(workspace, ["run", "--continue"]), {
      ...allAs("test", "replayed", "api", "core", "docs"),
      ...allAs("test", "passed", "ui", "web"),
    });
  });

  test("a workspace file that cannot be read is refused, for a package that is not seen would not be tested", async () => {
    using workspace = pnpmShop();
    workspace.write({ "pnpm-workspace.yaml": "packages: [\n" });
    for (const args of [["run"], ["run", "--dry-run"]]) {
      expectRefusal(await runCli(workspace, args), "which units", "pnpm-workspace.yaml", "ENGINE_UNITS_UNREADABLE");
    }
  });

  test("a manifest that cannot be read is told, and its package counts as needing all", async () => {
    using workspace = pnpmShop();
    workspace.write({ "packages/docs/package.json": "{" });
    const first = await runCli(workspace, ["run"]);
    expect(first.stdout + first.stderr).toContain("packages/docs/package.json");
    workspace.write({ "packages/web/src/web.js": "2\n" });
    const result = await runCli(workspace, ["run"]);
    expectOutcomes(result, { "build@packages/docs": "passed" });
  });
});

test("npm workspaces: a script is run for the packages that have it", async () => {
  using workspace = createWorkspace({
    files: {
      [CONFIG]: `steps:
  check: { script: check, for_each: unit }
`,
      "package.json": JSON.stringify({ name: "root", workspaces: ["packages/*"], scripts: { check: "false" } }),
      "packages/a/package.json": npmPackage("a", [], { scripts: { check: "test -f package.json" } }),
      "packages/b/package.json": npmPackage("b"),
    },
  });
  const result = await runCli(workspace, ["run"]);
  expect(result.exitCode, result.stderr).toBe(0);
  expect(outcomesOf(lastRecord(workspace))).toEqual({ "check@a": "passed" });
});

test("a cargo workspace and go.work: the order follows Cargo.toml and go.mod", async () => {
  using workspace = createWorkspace({
    files: {
      [CONFIG]: `steps:
  test:
    for_each: unit
    needs: ["^test"]
    run: echo "$WORKFLOW_UNIT" >> "$(git rev-parse --show-toplevel)/order.out"
`,
      ".gitignore": "*.out\n",
      "Cargo.toml": '[workspace]\nmembers = ["crates/*"]\n',
      "crates/app/Cargo.toml": '[package]\nname = "app"\n[dependencies]\ncore = { path = "../core" }\n',
      "crates/app/src/main.rs": "",
      "crates/core/Cargo.toml": '[package]\nname = "core"\n',
      "crates/core/src/lib.rs": "",
      "go.work": "go 1.22\nuse (\n\t./svc/api\n\t./svc/lib\n)\n",
      "svc/api/go.mod": "module example.com/api\ngo 1.22\nrequire example.com/lib v0.0.0\n",
      "svc/api/main.go": "package main\n",
      "svc/lib/go.mod": "module example.com/lib\ngo 1.22\n",
      "svc/lib/lib.go": "package lib\n",
    },
  });
  await runCli(workspace, ["run"]);
  const lines = workspace.read("order.out").trim().split("\n");
  expect([...lines].sort()).toEqual(["app", "core", "example.com/api", "example.com/lib"]);
  expect(lines.indexOf("core")).toBeLessThan(lines.indexOf("app"));
  expect(lines.indexOf("example.com/lib")).toBeLessThan(lines.indexOf("example.com/api"));
  workspace.write({ "svc/lib/lib.go": "package lib // changed\n" });
  expectOutcomes(await runCli(workspace, ["run"]), {
    "test@app": "replayed",
    "test@core": "replayed",
    "test@example.com/api": "passed",
    "test@example.com/lib": "passed",
  });
});

describe("folders of globs", () => {
  const services = (config: string): Workspace =>
    createWorkspace({
      files: {
        [CONFIG]: config,
        "services/a/main.py": "1\n",
        "services/a/poetry.lock": "1\n",
        "services/b [old] $(x)/main.py": "1\n",
        "services/ü/main.py": "1\n",
        "tools/helper.py": "1\n",
      },
    });
  const CONFIGURED = `units: ["services/*"]
steps:
  test: { for_each: unit, run: "test -f main.py" }
`;

  test("are units, whatever they are called, and a lock file of one is no matter of another", async () => {
    using workspace = services(CONFIGURED);
    await runCli(workspace, ["run"]);
    const old = "test@services/b%20%5Bold%5D%20%24%28x%29";
    expect(outcomesOf(lastRecord(workspace))).toEqual({
      "test@services/a": "passed",
      [old]: "passed",
      "test@services/ü": "passed",
    });
    workspace.write({ "services/a/poetry.lock": "2\n", "tools/helper.py": "2\n" });
    await runCli(workspace, ["run"]);
    expect(outcomesOf(lastRecord(workspace))).toEqual({
      "test@services/a": "passed",
      [old]: "replayed",
      "test@services/ü": "replayed",
    });
    for (const step of lastRecord(workspace).steps) {
      expect(existsSync(workspace.file(`.workflow/${step.log}`)), step.log).toBe(true);
    }
  });

  test("that are none are told, for nothing is done", async () => {
    using workspace = services('units: ["service/*"]\nsteps:\n  test: { for_each: unit, run: "false" }\n');
    const result = await runCli(workspace, ["run"]);
    const told = "test is done for each unit, and there is no unit: nothing is done for it";
    expect(result.stdout + result.stderr).toContain(told);
    expect((await runCli(workspace, ["run", "--dry-run"])).stdout).toContain(told);
  });

  test("work without git, where everything runs", async () => {
    using workspace = createWorkspace({
      init: false,
      files: { [CONFIG]: CONFIGURED, "services/a/main.py": "", "services/b/main.py": "" },
    });
    const result = await runCli(workspace, ["run"]);
    expect(result.exitCode, result.stderr).toBe(0);
    expect(outcomesOf(lastRecord(workspace))).toEqual({ "test@services/a": "passed", "test@services/b": "passed" });
  });
});

test("units of one name and names that would break a line have ids of their own", async () => {
  using workspace = createWorkspace({
    files: {
      [CONFIG]: 'steps:\n  test: { for_each: unit, run: "test -n \\"$WORKFLOW_UNIT\\"" }\n',
      "package.json": JSON.stringify({ name: "root", workspaces: ["a", "b", "c"] }),
      "a/package.json": npmPackage("same"),
      "b/package.json": npmPackage("same"),
      "c/package.json": JSON.stringify({ name: "../../x\n\u001b[31mred" }),
    },
  });
  const result = await runCli(workspace, ["run"]);
  expect(result.exitCode, result.stderr).toBe(0);
  expect(Object.keys(outcomesOf(lastRecord(workspace)))).toEqual(["test@a", "test@b", "test@../../x%0A%1B%5B31mred"]);
  expect(result.stdout).not.toContain("\u001b[31mred");
  expect(lastRecord(workspace).steps.every(({ log }) => existsSync(workspace.file(`.workflow/${log}`)))).toBe(true);
});

test("a module is told its unit, and which files are its own", async () => {
  using workspace = createWorkspace({
    files: {
      [CONFIG]: 'units: ["services/*"]\nsteps:\n  check: { for_each: unit, module: check.mjs }\n',
      "check.mjs": `export default ({ unit, files }) => {
  if (process.env.WORKFLOW_UNIT_DIR !== unit.directory) return { outcome: "failed" };
  console.log(JSON.stringify({ unit, files }));
};
`,
      "services/a/main.py": "",
      "services/b/main.py": "",
    },
  });
  await runCli(workspace, ["run"]);
  const { steps } = lastRecord(workspace);
  expect(steps.map(({ outcome }) => outcome)).toEqual(["passed", "passed"]);
  expect(workspace.read(`.workflow/${steps[0]?.log}`)).toContain(
    '{"unit":{"name":"services/a","directory":"services/a"},"files":["services/a/main.py"]}',
  );
});

test("a step that asks a model asks about the files of its unit alone", async () => {
  await using server = await createModelServer({ "# End of data": JSON.stringify({ findings: [] }) });
  using workspace = createWorkspace({
    files: {
      [CONFIG]: `ai: { provider: openai-compatible, model: model-a }
steps:
  review: { for_each: unit, ai: { prompt: code_review } }
`,
      "package.json": JSON.stringify({ name: "root", workspaces: ["a", "b", "c"] }),
      "a/package.json": npmPackage("a", ["b"]),
      "b/package.json": npmPackage("b"),
      "b/sum.js": "1;\n",
      "c/package.json": npmPackage("c"),
    },
  });
  const run = async (): Promise<Readonly<Record<string, string>>> => {
    const result = await runCli(workspace, ["run"], { env: server.environment });
    expect(result.exitCode, result.stderr).toBe(0);
    return outcomesOf(lastRecord(workspace));
  };
  await run();
  server.forget();
  workspace.write({ "b/sum.js": "const total = 2;\n" });
  expect(await run()).toEqual({ "review@a": "passed", "review@b": "passed", "review@c": "replayed" });
  expect(server.questions()).toHaveLength(1);
  expect(JSON.stringify(server.questions())).toContain("const total = 2;");
});

test("a command that takes changed files is given those of its unit, as seen from there", async () => {
  using workspace = createWorkspace({
    files: {
      [CONFIG]: `units: ["services/*"]
steps:
  lint: { for_each: unit, inputs: ["**/*.py"], run: "echo {changed_files}" }
`,
      "services/a/one.py": "1\n",
      "services/a/deep/two.py": "1\n",
      "services/b/three.py": "1\n",
    },
  });
  const logOf = (id: string): string =>
    workspace.read(`.workflow/${lastRecord(workspace).steps.find((step) => step.id === id)?.log}`);
  await runCli(workspace, ["run"]);
  expect(logOf("lint@services/a")).toBe("deep/two.py one.py\n");
  workspace.write({ "services/a/one.py": "2\n" });
  expectOutcomes(await runCli(workspace, ["run"]), { "lint@services/a": "passed", "lint@services/b": "replayed" });
  expect(logOf("lint@services/a")).toBe("one.py\n");
});

test("a killed run is gone on with, unit by unit", async () => {
  using workspace = createWorkspace();
  using stepper = await createStepper(workspace);
  const wait = stepper.command("wait");
  workspace.commit({
    [CONFIG]: `units: ["services/*"]
steps:
  test:
    for_each: unit
    cache: false
    run: ${JSON.stringify(`echo "$WORKFLOW_UNIT" >> ../../../count; test ! -e wait || ${wait}`)}
`,
    "services/a/main.py": "",
    "services/b/wait": "",
  });
  const killed = startCli(workspace, ["run", "--no-parallel"]);
  await stepper.next("wait");
  killed.process.kill("SIGKILL");
  await killed.result;

  const next = startCli(workspace, ["run"]);
  (await stepper.next("wait")).exit(0);
  expectOutcomes(await next.result, { "test@services/a": "replayed", "test@services/b": "passed" });
  expect(workspace.read("../count")).toBe("services/a\nservices/b\nservices/b\n");
  const [first = ""] = workspace.read(".workflow/metrics/history.jsonl").trim().split("\n");
  expect(JSON.parse(first)).toMatchObject({
    status: "cancelled",
    steps: [
      { id: "test@services/a", outcome: "passed", unit: "services/a" },
      { id: "test@services/b", outcome: "cancelled", unit: "services/b" },
    ],
  });
});
