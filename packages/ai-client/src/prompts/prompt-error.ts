import type { PromptErrorCode } from "../errors.ts";

/** Where a prompt file is wrong. */
export interface PromptErrorPlace {
  /** The file, as it was opened. */
  readonly file?: string | undefined;
  /** The line, counted from 1, where it is known. */
  readonly line?: number | undefined;
}

/** A persona or prompt template that is not there or cannot be used. */
export class PromptError extends Error {
  override readonly name: string = "PromptError";
  /** Stable code to branch on. */
  readonly code: PromptErrorCode;
  /** The file that is wrong. */
  readonly file: string | undefined;
  /** The line that is wrong, counted from 1, where it is known. */
  readonly line: number | undefined;

  constructor(code: PromptErrorCode, problem: string, { file, line }: PromptErrorPlace = {}, cause?: unknown) {
    const where = file === undefined ? "" : ` in ${JSON.stringify(file)}${line === undefined ? "" : `, line ${line}`}`;
    super(`Cannot use prompt${where}: ${problem}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.file = file;
    this.line = line;
  }
}
