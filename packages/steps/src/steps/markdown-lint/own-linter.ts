import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { main } from "markdownlint-cli2";
import { importModule } from "../../files/import-module.ts";
import { isTable, parseJson } from "../../project/read-data.ts";

/** The linter that the repository has installed. */
export type OwnLinter =
  | { readonly kind: "markdownlint-cli2"; readonly version: string; readonly main: typeof main }
  | { readonly kind: "markdownlint-cli"; readonly version: string; readonly program: string };

/** Finds the linter in the `node_modules` of the repository; its version is the one whose verdict counts there. */
export async function findOwnLinter(directory: string): Promise<OwnLinter | undefined> {
  const require = createRequire(path.join(directory, "package.json"));
  const folderOf = (name: string): string | undefined =>
    (require.resolve.paths(name) ?? [])
      .map((folder) => path.join(folder, name))
      .find((folder) => readManifest(folder) !== undefined);

  const newer = folderOf("markdownlint-cli2");
  const newerManifest = newer === undefined ? undefined : readManifest(newer);
  if (newer !== undefined && newerManifest !== undefined) {
    try {
      const module = (await importModule(require.resolve("markdownlint-cli2"))) as {
        readonly main?: typeof main;
        readonly default?: { readonly main?: typeof main };
      };
      const found = module.main ?? module.default?.main;
      if (found !== undefined) return { kind: "markdownlint-cli2", version: newerManifest.version, main: found };
    } catch {
      // It is damaged, or for another version of Node; ours judges in its place.
    }
  }
  const older = folderOf("markdownlint-cli");
  const manifest = older === undefined ? undefined : readManifest(older);
  if (older === undefined || manifest?.bin === undefined) return undefined;
  return { kind: "markdownlint-cli", version: manifest.version, program: path.join(older, manifest.bin) };
}

function readManifest(folder: string): { readonly version: string; readonly bin: string | undefined } | undefined {
  let text: string;
  try {
    text = readFileSync(path.join(folder, "package.json"), "utf8");
  } catch {
    return undefined;
  }
  const manifest = parseJson(text);
  if (!isTable(manifest)) return undefined;
  const { version, bin } = manifest;
  const program = isTable(bin) ? Object.values(bin)[0] : bin;
  return { version: String(version), bin: typeof program === "string" ? program : undefined };
}
