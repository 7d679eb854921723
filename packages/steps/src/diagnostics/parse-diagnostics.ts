import type { PlaceResolver } from "../files/resolve-place.ts";

/** What a compiler says of a place in a file. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly message: string;
  /** As the compiler numbers it, such as `TS2322`. */
  readonly code?: string | undefined;
  readonly file: string;
  readonly line: number;
  readonly column?: number | undefined;
}

/** Diagnostics that are told in one line. */
const ONE_LINE: readonly RegExp[] = [
  // tsc, msbuild: `a.ts(5,3): error TS2322: message [project]`
  /^\s*(?<file>[^()]{1,1000}?)\((?<line>\d+)(?:,(?<column>\d+))?(?:,\d+,\d+)?\): (?<severity>error|warning) (?<code>[A-Z]{1,10}\d+): (?<message>.*?)(?: \[[^\]]+proj(?:::[^\]]*)?\])?$/,
  // tsc --pretty: `a.ts:5:3 - error TS2322: message`
  /^(?<file>[^:]{1,1000}):(?<line>\d+):(?<column>\d+) - (?<severity>error|warning) (?<code>TS\d+): (?<message>.*)$/,
  // gcc, clang, swiftc, javac: `a.c:5:3: error: message [-Wname]`
  /^(?<file>(?:[A-Za-z]:)?[^:\s][^:]{0,1000}):(?<line>\d+):(?:(?<column>\d+):)? (?:fatal )?(?<severity>error|warning): (?<message>.*?)(?: \[(?<code>-W[\w=+-]+)\])?$/,
  // Maven: `[ERROR] /path/A.java:[5,9] message`
  /^\[(?<severity>ERROR|WARNING)\] (?<file>[^[\]]{1,1000}):\[(?<line>\d+),(?<column>\d+)\] (?:error: )?(?<message>.*)$/,
  // Kotlin: `e: file:///path/A.kt:5:9 message`
  /^(?<severity>[ew]): (?<file>(?:file:\/\/)?[^:]{1,1000}):(?<line>\d+):(?<column>\d+):? (?<message>.*)$/,
  // go: `./a.go:5:2: message`
  /^(?:vet: )?(?<file>[^:\s][^:]{0,1000}\.go):(?<line>\d+):(?<column>\d+): (?<message>.*)$/,
];

/** Diagnostics whose heading says what is wrong, and whose place follows: rustc, esbuild. */
const HEADINGS: readonly RegExp[] = [
  /^(?<severity>error|warning)(?:\[(?<code>[A-Z]\d+)\])?: (?<message>.*)$/,
  /^\s*[✘▲] \[(?<severity>ERROR|WARNING)\] (?<message>.*)$/,
];
const PLACES: readonly RegExp[] = [
  /^\s*--> (?<file>.{1,1000}):(?<line>\d+):(?<column>\d+)$/,
  /^\s{2,}(?<file>[^\s:][^:]{0,1000}):(?<line>\d+):(?<column>\d+):$/,
];
/** Lines between a heading and its place. */
const MAX_BETWEEN = 5;

/**
 * Reads what compilers said of files of the repository: tsc, gcc, clang, swiftc, javac, kotlinc, rustc, go, msbuild and esbuild, by
 * themselves or through Maven, Gradle, CMake, make and others that pass their lines on. What is told twice counts once. Pure.
 *
 * @param lines - of the output, without colours
 */
export function parseDiagnostics(lines: readonly string[], { resolve }: PlaceResolver): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  let heading: { readonly groups: Readonly<Record<string, string | undefined>>; readonly at: number } | undefined;
  for (const [at, line] of lines.entries()) {
    const groups = firstMatch(ONE_LINE, line);
    const place =
      groups === undefined && heading !== undefined && at - heading.at <= MAX_BETWEEN
        ? firstMatch(PLACES, line)
        : undefined;
    const told = groups ?? (place === undefined ? undefined : { ...heading?.groups, ...place });
    if (told === undefined) {
      const next = firstMatch(HEADINGS, line);
      if (next !== undefined) heading = { groups: next, at };
      continue;
    }
    if (place !== undefined) heading = undefined;
    const diagnostic = toDiagnostic(told, resolve);
    if (diagnostic !== undefined)
      found.set(JSON.stringify([diagnostic.file, diagnostic.line, diagnostic.message]), diagnostic);
  }
  return [...found.values()];
}

/** The named groups of the first pattern that fits, those that took part. */
function firstMatch(patterns: readonly RegExp[], line: string): Readonly<Record<string, string>> | undefined {
  for (const pattern of patterns) {
    const groups = pattern.exec(line)?.groups;
    if (groups !== undefined) {
      return Object.fromEntries(
        Object.entries(groups).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
      );
    }
  }
  return undefined;
}

function toDiagnostic(
  groups: Readonly<Record<string, string | undefined>>,
  resolve: PlaceResolver["resolve"],
): Diagnostic | undefined {
  const { severity = "error", code, message = "", line, column } = groups;
  const file = resolve(groups["file"]?.trim() ?? "");
  if (file === undefined) return undefined;
  return {
    severity: severity.toLowerCase().startsWith("w") ? "warning" : "error",
    message: message.trim(),
    ...(code === undefined ? {} : { code }),
    file,
    line: Number(line),
    ...(column === undefined ? {} : { column: Number(column) }),
  };
}
