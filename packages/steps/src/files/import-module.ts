import { pathToFileURL } from "node:url";

/**
 * Imports a module of the repository, such as a tool that it has installed or a configuration in JavaScript.
 *
 * @param file - absolute path
 * @throws whatever the module throws
 */
export async function importModule(file: string): Promise<Readonly<Record<string, unknown>>> {
  return (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
}
