/** The first lines of commits: what is refused, and in which commits it is looked for. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { root } from "./rig/root.js";

const SCRIPT = path.join(root, "scripts/check-commits.js");

const { wrongSubject } = (await import(pathToFileURL(path.join(root, "scripts/commit-rules.js")).href)) as {
  wrongSubject(subject: string, folders: ReadonlySet<string>): string[];
};

describe("wrongSubject", () => {
  const folders = new Set(["memory", "docs", "source-maps"]);
  const refused = (subject: string, ...what: RegExp[]): void => {
    const wrong = wrongSubject(subject, folders);
    assert.equal(wrong.length, what.length, `${subject}: ${wrong}`);
    for (const [i, each] of what.entries()) assert.match(wrong[i] ?? "", each);
  };

  test("takes a folder, several, a topic; up to 72 characters", () => {
    refused("memory: a realm is an argument");
    refused("memory, docs: a realm is an argument: why");
    refused("ci: subjects are checked");
    refused(`memory: ${"x".repeat(64)}`);
  });

  test("refuses what is longer, or without a folder, or begins with another word", () => {
    refused(`memory: ${"x".repeat(65)}`, /has 73 characters, more than 72/);
    for (const subject of ["A realm is an argument", "memory:no space", "memory: ", ": what", ""])
      refused(subject, /is not "folder: what"/);
    refused("fix: a realm", /no folder: fix$/);
    refused("memory, feature: a realm", /no folder: feature$/);
    refused("memory,docs: a realm", /no folder: memory,docs$/);
    refused(`feat: ${"x".repeat(80)}`, /has 86 characters/, /no folder: feat$/);
  });
});

const hasGit = spawnSync("git", ["--version"]).status === 0;

describe("check-commits", { skip: !hasGit && "needs git" }, () => {
  /** A repository with one commit for each subject; `RULE` brings the rule. */
  function repository(...subjects: string[]): string {
    const folder = mkdtempSync(path.join(os.tmpdir(), "commits-"));
    git(folder, "init", "-q", "-b", "main");
    commit(folder, ...subjects);
    return folder;
  }
  function commit(folder: string, ...subjects: string[]): void {
    mkdirSync(path.join(folder, "src/memory"), { recursive: true });
    mkdirSync(path.join(folder, "scripts"), { recursive: true });
    for (const subject of subjects) {
      writeFileSync(path.join(folder, "src/memory/word.ts"), subject);
      if (subject === RULE) writeFileSync(path.join(folder, "scripts/check-commits.js"), "");
      git(folder, "add", "-A");
      git(folder, "commit", "-q", "-m", `${subject}\n\nBecause.`);
    }
  }
  function git(folder: string, ...args: string[]): void {
    const who = ["-c", "user.name=tester", "-c", "user.email=tester@localhost", "-c", "commit.gpgsign=false"];
    execFileSync("git", [...who, ...args], { cwd: folder, env });
  }
  function check(folder: string): { status: number | null; said: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT], { cwd: folder, env, encoding: "utf8" });
    return { status, said: stdout + stderr };
  }
  // What a hook that runs the tests has set is about another repository.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")));
  const RULE = "scripts: the rule";

  const using = (folder: string, body: () => void): void => {
    try {
      body();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };

  test("commits from before the rule pass; a wrong one after it is named", () => {
    const folder = repository("An old one", RULE, "memory: good");
    using(folder, () => {
      assert.deepEqual(check(folder), { status: 0, said: "Subjects of 1 commits checked\n" });
      commit(folder, "Wrong one", "memory: good again");
      const { status, said } = check(folder);
      assert.equal(status, 1);
      assert.match(said, /^Subjects of 3 commits checked\n[0-9a-f]{9} "Wrong one": is not "folder: what"\n$/);
    });
  });

  test("a branch answers for its own commits, not for main's", () => {
    const folder = repository(RULE, "Wrong, in main");
    using(folder, () => {
      git(folder, "switch", "-q", "-c", "branch");
      commit(folder, "memory: good");
      assert.deepEqual(check(folder), { status: 0, said: "Subjects of 1 commits checked\n" });
      commit(folder, "wrong: in the branch");
      assert.match(check(folder).said, /begins with what is no folder: wrong\n$/);
    });
  });

  test("a merge has no subject of its own", () => {
    const folder = repository(RULE);
    using(folder, () => {
      git(folder, "switch", "-q", "-c", "branch");
      commit(folder, "memory: good");
      git(folder, "switch", "-q", "main");
      git(folder, "merge", "-q", "--no-ff", "-m", "Merge branch", "branch");
      assert.equal(check(folder).status, 0);
    });
  });

  test("a shallow clone is checked as far as it goes; without history nothing is", () => {
    const folder = repository("Old", RULE, "Wrong, cut off", "memory: good", "memory: better");
    const clone = `${folder}-clone`;
    using(folder, () => {
      execFileSync("git", ["clone", "-q", "--depth", "2", pathToFileURL(folder).href, clone], { env, stdio: "ignore" });
      using(clone, () => {
        assert.deepEqual(check(clone), { status: 0, said: "Subjects of 1 commits checked\n" });
        rmSync(path.join(clone, ".git"), { recursive: true });
        assert.deepEqual(check(clone), { status: 0, said: "Subjects of 0 commits checked\n" });
      });
    });
  });
});
