import type { Category } from "../change.ts";
import type { PathParts } from "./path-parts.ts";

/**
 * One built-in rule, as data. A path is a candidate when its name, its extension or one of its folders is listed (any one of them is
 * enough; a rule that lists nothing looks at every path), and the rule wins when `holds` agrees. All words are in lower case and
 * separated by spaces.
 */
export interface Rule {
  /** Shown as the reason: `<ecosystem>/<what>`. */
  readonly rule: string;
  readonly category: Category;
  /** Whole file names. */
  readonly names?: string;
  /** Without the dot. */
  readonly extensions?: string;
  /** Names of folders, at any depth. */
  readonly folders?: string;
  /** What must be true as well. */
  readonly holds?: (parts: PathParts) => boolean;
  /**
   * Where the rule stands among the others if not with those of its category.
   * @defaultValue the rule's category
   */
  readonly strength?: Strength;
  /** The listed names are written by a tool: such files carry the flag `generated`. */
  readonly generated?: true;
}

/**
 * The order of the rules, from strong to weak: a lock file in docs/ is a dependency, a picture in tests/ is a test, Markdown in src/ is
 * docs. Rules that a weaker category needs to win stand higher than their category, and say so by `strength`:
 *
 * - `"exception"` is asked before all others: fixtures and projects inside tests (their manifests are no dependencies of ours), what
 *   generators copy (code), news fragments (`123.feature` is no test), lists of checksums (`.txt` is no prose).
 * - README files are asked with `"ci"`, so that they are docs also in tests.
 * - Data that a program reads and archives, keys and logs are asked with `"config"`, before the fall-back for data files.
 */
export const STRENGTHS = [
  "exception",
  "dependencies",
  "ci",
  "tests",
  "docs",
  "assets",
  "config",
  "code",
  "other",
] as const;

/** A place in the order of rules. */
export type Strength = (typeof STRENGTHS)[number];
