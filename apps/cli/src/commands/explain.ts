import { explainStep } from "@ai-workflow/engine";
import { renderStepExplanation } from "../render/explain.ts";
import { renderJson } from "../render/json.ts";
import { VERSION } from "../version.ts";
import { bundledFiles } from "../target/bundled-files.ts";
import { readTarget } from "../target/read-target.ts";

/** Options of `explain` as commander hands them over. */
interface ExplainFlags {
  readonly target?: string;
  readonly base?: string;
  readonly json?: boolean;
}

/** `ai-workflow explain <step>`. */
export async function explainCommand(step: string, given: object): Promise<void> {
  const { target, base, json } = given as ExplainFlags;
  const explanation = await explainStep({
    loaded: await readTarget(target),
    toolVersion: VERSION,
    shippedPrompts: bundledFiles().shippedPrompts,
    base,
    step,
  });
  process.stdout.write(json === true ? renderJson({ ...explanation }) : renderStepExplanation(explanation));
}
