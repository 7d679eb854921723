import { RUN_RECORD_VERSION, type RunRecord } from "./run-record.ts";
import { runRecordShape } from "./run-record-shape.ts";
import { findMismatch, isJsonObject } from "./shape.ts";

/** Why a text is not a run record that can be used. */
export interface RunRecordProblem {
  /**
   * `corrupt`: not JSON, cut off, or a field is missing or wrong. `not-a-run-record`: JSON of another kind.
   * `newer-version`: written by a newer tool in a format that this one does not know.
   */
  readonly code: "corrupt" | "not-a-run-record" | "newer-version";
  readonly message: string;
  /** For a wrong or missing field: where, such as `/steps/3/outcome`. */
  readonly path?: string | undefined;
}

/** A run record, or why there is none. */
export type ParsedRunRecord =
  | { readonly ok: true; readonly record: RunRecord }
  | { readonly ok: false; readonly problem: RunRecordProblem };

const fail = (problem: RunRecordProblem): ParsedRunRecord => ({ ok: false, problem });

/**
 * Reads a run record from its JSON text. Accepts exactly what the published schema accepts: fields it does not know are
 * kept, so records of newer tools with additional fields can be read. A byte order mark is ignored. Never throws; takes
 * time linear in the length of the text.
 *
 * @example
 * ```ts
 * const parsed = parseRunRecord(readFileSync("run.json", "utf8"));
 * if (parsed.ok) show(parsed.record);
 * else warn(parsed.problem.message);
 * ```
 */
export function parseRunRecord(text: string): ParsedRunRecord {
  let value: unknown;
  try {
    value = JSON.parse(text.startsWith("\uFEFF") ? text.slice(1) : text);
  } catch {
    // What the parser says quotes the text, which may be that of a file that was named by mistake and holds secrets.
    return fail({ code: "corrupt", message: "The run record is not valid JSON; it may have been cut off" });
  }
  if (!isJsonObject(value) || value["schema"] !== "ai-workflow/run-record") {
    return fail({ code: "not-a-run-record", message: "The JSON does not say that it is an ai-workflow run record" });
  }
  const version = value["version"];
  if (Number.isInteger(version) && (version as number) > RUN_RECORD_VERSION) {
    return fail({
      code: "newer-version",
      message: `The run record has version ${version as number}, this tool reads version ${RUN_RECORD_VERSION}; update the tool to read it`,
    });
  }
  const path = findMismatch(value, runRecordShape);
  if (path !== undefined) {
    return fail({ code: "corrupt", message: `The run record is wrong or incomplete at ${path}`, path });
  }
  return { ok: true, record: value as unknown as RunRecord };
}
