/**
 * What makes two questions the same, for questions whose text differs from run to run: random delimiters around untrusted
 * text must not empty the cache. A cache makes its key of this in place of the text that is sent.
 */
export interface QuestionIdentity {
  /** The system instructions, with a fixed word in place of each random one. */
  readonly system?: string | undefined;
  /** The prompt without the files' content, with a fixed word in place of each random one. */
  readonly prompt: string;
  /** Version of the template: name and content hash of the persona and prompt files it was made from. */
  readonly promptTemplateVersion?: string | undefined;
  /** What was put in of which file, in the order of the prompt: relative path with `/`, SHA-256 of the text as sent (redacted). */
  readonly files?: readonly { readonly path: string; readonly sha256: string }[] | undefined;
}
