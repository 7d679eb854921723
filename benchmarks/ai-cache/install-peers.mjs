import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createPeerRequire } from "./subjects.mjs";

const INSTALL_MAX_MS = 180_000;
/** Native code: not among the dependencies of this repository. lmdb brings its binaries along, better-sqlite3 loads or builds them. */
const PEERS = [
  { name: "lmdb", version: "3", flags: ["--ignore-scripts"] },
  { name: "better-sqlite3", version: "12", flags: [] },
];

/** Installs the optional peers beside, in `folder`, where that works. */
export function installPeers(folder) {
  for (const { name, version, flags } of PEERS) {
    const own = path.join(folder, name);
    mkdirSync(own, { recursive: true });
    writeFileSync(path.join(own, "package.json"), "{}\n");
    try {
      const args = ["install", "--no-audit", "--no-fund", "--no-save", ...flags, `${name}@${version}`];
      execFileSync("npm", args, { cwd: own, stdio: "ignore", timeout: INSTALL_MAX_MS });
    } catch {
      // Whether it can be used is asked below.
    }
  }
}

/** The folder `name` was installed in, or `undefined` when it cannot be loaded from there. */
export function findPeer(folder, name) {
  const own = path.join(folder, name);
  try {
    createPeerRequire(own)(name);
    return own;
  } catch {
    return undefined;
  }
}
