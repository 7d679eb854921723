import { readRunRecord, readShadowRates } from "@ai-workflow/engine";
import { renderShadowRates } from "../render/shadow.ts";
import { createStyle } from "../render/style.ts";
import { renderSummary } from "../render/summary.ts";
import { renderJson } from "../render/json.ts";
import { readTarget } from "./read-target.ts";

/** Options of `status` as commander hands them over. */
interface StatusFlags {
  readonly shadow?: boolean;
  readonly target?: string;
  readonly json?: boolean;
}

/** `ai-workflow status`. */
export async function statusCommand(given: object): Promise<void> {
  const flags = given as StatusFlags;
  const { directory } = await readTarget(flags.target);
  if (flags.shadow === true) {
    const rates = readShadowRates(directory);
    process.stdout.write(flags.json === true ? renderJson({ rates }) : renderShadowRates(rates));
    return;
  }
  const record = readRunRecord({ directory });
  const style = createStyle(process.stdout.isTTY, process.env);
  process.stdout.write(
    flags.json === true
      ? renderJson({ record })
      : renderSummary(record, style, { quiet: false, recordFile: undefined }),
  );
}
