import { existsSync } from "node:fs";
import path from "node:path";
import { runRecordSchema } from "@ai-workflow/profiler/run-record-schema";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterEach, describe, expect, test } from "vitest";
import { createRunRepository, ENVIRONMENT, type RunRepository, type ToldRun } from "../../test/run-repository.ts";

let repository: RunRepository | undefined;
afterEach(() => {
  repository?.remove();
  repository = undefined;
});

function make(config: string, files?: Readonly<Record<string, string>>): RunRepository {
  repository = createRunRepository(config, files);
  return repository;
}

const validate = new Ajv2020({ strict: false }).compile(runRecordSchema);

/** Status and outcomes, then the states of the stages, as text. */
function ends({ record }: ToldRun): string {
  expect(validate(record), JSON.stringify(validate.errors)).toBe(true);
  const steps = record.steps.map(({ id, outcome }) => `${id}=${outcome}`);
  return [record.status, ...steps, "|", ...record.stages.map(({ id, state }) => `${id}=${state}`)].join(" ");
}

function messageOf({ record }: ToldRun, stepId: string): string | undefined {
  const step = record.steps.find(({ id }) => id === stepId);
  return step?.message ?? step?.decision.explanation;
}

/** The gates that were told of, in order. */
function gates({ events }: ToldRun): readonly string[] {
  return events.flatMap((event) =>
    event.type === "gate" ? [`${event.stageId} ${event.open ? "open" : "closed"}`] : [],
  );
}

const POLICIES = ["never", "dependencies-successful", "always"] as const;

/** `core` fails where the file `bad.out` says so; `slow` follows on success; then whatever the test adds. */
function withCore(stage: string): string {
  return `stages: [{ id: core }, { id: slow }, ${stage}]
steps:
  lint: { run: "! test -e bad.out", stage: core }
  test: { run: "true # test", stage: slow }
  last: { run: "echo last >> last.out", stage: last, when: { always: true } }
`;
}

describe("a stage with the trigger auto", () => {
  test.each(POLICIES)(
    "runs when the earlier stages are over, also after a failure, under the policy %s",
    async (onFailure) => {
      const { run, write } = make(withCore("{ id: last, trigger: auto }"));
      expect(ends(await run({ onFailure }))).toBe(
        "passed lint=passed test=passed last=passed | core=passed slow=passed last=passed",
      );
      write({ "bad.out": "", "src/a.ts": "2\n" });
      const failed = await run({ onFailure });
      expect(ends(failed)).toBe("failed lint=failed test=cancelled last=passed | core=failed slow=closed last=passed");
      expect(messageOf(failed, "test")).toBe("not started: stage core did not pass");
      expect(gates(failed)).toEqual(["core closed", "last open"]);
    },
  );

  test("runs after a failure of a step without a stage, which stops everything else", async () => {
    const { run } = make(`stages: [{ id: core }, { id: clean, trigger: auto }]
steps:
  broken: { run: "false" }
  lint: { run: "true", stage: core, needs: [other] }
  other: { run: "true # other", needs: [broken] }
  alone: { run: "true # alone", stage: core, needs: [slow] }
  slow: { run: "sleep 1" }
  clean: { run: "true # clean", stage: clean }
`);
    const result = await run();
    expect(ends(result)).toBe(
      "failed broken=failed lint=cancelled other=cancelled alone=cancelled slow=passed clean=passed | core=closed clean=passed",
    );
    expect(messageOf(result, "other")).toBe("not started: broken did not pass");
    expect(messageOf(result, "alone")).toBe(
      "not started: the run stopped when broken did not pass (--continue goes on)",
    );
  });

  test("does not wait for a stage that waits for a person, and does not run when the run is cancelled", async () => {
    const { run, directory } =
      make(`stages: [{ id: core }, { id: release, trigger: manual }, { id: tell, trigger: auto }]
steps:
  lint: { run: "touch started.out; sleep 60", stage: core }
  publish: { run: "true # publish", stage: release }
  tell: { run: "true # tell", stage: tell }
`);
    const controller = new AbortController();
    const cancelled = await run({
      signal: controller.signal,
      onEvent: (event) => {
        if (event.type === "step-started") controller.abort();
      },
    });
    expect(cancelled.record.steps.map(({ outcome }) => outcome)).toEqual(["cancelled", "skipped", "cancelled"]);
    expect(existsSync(path.join(directory, "tell.out"))).toBe(false);
    repository?.write({
      ".workflow-config.yaml": `stages: [{ id: core }, { id: release, trigger: manual }, { id: tell, trigger: auto }]
steps:
  lint: { run: "true", stage: core }
  publish: { run: "true # publish", stage: release }
  tell: { run: "true # tell", stage: tell }
`,
    });
    expect(ends(await run())).toBe(
      "partial lint=passed publish=skipped tell=passed | core=passed release=waiting tell=passed",
    );
  });
});

describe("a stage whose trigger is an expression", () => {
  test.each(POLICIES)(
    "runs when it is true once the earlier stages are over, under the policy %s",
    async (onFailure) => {
      const { run, write } = make(withCore(`{ id: last, trigger: 'stage("core").failed' }`));
      const fine = await run({ onFailure });
      expect(ends(fine)).toBe("passed lint=passed test=passed last=skipped | core=passed slow=passed last=skipped");
      expect(messageOf(fine, "last")).toBe('The trigger of stage "last" is false: stage("core").failed');
      expect(gates(fine)).toEqual(["core open", "slow open"]);
      write({ "bad.out": "", "src/a.ts": "2\n" });
      expect(ends(await run({ onFailure }))).toBe(
        "failed lint=failed test=cancelled last=passed | core=failed slow=closed last=passed",
      );
    },
  );

  test("is decided before anything starts where changes and facts decide it, in plans too", async () => {
    const config = (trigger: string): string => `base: { ref: main }
stages: [{ id: docs, trigger: '${trigger}' }, { id: code }]
steps:
  links: { run: "true # links", stage: docs }
  test: { run: "true # test", stage: code }
`;
    const { run, write } = make(config('changed("docs")'));
    write({ "src/a.ts": "2\n" });
    const first = await run();
    expect(ends(first)).toBe("passed links=skipped test=passed | docs=skipped code=passed");
    expect(first.record.steps[0]?.decision).toMatchObject({ action: "skip", reason: "stage-not-triggered" });
    expect(messageOf(first, "links")).toBe('the trigger of stage docs is false: changed("docs")');
    write({ "README.md": "# Other\n" });
    expect(ends(await run())).toBe("passed links=passed test=passed | docs=passed code=passed");
  });

  test.each([
    ["ci", {}, "skipped"],
    ["ci", { CI: "true" }, "passed"],
    ["ci", { CI: "false" }, "skipped"],
    ['branch == "main"', {}, "passed"],
    ['branch matches "feat*"', {}, "skipped"],
    ['branch matches "feat*"', { CI: "1", GITHUB_HEAD_REF: "feature/x" }, "passed"],
    ['branch == "main"', { CI: "1", GITHUB_REF_TYPE: "tag", GITHUB_REF_NAME: "main" }, "passed"],
  ])("the trigger %j with the environment %j leaves its step %s", async (trigger, variables, outcome) => {
    const { run } = make(`stages: [{ id: one, trigger: '${trigger}' }]\nsteps: { a: { run: "true", stage: one } }\n`);
    const { record } = await run({ environment: { ...ENVIRONMENT, ...variables } });
    expect(record.steps[0]?.outcome).toBe(outcome);
  });

  test("on a detached HEAD the branch is empty", async () => {
    const { run, git } = make(
      `stages: [{ id: one, trigger: 'branch == ""' }]\nsteps: { a: { run: "true", stage: one } }\n`,
    );
    git("checkout", "--quiet", "--detach");
    expect((await run()).record.steps[0]?.outcome).toBe("passed");
  });

  test("counts findings, and knows a step that is done for each unit by its name in the configuration", async () => {
    const { run } = make(
      `units: ["pkg/*"]
stages: [{ id: core }, { id: many, trigger: 'findings("core", "warning") > 1' }, { id: rescue, trigger: 'step("build").failed' }]
steps:
  check: { module: check.mjs, stage: core }
  build: { run: "test $WORKFLOW_UNIT_DIR != pkg/b", for_each: unit, stage: core }
  count: { run: "true # count", stage: many }
  rescue: { run: "true # rescue", stage: rescue }
`,
      {
        "check.mjs":
          "const one = { rule: 'r', severity: 'warning', message: 'm' };\nexport default () => ({ findings: [one, one] });\n",
        "pkg/a/x": "1",
        "pkg/b/x": "1",
      },
    );
    expect(ends(await run({ onFailure: "always" }))).toBe(
      "failed check=passed build@pkg/a=passed build@pkg/b=failed count=passed rescue=passed | core=failed many=passed rescue=passed",
    );
  });

  test("waits for a person where it asks for one, and goes on without what needs it", async () => {
    const { run } = make(`stages: [{ id: core }, { id: release, trigger: 'stage("core").passed and approved' }]
steps:
  lint: { run: "true", stage: core }
  publish: { run: "true # publish", stage: release }
  announce: { run: "true # announce", needs: [publish] }
  free: { run: "true # free" }
`);
    const first = await run();
    expect(ends(first)).toBe(
      "partial lint=passed publish=skipped announce=skipped free=passed | core=passed release=waiting",
    );
    expect(first.record.steps[2]?.decision.reason).toBe("awaiting-approval");
    expect(ends(await run({ approved: ["release"] }))).toBe(
      "passed lint=replayed publish=passed announce=passed free=replayed | core=passed release=passed",
    );
  });

  test("does not start while stages are ignored, unless changes and facts alone make it true", async () => {
    const { run } =
      make(`stages: [{ id: core }, { id: a, trigger: 'stage("core").passed' }, { id: b, trigger: 'branch == "main"' }, { id: c, trigger: approved }]
steps:
  lint: { run: "true", stage: core }
  one: { run: "true # one", stage: a }
  two: { run: "true # two", stage: b }
  three: { run: "true # three", stage: c }
`);
    const result = await run({ multiStage: false });
    expect(result.record.steps.map(({ outcome }) => outcome)).toEqual(["passed", "skipped", "passed", "skipped"]);
    expect(messageOf(result, "three")).toContain("asks what nobody knows while stages are ignored: approved");
    expect((await run({ multiStage: false, approved: "all" })).record.steps[3]?.outcome).toBe("passed");
  });
});

describe("a time limit", () => {
  test("ends what still runs of the stage, keeps the rest from starting, and closes the gate", async () => {
    const { run } = make(`stages: [{ id: core, time_limit: 300ms }, { id: late }, { id: clean, trigger: auto }]
steps:
  fast: { run: "true", stage: core }
  slow: { run: "sleep 60", stage: core }
  next: { run: "true # next", stage: core, needs: [slow] }
  free: { run: "true # free" }
  late: { run: "true # late", stage: late }
  clean: { run: "true # clean", stage: clean }
`);
    const result = await run();
    expect(ends(result)).toBe(
      "failed fast=passed slow=cancelled next=cancelled free=passed late=cancelled clean=passed | core=failed late=closed clean=passed",
    );
    expect(messageOf(result, "slow")).toBe("ended because stage core ran longer than its limit of 0.3 s");
    expect(messageOf(result, "next")).toBe("not started: stage core ran longer than its limit of 0.3 s");
    expect(result.record.stages[0]?.reason).toContain("it ran longer than its limit");
  });

  test("also ends what still runs behind a gate that a failure has closed", async () => {
    const { run } = make(`stages: [{ id: core, fail_fast: true, time_limit: 300ms }]
steps:
  bad: { run: "exit 1", stage: core }
  slow: { run: "sleep 60", stage: core }
`);
    const result = await run({ maxParallel: 2 });
    expect(ends(result)).toBe("failed bad=failed slow=cancelled | core=failed");
    expect(messageOf(result, "slow")).toBe("ended because stage core ran longer than its limit of 0.3 s");
    expect(result.record.stages[0]?.reason).toContain('"bad"');
    expect(result.record.stages[0]?.reason).not.toContain("limit");
  });

  test("has no effect on a stage that is over before", async () => {
    const { run } = make("stages: [{ id: core, time_limit: 1m }]\nsteps: { a: { run: 'true', stage: core } }\n");
    expect(ends(await run())).toBe("passed a=passed | core=passed");
  });
});

describe("a time that the steps may take", () => {
  test("opens no gate by leaving out a step before it", async () => {
    const { run, write } = make(`stages: [{ id: core }, { id: release }, { id: report, trigger: auto }]
steps:
  slow: { run: "sleep 0.3", stage: core }
  publish: { run: "echo published >> published.out", stage: release, cache: false }
  deploy: { run: "true # deploy", needs: [publish], cache: false }
  tell: { run: "true # tell", stage: report, cache: false }
`);
    await run();
    write({ "src/a.ts": "2\n" });
    const result = await run({ budgetMs: 250 });
    expect(result.record.status).toBe("partial");
    const { decision } = result.record.steps.find(({ id }) => id === "publish") ?? {};
    expect(decision).toMatchObject({ action: "skip", reason: "over-budget" });
    expect(messageOf(result, "publish")).toContain("slow before it is left out");
    expect(messageOf(result, "deploy")).toContain("publish before it is left out");
    const complete = await run({ budgetMs: 60_000 });
    expect(complete.record.status).toBe("passed");
  });
});

describe("after a failure that stops the run", () => {
  test("a step that waits for its next attempt is not tried again, and has failed", async () => {
    const { run } = make(`steps:
  flaky: { run: "false", retries: { attempts: 3, delay: 1h } }
  broken: { run: "sleep 0.3; false" }
`);
    const result = await run({ maxParallel: 2 });
    expect(result.record.steps.map(({ outcome, attempts }) => `${outcome} ${attempts}`)).toEqual([
      "failed 1",
      "failed 1",
    ]);
  });
});

describe("going on with a run that waited for a person", () => {
  const CONFIG = `stages: [{ id: core }, { id: release, trigger: manual }]
steps:
  always: { run: "echo x >> always.out", stage: core, when: { always: true } }
  uncached: { run: "echo x >> uncached.out", stage: core, cache: false }
  kept: { run: "echo x >> kept.out", stage: core }
  publish: { run: "echo x >> publish.out", stage: release, cache: false }
`;

  test("runs nothing again that passed there and would be the same", async () => {
    const { run, read } = make(CONFIG);
    const first = await run();
    expect(first.record.status).toBe("partial");
    const second = await run({ approved: ["release"], continues: first.record });
    expect(ends(second)).toBe(
      "passed always=replayed uncached=replayed kept=replayed publish=passed | core=passed release=passed",
    );
    expect(messageOf(second, "always")).toBe(`it passed in run ${first.record.runId}, which goes on here`);
    for (const name of ["always", "uncached", "kept", "publish"]) expect(read(`${name}.out`)).toBe("x\n");
  });

  test("runs again what changed since", async () => {
    const { run, read, write } = make(CONFIG);
    const first = await run();
    write({ "src/a.ts": "2\n" });
    const second = await run({ approved: ["release"], continues: first.record });
    expect(second.record.status).toBe("passed");
    expect(read("always.out")).toBe("x\nx\n");
    expect(read("publish.out")).toBe("x\n");
  });
});

describe("a step that may go ahead of its stage", () => {
  /** `lint` of the first stage ends as given once `file` is there. */
  const lintWaitsFor = (file: string, end: string): string =>
    `lint: { run: "for i in $(seq 1000); do test -e ${file} && ${end}; sleep 0.01; done; exit 9", stage: core }`;
  const withLint = (lint: string, rest: string): string => `optimizations: { speculation: true }
stages: [{ id: core }, { id: extended }, { id: release, trigger: manual }]
steps:
  ${lint}
${rest}`;
  const started = ({ events }: ToldRun): readonly string[] =>
    events.flatMap((event) =>
      event.type === "step-started" ? [`${event.stepId}${event.ahead ? " ahead" : ""} ${event.attempt}`] : [],
    );

  test("passes ahead, counts once the gate is open, and is replayed later", async () => {
    const { run, read } = make(
      withLint(
        lintWaitsFor("ahead.out", "exit 0"),
        `  test: { run: "echo once >> ahead.out", stage: extended }
  more: { run: "true # more", stage: extended, needs: [test] }
  publish: { run: "touch published.out", stage: release }
`,
      ),
    );
    const result = await run({ maxParallel: 2 });
    expect(ends(result)).toBe(
      "partial lint=passed test=passed more=passed publish=skipped | core=passed extended=passed release=waiting",
    );
    expect(started(result).slice(0, 2).sort()).toEqual(["lint 1", "test ahead 1"]);
    expect(read("ahead.out")).toBe("once\n");
    const { speculation, schedule, steps } = result.record;
    expect(speculation).toMatchObject({ wasted: 0, wastedMs: 0 });
    expect(speculation?.used).toBe(speculation?.started);
    expect(speculation?.gainedMs).toBeGreaterThan(0);
    expect(schedule?.planned.filter(({ ahead }) => ahead === true).map(({ id }) => id)).toEqual(["test", "more"]);
    // Its times are those of its own start and end, not those of the gate.
    const [lint, test] = steps;
    expect(test?.startedMs).toBeLessThan(lint?.finishedMs ?? 0);
    expect(test).toMatchObject({ attempts: 1, ahead: true });
    expect(ends(await run())).toBe(
      "partial lint=replayed test=replayed more=replayed publish=skipped | core=passed extended=passed release=waiting",
    );
  });

  test("runs once more behind the gate where it failed ahead, and only that counts", async () => {
    const { run } = make(
      withLint(
        lintWaitsFor("tried.out", "touch ready.out && exit 0"),
        `  test: { run: "test -e tried.out || { touch tried.out; exit 1; }; test -e ready.out", stage: extended }
`,
      ),
    );
    const result = await run({ maxParallel: 2 });
    expect(ends(result)).toBe("passed lint=passed test=passed | core=passed extended=passed release=empty");
    expect(started(result)).toEqual(expect.arrayContaining(["lint 1", "test ahead 1", "test 2"]));
    expect(result.record.steps[1]).toMatchObject({ attempts: 2, ahead: undefined, flaky: undefined });
    expect(result.record.speculation).toMatchObject({ started: 1, used: 0, wasted: 1 });
  });

  test("runs once more behind the gate where its inputs changed meanwhile, also where nobody said that they would", async () => {
    const { run } = make(
      withLint(
        lintWaitsFor("ahead.out", "echo bad > src/a.ts && exit 0"),
        `  test: { run: "touch ahead.out; grep -q good src/a.ts", stage: extended }
`,
      ),
      { "src/a.ts": "good\n" },
    );
    const result = await run({ maxParallel: 2 });
    expect(ends(result)).toBe("failed lint=passed test=failed | core=passed extended=failed release=empty");
    expect(started(result)).toEqual(expect.arrayContaining(["test ahead 1", "test 2"]));
    expect(result.record.speculation).toMatchObject({ started: 1, used: 0, wasted: 1 });
  });

  test("is ended when the gate closes, also where everything else goes on, and its cost is told", async () => {
    for (const onFailure of POLICIES) {
      const { run, directory } = make(
        withLint(
          lintWaitsFor("ahead.out", "exit 1"),
          `  test: { run: "touch ahead.out; sleep 60; touch ended.out", stage: extended }
`,
        ),
      );
      const result = await run({ maxParallel: 2, onFailure });
      expect(ends(result)).toBe("failed lint=failed test=cancelled | core=failed extended=closed release=empty");
      expect(messageOf(result, "test")).toBe("ended because stage core did not pass");
      expect(existsSync(path.join(directory, "ended.out"))).toBe(false);
      expect(result.record.speculation).toMatchObject({ started: 1, used: 0, wasted: 1, gainedMs: 0 });
      repository?.remove();
    }
  });

  test("takes no slot that a step of its own or an earlier stage could have", async () => {
    const { run } = make(
      withLint(
        `lint: { run: "true # lint", stage: core }`,
        ["a", "b", "c"].map((id) => `  ${id}: { run: "true # ${id}", stage: core }\n`).join("") +
          ["x", "y"].map((id) => `  ${id}: { run: "true # ${id}", stage: extended }\n`).join(""),
      ),
    );
    const order = started(await run({ maxParallel: 2 })).map((text) => text.split(" ")[0]);
    expect(order.slice(0, 4).sort()).toEqual(["a", "b", "c", "lint"]);
  });

  test("does not go ahead where it leaves or edits something, and not at all without being asked", async () => {
    const config = withLint(
      `lint: { run: "! test -e begun.out", stage: core }`,
      `  build: { run: "touch begun.out", stage: extended, outputs: ["dist/**"] }
  fix: { run: "touch begun.out", stage: extended, writes: ["src/**"] }
  bump: { run: "touch begun.out", stage: extended, cache: false }
`,
    );
    const { run } = make(config);
    const result = await run({ maxParallel: 4 });
    expect(ends(result)).toContain("lint=passed");
    expect(result.record.speculation).toBeUndefined();
    repository?.remove();
    const { run: runPlain } = make(
      withLint(
        `lint: { run: "sleep 0.05; ! test -e begun.out", stage: core }`,
        `  test: { run: "touch begun.out", stage: extended }\n`,
      ).replace("speculation: true", "speculation: false"),
    );
    expect(ends(await runPlain({ maxParallel: 4 }))).toContain("lint=passed test=passed");
  });

  test("is ended with the run", async () => {
    const { run } = make(
      withLint(lintWaitsFor("never.out", "exit 0"), `  test: { run: "touch ahead.out; sleep 60", stage: extended }\n`),
    );
    const controller = new AbortController();
    const result = await run({
      maxParallel: 2,
      signal: controller.signal,
      onEvent: (event) => {
        if (event.type === "step-started" && event.ahead) controller.abort();
      },
    });
    expect(result.record.status).toBe("cancelled");
    expect(result.record.steps.map(({ outcome }) => outcome)).toEqual(["cancelled", "cancelled"]);
    expect(messageOf(result, "test")).toBe("ended because the run was cancelled");
  });
});
