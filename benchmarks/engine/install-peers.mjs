import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";

const INSTALL_MAX_MS = 180_000;
const PEERS = ["turbo@2", "nx@22", "wireit@0.14", "lage@2"];

/** Installs the peers into `folder` from npm. Returns whether that worked; without a registry it does not. */
export function installPeers(folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/package.json`, "{}\n");
  try {
    // Nx comes with its binary; what it runs after an installation only prepares its background process.
    const args = ["install", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts", ...PEERS];
    execFileSync("npm", args, { cwd: folder, stdio: "ignore", timeout: INSTALL_MAX_MS });
    return true;
  } catch {
    return false;
  }
}
