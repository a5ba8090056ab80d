// node scripts/check-commits.js: refuses commits whose subject breaks the rules, in the repository of the working folder.
// Only what is new is looked at: since the branch has left main, and since the rule is there. A shallow clone is checked as
// far as it goes back; where there is no history there is nothing to check.
import { spawnSync } from "node:child_process";
import { wrongSubject } from "./commit-rules.js";

/** The first commit that has this file is where the rule begins. */
const THIS = "scripts/check-commits.js";

function git(...args) {
  const { status, stdout } = spawnSync("git", args, { encoding: "utf8" });
  return { ok: status === 0, lines: (stdout ?? "").split("\n").filter((line) => line !== "") };
}

/** @returns {string[]} commits that are not looked at, nor those before them */
function old() {
  const begin = git("log", "--diff-filter=A", "--format=%H", "--", `:/${THIS}`).lines.at(-1) ?? "HEAD";
  // A commit that is in main already, such as HEAD of main itself, has been looked at in its branch, or is main's own.
  const mains = ["origin/main", "main"].filter((name) => {
    const isThere = git("rev-parse", "--verify", "--quiet", `${name}^{commit}`).ok;
    return isThere && !git("merge-base", "--is-ancestor", "HEAD", name).ok;
  });
  return [begin, ...mains];
}

function foldersOf(commit) {
  const folders = new Set();
  for (const folder of git("ls-tree", "-rd", "--name-only", "--full-tree", commit).lines)
    folders.add(folder.split("/").at(-1));
  return folders;
}

const commits = git("rev-list", "--no-merges", "HEAD", ...old().map((commit) => `^${commit}`)).lines;
const broken = commits.flatMap((commit) => {
  const [subject = ""] = git("log", "-1", "--format=%s", commit).lines;
  return wrongSubject(subject, foldersOf(commit)).map((what) => `${commit.slice(0, 9)} "${subject}": ${what}\n`);
});
for (const line of broken) process.stderr.write(line);
process.stdout.write(`Subjects of ${commits.length} commits checked\n`);
if (broken.length > 0) process.exitCode = 1;
