/** What says that a program is not installed, at any exit code. */
const MISSING =
  /^(?:.*: No module named ['"]?(?:pytest|tox|nox|django|build|mypy|ruff)\b.*|.*(?:command )?not found(?: in PATH)?|bundler: (?:command not found|failed to load).*|Could not find .+ in (?:locally installed gems|any of the sources).*|npm (?:ERR!|error) (?:could not determine executable to run|npx canceled due to missing packages).*|\s*ERR_PNPM_RECURSIVE_EXEC_FIRST_FAIL.*|error: rustup could not choose a version of .*|error: toolchain .* is not installed.*|.*No compiler is provided in this environment.*|.*JAVA_HOME .*is not (?:defined|set).*)$/;

/** The exit code of a shell that did not find a command. */
const NOT_FOUND = 127;

/** Whether a command failed because something that it starts is not installed. Pure. */
export function isMissingProgram(code: number | undefined, lines: readonly string[]): boolean {
  return code !== 0 && (code === NOT_FOUND || findMissingLine(lines) !== undefined);
}

/** The line that says what is not installed. Pure. */
export function findMissingLine(lines: readonly string[]): string | undefined {
  return lines.find((line) => MISSING.test(line.trim()))?.trim();
}
