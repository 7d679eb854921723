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

/** Which of both evaluates a model is no question of right or wrong: their answers are the same. */
function checkNative(native: RuntimeFacts["nativeRuntime"]): AreaCheck {
  const id = "native-runtime";
  const served = "runs evaluate the model of durations in TypeScript";
  if (native.state === "fails") {
    return {
      id,
      state: "advice",
      message: `${served}, with the same answers; the native runtime is installed and does not work: ${native.message}`,
      mend: "npm install --ignore-scripts onnxruntime-node (again), or remove it",
    };
  }
  const installed = native.state === "loads" ? "is installed, and not needed" : "is not installed, nor needed";
  return { id, state: "ok", message: `${served}; the native runtime, onnxruntime-node, ${installed}` };
}
