/** Hooks that can be installed. */
export const HOOKS = ["pre-commit", "pre-push"] as const;

/** Name of a hook of git that can be installed. */
export type HookName = (typeof HOOKS)[number];

/** The built-in pipeline that each hook runs. */
const PIPELINES: Readonly<Record<HookName, string>> = { "pre-commit": "pre-commit", "pre-push": "ci" };

/** Line by which a hook is known as one of ours, whichever version wrote it. */
const MARK = "# Installed by `ai-workflow init --hooks`; `ai-workflow init --remove-hooks` takes it away.";

/** Where the hook goes that was there before. */
export function nameOfEarlier(hook: HookName): string {
  return `${hook}.before-ai-workflow`;
}

/** What a hook runs, for the configuration of a program that has the hooks in its care. Pure. */
export function commandOf(hook: HookName, target: string): string {
  return `ai-workflow ${argumentsOf(hook, target)}`;
}

/**
 * Nobody is there to be asked or wants to read of what passed, and neither what could not be judged nor what was wrong before holds a commit
 * up.
 */
function argumentsOf(hook: HookName, target: string): string {
  const place = target === "" ? "" : ` --target ${quote(target)}`;
  const findings = hook === "pre-commit" ? " --findings changed" : "";
  return `run --pipeline ${PIPELINES[hook]}${place} --auto --quiet${findings} --inconclusive pass`;
}

/**
 * The text of a hook: the hook that was there before with all that git gives it, then the pipeline. Pure.
 *
 * @param target - folder of the configuration from the top of the work tree; empty for the top itself
 */
export function renderHook(hook: HookName, target: string): string {
  const folder = target === "" ? "." : target;
  return `#!/bin/sh
${MARK}
before="$(dirname -- "$0")/${nameOfEarlier(hook)}"
if [ -x "$before" ]; then "$before" "$@" || exit; fi
# All branches and work trees share the hooks, but maybe not the configuration.
[ -e ${quote(`${folder}/.workflow-config.yaml`)} ] || exit 0
# What the steps start would otherwise take this repository for theirs.
# shellcheck disable=SC2046
unset $(git rev-parse --local-env-vars)
program=ai-workflow
for folder in . ${quote(folder)}; do
  if [ -x "$folder/node_modules/.bin/ai-workflow" ]; then program="$folder/node_modules/.bin/ai-workflow"; fi
done
if ! command -v "$program" >/dev/null; then
  echo 'ai-workflow is not installed: npm install --global @ai-workflow/cli, or --no-verify for this time' >&2
  exit 1
fi
exec "$program" ${argumentsOf(hook, target)} </dev/null
`;
}

/** Whether a file of the hooks' folder was written by {@link renderHook}. Pure. */
export function isOurs(text: string): boolean {
  return text.split("\n", 2)[1] === MARK;
}

/** As one word of a shell. */
function quote(text: string): string {
  return /^[\w.][\w./-]*$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
