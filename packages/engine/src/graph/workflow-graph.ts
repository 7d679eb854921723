import type { Decision } from "../selection/reasons.ts";

/** A step of a workflow as the graph shows it. */
export interface GraphNode {
  readonly id: string;
  readonly kind: "shell" | "script" | "module" | "ai";
  readonly stage?: string | undefined;
  /** The unit that it is done for. */
  readonly unit?: string | undefined;
  /** What would be done with it, and why. */
  readonly action: Decision["action"];
  readonly explanation: string;
  /** Time it is expected to take, in milliseconds, where it would run and has been timed before. */
  readonly expectedMs?: number | undefined;
  /** Whether the run cannot be over before it. */
  readonly isCritical: boolean;
}

/** What a step waits for. */
export interface GraphEdge {
  /** Waits. */
  readonly from: string;
  /** Is waited for. */
  readonly to: string;
  /** `uses`: it also reads what the other leaves. */
  readonly kind: "needs" | "uses";
}

/** The steps of a workflow and what they wait for, in the order in which they are configured. */
export interface WorkflowGraph {
  readonly workflow: string;
  readonly stages: readonly string[];
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}
