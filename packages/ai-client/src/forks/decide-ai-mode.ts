import type { ForkVerdict } from "./fork-verdict.ts";

/** How AI steps may get their answers: the modes of an answer cache. */
export type AiMode = "on" | "off" | "read-only" | "refresh" | "replay";

/** What {@link decideAiMode} goes by. */
export interface AiModeRequest {
  /** What the user asked for. */
  readonly requested: AiMode;
  /** What is known about where the code comes from. */
  readonly fork: ForkVerdict;
  /** May code from forks be sent to a model, at the user's cost? @defaultValue false */
  readonly allowForks?: boolean | undefined;
}

/** What AI steps do in this run. */
export interface AiModeDecision {
  readonly mode: AiMode;
  /** What the user must be told, in one line; absent when they get what they asked for. */
  readonly notice?: string | undefined;
}

/**
 * How AI steps run. Where the code comes from a fork, or where nobody can tell, they only replay answers that are in the cache: no call,
 * no key, no cost that a stranger could cause. Degrading always comes with a notice.
 */
export function decideAiMode({ requested, fork, allowForks = false }: AiModeRequest): AiModeDecision {
  if (requested === "replay" || fork.isFork === false) return { mode: requested };
  if (allowForks) {
    return {
      mode: requested,
      notice: `AI steps run although this may be code of a fork, as asked for: ${fork.because}`,
    };
  }
  const why = fork.isFork === true ? "This is code of a fork" : "This may be code of a fork";
  return { mode: "replay", notice: `${why}, so AI steps only replay cached answers: ${fork.because}` };
}
