import { existsSync } from "node:fs";
import path from "node:path";
import type { Finding } from "@ai-workflow/profiler";
import type { Tinypool } from "tinypool";
import type { ModuleAnswer, ModuleTask } from "./module-worker.ts";
import type { StepRun, StepVerdict } from "./step-run.ts";

/** Runs module steps in worker threads that start with the first of them. */
export interface ModuleRunner {
  run(module: string, context: ModuleTask["context"], run: StepRun): Promise<StepVerdict>;
  /** Ends the workers. */
  close(): Promise<void>;
}

/**
 * @param maxWorkers - worker threads at most
 * @param workerUrl - the compiled `module-worker`; a bundle says where its own copy is
 * @param environment - what `process.env` holds in a module
 */
export function createModuleRunner(
  maxWorkers: number,
  workerUrl: URL,
  environment: Readonly<Record<string, string | undefined>>,
): ModuleRunner {
  let pool: Promise<Tinypool> | undefined;
  const openPool = async (): Promise<Tinypool> => {
    const { Tinypool } = await import("tinypool");
    return new Tinypool({
      filename: workerUrl.href,
      runtime: "worker_threads",
      minThreads: 0,
      maxThreads: maxWorkers,
      env: Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined)) as Record<
        string,
        string
      >,
      // A module may leave timers and globals behind; the next step gets a thread of its own.
      isolateWorkers: true,
    });
  };

  return {
    async run(module, context, run) {
      const file = path.resolve(run.target, module);
      if (!existsSync(file)) return { outcome: "failed", message: `module ${module} does not exist`, findings: [] };
      pool ??= openPool();
      const task: ModuleTask = { module: file, context, variables: run.meter.variables, logFile: run.logFile };
      try {
        const answer = (await (await pool).run(task, { name: "runModule", signal: run.signal })) as ModuleAnswer;
        if (answer.cpuMs !== undefined) run.meter.addCpuMs(answer.cpuMs);
        return answer.ok ? readResult(answer.result) : { outcome: "failed", message: answer.message, findings: [] };
      } catch (error) {
        if (run.signal.aborted) return { outcome: "cancelled", findings: [] };
        const message = error instanceof Error ? error.message : String(error);
        return { outcome: "failed", message: `the worker thread ended: ${message}`, findings: [] };
      }
    },
    async close() {
      await (await pool)?.destroy();
    },
  };
}

const OUTCOMES: readonly unknown[] = ["passed", "failed", "inconclusive"];
const SEVERITIES: readonly unknown[] = ["error", "warning", "info"];

/** Checks what a module returned; an answer of another shape is a failure that says so, never a pass. */
function readResult(result: unknown): StepVerdict {
  if (result === undefined || result === null) return { outcome: "passed", findings: [] };
  const malformed = (what: string): StepVerdict => ({
    outcome: "failed",
    message: `the module returned ${what}`,
    findings: [],
  });
  if (typeof result !== "object" || Array.isArray(result)) return malformed("something that is no result object");
  const { outcome, message, findings = [] } = result as Readonly<Record<string, unknown>>;
  if (outcome !== undefined && !OUTCOMES.includes(outcome))
    return malformed(`an unknown outcome ${JSON.stringify(outcome)}`);
  if (message !== undefined && typeof message !== "string") return malformed("a message that is no text");
  if (!Array.isArray(findings)) return malformed("findings that are no list");
  const wrong = findings.findIndex((finding) => !isFinding(finding));
  if (wrong >= 0) return malformed(`a finding of the wrong shape (number ${wrong + 1})`);
  const checked = findings as readonly Finding[];
  const errors = checked.filter((finding) => finding.severity === "error").length;
  const said = outcome as StepVerdict["outcome"] | undefined;
  // A module cannot call an error of its own a pass.
  const decided = errors > 0 && said !== "inconclusive" ? "failed" : (said ?? "passed");
  const summary = errors > 0 ? `${errors} ${errors === 1 ? "error" : "errors"} found` : undefined;
  return { outcome: decided, message: message ?? (decided === "passed" ? undefined : summary), findings: checked };
}

function isFinding(value: unknown): value is Finding {
  if (typeof value !== "object" || value === null) return false;
  const finding = value as Readonly<Record<string, unknown>>;
  const position = (key: string): boolean =>
    finding[key] === undefined || (Number.isInteger(finding[key]) && (finding[key] as number) >= 1);
  return (
    typeof finding["rule"] === "string" &&
    typeof finding["message"] === "string" &&
    SEVERITIES.includes(finding["severity"]) &&
    (finding["file"] === undefined || typeof finding["file"] === "string") &&
    position("line") &&
    position("column")
  );
}
