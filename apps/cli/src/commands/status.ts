import path from "node:path";
import { readConfig, readRunRecord, readShadowRates } from "@ai-workflow/engine";
import { renderShadowRates } from "../render/shadow.ts";
import { createStyle } from "../render/style.ts";
import { renderSummary } from "../render/summary.ts";

/** Options of `status` as commander hands them over. */
interface StatusFlags {
  readonly shadow?: boolean;
  readonly target?: string;
  readonly json?: boolean;
}

/** Version of the JSON that the command prints. */
const JSON_VERSION = 1;

/** `ai-workflow status`. */
export async function statusCommand(given: object): Promise<void> {
  const flags = given as StatusFlags;
  const { directory } = await readConfig(path.resolve(flags.target ?? "."), { exact: flags.target !== undefined });
  if (flags.shadow === true) {
    const rates = readShadowRates(directory);
    process.stdout.write(
      flags.json === true ? `${JSON.stringify({ jsonVersion: JSON_VERSION, rates })}\n` : renderShadowRates(rates),
    );
    return;
  }
  const record = readRunRecord({ directory });
  const style = createStyle(process.stdout.isTTY, process.env);
  process.stdout.write(
    flags.json === true
      ? `${JSON.stringify({ jsonVersion: JSON_VERSION, record })}\n`
      : renderSummary(record, style, { quiet: false, recordFile: undefined }),
  );
}
