import { randomBytes } from "node:crypto";
import { chmodSync, lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Puts other text into a file of the repository, all of it or nothing, whenever this process may be killed. Permissions and a byte order
 * mark stay. Gives `false`, and leaves the file alone, where it no longer holds `before` to the byte: somebody else wrote it meanwhile, or
 * it is not UTF-8, or no file of its own.
 *
 * @param file - relative to `directory`
 * @param before - what `readText` gave
 * @throws Error of the file system when the new text cannot be written
 */
export function replaceText(directory: string, file: string, before: string, after: string): boolean {
  const target = path.join(directory, file);
  const status = lstatSync(target, { throwIfNoEntry: false });
  if (status?.isFile() !== true) return false;
  const bytes = readFileSync(target);
  const mark = bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : Buffer.alloc(0);
  if (!Buffer.concat([mark, Buffer.from(before)]).equals(bytes)) return false;
  const temporary = path.join(path.dirname(target), `.${randomBytes(9).toString("hex")}.tmp`);
  try {
    writeFileSync(temporary, Buffer.concat([mark, Buffer.from(after)]), { flag: "wx" });
    chmodSync(temporary, status.mode);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  return true;
}
