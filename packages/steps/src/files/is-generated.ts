const GENERATED =
  /^(?:.*\n){0,5}.*(?:@generated|code generated|auto-?generated|(?:file|code) (?:is|was|has been) generated|do not edit)/i;

/** Whether a text says within its first lines that a program wrote it. */
export function isGenerated(text: string): boolean {
  return GENERATED.test(text.slice(0, 2000));
}
