import { describeStages } from "@ai-workflow/engine";
import { renderJson } from "../render/json.ts";
import { renderStages } from "../render/stages.ts";
import { readTarget } from "../target/read-target.ts";

/** Options of `stages` as commander hands them over. */
interface StagesFlags {
  readonly recommend?: boolean;
  readonly target?: string;
  readonly json?: boolean;
}

/** `ai-workflow stages`. */
export async function stagesCommand(given: object): Promise<void> {
  const { recommend, target, json } = given as StagesFlags;
  const report = await describeStages({ loaded: await readTarget(target), recommend });
  process.stdout.write(json === true ? renderJson({ ...report }) : renderStages(report));
}
