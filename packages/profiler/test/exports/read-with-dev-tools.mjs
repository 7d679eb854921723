import { Processor } from "@paulirish/trace_engine";

/** Stretches of a track, each with those inside it. */
const nested = ({ entry, children }) => ({
  name: entry.name,
  ts: entry.ts,
  dur: entry.dur,
  inside: children.map(nested),
});

/**
 * Reads a trace with the engine of Chrome's developer tools and gives what it would draw. It drops without a word what it cannot place, such as
 * a stretch that begins inside another and ends outside.
 */
export async function readWithDevTools(text) {
  const { traceEvents } = JSON.parse(text);
  const processor = Processor.TraceProcessor.createWithAllHandlers();
  await processor.parse(traceEvents, { isFreshRecording: false, metadata: {} });
  const { Renderer, Flows, Meta } = processor.data;
  return {
    processes: [...Meta.processNames.values()].map(({ args }) => args.name),
    tracks: [...Renderer.processes.values()].flatMap(({ threads }) =>
      [...threads.entries()].map(([tid, { name, tree }]) => ({
        tid,
        name,
        roots: [...(tree?.roots ?? [])].map(nested),
      })),
    ),
    arrows: Flows.flows.map((events) => events.map(({ name }) => name)),
  };
}
