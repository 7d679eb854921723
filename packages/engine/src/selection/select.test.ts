import { readFileSync } from "node:fs";
import { categorise, type Category, type FileEntry } from "@ai-workflow/change-detection";
import type { ChangeRecord } from "@ai-workflow/profiler";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Config, TriggerCategory } from "../config/config.ts";
import { normalise } from "../config/normalise.ts";
import type { Workflow } from "../config/workflow.ts";
import type { StoredSuccess } from "../results/stored-success.ts";
import { fingerprintSteps, type StepPrints } from "./fingerprint.ts";
import type { Decision, Reason } from "./reasons.ts";
import { createRelevance, type Relevance } from "./relevance.ts";
import { select } from "./select.ts";
import type { SelectionInput } from "./selection-input.ts";

function categoryOf(path: string): Category {
  return categorise(path).category;
}

function workflowOf(config: Config): Workflow {
  const { workflow, problems } = normalise(config, "name");
  expect(problems).toEqual([]);
  return workflow;
}

function relevancesOf(workflow: Workflow): ReadonlyMap<string, Relevance> {
  return new Map([...workflow.steps.values()].map((step) => [step.id, createRelevance(step, workflow, categoryOf)]));
}

function change(path: string, previousPath?: string): ChangeRecord {
  return { path, previousPath, status: "modified", ...categorise(path) };
}

const stored: StoredSuccess = {
  stepId: "a",
  fingerprint: "f",
  runId: "run-1",
  at: "2026-01-01T00:00:00.000Z",
  durationMs: 1,
  findings: [],
};

/** Everything that can decide at once; each case takes away what goes first. */
function inputWith(assumeGreen: boolean, step: object = {}): SelectionInput {
  const workflow = workflowOf({
    base: { assume_green: assumeGreen },
    stages: [{ id: "release" }],
    skip_on_doc_only: ["a"],
    steps: { a: { run: "x", stage: "release", ...step } },
  });
  return {
    workflow,
    request: {
      steps: undefined,
      force: false,
      smartExecution: true,
      isApproved: () => false,
      multiStage: true,
      isSampled: () => false,
    },
    changes: { known: true, base: "main", list: [] },
    filesKnown: true,
    namesNothing: new Set(),
    relevances: relevancesOf(workflow),
    replayable: new Map(),
    proofs: new Map(),
    withoutOutputs: new Map(),
    restorable: new Set(),
    resumed: new Map(),
    expired: new Map(),
    tooSlow: new Map(),
  };
}

/** The same for a step of a library. */
function builtIn(traits: object): SelectionInput {
  const input = inputWith(false, { inputs: ["*.html"] });
  const steps = [...input.workflow.steps].map(([id, step]) => {
    const builtin = { id, version: "1", ...traits };
    return [id, { ...step, action: { kind: "module", module: "m", with: {}, builtin } as const }] as const;
  });
  return { ...input, workflow: { ...input.workflow, steps: new Map(steps) } };
}

function decide(input: SelectionInput): Decision {
  const [decision] = select(input);
  if (decision === undefined) throw new Error("no decision");
  return decision;
}

describe("the first reason that applies is given", () => {
  const plain = inputWith(false);
  const always = inputWith(false, { when: { always: true } });
  const request = plain.request;
  const everything = { replayable: new Map([["a", stored]]), proofs: new Map([["a", stored]]) };
  const untriggered = { untriggered: new Map([["a", "failed(a) is false"]]) };
  const noTool = { unknownTools: new Map([["a", "node says nothing"]]) };
  const unknown = { changes: { known: false, message: "no git" } } as const;
  const relevant = {
    changes: { known: true, base: "main", list: [change("README.md"), change("src/a.ts"), change("src/b.ts")] },
  } as const;
  const documents = { changes: { known: true, base: "main", list: [change("README.md")] } } as const;
  const cases: readonly [Decision["action"], Reason, SelectionInput, RegExp][] = [
    [
      "skip",
      "not-requested",
      {
        ...always,
        ...everything,
        request: { ...request, steps: new Set(["b"]), force: true, smartExecution: false },
      },
      /other steps/,
    ],
    [
      "skip",
      "project-kind",
      { ...inputWith(false, { kinds: ["web"] }), ...everything, ...untriggered, request: { ...request, force: true } },
      /the project is of kind generic, the step is for web/,
    ],
    [
      "skip",
      "no-model",
      { ...builtIn({ needsModel: true }), ...everything, ...untriggered, request: { ...request, force: true } },
      /^no model is configured \(`ai.provider`\)/,
    ],
    [
      "skip",
      "stage-not-triggered",
      { ...always, ...everything, ...untriggered, request: { ...request, force: true } },
      /^failed\(a\) is false$/,
    ],
    [
      "run",
      "forced",
      { ...always, ...everything, request: { ...request, force: true, smartExecution: false } },
      /forced/,
    ],
    ["run", "smart-execution-off", { ...always, ...everything, request: { ...request, smartExecution: false } }, /off/],
    ["replay", "resumed", { ...always, ...everything, resumed: everything.replayable }, /run-1, which was killed/],
    ["run", "always", { ...always, ...everything }, /always/],
    [
      "skip",
      "no-input-files",
      { ...builtIn({ hasOwnInputs: true }), ...everything, ...noTool, namesNothing: new Set(["a"]) },
      /^there are no files that it looks at: \*\.html$/,
    ],
    [
      "run",
      "inputs-match-nothing",
      { ...inputWith(false, { inputs: ["gone/**"] }), ...everything, ...noTool, namesNothing: new Set(["a"]) },
      /no file matches its inputs gone/,
    ],
    ["run", "tool-unknown", { ...plain, ...everything, ...noTool }, /^node says nothing$/],
    [
      "replay",
      "fingerprint-equal",
      { ...plain, ...everything, ...relevant, filesKnown: false, expired: everything.replayable },
      /run-1/,
    ],
    ["replay", "fingerprint-equal", { ...plain, ...everything, ...relevant, filesKnown: false }, /run-1/],
    [
      "run",
      "result-expired",
      { ...plain, ...relevant, expired: everything.replayable, withoutOutputs: everything.replayable },
      /success of 2026-01-01T00:00:00.000Z \(run run-1\) has expired/,
    ],
    [
      "run",
      "limit-lowered",
      {
        ...plain,
        ...relevant,
        tooSlow: everything.replayable,
        withoutOutputs: everything.replayable,
      },
      /took 0.001 s in run run-1, longer than its limit of 1800 s now/,
    ],
    [
      "run",
      "outputs-missing",
      { ...plain, ...relevant, withoutOutputs: everything.replayable, proofs: everything.proofs },
      /passed in run run-1.*no longer stored/,
    ],
    ["run", "files-unknown", { ...plain, ...unknown, filesKnown: false, proofs: everything.proofs }, /no git/],
    ["skip", "no-relevant-change", { ...plain, ...relevant, proofs: everything.proofs }, /passed in run run-1/],
    ["skip", "no-relevant-change", { ...plain, ...unknown, proofs: everything.proofs }, /passed in run run-1/],
    [
      "skip",
      "no-relevant-change",
      { ...plain, ...documents, proofs: everything.proofs },
      /README\.md does not count.*skip_on_doc_only/,
    ],
    ["run", "base-unknown", { ...plain, ...unknown }, /no git/],
    ["run", "base-unknown", { ...inputWith(true), ...unknown }, /no git/],
    [
      "run",
      "relevant-change",
      { ...inputWith(true), ...relevant },
      /^src\/a\.ts \(code\) and 1 more changed since main$/,
    ],
    [
      "run",
      "relevant-change",
      { ...inputWith(true), changes: { known: true, base: "main", list: [change("a.md", "src/old.ts")] } },
      /^a\.md \(docs\) changed since main$/,
    ],
    [
      "skip",
      "base-assumed-green",
      { ...inputWith(true), ...documents },
      /README\.md does not count.* since main, which is assumed/,
    ],
    ["run", "not-cached", { ...inputWith(false, { cache: false }), ...documents }, /not kept/],
    ["run", "not-proved", { ...plain, ...documents }, /no relevant change since main, but no record/],
    [
      "run",
      "not-proved",
      { ...inputWith(true), ...documents, doubted: new Set(["a"]) },
      /no relevant change since main, but it did not pass/,
    ],
  ];
  test.each(cases)("%s: %s", (action, reason, input, explanation) => {
    expect(decide(input)).toMatchObject({ stepId: "a", action, reason });
    expect(decide(input).explanation).toMatch(explanation);
  });

  test("each in the place that is documented", () => {
    const source = readFileSync(new URL("reasons.ts", import.meta.url), "utf8");
    const documented = [...source.matchAll(/^ \* \| `([a-z-]+)`/gm)].map(([, reason]) => reason);
    const ofOneStep = documented.slice(0, documented.indexOf("not-proved") + 1);
    expect([...new Set(cases.map(([, reason]) => reason))]).toEqual(ofOneStep);
  });
});

describe("a manual stage", () => {
  const workflow = workflowOf({
    stages: [{ id: "build" }, { id: "release", trigger: "manual" }, { id: "announce" }],
    steps: {
      early: { run: "x", needs: ["needing"] },
      needing: { run: "x", needs: ["publish"] },
      make: { run: "x", stage: "build" },
      publish: { run: "x", stage: "release" },
      tell: { run: "x", stage: "announce" },
      free: { run: "x" },
    },
  });
  const held = (
    change: Partial<SelectionInput> = {},
    request: Partial<SelectionInput["request"]> = {},
  ): readonly string[] => {
    const plain = inputWith(false);
    const input = { ...plain, workflow, relevances: relevancesOf(workflow), ...change };
    const decisions = select({ ...input, request: { ...plain.request, ...request } });
    return decisions.filter(({ reason }) => reason === "awaiting-approval").map(({ stepId }) => stepId);
  };

  test("holds back its steps, the stages behind it, and what needs one of its steps, also through others", () => {
    expect(held()).toEqual(["early", "needing", "publish", "tell"]);
  });

  test("holds back nothing once a person starts it", () => {
    expect(held({}, { isApproved: () => true })).toEqual([]);
  });

  test("waits also when stages are off, and then without those behind it", () => {
    expect(held({}, { multiStage: false })).toEqual(["early", "needing", "publish"]);
  });

  test("that is proved waits for nobody", () => {
    expect(held({ replayable: new Map([["publish", stored]]) })).toEqual([]);
  });

  test("waits also when everything is forced, and not for steps that were not asked for", () => {
    expect(held({}, { force: true })).toEqual(["early", "needing", "publish", "tell"]);
    expect(held({}, { steps: new Set(["needing", "tell"]) })).toEqual([]);
  });
});

describe("a used step", () => {
  const workflow = workflowOf({
    steps: {
      tools: { run: "x" },
      build: { run: "x", uses: ["tools"] },
      test: { run: "x", uses: ["build"] },
      other: { run: "x" },
    },
  });
  const decided = (replayed: readonly string[], steps?: ReadonlySet<string>): Readonly<Record<string, string>> => {
    const plain = inputWith(false);
    const replayable = new Map(replayed.map((id) => [id, stored]));
    const request = { ...plain.request, steps };
    const decisions = select({ ...plain, workflow, relevances: relevancesOf(workflow), replayable, request });
    return Object.fromEntries(decisions.map(({ stepId, reason }) => [stepId, reason]));
  };

  test("runs whenever a step runs that uses it, for nobody knows what is on disk", () => {
    expect(decided(["tools", "build", "other"])).toEqual({
      tools: "needed-by",
      build: "needed-by",
      test: "not-proved",
      other: "fingerprint-equal",
    });
  });

  test("is replayed with the steps that use it", () => {
    expect(new Set(Object.values(decided(["tools", "build", "test", "other"])))).toEqual(
      new Set(["fingerprint-equal"]),
    );
  });

  test("comes along when only the step that uses it is asked for", () => {
    expect(decided([], new Set(["test"]))).toMatchObject({
      tools: "needed-by",
      build: "needed-by",
      other: "not-requested",
    });
  });
});

describe("a used step whose outputs are stored", () => {
  const workflow = workflowOf({
    steps: {
      tools: { run: "x", outputs: ["bin/"] },
      build: { run: "x", uses: ["tools"], outputs: ["dist/"] },
      test: { run: "x", uses: ["build"] },
    },
  });
  const decided = (given: Partial<SelectionInput>): Readonly<Record<string, string>> => {
    const plain = inputWith(false);
    const decisions = select({ ...plain, workflow, relevances: relevancesOf(workflow), ...given });
    return Object.fromEntries(decisions.map(({ stepId, action, reason }) => [stepId, `${action} ${reason}`]));
  };
  const restorable = new Set(["tools", "build"]);

  test("is replayed for a step that runs and uses it, and what it uses itself needs nothing", () => {
    const replayable = new Map([
      ["tools", stored],
      ["build", stored],
    ]);
    expect(decided({ replayable, restorable })).toEqual({
      tools: "replay fingerprint-equal",
      build: "replay fingerprint-equal",
      test: "run not-proved",
    });
    const request = { ...inputWith(false).request, steps: new Set(["test"]) };
    expect(decided({ replayable, restorable, request })).toEqual({
      tools: "skip not-requested",
      build: "replay needed-by",
      test: "run not-proved",
    });
  });

  test("is restored from the run that proves its skip", () => {
    const proofs = new Map([["build", stored]]);
    expect(decided({ proofs, restorable, replayable: new Map([["tools", stored]]) })).toMatchObject({
      build: "replay needed-by",
      test: "run not-proved",
    });
  });

  test("runs where what it left is gone, and then so does what it uses", () => {
    const gone = new Map([["build", stored]]);
    expect(
      decided({ withoutOutputs: gone, restorable: new Set(["tools"]), replayable: new Map([["tools", stored]]) }),
    ).toEqual({
      tools: "replay fingerprint-equal",
      build: "run outputs-missing",
      test: "run not-proved",
    });
  });
});

describe("a step in the shadow sample", () => {
  const plain = inputWith(false);
  const request = { ...plain.request, isSampled: () => true };
  const replayable = new Map([["a", stored]]);

  test("runs although it would be left out, and says by which rule", () => {
    expect(decide({ ...plain, request, replayable })).toMatchObject({
      action: "run",
      reason: "shadow-sample",
      shadowOf: "fingerprint-equal",
    });
    const documents = { changes: { known: true, base: "main", list: [change("README.md")] } } as const;
    expect(decide({ ...plain, ...documents, request, proofs: replayable })).toMatchObject({
      reason: "shadow-sample",
      shadowOf: "no-relevant-change: skip_on_doc_only",
    });
  });

  test("keeps its reason where it runs anyway or was not asked for", () => {
    expect(decide({ ...plain, request })).toMatchObject({ reason: "not-proved" });
    expect(decide({ ...plain, request: { ...request, steps: new Set(["b"]) } })).toMatchObject({
      reason: "not-requested",
    });
  });

  test("makes nobody due", () => {
    const workflow = workflowOf({ steps: { a: { run: "x" }, b: { run: "x", uses: ["a"] } } });
    const both = new Map([
      ["a", stored],
      ["b", stored],
    ]);
    const sampled = { ...request, isSampled: (id: string) => id === "a" };
    const decisions = select({
      ...plain,
      workflow,
      relevances: relevancesOf(workflow),
      replayable: both,
      request: sampled,
    });
    expect(decisions.map(({ reason }) => reason)).toEqual(["shadow-sample", "fingerprint-equal"]);
  });
});

test("a step whose inputs match nothing runs, whatever is stored", () => {
  const input = { ...inputWith(false), replayable: new Map([["a", stored]]), namesNothing: new Set(["a"]) };
  expect(decide(input)).toMatchObject({ action: "run", reason: "inputs-match-nothing" });
});

test("every step gets one decision, in the order of the configuration", () => {
  const workflow = workflowOf({ steps: { c: { run: "x" }, a: { run: "y", needs: ["c"] }, b: { run: "z" } } });
  const input = { ...inputWith(false), workflow, relevances: relevancesOf(workflow) };
  expect(select(input).map(({ stepId }) => stepId)).toEqual(["c", "a", "b"]);
});

describe("no stale green", () => {
  const paths = ["README.md", "docs/a.md", "src/a.ts", "test/a.test.ts", "package.json", "yarn.lock"] as const;
  const category = fc.constantFrom<TriggerCategory>("docs", "code", "tests", "dependencies", "config");
  const glob = fc.constantFrom("**/*.md", "src/**", "test/**", "!docs/**", "package.json");
  const step = fc.record(
    {
      run: fc.constantFrom("x", "y"),
      inputs: fc.array(glob, { maxLength: 2 }),
      when: fc.record(
        {
          changed: fc.uniqueArray(category, { maxLength: 2 }),
          paths: fc.array(glob, { maxLength: 2 }),
          always: fc.boolean(),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ["run"] },
  );
  const config = fc.record({
    base: fc.record({ assume_green: fc.boolean() }),
    skip_on_doc_only: fc.subarray(["a", "b"]),
    optimizations: fc.record({
      skip_rules: fc.array(
        fc.record({ pattern: fc.constantFrom("^docs/", "\\.ts$"), steps: fc.subarray(["a", "b"]) }),
        { maxLength: 1 },
      ),
    }),
    steps: fc.record({ a: step, b: step }),
  });
  /** A state of the work tree: what each path holds. */
  const state = fc.dictionary(fc.constantFrom(...paths), fc.constantFrom("1", "2"));
  type State = Readonly<Record<string, string>>;

  /** The model of a pass: what ran, and what it read and counted at that moment. */
  interface Pass {
    readonly command: string;
    readonly read: string;
    readonly counting: string;
  }

  function holding(of: State, keep: (path: string) => boolean): string {
    return JSON.stringify(paths.filter((path) => of[path] !== undefined && keep(path)).map((path) => [path, of[path]]));
  }

  test("a step is left out only if it passed on what counts, or the base is assumed green and nothing relevant differs from it", () => {
    fc.assert(
      fc.property(
        config,
        fc.array(fc.tuple(state, fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 6 }),
        (given, states) => {
          const workflow = workflowOf(given);
          const relevances = relevancesOf(workflow);
          const store = new Map<string, StoredSuccess>();
          const passes: Pass[] = [];
          const base = states[0]?.[0] ?? {};
          const filesOf = (of: State): readonly FileEntry[] =>
            Object.entries(of).map(([path, content]) => ({ path, id: content.repeat(40), mode: "100644" }));

          for (const [now, known, succeeds] of states) {
            const prints = fingerprintSteps(workflow.steps, {
              hashModule: () => "",
              hashScript: () => "",
              describeModel: () => "",
              changed: undefined,
              relevances,
              files: filesOf(now),
              environment: {},
              runtime: { platform: "p", arch: "a", nodeVersion: "n" },
            });
            const lookUp = (pick: (print: StepPrints) => string | undefined): Map<string, StoredSuccess> =>
              new Map(
                [...prints].flatMap(([id, print]) => {
                  const found = store.get(pick(print) ?? "");
                  return found === undefined ? [] : [[id, found]];
                }),
              );
            const differing = paths.filter((path) => now[path] !== base[path]);
            const decisions = select({
              workflow,
              request: {
                steps: undefined,
                force: false,
                smartExecution: true,
                isApproved: () => false,
                multiStage: true,
                isSampled: () => false,
              },
              changes: known
                ? { known: true, base: "main", list: differing.map((path) => change(path)) }
                : { known: false, message: "m" },
              filesKnown: true,
              namesNothing: new Set(),
              relevances,
              replayable: lookUp((print) => print.fingerprint),
              proofs: lookUp((print) => print.relevantFingerprint()),
              withoutOutputs: new Map(),
              restorable: new Set(),
              resumed: new Map(),
              expired: new Map(),
              tooSlow: new Map(),
            });
            const passedNow: Pass[] = [];
            for (const { stepId, action, reason } of decisions) {
              const relevance = relevances.get(stepId);
              const definition = workflow.steps.get(stepId);
              const print = prints.get(stepId);
              if (relevance === undefined || definition === undefined || print === undefined)
                throw new Error("missing");
              const counts = (path: string): boolean => relevance.judge(path).counts;
              const pass = {
                command: JSON.stringify([stepId, definition.action]),
                read: holding(now, relevance.isInput),
                counting: holding(now, counts),
              };
              const same = passes.filter(({ command }) => command === pass.command);
              if (action === "replay") expect(same.map(({ read }) => read)).toContain(pass.read);
              else if (reason === "base-assumed-green") {
                expect(given.base.assume_green && known).toBe(true);
                expect(holding(base, counts)).toBe(pass.counting);
              } else if (action === "skip") expect(same.map(({ counting }) => counting)).toContain(pass.counting);
              else if (!definition.trigger.always) expect(same.map(({ read }) => read)).not.toContain(pass.read);
              if (action !== "run" || !succeeds) continue;
              passedNow.push(pass);
              for (const key of [print.fingerprint, print.relevantFingerprint()]) {
                if (key !== undefined) store.set(key, { ...stored, stepId, fingerprint: print.fingerprint });
              }
            }
            passes.push(...passedNow);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
