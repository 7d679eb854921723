import type { AreaCheck } from "./check.ts";
import type { Reach } from "./reach-host.ts";

/** What is known of who answers the questions of steps. No value of a variable is in it. */
export interface ModelFacts {
  /** Steps that ask a model, and those of them that can do nothing without one. */
  readonly asking: readonly string[];
  readonly needing: readonly string[];
  readonly provider:
    | { readonly kind: "none" }
    /** A setting or a variable makes no sense. */
    | { readonly kind: "invalid"; readonly message: string; readonly hint: string }
    | {
        readonly kind: "exec";
        /** The program as the configuration has it. */
        readonly program: string;
        readonly found: boolean;
      }
    | {
        readonly kind: "http";
        /** Name of the provider. */
        readonly name: string;
        readonly model: string | undefined;
        /** Scheme, host and port; `undefined` where none is chosen. */
        readonly origin: string | undefined;
        readonly key: { readonly variable: string; readonly isSet: boolean; readonly isNeeded: boolean };
        /** `undefined` where it was not tried, as behind a proxy. */
        readonly reach: Reach | undefined;
      };
}

/** Judges the provider of models. Pure. */
export function checkModels({ asking, needing, provider }: ModelFacts): readonly AreaCheck[] {
  const id = "provider";
  if (asking.length === 0) return [{ id, state: "ok", message: "no step asks a model" }];
  const who = asking.length === 1 ? `${asking[0] ?? ""} asks` : `${asking.length} steps ask`;
  switch (provider.kind) {
    case "invalid":
      return [{ id, state: "problem", message: provider.message, mend: provider.hint }];
    case "none":
      return [checkWithout(asking, needing)];
    case "exec":
      return [
        provider.found
          ? { id, state: "ok", message: `${who} the program ${provider.program}` }
          : {
              id,
              state: "problem",
              message: `the program ${provider.program} of \`ai.command\` is not found, or may not be run`,
              mend: "install it, put it on PATH, or correct `ai.command`",
            },
      ];
    case "http":
      return [checkReach(provider, who), checkModel(provider), checkKey(provider)];
  }
}

const CHOOSE = "set `ai.provider` and `ai.model` in the configuration";

/** Nobody has to use a model: that none is chosen is something to mend only where a step does nothing else. */
function checkWithout(asking: readonly string[], needing: readonly string[]): AreaCheck {
  const id = "provider";
  if (needing.length === 0) {
    const verb = asking.length === 1 ? "does" : "do";
    const message = `no model is chosen: ${asking.join(", ")} ${verb} what can be done without one`;
    return { id, state: "ok", message, mend: `${CHOOSE}, for more` };
  }
  const ask = needing.length === 1 ? "asks" : "ask";
  const message = `${needing.join(", ")} ${ask} a model, and \`ai.provider\` is none: what is not in the cache stays inconclusive`;
  return { id, state: "advice", message, mend: CHOOSE };
}

type HttpProvider = Extract<ModelFacts["provider"], { readonly kind: "http" }>;

function checkReach({ name, origin, reach }: HttpProvider, who: string): AreaCheck {
  const id = "provider";
  if (origin === undefined) {
    const mend = "set `ai.base_url` in the configuration or AI_BASE_URL, such as http://localhost:11434/v1";
    return { id, state: "problem", message: `no address is chosen for the provider ${name}`, mend };
  }
  if (reach === undefined) {
    return {
      id,
      state: "unknown",
      message: `${origin} is asked through a proxy; whether that reaches it was not tried`,
    };
  }
  if (!reach.ok) {
    return {
      id,
      state: "problem",
      message: `${origin} cannot be reached (${reach.reason}): ${who} a model there`,
      mend: "see whether the address is right, the server runs and the network lets you through",
    };
  }
  return { id, state: "ok", message: `${origin} can be reached (${reach.tookMs.toFixed(0)} ms)` };
}

function checkModel({ model }: HttpProvider): AreaCheck {
  const id = "model";
  if (model !== undefined) return { id, state: "ok", message: `the model is ${model}` };
  return {
    id,
    state: "problem",
    message: "no model is chosen: questions stay inconclusive",
    mend: "set `ai.model` in the configuration or AI_MODEL",
  };
}

function checkKey({ key: { variable, isSet, isNeeded } }: HttpProvider): AreaCheck {
  const id = "key";
  if (isSet) return { id, state: "ok", message: `${variable} is set` };
  if (!isNeeded) return { id, state: "ok", message: `no key is set, and this server may need none (${variable})` };
  return {
    id,
    state: "problem",
    message: `${variable} is not set: what is not in the cache stays inconclusive`,
    mend: `export ${variable}=<your key>`,
  };
}
