import type { Finding } from "@ai-workflow/engine";
import { isTable, parseJson, type Table } from "../../project/read-data.ts";

type Parser = (stdout: string, stderr: string) => readonly Finding[] | undefined;

/** `eslint --format json`. */
export const parseEslint: Parser = (stdout) =>
  listOf(parseJson(stdout))?.flatMap((file) =>
    (listOf(file["messages"]) ?? []).map((one) =>
      finding(
        one["severity"] === 2 ? "error" : "warning",
        one["ruleId"] ?? "parse",
        one["message"],
        file["filePath"],
        one,
      ),
    ),
  );

/** Commands of GitHub's workflows (`::error file=a,line=1::message`), which biome writes. */
export const parseGithub: Parser = (stdout, stderr) => {
  const found = stdout.split("\n").flatMap((line): readonly Finding[] => {
    const [, level, properties = "", message] =
      /^::(error|warning|notice) ([^:]*(?::(?!:)[^:]*)*)::(.*)$/.exec(line) ?? [];
    if (level === undefined) return [];
    const values = new Map(
      properties.split(",").map((one) => [one.slice(0, one.indexOf("=")), one.slice(one.indexOf("=") + 1)]),
    );
    const severity = level === "notice" ? "info" : level === "error" ? "error" : "warning";
    const place = { line: Number(values.get("line")), column: Number(values.get("col")) };
    return [finding(severity, values.get("title"), unescape(message), unescape(values.get("file")), place)];
  });
  return found.length > 0 || /Checked \d+ files?/.test(stdout + stderr) ? found : undefined;
};

/** `oxlint --format json`. */
export const parseOxlint: Parser = (stdout) => {
  const report = parseJson(stdout);
  return listOf(isTable(report) ? report["diagnostics"] : undefined)?.map((one) => {
    const [label] = listOf(one["labels"]) ?? [];
    const span = label?.["span"];
    const severity = one["severity"] === "error" ? "error" : "warning";
    return finding(severity, one["code"], one["message"], one["filename"], isTable(span) ? span : {});
  });
};

/** `tsc --pretty false`. */
export const parseTsc: Parser = (stdout) => {
  const found = byLines(stdout, /^(.+?)\((\d+),(\d+)\): (error|warning) (TS\d+): (.*)$/, (match) =>
    finding("error", match[5], match[6], match[1], { line: Number(match[2]), column: Number(match[3]) }),
  );
  const general = byLines(stdout, /^error (TS\d+): (.*)$/, (match) =>
    finding("error", match[1], match[2], undefined, {}),
  );
  return [...found, ...general];
};

/** `ruff check --output-format json`. */
export const parseRuff: Parser = (stdout) =>
  listOf(parseJson(stdout))?.map((one) => {
    const place = isTable(one["location"]) ? one["location"] : {};
    const at = { line: place["row"], column: place["column"] };
    return finding("error", one["code"] ?? "syntax", one["message"], one["filename"], at);
  });

/** flake8. */
export const parseFlake8: Parser = (stdout, stderr) => {
  const found = byLines(stdout, /^(.+?):(\d+):(\d+): ([A-Z]+\d+) (.*)$/, (match) =>
    finding("error", match[4], match[5], match[1], { line: Number(match[2]), column: Number(match[3]) }),
  );
  return found.length === 0 && stderr.trim() !== "" ? undefined : found;
};

/** mypy. */
export const parseMypy: Parser = (stdout, stderr) => {
  const pattern = /^(.+?):(\d+):(?:(\d+):)? (error|warning): (.*?)(?: {2}\[([\w-]+)\])?$/;
  const found = byLines(stdout, pattern, (match) =>
    finding(match[4] === "error" ? "error" : "warning", match[6] ?? "mypy", match[5], match[1], {
      line: Number(match[2]),
      column: Number(match[3] ?? Number.NaN),
    }),
  );
  return found.length === 0 && stderr.trim() !== "" ? undefined : found;
};

/** `go vet`, which writes to its standard error. */
export const parseGoVet: Parser = (_, stderr) => {
  const found = byLines(stderr, /^(?:vet: )?(?:\.\/)?([^:\s][^:]*\.go):(\d+):(?:(\d+):)? (.*)$/, (match) =>
    finding("error", "vet", match[4], match[1], { line: Number(match[2]), column: Number(match[3] ?? Number.NaN) }),
  );
  return found.length === 0 && stderr.trim() !== "" ? undefined : found;
};

/** `cargo clippy --message-format json`: a line for each message. */
export const parseClippy: Parser = (stdout, stderr) => {
  const messages = stdout.split("\n").map(parseJson).filter(isTable);
  if (messages.length === 0 && stderr.trim() !== "") return undefined;
  return messages.flatMap((one): readonly Finding[] => {
    const { message } = one;
    if (one["reason"] !== "compiler-message" || !isTable(message)) return [];
    const span = (listOf(message["spans"]) ?? []).find((each) => each["is_primary"] === true);
    if (span === undefined) return [];
    const code = isTable(message["code"]) ? message["code"]["code"] : undefined;
    const severity = message["level"] === "error" ? "error" : "warning";
    const place = { line: span["line_start"], column: span["column_start"] };
    return [finding(severity, code ?? "rustc", message["message"], span["file_name"], place)];
  });
};

/** `rubocop --format json`. */
export const parseRubocop: Parser = (stdout) => {
  const report = parseJson(stdout);
  return listOf(isTable(report) ? report["files"] : undefined)?.flatMap((file) =>
    (listOf(file["offenses"]) ?? []).map((one) => {
      const severity = one["severity"] === "error" || one["severity"] === "fatal" ? "error" : "warning";
      const place = isTable(one["location"]) ? one["location"] : {};
      return finding(severity, one["cop_name"], one["message"], file["path"], place);
    }),
  );
};

/** `phpstan --error-format=json`. */
export const parsePhpstan: Parser = (stdout) => {
  const report = parseJson(stdout);
  if (!isTable(report) || !isTable(report["totals"])) return undefined;
  const files = isTable(report["files"]) ? Object.entries(report["files"]) : [];
  return files.flatMap(([file, value]) =>
    (listOf(isTable(value) ? value["messages"] : undefined) ?? []).map((one) =>
      finding("error", one["identifier"] ?? "phpstan", one["message"], file, one),
    ),
  );
};

/** `shellcheck --format json`. */
export const parseShellcheck: Parser = (stdout) =>
  listOf(parseJson(stdout))?.map((one) => {
    const level = one["level"] === "error" ? "error" : one["level"] === "warning" ? "warning" : "info";
    return finding(level, `SC${String(one["code"])}`, one["message"], one["file"], one);
  });

function finding(
  severity: Finding["severity"],
  rule: unknown,
  message: unknown,
  file: unknown,
  { line, column }: Table,
): Finding {
  const isPlace = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0;
  const words =
    typeof message === "string"
      ? message
          .split("\n")[0]
          ?.replace(/\p{Cc}/gu, " ")
          .trim()
      : undefined;
  return {
    rule: typeof rule === "string" && rule !== "" ? rule : "problem",
    severity,
    message: words === undefined || words === "" ? "a problem that the tool does not describe" : words,
    ...(typeof file === "string" ? { file } : {}),
    ...(isPlace(line) ? { line } : {}),
    ...(isPlace(column) ? { column } : {}),
  };
}

function byLines(text: string, pattern: RegExp, make: (match: RegExpExecArray) => Finding): readonly Finding[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const match = pattern.exec(line);
    return match === null ? [] : [make(match)];
  });
}

function unescape(text: string | undefined): string | undefined {
  return text
    ?.replaceAll("%0A", " ")
    .replaceAll("%0D", "")
    .replaceAll("%3A", ":")
    .replaceAll("%2C", ",")
    .replaceAll("%25", "%");
}

function listOf(value: unknown): readonly Table[] | undefined {
  return Array.isArray(value) ? value.filter(isTable) : undefined;
}
