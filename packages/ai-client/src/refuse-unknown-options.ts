import { didYouMean } from "./prompts/suggest-name.ts";

/**
 * Refuses an option that nothing reads: without types a misspelt limit would be no limit.
 *
 * @param action what cannot be done then, such as `create budget`
 * @param known every option there is
 * @param inside the option that `options` are the value of
 * @throws {TypeError} when `options` has another option, even one that is `undefined`
 */
export function refuseUnknownOptions<Options extends object>(
  action: string,
  options: Options,
  known: Readonly<Record<keyof Options, true>>,
  inside?: string,
): void {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  const name = inside === undefined ? unknown : `${inside}.${unknown}`;
  const names = Object.keys(known);
  const advice = didYouMean(unknown, names) || `; there are ${names.join(", ")}`;
  throw new TypeError(`Cannot ${action}: there is no option \`${name}\`${advice}`);
}
