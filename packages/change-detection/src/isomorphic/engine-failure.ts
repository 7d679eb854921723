import type { ChangesUnknown, UnknownCode } from "../change.ts";
import { unknown } from "../unknown.ts";

const CHECK = "See what `git status` and `git fsck` say in this directory";

/** Carries the reason why the engine cannot answer up to its edge, where it becomes a value. Never leaves the engine. */
export class EngineFailure extends Error {
  override readonly name = "EngineFailure";
  readonly answer: ChangesUnknown;

  constructor(answer: ChangesUnknown, options?: ErrorOptions) {
    super(answer.message, options);
    this.answer = answer;
  }
}

/** A failure of a given code. */
export function failure(code: UnknownCode, message: string, remedy: string): EngineFailure {
  return new EngineFailure(unknown(code, message, remedy));
}

/** Something that git can and this engine cannot. `what` completes the sentence "without git, it cannot be known what changed: ...". */
export function unsupported(what: string): EngineFailure {
  return failure(
    "unsupported",
    `without git, it cannot be known what changed: ${what}`,
    "Install git 2.30 or newer and put it on PATH",
  );
}

/** Something in the repository that cannot be read as what it should be. */
export function broken(what: string, cause?: unknown): EngineFailure {
  return new EngineFailure(unknown("git-failed", what, CHECK), cause === undefined ? undefined : { cause });
}
