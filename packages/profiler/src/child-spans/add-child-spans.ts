import type { OpenSpan, SpanRecorder } from "../create-span-recorder.ts";
import type { Span } from "../span.ts";
import type { ToldSpans } from "./child-span.ts";

/** Puts the spans that the processes of a step told into a recorder, within the span of the attempt. */
export function addChildSpans(recorder: SpanRecorder, attempt: OpenSpan, { spans }: Pick<ToldSpans, "spans">): void {
  const added: Span[] = [];
  for (const { name, parentIndex, startMs, endMs, attributes } of spans) {
    const parent = parentIndex === undefined ? undefined : added[parentIndex];
    added.push(recorder.record(name, { startMs, endMs }, { parent: parent?.id ?? attempt, attributes }));
  }
}
