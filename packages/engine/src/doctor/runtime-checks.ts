import type { AreaCheck } from "./check.ts";

/** What is known of the runtime. */
export interface RuntimeFacts {
  /** Such as `22.1.0`. */
  readonly nodeVersion: string;
  /** onnxruntime-node, an optional package. */
  readonly nativeRuntime:
    | { readonly state: "loads" | "not-installed" }
    | { readonly state: "fails"; readonly message: string };
}

/** Oldest Node.js that this program is made for. */
const MINIMUM_NODE = [20, 19] as const;

/** Judges Node.js and the native runtime of models. Pure. */
export function checkRuntime({ nodeVersion, nativeRuntime }: RuntimeFacts): readonly AreaCheck[] {
  return [checkNode(nodeVersion), checkNative(nativeRuntime)];
}

function checkNode(version: string): AreaCheck {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isOld = major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1]);
  const needed = MINIMUM_NODE.join(".");
  if (!isOld) return { id: "node", state: "ok", message: `Node.js ${version}` };
  return {
    id: "node",
    state: "problem",
    message: `Node.js ${version} is older than ${needed}, the oldest this program is made for`,
    mend: `install Node.js ${needed} or newer`,
  };
}

/** Nothing that a run does gets faster by the native runtime, so that nobody is advised to install it, nor to mend one that fails. */
function checkNative(native: RuntimeFacts["nativeRuntime"]): AreaCheck {
  const what = {
    loads: "is installed and not active",
    "not-installed": "is not installed",
    fails: "is installed and does not load",
  }[native.state];
  const why = native.state === "fails" ? `: ${native.message}` : "";
  return {
    id: "native-runtime",
    state: "ok",
    message: `durations are predicted in TypeScript, sooner than by the native runtime and with the same answers; onnxruntime-node ${what}${why}`,
  };
}
