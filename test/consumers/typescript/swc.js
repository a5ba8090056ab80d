// Compiles the program with swc, module by module, with source maps.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { transformSync } from "@swc/core";

mkdirSync("compiled", { recursive: true });
for (const name of ["main", "imports", "orders"]) {
  const { code, map } = transformSync(readFileSync(`${name}.ts`, "utf8"), {
    filename: `${name}.ts`,
    sourceFileName: `../${name}.ts`,
    sourceMaps: true,
    jsc: { parser: { syntax: "typescript" }, target: "es2022" },
  });
  const linked = code.replace("./orders.ts", "./orders.js").replace("../checks.js", "../../checks.js");
  writeFileSync(`compiled/${name}.js`, `${linked}\n//# sourceMappingURL=${name}.js.map\n`);
  writeFileSync(`compiled/${name}.js.map`, map);
}
