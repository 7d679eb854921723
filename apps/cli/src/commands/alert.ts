import { checkAlerts, testAlerts, type CheckAlertsOptions } from "@ai-workflow/engine";
import { EXIT } from "../exit-code.ts";
import { renderAlerts, renderDeliveries } from "../render/alert.ts";
import { createStyle } from "../render/style.ts";
import { renderJson, type PrintedJson } from "../render/json.ts";
import { readTarget } from "../target/read-target.ts";

/** Options of the commands of `alert` as commander hands them over. */
interface AlertFlags {
  readonly target?: string | undefined;
  readonly channel?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `ai-workflow alert check`: exits with 1 while any condition is true. */
export async function alertCheckCommand(given: object): Promise<void> {
  const flags = given as AlertFlags;
  const report = await checkAlerts(await locate(flags));
  const lines = renderAlerts(report, createStyle(process.stdout.isTTY, process.env));
  print(flags, { ...report }, lines.length === 0 ? [`nothing to tell of run ${report.runId}`] : lines);
  if (report.active) process.exitCode = EXIT.failed;
}

/** `ai-workflow alert test`: exits with 1 when a channel was not reached. */
export async function alertTestCommand(given: object): Promise<void> {
  const flags = given as AlertFlags;
  const deliveries = await testAlerts({ ...(await locate(flags)), channel: flags.channel });
  print(flags, { deliveries }, renderDeliveries(deliveries, createStyle(process.stdout.isTTY, process.env)));
  const reached = flags.dryRun === true ? "dry-run" : "delivered";
  if (deliveries.some(({ status }) => status !== reached)) process.exitCode = EXIT.failed;
}

async function locate({ target, dryRun }: AlertFlags): Promise<CheckAlertsOptions> {
  return { loaded: await readTarget(target), dryRun };
}

function print(flags: AlertFlags, value: PrintedJson, lines: readonly string[]): void {
  process.stdout.write(flags.json === true ? renderJson(value) : `${lines.join("\n")}\n`);
}
