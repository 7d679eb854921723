import { spawn } from "node:child_process";

const [directory, base] = process.argv.slice(2);

/** Runs git and takes its output as bytes, and that is all: what remains of a detection when everything that is ours is left out. */
const run = (args) =>
  new Promise((resolve) => {
    const child = spawn("git", args, { cwd: directory, stdio: ["ignore", "pipe", "inherit"] });
    const chunks = [];
    child.stdout.on("data", (chunk) => chunks.push(chunk));
    child.on("close", () => resolve(Buffer.concat(chunks)));
  });

await Promise.all([
  run(["--no-optional-locks", "status", "--porcelain=v2", "-z", "-uall"]),
  run(["diff-tree", "-r", "-z", "--raw", "-M", base, "HEAD"]),
]);
