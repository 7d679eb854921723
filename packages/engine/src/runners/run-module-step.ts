import { existsSync } from "node:fs";
import path from "node:path";
import type { Finding } from "@ai-workflow/profiler";
import type { AnswerModule, ModuleHost } from "./module-host-client.ts";
import type { ModuleTask } from "./module-worker.ts";
import type { StepRun, StepVerdict } from "./step-run.ts";
import { countOf } from "../text/count-of.ts";

/** Runs module steps in the threads of one process, which starts with the first of them, and again should it have broken down. */
export interface ModuleRunner {
  /** @param answer - answers the questions of a module that may ask a model; without it none may */
  run(module: string, context: ModuleTask["context"], run: StepRun, answer?: AnswerModule): Promise<StepVerdict>;
  /** Ends the process with all that is in its group. */
  close(): Promise<void>;
}

/**
 * @param maxWorkers - worker threads at most
 * @param workerUrl - the compiled `module-worker`, beside which `module-host` stands; a bundle says where its own copies are
 * @param environment - what `process.env` holds in a module
 */
export function createModuleRunner(
  maxWorkers: number,
  workerUrl: URL,
  environment: Readonly<Record<string, string | undefined>>,
): ModuleRunner {
  let host: Promise<ModuleHost> | undefined;
  const startHost = async (logs: string): Promise<ModuleHost> => {
    const { startModuleHost } = await import("./module-host-client.ts");
    const given = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return startModuleHost({ workerUrl, maxWorkers, environment: Object.fromEntries(given), logs });
  };
  const openHost = async (logs: string): Promise<ModuleHost> => {
    const before = host;
    if (before !== undefined && (await startedHost(before))?.isUp() === true) return before;
    // Whoever comes first starts it anew; the others find that one.
    if (host === before) host = startHost(logs);
    return host as Promise<ModuleHost>;
  };

  return {
    async run(module, context, run, answer) {
      const file = path.resolve(run.target, module);
      if (!existsSync(file)) return { outcome: "failed", message: `module ${module} does not exist`, findings: [] };
      const current = await openHost(path.dirname(run.logFile));
      if (run.signal.aborted) return { outcome: "cancelled", findings: [] };
      const { meter, logFile } = run;
      const task = { module: file, context, asks: answer !== undefined, variables: meter.variables, logFile };
      const ended = await current.run(task, run.signal, answer);
      if ("broken" in ended) {
        if (run.signal.aborted) return { outcome: "cancelled", findings: [] };
        return { outcome: "failed", message: ended.broken, findings: [] };
      }
      if (ended.cpuMs !== undefined) meter.addCpuMs(ended.cpuMs);
      return ended.ok ? readResult(ended.result) : { outcome: "failed", message: ended.message, findings: [] };
    },
    async close() {
      if (host !== undefined) await (await startedHost(host))?.close();
    },
  };
}

/** The host, or `undefined` where it could not be started, which the step that wanted it was told. */
function startedHost(host: Promise<ModuleHost>): Promise<ModuleHost | undefined> {
  return host.catch(() => undefined);
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
  const { outcome, message, findings = [], provisional = false } = result as Readonly<Record<string, unknown>>;
  if (outcome !== undefined && !OUTCOMES.includes(outcome))
    return malformed(`an unknown outcome ${JSON.stringify(outcome)}`);
  if (message !== undefined && typeof message !== "string") return malformed("a message that is no text");
  if (!Array.isArray(findings)) return malformed("findings that are no list");
  if (typeof provisional !== "boolean") return malformed("`provisional` that is neither true nor false");
  const wrong = findings.findIndex((finding) => !isFinding(finding));
  if (wrong >= 0) return malformed(`a finding of the wrong shape (number ${wrong + 1})`);
  const checked = findings as readonly Finding[];
  const errors = checked.filter((finding) => finding.severity === "error").length;
  const said = outcome as StepVerdict["outcome"] | undefined;
  // A module cannot call an error of its own a pass.
  const decided = errors > 0 && said !== "inconclusive" ? "failed" : (said ?? "passed");
  const summary = errors > 0 ? `${countOf(errors, "error")} found` : undefined;
  return {
    outcome: decided,
    message: message ?? (decided === "passed" ? undefined : summary),
    findings: checked,
    ...(decided === "failed" && said !== "failed" ? { failedBy: "findings" as const } : {}),
    ...(provisional ? { provisional } : {}),
  };
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
