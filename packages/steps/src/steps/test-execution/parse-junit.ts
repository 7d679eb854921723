import { XMLParser } from "fast-xml-parser";
import type { PlaceResolver } from "../../files/resolve-place.ts";
import type { TestFailure } from "./failure.ts";

/** What a report tells. */
export interface JunitReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly TestFailure[];
  /** How long the tests of a file took together, by the file relative to the repository, in milliseconds. */
  readonly fileMs: ReadonlyMap<string, number>;
}

type Element = Readonly<Record<string, unknown>>;

/** Deeper nesting than suites in suites of any runner. */
const MAX_DEPTH = 50;

const PLACES: readonly RegExp[] = [
  /(?:^|\(|\s)(?:classpath:)?(?<file>(?:file:\/\/|\/)?[^\s():"']+\.\w+):(?<line>\d+)(?::\d+)?/,
  /File "(?<file>[^"]+)", line (?<line>\d+)/,
  / in (?<file>\/.+):line (?<line>\d+)/,
];

/**
 * Reads a report in JUnit's XML, of which every runner writes its own kind. Pure.
 *
 * @returns `undefined` where the text is none
 */
export function parseJunit(text: string, { resolve }: PlaceResolver): JunitReport | undefined {
  const root = parse(text);
  if (root === undefined) return undefined;
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const failures: TestFailure[] = [];
  const fileMs = new Map<string, number>();
  for (const { test, suite } of casesOf(root)) {
    const file = fileOf(test, suite, resolve);
    const seconds = Number(test["@time"]);
    if (file !== undefined && seconds >= 0) fileMs.set(file, (fileMs.get(file) ?? 0) + seconds * 1000);
    const [wrong] = [...listOf(test["failure"]), ...listOf(test["error"])];
    if (wrong !== undefined) {
      counts.failed += 1;
      failures.push(toFailure(test, wrong, { file, resolve }));
    } else if (test["skipped"] !== undefined) counts.skipped += 1;
    else counts.passed += 1;
  }
  return { ...counts, failures, fileMs };
}

function parse(text: string): Element | undefined {
  if (!/<testsuites?[\s>/]/.test(text.slice(0, 4096))) return undefined;
  try {
    const parser = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: "@",
      parseTagValue: false,
      // Entities of a document's own could make a small file a huge text.
      processEntities: { enabled: true, maxTotalExpansions: 1_000_000, maxExpandedLength: 32 * 1024 * 1024 },
      isArray: (name) => ["testsuites", "testsuite", "testcase", "failure", "error"].includes(name),
    });
    return parser.parse(text) as Element;
  } catch {
    return undefined;
  }
}

function* casesOf(
  element: Element,
  suite: Element = {},
  depth = 0,
): Generator<{ readonly test: Element; readonly suite: Element }> {
  if (depth > MAX_DEPTH) return;
  for (const test of elementsOf(element["testcase"])) yield { test, suite };
  for (const name of ["testsuites", "testsuite"]) {
    for (const inner of elementsOf(element[name])) yield* casesOf(inner, inner, depth + 1);
  }
}

function listOf(value: unknown): readonly unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? (value as readonly unknown[]) : [value];
}

/** An element without attributes and content is an empty text. */
function elementsOf(value: unknown): readonly Element[] {
  return listOf(value).map((one) => (typeof one === "object" && one !== null ? (one as Element) : {}));
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** A class that is the place of the test, as Playwright wrote it: `a.spec.ts:3:1 › name`. */
const PLACE_AS_CLASS = /^(?<file>[^\s:]{1,1000}\.\w{1,10}):(?<line>\d{1,9}):\d{1,9}(?=\s|$)/;

/** The attribute `file`, or the name of a class or suite where that is one, as vitest and jest write it. */
function fileOf(test: Element, suite: Element, resolve: PlaceResolver["resolve"]): string | undefined {
  const asClass = PLACE_AS_CLASS.exec(textOf(test["@classname"]))?.groups?.["file"];
  const named = [test["@file"], suite["@file"], suite["@filepath"], asClass, test["@classname"], suite["@name"]];
  for (const one of named) {
    const text = textOf(one);
    const file = /\.\w+$/.test(text) ? resolve(text) : undefined;
    if (file !== undefined) return file;
  }
  const asPath = textOf(test["@classname"]).replaceAll(".", "/");
  if (asPath === "") return undefined;
  // The class of a test within a file of Python is a part of the name.
  const parents = [asPath, asPath.slice(0, Math.max(0, asPath.lastIndexOf("/")))].filter(Boolean);
  for (const end of [".py", ".java", ".kt", ".scala", ".cs"]) {
    for (const parent of parents) {
      const file = resolve(parent + end);
      if (file !== undefined) return file;
    }
  }
  return undefined;
}

function toFailure(
  test: Element,
  wrong: unknown,
  { file, resolve }: { readonly file: string | undefined; readonly resolve: PlaceResolver["resolve"] },
): TestFailure {
  const element = elementsOf(wrong)[0] ?? {};
  const body = typeof wrong === "string" ? wrong : textOf(element["#text"]);
  const name = [textOf(test["@classname"]), textOf(test["@name"])].filter(Boolean).join(" > ");
  const message = (textOf(element["@message"]) || body).split(/\r?\n/).find((line) => line.trim() !== "") ?? "";
  const places = body.split(/\r?\n/).flatMap((line) => {
    for (const pattern of PLACES) {
      const { file: named, line: number } = pattern.exec(line)?.groups ?? {};
      const found = named === undefined ? undefined : resolve(named, textOf(test["@classname"]));
      if (found !== undefined) return [{ file: found, line: Number(number) }];
    }
    return [];
  });
  // Python tells frames from without to within, all others the other way.
  const inFile = places.filter((one) => one.file === file);
  const place =
    (file?.endsWith(".py") === true ? inFile.at(-1) : inFile[0]) ?? (file === undefined ? places[0] : undefined);
  const line = Number(test["@line"] ?? PLACE_AS_CLASS.exec(textOf(test["@classname"]))?.groups?.["line"]);
  const heading = file === undefined ? {} : { file, ...(Number.isSafeInteger(line) && line > 0 ? { line } : {}) };
  return { name, message: message.trim(), ...(place ?? heading) };
}
