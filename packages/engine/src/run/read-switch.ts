import { EngineError } from "../errors.ts";

/**
 * What an environment variable switches: `true` or `1` on, `false` or `0` off; `undefined` where it is not set or empty.
 *
 * @throws {EngineError} ENGINE_ENVIRONMENT_INVALID – it holds anything else
 */
export function readSwitch(
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
): boolean | undefined {
  const text = environment[name]?.trim().toLowerCase() ?? "";
  if (text === "") return undefined;
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0") return false;
  throw new EngineError("ENGINE_ENVIRONMENT_INVALID", `${name} must be true or false, got "${environment[name]}"`, {
    hint: `Set ${name}=true to switch it on, or unset it`,
  });
}
