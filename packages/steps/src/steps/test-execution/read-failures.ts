import type { PlaceResolver } from "../../files/resolve-place.ts";
import { FAILURE_FORMATS, type FailureFormat } from "./failure-formats.ts";
import type { TestFailure } from "./failure.ts";

/** Lines of a block that are looked at; a difference of two large values can be very long. */
const MAX_BLOCK_LINES = 500;
/** A heading and what stands below it. */
interface Block {
  readonly groups: Readonly<Record<string, string | undefined>>;
  readonly heading: string;
  readonly lines: string[];
  /** The file that a line before named. */
  readonly fileBefore: string | undefined;
  /** What a line behind it says of where it belongs. */
  within?: string;
  /** Whether it is that of a suite in which a test failed that has a block of its own. */
  readonly isSuite: boolean;
}

/**
 * Reads the tests that failed off the output of a runner, whichever it was. Of several forms in one output the one with most failures
 * counts: a test may print what another runner would. Pure; takes time in proportion to the output.
 */
export function readFailures(lines: readonly string[], { resolve }: PlaceResolver): readonly TestFailure[] {
  let best: readonly TestFailure[] = [];
  for (const format of FAILURE_FORMATS) {
    const found = readFormat(lines, format, resolve);
    if (found.length > best.length) best = found;
  }
  return best;
}

function readFormat(
  lines: readonly string[],
  format: FailureFormat,
  resolve: PlaceResolver["resolve"],
): readonly TestFailure[] {
  const failures = new Map<string, TestFailure>();
  const blocks = shareContents(blocksOf(lines, format));
  for (const block of blocks) {
    if (block.isSuite) continue;
    const text = block.lines.join("\n");
    if (format.holds?.test(text) === false || format.isEmptyWith?.test(text) === true) continue;
    const failure = toFailure(block, format, resolve);
    // Of a test and one within it the latter tells more.
    if (failure.line === undefined && blocks.some(({ groups }) => isWithin(groups["name"], block.groups["name"])))
      continue;
    const key = JSON.stringify([failure.name, block.groups["file"] ?? block.fileBefore]);
    const earlier = failures.get(key);
    // Summaries tell it again, with less.
    if (earlier?.line === undefined) failures.set(key, failure);
  }
  return [...failures.values()];
}

function isWithin(name: string | undefined, outer: string | undefined): boolean {
  return name !== undefined && outer !== undefined && name.startsWith(`${outer}/`);
}

function blocksOf(
  lines: readonly string[],
  { start, after, end, fileLine, suiteLine, packageLine, opensBefore }: FailureFormat,
): readonly Block[] {
  const blocks: Block[] = [];
  /** Suites that are open, and how many blocks there were before each. */
  const suites: { readonly name: string; readonly from: number }[] = [];
  let isOpen = after === undefined;
  let current: Block | undefined;
  let fileBefore: string | undefined;
  let before: string[] = [];
  for (const line of lines) {
    const within = packageLine?.exec(line)?.groups?.["package"];
    if (within !== undefined) for (const block of blocks) block.within ??= within;
    if (!isOpen) {
      isOpen = after?.test(line) === true;
      continue;
    }
    fileBefore = fileLine?.exec(line)?.groups?.["file"] ?? fileBefore;
    const suite = suiteLine?.exec(line)?.groups?.["name"];
    if (suite !== undefined) suites.push({ name: suite, from: blocks.length });
    const match = start.exec(line);
    if (match !== null) {
      const name = match.groups?.["name"];
      const own = name === undefined ? -1 : suites.findLastIndex((one) => one.name === name);
      const [opened] = own === -1 ? [] : suites.splice(own);
      const isSuite = opened !== undefined && opened.from < blocks.length;
      current = { groups: match.groups ?? {}, heading: line.trim(), lines: before, fileBefore, isSuite };
      before = [];
      blocks.push(current);
    } else if (end?.test(line) === true) {
      current = undefined;
      before = [];
    } else if (current === undefined && opensBefore !== undefined && before.length < MAX_BLOCK_LINES) before.push(line);
    else if (current !== undefined && current.lines.length < MAX_BLOCK_LINES) current.lines.push(line);
  }
  return blocks;
}

/** Headings that follow on each other share what stands below the last. */
function shareContents(blocks: readonly Block[]): readonly Block[] {
  return blocks.map((block, index) => {
    if (block.groups["file"] === undefined || block.lines.some((line) => line !== "")) return block;
    const next = blocks.slice(index + 1).find((one) => one.lines.some((line) => line !== ""));
    return next === undefined ? block : { ...block, lines: next.lines };
  });
}

function toFailure(block: Block, format: FailureFormat, resolve: PlaceResolver["resolve"]): TestFailure {
  const { groups, lines, fileBefore, within } = block;
  const { name, rest } = nameOf(block, format);
  const placesBy = (patterns: readonly RegExp[]) =>
    lines.flatMap((line) => placeOf(line, patterns, (named) => resolve(named, within)));
  const places = placesBy(format.places);
  const headingFile = groups["file"] ?? fileBefore;
  // jest puts the name of a project before it.
  const own =
    headingFile === undefined ? undefined : (resolve(headingFile) ?? resolve(headingFile.replace(/^\S+ /, "")));
  // A place in the file of the test tells more than one in what it calls.
  const inOwn = places.filter(({ file }) => own === undefined || file === own);
  const beginning = format.beginning === undefined ? undefined : placesBy([format.beginning])[0];
  const candidates = inOwn.length > 0 ? inOwn : own === undefined ? places : [];
  const place = format.place === "first" ? candidates[0] : candidates.at(-1);
  const heading =
    own === undefined ? {} : { file: own, ...(groups["line"] === undefined ? {} : { line: Number(groups["line"]) }) };
  return { name, message: messageOf(rest, format), ...(place ?? beginning ?? heading) };
}

function placeOf(
  line: string,
  places: readonly RegExp[],
  resolve: PlaceResolver["resolve"],
): readonly { readonly file: string; readonly line: number }[] {
  for (const pattern of places) {
    const { file: named, line: number } = pattern.exec(line)?.groups ?? {};
    const file = named === undefined ? undefined : resolve(named);
    if (file !== undefined) return [{ file, line: Number(number) }];
  }
  return [];
}

/** The name, and the lines that are not a part of it. */
function nameOf(
  { groups, heading, lines }: Block,
  { nameUntil, runner }: FailureFormat,
): { readonly name: string; readonly rest: readonly string[] } {
  const first = groups["name"] ?? "";
  if (nameUntil !== undefined && !nameUntil.test(first)) {
    const last = lines.findIndex((line) => nameUntil.test(line));
    if (last !== -1 && last < 20) {
      const parts = [first, ...lines.slice(0, last + 1).map((line) => line.trim())].filter(Boolean);
      return { name: parts.join(" > ").replace(nameUntil, ""), rest: lines.slice(last + 1) };
    }
  }
  if (runner === "node:test") {
    const [, name = heading] = /^✖ (.+?)(?: \([\d.]+ms\))?$/m.exec(lines.join("\n")) ?? [];
    return { name, rest: lines.slice(1) };
  }
  return { name: first === "" ? heading.replace(/^FAIL\s+/, "") : first.replace(/:$/, ""), rest: lines };
}

function messageOf(lines: readonly string[], { message }: FailureFormat): string {
  for (const line of lines) {
    if (message === undefined) {
      if (/\S/.test(line) && !/^[\s-]*$/.test(line)) return line.trim();
      continue;
    }
    const found = message
      .exec(line)
      ?.slice(1)
      .find((one) => one !== undefined);
    if (found !== undefined) return found.trim();
  }
  return "";
}
