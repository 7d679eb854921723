import type { RunRecord, StepRecord } from "../run-record.ts";
import type { Span, SpanAttribute } from "../span.ts";

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
    };

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

/** Half of a surrogate pair cannot be written as UTF-8 and stops strict readers. */
const wellFormed = (name: string): string => name.replaceAll(/\p{Surrogate}/gu, "\uFFFD");

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
 * shown as asynchronous events. Spans that never ended last to the end of their step or run and have `unfinished: true`.
 *
 * Source: "Trace Event Format", Google, 2016.
 *
 * @example
 * ```ts
 * writeFileAtomic("trace.json", JSON.stringify(toTraceEvents(record)));
 * ```
 */
export function toTraceEvents(record: RunRecord): Trace {
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
      events.push({
        ph: "X",
        name: wellFormed(block.name),
        cat: block.cat,
        ts: block.startUs,
        dur: block.endUs - block.startUs,
        pid: PID,
        tid: firstTid + (lanes[index] ?? 0),
        args: safeArgs(block.args),
      });
    }
  }
  events.push(...waitEvents(record));
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
      name: wellFormed(`${step.id} waits for ${wait.cause} ${wait.on}`),
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
