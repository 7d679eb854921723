import { EXPLAIN_FOLDER } from "../explain/create-question-log.ts";
import { isFanOutFolder } from "../files/list-fan-out.ts";
import { INDEX_FILE, JOURNAL_FOLDER, STATISTICS_LOCK } from "../statistics/merge-statistics.ts";
import { CLEANUP_STAMP } from "./daily-cleanup.ts";
import { SIZE_FILE } from "./size-ledger.ts";

/** The lock of everything that removes entries. */
export const CLEANUP_LOCK = "cleanup.lock";

/**
 * What a file in a cache directory is:
 *
 * - `entry`: an answer in its place.
 * - `misplaced`: named as an answer, but where it is never looked for.
 * - `temporary`: on its way to another name.
 * - `lock`: says that a process is at work.
 * - `state`: statistics, what was asked, and the like: nothing that an answer depends on.
 * - `unknown`: not made by this package.
 */
export type FileKind = "entry" | "misplaced" | "temporary" | "lock" | "state" | "unknown";

const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const escape = (name: string): string => name.replaceAll(".", "\\.");

const ENTRY = /^[0-9a-f]{64}\.json$/;
const ENTRY_TEMPORARY = /^[0-9a-f]{64}\.[0-9a-f-]+\.\d+\.tmp$/;
const EXPLAIN_TEMPORARY = new RegExp(`^[0-9a-f]{64}\\.${UUID}\\.tmp$`);
const ENTRY_LOCK = /^[0-9a-f]{64}\.lock$/;
const ENTRY_LOCK_ASIDE = new RegExp(`^[0-9a-f]{64}\\.lock\\.${UUID}$`);
const STATE_NAMES: readonly string[] = [INDEX_FILE, SIZE_FILE, CLEANUP_STAMP, ".gitignore"];
const LOCK_NAMES: readonly string[] = [STATISTICS_LOCK, CLEANUP_LOCK];
const TOP_TEMPORARY = new RegExp(
  `^(?:(?:${[INDEX_FILE, SIZE_FILE].map(escape).join("|")})\\.${UUID}\\.tmp|(?:${LOCK_NAMES.map(escape).join("|")})\\.${UUID})$`,
);
const SEGMENT = new RegExp(`^\\d+-${UUID}-\\d+\\.json$`);
const SEGMENT_TEMPORARY = new RegExp(`^\\d+-${UUID}-\\d+\\.json\\.tmp$`);

/** The kind of a file by its `name` and the folder of the cache directory it is in, `undefined` for the directory itself. */
export function classifyFile(folder: string | undefined, name: string): FileKind {
  if (folder === undefined) {
    if (STATE_NAMES.includes(name)) return "state";
    if (LOCK_NAMES.includes(name)) return "lock";
    if (TOP_TEMPORARY.test(name)) return "temporary";
    return ENTRY.test(name) ? "misplaced" : "unknown";
  }
  if (folder === JOURNAL_FOLDER) {
    if (SEGMENT.test(name)) return "state";
    return SEGMENT_TEMPORARY.test(name) ? "temporary" : "unknown";
  }
  if (folder === EXPLAIN_FOLDER) {
    if (ENTRY.test(name)) return "state";
    return EXPLAIN_TEMPORARY.test(name) ? "temporary" : "unknown";
  }
  if (!isFanOutFolder(folder)) return "unknown";
  if (ENTRY.test(name)) return name.startsWith(folder) ? "entry" : "misplaced";
  if (ENTRY_LOCK.test(name)) return "lock";
  return ENTRY_TEMPORARY.test(name) || ENTRY_LOCK_ASIDE.test(name) ? "temporary" : "unknown";
}
