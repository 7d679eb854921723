import { renderClean } from "../render/clean.ts";
import { renderJson } from "../render/json.ts";
import { cleanWaiting } from "./clean-waiting.ts";
import { readTarget } from "../target/read-target.ts";

/** Options of `clean` as commander hands them over. */
interface CleanFlags {
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly target?: string;
  readonly json?: boolean;
}

/** `ai-workflow clean`. */
export async function cleanCommand(given: object): Promise<void> {
  const { dryRun, wait, target, json } = given as CleanFlags;
  const report = await cleanWaiting({ loaded: await readTarget(target), dryRun, wait });
  process.stdout.write(json === true ? renderJson({ ...report }) : renderClean(report));
}
