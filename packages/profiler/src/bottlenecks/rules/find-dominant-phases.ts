import type { Bottleneck, BottleneckKind, Evidence } from "../bottleneck.ts";
import type { Candidate, RunView } from "../run-view.ts";
import { toSeconds } from "../to-seconds.ts";
import { lengthOf, type TimedStep } from "../timed-step.ts";

/** A phase dominates from this share of its step's time on. */
const DOMINANT_SHARE = 0.5;
/** Storage traffic in the time without CPU work from which on that time is taken for waiting for storage. */
const STORAGE_BYTES_PER_SECOND = 10 * 2 ** 20;

interface Phase {
  readonly name: string;
  readonly ms: number;
  readonly kind: Extract<BottleneckKind, "ai-calls" | "git" | "tests" | "disk" | "phase">;
  readonly evidence: readonly Evidence[];
}

/** Steps most of whose time went into one thing. The gain is that of half the time for it. */
export function findDominantPhases(run: RunView): readonly Candidate[] {
  return run.steps.flatMap((timed): readonly Candidate[] => {
    const lengthMs = lengthOf(timed);
    const phase = dominantPhase(run, timed);
    if (phase === undefined || lengthMs <= 0) return [];
    const { step } = timed;
    return [
      {
        kind: phase.kind,
        symptom: `${step.id}: ${toSeconds(phase.ms)} s of ${toSeconds(lengthMs)} s went into ${phase.name}`,
        ...ADVICE[phase.kind],
        gainMs: run.gainOf(new Map([[step.id, lengthMs - phase.ms / 2]])),
        gainIf: `${phase.name} took half as long`,
        evidence: [
          { name: phase.name, value: phase.ms / 1000, unit: "s" },
          { name: "step", value: lengthMs / 1000, unit: "s" },
          { name: "share", value: (100 * phase.ms) / lengthMs, unit: "%" },
          ...phase.evidence,
        ],
        steps: [step.id],
      },
    ];
  });
}

const ADVICE: Readonly<Record<Phase["kind"], Pick<Bottleneck, "cause" | "remedy">>> = {
  "ai-calls": {
    cause: "it waits for a model to answer",
    remedy:
      "let the cache answer what was asked before, ask about changed files only, split long questions, or take a faster model",
  },
  git: {
    cause: "it waits for git",
    remedy: "fetch less history, pack what lies loose (git gc), and ask git once rather than for each file",
  },
  tests: {
    cause: "running its tests takes most of its time",
    remedy:
      "split it into steps that run at the same time (shards), let the runner use more workers, or run only the tests of what changed",
  },
  disk: {
    cause: "it reads and writes storage and hardly computes meanwhile",
    remedy: "read and write less, keep temporary files in memory (TMPDIR on tmpfs), or cache what it makes",
  },
  phase: {
    cause: "one phase takes most of its time",
    remedy: "profile that phase, or split it off into a step of its own that runs beside others",
  },
};

function dominantPhase(run: RunView, timed: TimedStep): Phase | undefined {
  const enoughMs = lengthOf(timed) * DOMINANT_SHARE;
  const [first] = run.sharesOf(timed).filter(({ name }) => name !== undefined);
  if (first?.name !== undefined && first.ms >= enoughMs) {
    const kind = kindOf(first.name);
    const evidence = kind === "ai-calls" ? countCalls(run, timed.step.id) : [];
    return { name: first.name, ms: first.ms, kind, evidence };
  }
  return testPhase(timed, enoughMs) ?? storagePhase(timed, enoughMs);
}

function kindOf(span: string): Phase["kind"] {
  if (span === "ai_call") return "ai-calls";
  if (/^git(?:[_\s:.-]|$)/iu.test(span)) return "git";
  return /^(?:tests?|test_execution|execution|specs?)(?:[_\s:.-]|$)/iu.test(span) ? "tests" : "phase";
}

function countCalls(run: RunView, stepId: string): readonly Evidence[] {
  const calls = run.spansOf(stepId).filter(({ name }) => name === "ai_call");
  const tokens = calls.reduce((sum, { attributes }) => sum + finite(attributes?.["tokens"]), 0);
  return [
    { name: "questions", value: calls.length, unit: "count" },
    {
      name: "answered by the cache",
      value: calls.filter(({ attributes }) => attributes?.["cache"] === "hit").length,
      unit: "count",
    },
    { name: "tokens", value: tokens, unit: "tokens" },
  ];
}

/** Runners add up what ran at the same time, so phases count by their share of all phases, and for no more than the step's time. */
function testPhase(timed: TimedStep, enoughMs: number): Phase | undefined {
  const { testProfile } = timed.step;
  if (testProfile === undefined) return undefined;
  const sumMs = testProfile.phases.reduce((sum, { ms }) => sum + Math.max(0, ms), 0);
  const [longest] = testProfile.phases.toSorted((a, b) => b.ms - a.ms);
  if (longest === undefined || sumMs <= 0) return undefined;
  const ms = longest.ms * Math.min(1, lengthOf(timed) / sumMs);
  if (ms < enoughMs) return undefined;
  const { tests } = testProfile;
  return {
    name: `${testProfile.runner} ${longest.name}`,
    ms,
    kind: "tests",
    evidence:
      tests === undefined ? [] : [{ name: "tests", value: tests.passed + tests.failed + tests.skipped, unit: "count" }],
  };
}

function storagePhase(timed: TimedStep, enoughMs: number): Phase | undefined {
  const { cpuMs, readBytes, writeBytes } = timed.step.resources ?? {};
  if (cpuMs === undefined || (readBytes === undefined && writeBytes === undefined)) return undefined;
  const ms = Math.max(0, lengthOf(timed) - cpuMs);
  const bytes = (readBytes ?? 0) + (writeBytes ?? 0);
  if (ms <= 0 || ms < enoughMs || bytes / (ms / 1000) < STORAGE_BYTES_PER_SECOND) return undefined;
  return {
    name: "storage",
    ms,
    kind: "disk",
    evidence: [
      { name: "read", value: (readBytes ?? 0) / 2 ** 20, unit: "MB" },
      { name: "written", value: (writeBytes ?? 0) / 2 ** 20, unit: "MB" },
      { name: "rate without CPU work", value: bytes / 2 ** 20 / (ms / 1000), unit: "MB/s" },
    ],
  };
}

const finite = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);
