import { expect, test } from "vitest";
import { PROJECT_KINDS, type Config, type ProjectKind } from "../config/config.ts";
import { normalise } from "../config/normalise.ts";
import { select } from "./select.ts";
import type { SelectionInput } from "./selection-input.ts";

/** What is decided where nothing is known of any file, in short. */
function decided(config: Config, request: Partial<SelectionInput["request"]> = {}): readonly string[] {
  const { workflow, problems } = normalise(config, "name");
  expect(problems).toEqual([]);
  const decisions = select({
    workflow,
    request: {
      steps: undefined,
      force: false,
      smartExecution: true,
      isApproved: () => false,
      multiStage: true,
      isSampled: () => true,
      ...request,
    },
    changes: { known: false, message: "no git" },
    filesKnown: false,
    namesNothing: new Set(),
    relevances: new Map(),
    replayable: new Map(),
    proofs: new Map(),
    withoutOutputs: new Map(),
    restorable: new Set(),
    resumed: new Map(),
    expired: new Map(),
    tooSlow: new Map(),
  });
  return decisions.map(({ stepId, action, reason }) => `${stepId} ${action} ${reason}`);
}

const bundle = { run: "x", kinds: ["react_spa", "static_website"] } as const;

test.each(PROJECT_KINDS.map((kind) => [kind]))("a step runs for the kinds that it names, and not for %s", (kind) => {
  const steps = { bundle, lint: { run: "x" } };
  const isNamed = (bundle.kinds as readonly ProjectKind[]).includes(kind);
  expect(decided({ project: { kind }, steps })).toEqual([
    isNamed ? "bundle run files-unknown" : "bundle skip project-kind",
    "lint run files-unknown",
  ]);
});

test("the reason says which kinds meet, and goes before what is forced and after what was not asked for", () => {
  const config: Config = { project: { kind: "documentation" }, steps: { bundle } };
  const { workflow } = normalise(config, "name");
  expect(workflow.kind).toBe("documentation");
  expect(decided(config, { force: true, smartExecution: false })).toEqual(["bundle skip project-kind"]);
  expect(decided(config, { steps: new Set(["bundle"]) })).toEqual(["bundle skip project-kind"]);
  expect(decided(config, { steps: new Set(["other"]) })).toEqual(["bundle skip not-requested"]);
});

test("a step that the project does not have is not due because of what it uses", () => {
  const steps: Config["steps"] = { build: { run: "x" }, bundle: { ...bundle, uses: ["build"] } };
  expect(decided({ steps })).toEqual(["build run files-unknown", "bundle skip project-kind"]);
});

test("what needs such a step waits for what that step needs, also for a person", () => {
  const config: Config = {
    stages: [{ id: "release", trigger: "manual" }],
    steps: {
      approve: { run: "x", stage: "release" },
      bundle: { ...bundle, needs: ["approve"] },
      publish: { run: "x", needs: ["bundle"] },
    },
  };
  expect(decided(config)).toEqual([
    "approve skip awaiting-approval",
    "bundle skip project-kind",
    "publish skip awaiting-approval",
  ]);
});
