import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createRunRepository, type RunRepository, type ToldRun } from "../../test/run-repository.ts";
import { readConfig } from "../config/read-config.ts";
import { explainStep } from "../explain/explain-step.ts";
import type { RunOptions } from "../run/run-options.ts";
import type { LibraryStep, StepLibrary, StepLibrarySource } from "./step-library.ts";

let folder: string;
let repository: RunRepository;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "library-")));
});
afterEach(() => {
  repository.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Finds a warning in files that say TODO, an error in those that say BAD, and writes down what it was given. */
const WORDS = `import { appendFileSync, readFileSync } from "node:fs";
export default ({ directory, dueFiles, with: { log } }) => {
  appendFileSync(directory + "/" + log, dueFiles.join(" ") + "\\n");
  const findings = dueFiles.flatMap((file) => {
    const text = readFileSync(directory + "/" + file, "utf8");
    const finding = (severity) => ({ rule: "words", severity, message: severity, file, line: 1 });
    return text.includes("BAD") ? [finding("error")] : text.includes("TODO") ? [finding("warning")] : [];
  });
  return { findings };
};
`;

/** Tells what it was told of changes and of other steps. */
const TELLS = `export default ({ changes, results }) => ({
  message: JSON.stringify({
    base: changes.known ? changes.base.ref : undefined,
    changed: changes.known ? changes.list.map(({ path, status, category }) => [path, status, category].join(" ")) : [],
    results: results.map(({ step, outcome, findings }) => [step, outcome, findings.length].join(" ")),
  }),
});
`;

function libraryOf(version = "1"): StepLibrarySource {
  writeFileSync(path.join(folder, "words.mjs"), WORDS);
  writeFileSync(path.join(folder, "tells.mjs"), TELLS);
  const step = (id: string, more: Partial<LibraryStep>): LibraryStep => ({
    id,
    title: id,
    aliases: [],
    module: path.join(folder, `${id}.mjs`),
    defaults: {},
    options: [],
    isIncremental: false,
    importance: { generic: "required" },
    ...more,
  });
  const library: StepLibrary = {
    version,
    steps: [
      step("words", {
        aliases: ["2", "step_02_words"],
        defaults: { inputs: ["**/*.md"], stage: "core", with: { log: "given.out" } },
        options: ["log"],
        isIncremental: true,
      }),
      step("tells", { defaults: { needs: ["words"], when: { always: true }, cache: false } }),
    ],
    pipelines: { standard: { steps: ["words", "tells"], stages: [{ id: "core" }] } },
  };
  return { identity: `${folder} ${version}`, load: () => Promise.resolve(library) };
}

function make(config: string): RunRepository {
  repository = createRunRepository(config, { "a.md": "a\n", "b.md": "b TODO\n" });
  return repository;
}

async function run(options: Partial<RunOptions> = {}, library = libraryOf()): Promise<ToldRun> {
  const loaded = await readConfig(repository.directory, { exact: true, library });
  return repository.run({ loaded, ...options });
}

const ends = ({ record }: ToldRun): string => record.steps.map(({ id, outcome }) => `${id}=${outcome}`).join(" ");

test("a step of the library runs, is given only the files it has not passed on, and tells light findings every time", async () => {
  const { write, read } = make("pipeline: standard\n");
  const first = await run();
  expect(ends(first)).toBe("words=passed tells=passed");
  expect(first.record.stages).toEqual([{ id: "core", state: "passed" }]);
  expect(first.record.steps[0]?.findings.map(({ file, severity }) => `${file ?? ""} ${severity}`)).toEqual([
    "b.md warning",
  ]);
  expect(ends(await run())).toBe("words=replayed tells=passed");
  write({ "c.md": "c\n" });
  const second = await run();
  expect(ends(second)).toBe("words=passed tells=passed");
  expect(second.record.steps[0]?.findings.map(({ file }) => file)).toEqual(["b.md"]);
  write({ "c.md": "c BAD\n" });
  expect(ends(await run())).toBe("words=failed tells=cancelled");
  expect(read("given.out").trim().split("\n")).toEqual(["README.md a.md b.md", "b.md c.md", "b.md c.md"]);
});

test("a step is told what changed since the base and what came of the steps that it needs", async () => {
  const { write, git, commit } = make("base: { ref: main }\npipeline: standard\n");
  git("checkout", "--quiet", "-b", "work");
  write({ "src/a.ts": "2\n" });
  commit("change");
  write({ "d.md": "d\n" });
  const { record } = await run();
  expect(JSON.parse(record.steps[1]?.message ?? "{}")).toEqual({
    base: "main",
    changed: ["d.md untracked docs", "src/a.ts modified code"],
    results: ["words passed 1"],
  });
});

test("another version of the library proves nothing for this one; another place does", async () => {
  make("steps: { words: {} }\n");
  expect(ends(await run())).toBe("words=passed");
  expect(ends(await run({}, libraryOf("2")))).toBe("words=passed");
  const before = folder;
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "library-")));
  expect(ends(await run({}, libraryOf("2")))).toBe("words=replayed");
  rmSync(before, { recursive: true });
});

test("its other names are good for asking and explaining", async () => {
  make("pipeline: standard\n");
  expect(ends(await run({ steps: ["2"] }))).toBe("words=passed tells=skipped");
  const loaded = await readConfig(repository.directory, { exact: true, library: libraryOf() });
  const explained = await explainStep({ step: "step_02_words", loaded, toolVersion: "test", environment: {} });
  expect(explained.step).toBe("words");
});

test("a required step that is switched off is told of in every run", async () => {
  make("pipeline: standard\nsteps: { words: off }\n");
  const { record } = await run();
  expect(record.steps.map(({ id }) => id)).toEqual(["tells"]);
  expect(record.notices).toContainEqual({
    code: "required-step-off",
    message: "words, which projects of this kind require, is switched off",
  });
});

test("a pipeline says what starts after a failure, and a run can say otherwise", async () => {
  const library = libraryOf();
  const { steps, pipelines, ...rest } = await library.load();
  const other = steps.map((step) => ({ ...step, id: "other", aliases: [], defaults: { needs: [], stage: "later" } }));
  const stages = [{ id: "core" }, { id: "later", trigger: "auto" }];
  const standard = { steps: ["words", "other"], stages, onFailure: "dependencies-successful" } as const;
  const loaded: StepLibrary = {
    ...rest,
    steps: [...steps, ...other.slice(0, 1)],
    pipelines: { ...pipelines, standard },
  };
  const source = { identity: "goes on", load: () => Promise.resolve(loaded) };
  make("pipeline: standard\nsteps: { alone: { run: 'true' }, behind: { run: 'true', needs: [words] } }\n");
  repository.write({ "b.md": "BAD\n" });
  expect(ends(await run({ maxParallel: 1 }, source))).toBe("words=failed other=failed alone=passed behind=cancelled");
  expect(ends(await run({ maxParallel: 1, onFailure: "never" }, source))).toContain("alone=cancelled");
});

test("a step that tells of others comes after those that failed and those that did not start", async () => {
  make("pipeline: standard\n").write({ "b.md": "BAD\n" });
  const library = libraryOf();
  const { steps, pipelines, ...rest } = await library.load();
  const tells = { comesAfterFailures: true, defaults: { needs: ["words", "after"], stage: "summary", cache: false } };
  const changed: StepLibrary = {
    ...rest,
    steps: [
      ...steps.map((step) => (step.id === "tells" ? { ...step, ...tells } : step)),
      ...steps
        .map((step) => ({ ...step, id: "after", aliases: [], defaults: { needs: ["words"], stage: "core" } }))
        .slice(1),
    ],
    pipelines: {
      ...pipelines,
      standard: { steps: ["words", "after", "tells"], stages: [{ id: "core" }, { id: "summary", trigger: "auto" }] },
    },
  };
  const told = await run({}, { identity: "after", load: () => Promise.resolve(changed) });
  expect(ends(told)).toBe("words=failed after=cancelled tells=passed");
  expect(told.record.steps.at(-1)?.message).toContain('"results":["words failed 1","after');
});

test("a pass that is provisional is not kept, so that the step runs until it has what it lacks", async () => {
  const { write } = make("steps: { lint: { module: lint.mjs, inputs: [a.md] } }\n");
  write({
    "lint.mjs": `import { existsSync } from "node:fs";
export default ({ directory }) => ({ provisional: !existsSync(directory + "/tool.out") });
`,
  });
  const first = await run();
  expect(ends(first)).toBe("lint=passed");
  expect(first.record.steps[0]?.provisional).toBe(true);
  expect(ends(await run())).toBe("lint=passed");
  // No input of the step.
  write({ "tool.out": "" });
  const lasting = await run();
  expect(ends(lasting)).toBe("lint=passed");
  expect(lasting.record.steps[0]?.provisional).toBeUndefined();
  expect(ends(await run())).toBe("lint=replayed");
});

test("what looks at files of which there are none is skipped, and runs when one comes; inputs that somebody wrote may be wrong", async () => {
  const html: StepLibrarySource = {
    identity: "html",
    load: async () => {
      const { steps, ...rest } = await libraryOf().load();
      return { ...rest, steps: steps.map((step) => ({ ...step, defaults: { inputs: ["*.html"] } })) };
    },
  };
  const { write } = make("steps: { words: {}, after: { run: 'true', needs: [words], inputs: [c.md] } }\n");
  write({ "c.md": "" });
  const none = await run({}, html);
  expect(ends(none)).toBe("words=skipped after=passed");
  expect(none.record.steps[0]?.decision).toMatchObject({ reason: "no-input-files" });
  // It proves nothing, and is in nobody's way.
  expect(ends(await run({}, html))).toBe("words=skipped after=replayed");
  write({ "a.html": "" });
  expect(ends(await run({}, html))).toBe("words=passed after=replayed");
  write({ ".workflow-config.yaml": "steps: { words: { inputs: ['*.htlm'] } }\n" });
  const wrong = await run({}, html);
  expect(wrong.record.steps[0]).toMatchObject({ outcome: "passed", decision: { reason: "inputs-match-nothing" } });
});

test("what only a model can do is skipped where none is configured, and run where it is asked for by name", async () => {
  const asking: StepLibrarySource = {
    identity: "asking",
    load: async () => {
      const { steps, ...rest } = await libraryOf().load();
      return { ...rest, steps: steps.map((step) => ({ ...step, needsModel: true })) };
    },
  };
  const { write } = make("steps: { words: {} }\n");
  const { record } = await run({ force: true }, asking);
  expect(record).toMatchObject({ status: "passed", steps: [{ outcome: "skipped", decision: { reason: "no-model" } }] });
  write({ ".workflow-config.yaml": "ai: { provider: exec, command: [cat] }\nsteps: { words: {} }\n" });
  expect(ends(await run({}, asking))).toBe("words=passed");
  write({ ".workflow-config.yaml": "steps: { words: {} }\n" });
  expect(ends(await run({ steps: ["words"], force: true }, asking))).toBe("words=passed");
});
