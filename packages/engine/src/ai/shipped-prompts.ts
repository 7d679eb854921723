import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** Folder of the prompt templates and personas that come with ai-client. */
export function shippedPrompts(): URL {
  const manifest = createRequire(import.meta.url).resolve("@ai-workflow/ai-client/package.json");
  return pathToFileURL(path.join(path.dirname(manifest), "prompts", path.sep));
}
