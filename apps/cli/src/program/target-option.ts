import { Option } from "commander";
import { parseText } from "./option-values.ts";

/** `--target` of a command that finds the configuration by itself. */
export function targetOption(): Option {
  return new Option(
    "--target <dir>",
    "directory that holds the configuration (default: here or the nearest above)",
  ).argParser(parseText);
}
