import { appendFileSync } from "node:fs";
import { measureWithin } from "../measure-within.ts";
import type { SpanAttributes } from "../span.ts";
import { SPANS_VARIABLE } from "./child-span.ts";

/** A span that a step has opened. */
export interface WrittenSpan {
  /** Opens a span within this one. */
  start(name: string, attributes?: SpanAttributes): WrittenSpan;
  /** Measures `work` within this span. */
  measure<T>(name: string, work: (span: WrittenSpan) => T, attributes?: SpanAttributes): T;
  /** Ends the span; `attributes` are added to those it started with. Ending again changes nothing. */
  end(attributes?: SpanAttributes): void;
}

/** Opens spans from within a step: for module steps and programs in JavaScript. */
export interface SpanWriter extends Pick<WrittenSpan, "start" | "measure"> {
  /** Whether spans go anywhere: outside of a run they do not. */
  readonly active: boolean;
}

let lastId = 0;

/**
 * Gives a writer of spans by the protocol of {@link SPANS_VARIABLE}. It never throws: what cannot be written is lost.
 *
 * @param file - where spans are appended. Default: what `WORKFLOW_SPANS` names; without it spans go nowhere
 *
 * @example
 * ```ts
 * const spans = createSpanWriter();
 * await spans.measure("discovery", () => findTests());
 * ```
 */
export function createSpanWriter(file: string | undefined = process.env[SPANS_VARIABLE]): SpanWriter {
  const pid = process.pid;
  const tell = (line: Readonly<Record<string, unknown>>): void => {
    if (file === undefined) return;
    try {
      appendFileSync(file, `${JSON.stringify({ ...line, at: nowSeconds(), pid })}\n`);
    } catch {
      // A full disk or a missing folder is no reason for the step to fail.
    }
  };
  const start = (name: string, parent: string | null, attributes: SpanAttributes | undefined): WrittenSpan => {
    lastId += 1;
    // Threads of one process count on their own.
    const id = `${pid}-${performance.timeOrigin}-${lastId}`;
    let isOpen = true;
    tell({ begin: name, id, parent, attributes });
    const span: WrittenSpan = {
      start: (inner, innerAttributes) => start(inner, id, innerAttributes),
      measure: (inner, work, innerAttributes) => measureWithin(start(inner, id, innerAttributes), work),
      end: (more) => {
        if (isOpen) tell({ end: name, id, attributes: more });
        isOpen = false;
      },
    };
    return span;
  };
  return {
    active: file !== undefined,
    start: (name, attributes) => start(name, null, attributes),
    measure: (name, work, attributes) => measureWithin(start(name, null, attributes), work),
  };
}

/** Wall clock at the start of the process, from then on monotonic: a jump of the wall clock does not bend a span. */
function nowSeconds(): number {
  return (performance.timeOrigin + performance.now()) / 1_000;
}
