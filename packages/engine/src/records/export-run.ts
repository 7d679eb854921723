import { existsSync } from "node:fs";
import path from "node:path";
import type { RunRecord } from "@ai-workflow/profiler";
import type { ExportFormat } from "@ai-workflow/profiler/exports";
import { suggest } from "../config/suggest.ts";
import { EngineError } from "../errors.ts";
import { readRunHistory } from "./read-run-history.ts";
import { readRunRecord } from "./read-run-record.ts";

/** Which run, and as what. */
export interface ExportRunOptions {
  /** Absolute path of the target directory. */
  readonly directory: string;
  /** One of {@link listExportFormats}. */
  readonly format: string;
  /** `latest`, the id of a run or its beginning, the path of a record, or the record itself. @defaultValue `"latest"` */
  readonly run?: string | RunRecord | undefined;
}

/**
 * Gives a run in a format that other tools read, as text.
 *
 * @throws {EngineError} ENGINE_FORMAT_UNKNOWN – there is no such format
 * @throws {EngineError} ENGINE_RUN_MISSING, ENGINE_RUN_UNREADABLE – there is no such record, or it cannot be used
 * @throws {EngineError} ENGINE_DATA_UNREADABLE – the format tells of past runs, and the history cannot be read
 */
export async function exportRun({ directory, format, run }: ExportRunOptions): Promise<string> {
  const exports = await import("@ai-workflow/profiler/exports");
  if (!exports.isExportFormat(format)) {
    const known = Object.keys(exports.EXPORT_FORMATS);
    const nearest = suggest(format, known);
    throw new EngineError("ENGINE_FORMAT_UNKNOWN", `there is no format "${format}"`, {
      hint: nearest === undefined ? `The formats are ${known.join(", ")}` : `Did you mean "${nearest}"?`,
    });
  }
  const record = typeof run === "object" ? run : readRunRecord({ directory, run });
  return exports.exportRun(format, {
    record,
    // Only some formats tell of other runs.
    get history() {
      return readRunHistory(directory);
    },
    prefix: folderInRepository(directory),
  });
}

/** The path of a folder from the root of the repository that it is in, with `/` at its end; `""` for the root and outside of repositories. */
function folderInRepository(directory: string): string {
  for (let root = directory; ; root = path.dirname(root)) {
    if (existsSync(path.join(root, ".git"))) {
      const folder = path.relative(root, directory).replaceAll(path.sep, "/");
      return folder === "" ? "" : `${folder}/`;
    }
    if (root === path.dirname(root)) return "";
  }
}

/** The formats with what each is for. */
export async function listExportFormats(): Promise<
  readonly { readonly format: ExportFormat; readonly about: string }[]
> {
  const { EXPORT_FORMATS } = await import("@ai-workflow/profiler/exports");
  return Object.entries(EXPORT_FORMATS).map(([format, { about }]) => ({ format: format as ExportFormat, about }));
}
