import path from "node:path";
import { findBottlenecks, readConfig } from "@ai-workflow/engine";

/** Options of `bottlenecks` as commander hands them over. */
interface BottlenecksFlags {
  readonly target?: string;
  readonly json?: boolean;
}

/** Version of the JSON that the command prints. */
const JSON_VERSION = 1;

/** `ai-workflow bottlenecks [run]`. */
export async function bottlenecksCommand(run: string | undefined, given: object): Promise<void> {
  const flags = given as BottlenecksFlags;
  const loaded = await readConfig(path.resolve(flags.target ?? "."), { exact: flags.target !== undefined });
  const { record, report, text } = await findBottlenecks({ loaded, run });
  process.stdout.write(
    flags.json === true
      ? `${JSON.stringify({ jsonVersion: JSON_VERSION, runId: record.runId, ...report })}\n`
      : `run ${record.runId}: ${record.status}\n${text}`,
  );
}
