/** Documents whose text is shown elsewhere than where the file is, or tells of what once was. */
const ELSEWHERE =
  /(?:^|\/)(?:\.github\/(?:.*\/)?(?:ISSUE_TEMPLATE|PULL_REQUEST_TEMPLATE|DISCUSSION_TEMPLATE)|pull_request_template|issue_template)\b|(?:^|\/)(?:CHANGELOG|CHANGES|HISTORY|RELEASES?|NEWS)\b[^/]*$|(?:^|\/)\.changeset\//i;

/** Whether a document's links and samples are not meant for the repository as it is now. */
export function isElsewhere(file: string): boolean {
  return ELSEWHERE.test(file);
}
