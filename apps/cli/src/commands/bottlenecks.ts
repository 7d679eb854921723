import { findBottlenecks } from "@ai-workflow/engine";
import { renderJson } from "../render/json.ts";
import { readTarget } from "../target/read-target.ts";

/** Options of `bottlenecks` as commander hands them over. */
interface BottlenecksFlags {
  readonly target?: string;
  readonly json?: boolean;
}

/** `ai-workflow bottlenecks [run]`. */
export async function bottlenecksCommand(run: string | undefined, given: object): Promise<void> {
  const flags = given as BottlenecksFlags;
  const loaded = await readTarget(flags.target);
  const { record, report, text } = await findBottlenecks({ loaded, run });
  process.stdout.write(
    flags.json === true
      ? renderJson({ runId: record.runId, ...report })
      : `run ${record.runId}: ${record.status}\n${text}`,
  );
}
