import type { RunRecord, StepRecord, WaitRecord } from "../run-record.ts";
import type { ResourceSample } from "../resource-usage.ts";
import type { Span, SpanAttribute } from "../span.ts";
import { wellFormed } from "./well-formed.ts";

/** Values shown beside an event. */
export type TraceArgs = Readonly<Record<string, SpanAttribute>>;

/** One event of the Trace Event Format; times are whole microseconds after the run's start. */
export type TraceEvent =
  /** Names or orders a process or a track. */
  | {
      readonly ph: "M";
      readonly name: "process_name" | "thread_name" | "thread_sort_index";
      readonly pid: number;
      readonly tid: number;
      readonly args: TraceArgs;
    }
  /** A stretch of time on a track. */
  | {
      readonly ph: "X";
      readonly name: string;
      readonly cat: string;
      readonly ts: number;
      readonly dur: number;
      readonly pid: number;
      readonly tid: number;
      readonly args: TraceArgs;
    }
  /** Begin and end of a stretch that may overlap others. */
  | {
      readonly ph: "b" | "e";
      readonly name: string;
      readonly cat: string;
      readonly id: number;
      readonly ts: number;
      readonly pid: number;
      readonly tid: number;
      readonly args: TraceArgs;
    }
  /** Values that hold from here on. */
  | {
      readonly ph: "C";
      readonly name: string;
      readonly cat: "counter";
      readonly ts: number;
      readonly pid: number;
      readonly tid: number;
      readonly args: Readonly<Record<string, number>>;
    }
  /** Begin and end of an arrow between the stretches that start at the same time on the same track. */
  | {
      readonly ph: "s" | "f";
      readonly name: string;
      readonly cat: string;
      readonly id: number;
      readonly ts: number;
      readonly pid: number;
      readonly tid: number;
      readonly args: TraceArgs;
      /** An end belongs to the stretch around it. */
      readonly bp?: "e";
    };

/** Options of {@link toTraceEvents}. */
export interface ToTraceEventsOptions {
  /** Looks at the steps' resources, with `atMs` after the run's start: each step gets counters of CPU load and memory. */
  readonly samples?: readonly ResourceSample[] | undefined;
}

/** A trace in the object form of the Trace Event Format. */
export interface Trace {
  readonly traceEvents: readonly TraceEvent[];
  readonly displayTimeUnit: "ms";
  readonly otherData: Readonly<Record<string, string>>;
}

/** A stretch that needs a place on a track. */
interface Block {
  readonly name: string;
  readonly cat: "step" | "span";
  readonly startUs: number;
  readonly endUs: number;
  readonly args: TraceArgs;
}

const PID = 1;
const microseconds = (ms: number): number => Math.round(ms * 1000);

const safeArgs = (args: TraceArgs): TraceArgs =>
  Object.fromEntries(
    Object.entries(args).map(([key, value]) => [
      wellFormed(key),
      typeof value === "string" ? wellFormed(value) : value,
    ]),
  );

/**
 * Gives each block the first lane on which it lies wholly inside, or wholly beside, every other block of that lane: trace
 * viewers draw nothing else correctly. Blocks must come in order of starting, outer before inner.
 */
function assignLanes(blocks: readonly Block[]): readonly number[] {
  const lanes: number[][] = [];
  return blocks.map((block) => {
    for (let lane = 0; ; lane += 1) {
      const openEnds = (lanes[lane] ??= []);
      while (openEnds.length > 0 && (openEnds.at(-1) as number) <= block.startUs) openEnds.pop();
      const innermostEnd = openEnds.at(-1);
      if (innermostEnd === undefined || block.endUs <= innermostEnd) {
        openEnds.push(block.endUs);
        return lane;
      }
    }
  });
}

const byStart = (a: Block, b: Block): number =>
  a.startUs - b.startUs || b.endUs - a.endUs || (a.cat === b.cat ? 0 : a.cat === "step" ? -1 : 1);

/** The slot each started step occupied: the planned one where it was free, else the lowest free one. */
function assignSlots(record: RunRecord, steps: readonly StepRecord[]): ReadonlyMap<StepRecord, number> {
  const planned = new Map(record.schedule?.planned.map(({ id, slot }) => [id, slot]));
  const busyUntilUs: number[] = [];
  const isFree = (slot: number, startUs: number): boolean => (busyUntilUs[slot] ?? 0) <= startUs;
  return new Map(
    steps.map((step) => {
      const startUs = microseconds(step.startedMs ?? 0);
      let slot = planned.get(step.id) ?? 0;
      if (!isFree(slot, startUs)) {
        slot = 0;
        while (!isFree(slot, startUs)) slot += 1;
      }
      busyUntilUs[slot] = endUsOf(step, record);
      return [step, slot];
    }),
  );
}

function endUsOf(step: StepRecord, record: RunRecord): number {
  const endMs = step.finishedMs ?? Math.max(record.durationMs, (step.startedMs ?? 0) + step.durationMs);
  return microseconds(Math.max(endMs, step.startedMs ?? 0));
}

/**
 * Gives the run as a trace for Perfetto, Chrome's and Edge's developer tools or speedscope: write it as JSON to a `.json`
 * file and open that. One track for the run's own spans and one for each slot, with the steps on the slot they occupied and
 * their spans inside; spans that overlap without nesting get a further track of that slot. What each step waited for is
 * shown as asynchronous events, how many steps ran as a counter, and the planned critical path as arrows. Spans that never ended last to the end of their step or run and have `unfinished: true`.
 *
 * Source: "Trace Event Format", Google, 2016.
 *
 * @example
 * ```ts
 * writeFileAtomic("trace.json", JSON.stringify(toTraceEvents(record)));
 * ```
 */
export function toTraceEvents(record: RunRecord, options: ToTraceEventsOptions = {}): Trace {
  const started = record.steps
    .filter((step) => step.startedMs !== undefined)
    .toSorted((a, b) => (a.startedMs ?? 0) - (b.startedMs ?? 0));
  const slots = assignSlots(record, started);
  const slotOfId = new Map(started.map((step) => [step.id, slots.get(step) ?? 0]));
  const endUsOfId = new Map(started.map((step) => [step.id, endUsOf(step, record)]));

  // Group 0 is the run itself, group n + 1 is slot n.
  const groups = new Map<number, Block[]>([[0, []]]);
  const add = (group: number, block: Block): void => {
    const blocks = groups.get(group);
    if (blocks === undefined) groups.set(group, [block]);
    else blocks.push(block);
  };
  for (const step of started) {
    add((slots.get(step) ?? 0) + 1, {
      name: step.id,
      cat: "step",
      startUs: microseconds(step.startedMs ?? 0),
      endUs: endUsOf(step, record),
      args: {
        outcome: step.outcome,
        reason: step.decision.reason,
        attempts: step.attempts,
        ...(step.predictedMs === undefined ? {} : { predicted_ms: step.predictedMs }),
      },
    });
  }
  for (const span of record.spans) add(groupOf(span, slotOfId), blockOf(span, record, endUsOfId));

  const events: TraceEvent[] = [
    { ph: "M", name: "process_name", pid: PID, tid: 0, args: { name: wellFormed(record.workflowId) } },
  ];
  const tidOfStep = new Map<string, number>();
  let tid = 0;
  for (const [group, unordered] of [...groups].toSorted(([a], [b]) => a - b)) {
    const blocks = unordered.toSorted(byStart);
    const lanes = assignLanes(blocks);
    const firstTid = tid + 1;
    const laneCount = lanes.reduce((most, lane) => Math.max(most, lane + 1), 1);
    for (let lane = 0; lane < laneCount; lane += 1) {
      tid += 1;
      const title = group === 0 ? "run" : `slot ${group - 1}`;
      const name = lane === 0 ? title : `${title}, overlapping ${lane}`;
      events.push(
        { ph: "M", name: "thread_name", pid: PID, tid, args: { name } },
        { ph: "M", name: "thread_sort_index", pid: PID, tid, args: { sort_index: tid } },
      );
    }
    for (const [index, block] of blocks.entries()) {
      const blockTid = firstTid + (lanes[index] ?? 0);
      if (block.cat === "step") tidOfStep.set(block.name, blockTid);
      events.push({
        ph: "X",
        name: wellFormed(block.name),
        cat: block.cat,
        ts: block.startUs,
        dur: block.endUs - block.startUs,
        pid: PID,
        tid: blockTid,
        args: safeArgs(block.args),
      });
    }
  }
  events.push(
    ...waitEvents(record),
    ...arrows(record, started, tidOfStep),
    ...runningCounter(started, endUsOfId),
    ...sampleCounters(options.samples ?? [], endUsOfId),
  );
  return {
    traceEvents: events,
    displayTimeUnit: "ms",
    otherData: {
      schema: `${record.schema}/${record.version}`,
      run_id: wellFormed(record.runId),
      ...(record.changeSet.known && record.changeSet.headOid !== null
        ? { commit: wellFormed(record.changeSet.headOid) }
        : {}),
    },
  };
}

const groupOf = (span: Span, slotOfId: ReadonlyMap<string, number>): number => {
  const slot = span.step === undefined ? undefined : slotOfId.get(span.step);
  return slot === undefined ? 0 : slot + 1;
};

function blockOf(span: Span, record: RunRecord, endUsOfId: ReadonlyMap<string, number>): Block {
  const startUs = microseconds(span.startMs);
  const openEndUs = (span.step === undefined ? undefined : endUsOfId.get(span.step)) ?? microseconds(record.durationMs);
  return {
    name: span.name,
    cat: "span",
    startUs,
    endUs: Math.max(startUs, span.endMs === undefined ? openEndUs : microseconds(span.endMs)),
    args: { ...span.attributes, ...(span.endMs === undefined ? { unfinished: true } : {}) },
  };
}

function waitEvents(record: RunRecord): readonly TraceEvent[] {
  const waits = record.steps.flatMap((step) => step.waits.map((wait) => ({ step, wait })));
  return waits.flatMap(({ step, wait }, index): readonly TraceEvent[] => {
    const shared = {
      name: wellFormed(`${step.id} ${describeWait(wait)}`),
      cat: "wait",
      id: index + 1,
      pid: PID,
      tid: 0,
      args: safeArgs({ step: step.id, cause: wait.cause, on: wait.on }),
    };
    const startUs = microseconds(wait.fromMs);
    return [
      { ph: "b", ...shared, ts: startUs },
      { ph: "e", ...shared, ts: Math.max(startUs, microseconds(wait.toMs)) },
    ];
  });
}

/** Slots and the plan have no names of their own. */
function describeWait({ cause, on }: WaitRecord): string {
  switch (cause) {
    case "need":
      return `waits for ${on}`;
    case "resource":
    case "group":
      return `waits for ${cause} ${on}`;
    case "slot":
      return "waits for a free slot";
    case "plan":
      return "is held back for steps that matter more";
  }
}

/**
 * Arrows along the planned critical path, between steps that started one after the other. Each end lies on its step's start: there both Chrome's
 * developer tools and Perfetto find the step that it belongs to.
 */
function arrows(
  record: RunRecord,
  started: readonly StepRecord[],
  tidOfStep: ReadonlyMap<string, number>,
): readonly TraceEvent[] {
  const startUsOfId = new Map(started.map((step) => [step.id, microseconds(step.startedMs ?? 0)]));
  const path = (record.schedule?.criticalPath ?? []).filter((id) => startUsOfId.has(id));
  return path.slice(1).flatMap((to, index): readonly TraceEvent[] => {
    const from = path[index] ?? to;
    const [fromUs, toUs] = [startUsOfId.get(from) ?? 0, startUsOfId.get(to) ?? 0];
    if (fromUs >= toUs) return [];
    const shared = { name: "critical path", cat: "step", id: index + 1, pid: PID, args: {} };
    return [
      { ph: "s", ...shared, ts: fromUs, tid: tidOfStep.get(from) ?? 0 },
      { ph: "f", bp: "e", ...shared, ts: toUs, tid: tidOfStep.get(to) ?? 0 },
    ];
  });
}

/** Number of running steps, at each time when it changes. */
function runningCounter(started: readonly StepRecord[], endUsOfId: ReadonlyMap<string, number>): readonly TraceEvent[] {
  const changes = new Map<number, number>();
  const change = (us: number, by: number): void => {
    changes.set(us, (changes.get(us) ?? 0) + by);
  };
  for (const step of started) {
    const startUs = microseconds(step.startedMs ?? 0);
    change(startUs, 1);
    change(endUsOfId.get(step.id) ?? startUs, -1);
  }
  let steps = 0;
  return [...changes]
    .toSorted(([a], [b]) => a - b)
    .map(([us, by]) => {
      steps += by;
      return counter("running steps", us, { steps });
    });
}

/** CPU load and memory of each step, ending with it. */
function sampleCounters(
  samples: readonly ResourceSample[],
  endUsOfId: ReadonlyMap<string, number>,
): readonly TraceEvent[] {
  const usable = samples.filter(({ atMs }) => atMs >= 0);
  const ends = [...new Set(usable.map(({ label }) => label))].flatMap((label) => {
    const endUs = endUsOfId.get(label);
    return endUs === undefined ? [] : [{ label, us: endUs, cpu: 0, memory: 0 }];
  });
  const values = usable.map(({ label, atMs, cpuPercent, memoryBytes }) => ({
    label,
    us: Math.min(microseconds(atMs), endUsOfId.get(label) ?? Infinity),
    cpu: cpuPercent,
    memory: memoryBytes,
  }));
  return [...values, ...ends].flatMap(({ label, us, cpu, memory }) => [
    counter(`CPU ${wellFormed(label)}`, us, { percent: cpu }),
    counter(`memory ${wellFormed(label)}`, us, { bytes: memory }),
  ]);
}

const counter = (name: string, ts: number, args: Readonly<Record<string, number>>): TraceEvent => ({
  ph: "C",
  name,
  cat: "counter",
  ts,
  pid: PID,
  tid: 0,
  args,
});
