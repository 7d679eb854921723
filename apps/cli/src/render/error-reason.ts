import type { EngineError, EngineErrorCode } from "@ai-workflow/engine";

/** Why what is to be read or written cannot be, by the code that the system gives. */
const OF_SYSTEM: Readonly<Record<string, string>> = {
  EACCES: "this user has no right to",
  EPERM: "the system does not let this user",
  ENOENT: "it is not there",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is a file",
  ENOSPC: "the disk is full",
  EDQUOT: "the share of the disk that this user may fill is full",
  EROFS: "the disk is read-only",
  EMFILE: "too many files are open",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "its name is too long",
  NOT_A_FILE: "it is a pipe, a socket or a device",
  TOO_LARGE: "it is too large to be what it should be",
};

/** Why, where neither the message nor the places that are wrong say it. */
const OF_CODE: Readonly<Record<EngineErrorCode, string | undefined>> = {
  ENGINE_CONFIG_MISSING: "nothing was set up there, or the command was started somewhere else",
  ENGINE_CONFIG_UNREADABLE: undefined,
  ENGINE_CONFIG_INVALID: undefined,
  ENGINE_FILE_EXISTS: "a file is not replaced unless that is asked for",
  ENGINE_AI_INVALID: undefined,
  ENGINE_ALERTS_MISSING: "nobody is to hear of anything, or the name is misspelt",
  ENGINE_DATA_UNREADABLE: undefined,
  ENGINE_ENVIRONMENT_INVALID: "a value that cannot be understood would count for nothing, unseen",
  ENGINE_COPY_FAILED: undefined,
  ENGINE_OUTPUT_UNWRITABLE: undefined,
  ENGINE_REPOSITORY_MISSING: "revisions are measured in work trees of a repository",
  ENGINE_REVISION_UNKNOWN: "it is misspelt, or its history was not fetched",
  ENGINE_FORMAT_UNKNOWN: "it is misspelt",
  ENGINE_LOCKED: "two runs of one target would write the same files",
  ENGINE_NOTHING_WAITS: "that run passed, failed or was cancelled, or did not ask for the stage",
  ENGINE_RUN_MISSING: "nothing has run here yet, the name is misspelt, or the run was removed with the oldest",
  ENGINE_RUN_UNREADABLE: undefined,
  ENGINE_UNITS_UNREADABLE: undefined,
  ENGINE_UNKNOWN_STEP: "it is misspelt, or was renamed or removed",
  ENGINE_TARGET_MISSING: "it is misspelt, or relative to another directory",
  ENGINE_STATE_NEWER: "this version would misread what a newer one wrote",
  ENGINE_STATE_BLOCKED: "what a run writes would land in another place, or nowhere",
};

/** Why an error happened, in a line; `undefined` where its message or its problems say it. */
export function errorReason({
  code,
  message,
  problems,
}: Pick<EngineError, "code" | "message" | "problems">): string | undefined {
  if (problems.length > 0) return undefined;
  if (code === "ENGINE_RUN_MISSING" && / runs begin with /.test(message)) return "it has to be one of them";
  const [, system = ""] = /\(([A-Z_]+)\)$/.exec(message) ?? [];
  return OF_SYSTEM[system] ?? OF_CODE[code];
}
