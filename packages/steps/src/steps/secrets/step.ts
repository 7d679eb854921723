import type { ModuleStepContext, ModuleStepResult } from "@ai-workflow/engine";
import ignore from "ignore";
import { readText } from "../../files/read-text.ts";
import { readOptions } from "../../options.ts";
import { judgeFile } from "./judge-file.ts";
import { readAllowed } from "./read-allowed.ts";

const IGNORE_FILE = ".secretlintignore";
/** No person writes larger files, and the rules take their time, in bytes. */
const MAX_BYTES = 2 * 1024 * 1024;
/** Files whose long random texts are checksums, and files that are no text. */
const NOT_READ =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lock|deno\.lock|[^/]+\.lock|go\.sum|[^/]+\.(?:svg|png|jpe?g|gif|webp|ico|pdf|zip|t?gz|woff2?|ttf|otf|eot|wasm|map))$/i;

/** Looks for keys, tokens and passwords in the files that changed. Tells where they are and never what they are. */
export default async function findSecretsInFiles(context: ModuleStepContext): Promise<ModuleStepResult> {
  const { directory, files, dueFiles, changes, spans } = context;
  const options = readOptions(context.with);
  const rules = {
    isAllowed: readAllowed(options.texts("allow") ?? []),
    maxPerFile: options.number("max_per_file", 10, 1),
  };
  const ignored = readText(directory, IGNORE_FILE);
  const ignores = ignore({ allowRelativePaths: true }).add(ignored.ok ? ignored.text : "");
  // What was left out before may be looked at now.
  const isChanged = changes.known && changes.list.some((change) => change.path === IGNORE_FILE);
  const due = isChanged || dueFiles.includes(IGNORE_FILE) ? files : dueFiles;
  const judged = due.filter((file) => !NOT_READ.test(file) && !ignores.ignores(file));
  const findings = await spans.measure("parsing", async () => {
    const all = [];
    for (const file of judged) {
      const content = readText(directory, file, MAX_BYTES);
      if (content.ok) all.push(...(await judgeFile(file, content.text, rules)));
    }
    return all;
  });
  return { message: `${judged.length} of ${files.length} files read`, findings };
}
