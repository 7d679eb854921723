/** What made a run slow, and what to do about it; the entry point `@ai-workflow/profiler/bottlenecks`. */
export { analyse } from "./bottlenecks/analyse.ts";
export type {
  AnalyseOptions,
  Bottleneck,
  BottleneckKind,
  BottleneckReport,
  Evidence,
  EvidenceUnit,
  ExecutedLink,
  RanFor,
  Replan,
  ReplanChange,
  SlotUse,
  WallTimeAccount,
} from "./bottlenecks/bottleneck.ts";
export { formatBottlenecks } from "./bottlenecks/format-bottlenecks.ts";
