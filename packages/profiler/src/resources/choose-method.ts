import type { ResourceMethod } from "../resource-usage.ts";
import { openCgroups, type Cgroups } from "./cgroup.ts";
import type { ProcFiles } from "./proc-files.ts";

/** How processes are measured. */
export interface Method {
  /** `undefined`: there is no way here. */
  readonly name: Exclude<ResourceMethod, "thread"> | undefined;
  readonly cgroups: Cgroups | undefined;
}

/** Where it is to be found out, and what is wished. */
export interface MethodWish {
  readonly wish: "auto" | "proc" | "cgroup" | "ps";
  readonly files: ProcFiles;
  readonly procRoot: string | undefined;
  readonly platform: NodeJS.Platform;
  /** Told when there is no way to measure, or not the one that was asked for. */
  readonly lost: (message: string) => void;
}

/** Chooses what is wished for, or the best that works here. */
export function chooseMethod({ wish, files, procRoot, platform, lost }: MethodWish): Method {
  const method = findMethod(wish, files, procRoot, platform);
  const { name } = method;
  if (name === undefined) lost("what processes take cannot be measured on this system");
  else if (wish !== "auto" && wish !== name) lost(`method ${wish} does not work here: ${name} is used instead`);
  return method;
}

function findMethod(
  wish: MethodWish["wish"],
  files: ProcFiles,
  procRoot: string | undefined,
  platform: NodeJS.Platform,
): Method {
  // Only what is asked for by name is taken where Linux is not.
  const hasProc = (platform === "linux" || procRoot !== undefined) && wish !== "ps" && files.stat("self") !== undefined;
  const cgroups = hasProc && wish !== "proc" ? openCgroups(procRoot) : undefined;
  if (cgroups !== undefined) return { name: "cgroup", cgroups };
  if (hasProc) return { name: "proc", cgroups: undefined };
  return { name: platform === "win32" ? undefined : "ps", cgroups: undefined };
}
