import {
  constants,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A copy of the repository in which something can be tried. */
export interface ScratchCopy {
  readonly directory: string;
  readonly close: () => void;
}

const MAX_BYTES = 512 * 1024 * 1024;

/** What installing left and no copy needs: a link leads to it. */
const INSTALLED = ["node_modules", ".venv", "venv", "vendor"];

/** Copies the files of a repository; `undefined` where they are more than {@link MAX_BYTES}. What was installed beside them is linked. */
export function makeScratchCopy(directory: string, files: readonly string[]): ScratchCopy | undefined {
  const scratch = realpathSync(mkdtempSync(path.join(tmpdir(), "ai-workflow-tests-")));
  const close = (): void => rmSync(scratch, { recursive: true, force: true });
  try {
    const folders = new Set([""]);
    let bytes = 0;
    for (const file of files) {
      const from = path.join(directory, file);
      const status = lstatSync(from, { throwIfNoEntry: false });
      if (status?.isFile() !== true) continue;
      bytes += status.size;
      if (bytes > MAX_BYTES) {
        close();
        return undefined;
      }
      const folder = path.dirname(file);
      for (let one = folder; one !== "."; one = path.dirname(one)) folders.add(one);
      mkdirSync(path.join(scratch, folder), { recursive: true });
      copyFileSync(from, path.join(scratch, file), constants.COPYFILE_FICLONE);
    }
    for (const folder of folders) {
      for (const name of INSTALLED) {
        const from = path.join(directory, folder, name);
        const to = path.join(scratch, folder, name);
        if (existsSync(from) && !existsSync(to)) symlinkSync(from, to, "dir");
      }
    }
    return { directory: scratch, close };
  } catch (error) {
    close();
    throw error;
  }
}
