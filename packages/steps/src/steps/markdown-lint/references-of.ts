import path from "node:path";
import { asTable, textsOf, valueAt } from "../../project/read-data.ts";
import { parseSettings } from "./parse-settings.ts";

/** Texts of a program that name a file beside it. */
const RELATIVE = /["'`](\.\.?\/[^"'`\n]*)["'`]/g;

/**
 * What a configuration of markdownlint takes from other files of the repository: configurations that it extends, rules, plugins and
 * modules, relative to the repository. What packages bring is left out, for lock files tell of it. Pure.
 *
 * @param file - relative to the repository
 * @param exists - whether there is such a file
 */
export function referencesOf(file: string, text: string, exists: (file: string) => boolean): readonly string[] {
  const folder = path.posix.dirname(file);
  const place = (name: string): string => path.posix.join(folder, name);
  if (/\.[cm]?js$/.test(file)) return [...text.matchAll(RELATIVE)].map(([, name = ""]) => place(name));
  let settings: unknown;
  try {
    settings = parseSettings(file, text);
  } catch {
    // The linter tells of it.
    return [];
  }
  const table = asTable(settings);
  const plugins = Array.isArray(table["markdownItPlugins"]) ? (table["markdownItPlugins"] as readonly unknown[]) : [];
  const named = [
    table["extends"],
    valueAt(table, "config", "extends"),
    table["customRules"],
    ...plugins.map((one) => (Array.isArray(one) ? (one as readonly unknown[])[0] : undefined)),
  ].flatMap((one) => textsOf(one));
  return named.filter((name) => name.startsWith(".") || exists(place(name))).map((name) => place(name));
}
