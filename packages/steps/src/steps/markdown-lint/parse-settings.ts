import parseJsonc from "markdownlint-cli2/parsers/jsonc";
import parseToml from "markdownlint-cli2/parsers/toml";
import parseYaml from "markdownlint-cli2/parsers/yaml";

/**
 * Parses a configuration of markdownlint that is data, by its name.
 *
 * @throws Error that names the file
 */
export function parseSettings(file: string, text: string): unknown {
  try {
    if (file.endsWith(".toml")) return parseToml(text);
    const isYaml = /\.ya?ml$/.test(file) || (file.endsWith(".markdownlintrc") && !text.trimStart().startsWith("{"));
    return isYaml ? parseYaml(text) : parseJsonc(text);
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
