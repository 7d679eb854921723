/** Documents whose text is shown elsewhere than where the file is, or tells of what once was. */
const ELSEWHERE =
  /(?:^|\/)(?:\.github\/(?:.*\/)?(?:ISSUE_TEMPLATE|PULL_REQUEST_TEMPLATE|DISCUSSION_TEMPLATE)|pull_request_template|issue_template)\b|(?:^|\/)(?:CHANGE-?LOG|CHANGES|HISTORY|RELEASES?(?:[-_ ]?NOTES?)?|NEWS)(?:[-_. ]v?\d[^/]*)?(?:\.[a-z]+)?$|(?:^|\/)\.changeset\//i;

/** What tests feed to what they test; documents about tests stand at the top, or among the documents. */
const INPUT_OF_TESTS =
  /^(?!(?:.*\/)?docs?\/)(?:.*\/)?(?:tests?|__tests__|e2e)\/(?:.+\/)?(?!README|CONTRIBUTING)[^/]+$/i;

/** Whether a document's links and samples are not meant for the repository as it is now. */
export function isElsewhere(file: string): boolean {
  return ELSEWHERE.test(file) || INPUT_OF_TESTS.test(file);
}
