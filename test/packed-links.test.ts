/** The documentation is whole inside the package: what its pages link to is packed with them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { relativeLinks } from "./rig/docs.js";
import { root } from "./rig/root.js";

/** The files that `npm pack` would put into the package. */
function packedFiles(): string[] {
  const options = { cwd: root, encoding: "utf8", shell: process.platform === "win32" } as const;
  const { stdout, stderr } = spawnSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], options);
  assert.match(stdout, /^\[/, stderr);
  const [packed] = JSON.parse(stdout) as { files: { path: string }[] }[];
  return packed?.files.map((file) => file.path) ?? [];
}

test("every relative link of a page in the package leads to a file in the package", () => {
  const packed = packedFiles();
  const pages = packed.filter((file) => file.endsWith(".md"));
  for (const page of ["README.md", "SECURITY.md", "CHANGELOG.md", "docs/threading.md"])
    assert.ok(pages.includes(page), page);
  const leadsInside = (page: string, link: string): boolean => {
    const [target = ""] = link.split("#");
    const file = target === "" ? page : path.posix.join(path.posix.dirname(page), target);
    return packed.some((name) => name === file || name.startsWith(`${file.replace(/\/$/, "")}/`));
  };
  const broken = pages.flatMap((page) =>
    relativeLinks(page)
      .filter((link) => !leadsInside(page, link))
      .map((link) => `${page}: ${link}`),
  );
  assert.deepEqual(broken, []);
});
