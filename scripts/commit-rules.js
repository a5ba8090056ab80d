// What the first line of a commit must be, as CONTRIBUTING.md says: "folder, folder: what".

/** Longest subject: what a log of one line for each commit shows whole. */
export const LONGEST = 72;

/** What commits may be about that is no folder. */
const TOPICS = new Set(["build", "ci", "lint", "release"]);

/**
 * @param {string} subject first line of the message
 * @param {ReadonlySet<string>} folders names of the folders that the commit has
 * @returns {string[]} what is wrong with it
 */
export function wrongSubject(subject, folders) {
  const wrong = [];
  if (subject.length > LONGEST) wrong.push(`has ${subject.length} characters, more than ${LONGEST}`);
  const parts = /^([^:]+): (\S.*)$/.exec(subject);
  if (parts === null) return [...wrong, 'is not "folder: what"'];
  const unknown = parts[1].split(", ").filter((name) => !folders.has(name) && !TOPICS.has(name));
  if (unknown.length > 0) wrong.push(`begins with what is no folder: ${unknown.join(", ")}`);
  return wrong;
}
