/** Spans that the processes of a step open themselves; the entry point `@ai-workflow/profiler/child-spans`. */
export { addChildSpans } from "./child-spans/add-child-spans.ts";
export { SPANS_VARIABLE } from "./child-spans/child-span.ts";
export type { ChildSpan, StepWindow, ToldSpans } from "./child-spans/child-span.ts";
export { createSpanWriter } from "./child-spans/create-span-writer.ts";
export type { SpanWriter, WrittenSpan } from "./child-spans/create-span-writer.ts";
export { MAX_CHILD_SPANS, parseChildSpans } from "./child-spans/parse-child-spans.ts";
export { readChildSpans } from "./child-spans/read-child-spans.ts";
