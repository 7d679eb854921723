import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";
import { createProviderFromSettings, findProviderKey } from "@ai-workflow/ai-client";
import { asksModel } from "../ai/asks-model.ts";
import { toProviderSettings } from "../ai/to-provider-settings.ts";
import { wordSettings } from "../ai/word-settings.ts";
import type { LoadedWorkflow } from "../config/read-config.ts";
import type { ModelFacts } from "./model-checks.ts";
import { isForKind } from "./is-for-kind.ts";
import { reachHost } from "./reach-host.ts";

/** Longest time until a server answers, in milliseconds. */
const TIMEOUT_MS = 5_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** Finds out who would be asked and whether somebody is there. No question and no key is sent. */
export async function readModelFacts(
  { workflow, directory }: LoadedWorkflow,
  environment: Environment,
): Promise<ModelFacts> {
  const steps = [...workflow.steps.values()].filter((step) => asksModel(step) && isForKind(step, workflow));
  const asking = steps.map(({ id }) => id);
  const needing = steps.filter(({ action }) => action.kind === "ai").map(({ id }) => id);
  return { asking, needing, provider: asking.length === 0 ? { kind: "none" } : await readProvider() };

  async function readProvider(): Promise<ModelFacts["provider"]> {
    const settings = toProviderSettings(workflow.ai, directory);
    const made = createProviderFromSettings(settings, environment);
    if (!made.ok) return { kind: "invalid", message: wordSettings(made.message), hint: wordSettings(made.hint) };
    if (settings.provider === "none") return { kind: "none" };
    if (settings.provider === "exec") {
      const program = settings.command?.[0] ?? "";
      return { kind: "exec", program: workflow.ai.command?.[0] ?? program, found: isProgram(program, environment) };
    }
    const { name, baseUrl, defaultModel } = made.provider;
    const key = findProviderKey(settings, environment);
    const origin = baseUrl !== undefined && URL.canParse(baseUrl) ? new URL(baseUrl).origin : undefined;
    const reach =
      origin === undefined || usesProxy(environment) ? undefined : await reachHost(origin, { timeoutMs: TIMEOUT_MS });
    return { kind: "http", name, model: defaultModel, origin, key, reach };
  }
}

/** Node.js asks through a proxy only where it is told so. */
function usesProxy(environment: Environment): boolean {
  const isTold =
    environment["NODE_USE_ENV_PROXY"] === "1" || /--use-env-proxy\b/.test(environment["NODE_OPTIONS"] ?? "");
  return isTold && ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"].some((name) => environment[name]);
}

/** Whether there is such a program, in a place or on `PATH`, that may be run. */
function isProgram(program: string, environment: Environment): boolean {
  const isWindows = process.platform === "win32";
  const isPlace = program.includes("/") || (isWindows && program.includes("\\"));
  const folders = isPlace ? [""] : (environment["PATH"] ?? "").split(path.delimiter);
  const endings = isWindows ? ["", ...(environment["PATHEXT"] ?? ".EXE;.CMD;.BAT").split(";")] : [""];
  return folders.some((folder) => endings.some((ending) => isRunnable(path.join(folder, `${program}${ending}`))));
}

function isRunnable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
