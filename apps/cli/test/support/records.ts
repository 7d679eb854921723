import type { RunRecord } from "@ai-workflow/engine";
import type { Workspace } from "./create-workspace.ts";

/** The record of the last run of a target. */
export function lastRecord(workspace: Workspace, target = "."): RunRecord {
  const lines = workspace.read(`${target}/.workflow/metrics/history.jsonl`).trim().split("\n");
  const { run_id } = JSON.parse(lines.at(-1) ?? "") as { readonly run_id: string };
  return JSON.parse(workspace.read(`${target}/.workflow/runs/${run_id}/run.json`)) as RunRecord;
}

/** Outcome of every step by id. */
export function outcomesOf(record: RunRecord): Readonly<Record<string, string>> {
  return Object.fromEntries(record.steps.map((step) => [step.id, step.outcome]));
}
