import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { listPublishablePackages } from "../scripts/workspace.mjs";

const SEVERITIES = { error: "error", warning: "warning", suggestion: "info" };

/** Where in a package.json the value under `path` begins, counted from 1; the first place when it cannot be found. */
function locate(text, path) {
  let offset = 0;
  for (const key of path ?? []) {
    const next = text.indexOf(JSON.stringify(String(key)), offset);
    if (next === -1) break;
    offset = next;
  }
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}

/**
 * A module step: publint on every publishable package of the workspace in `context.directory`, as findings. With
 * `with: { strict: true }` its warnings count as errors.
 */
export default async function checkPackages(context) {
  const strict = context.with?.strict === true;
  const findings = [];
  for (const { path, directory, manifest } of listPublishablePackages(context.directory)) {
    const file = `${path}/package.json`;
    const text = readFileSync(join(context.directory, file), "utf8");
    const built = readdirSync(directory).includes("dist");
    if (!built) {
      const message = `${manifest.name} is not built, so what it publishes cannot be checked; build it first`;
      findings.push({ rule: "not-built", severity: "error", message, file, line: 1, column: 1 });
      continue;
    }
    const { messages } = await publint({ pkgDir: directory, pack: false, strict });
    for (const message of messages) {
      findings.push({
        rule: message.code.toLowerCase().replaceAll("_", "-"),
        severity: SEVERITIES[message.type] ?? "warning",
        message: formatMessage(message, manifest, { color: false }) ?? message.code,
        file,
        ...locate(text, message.path),
      });
    }
  }
  return { findings };
}
