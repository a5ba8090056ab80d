/** Loads a module as test runners do, in a context of its own, and sends a function that uses its namespace. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import * as vm from "node:vm";
import { Thread } from "heddle/threading";

/** Only with a flag, so that types leave it out. */
interface SourceModule {
  readonly namespace: object;
  link(linker: (specifier: string, from: { readonly identifier: string }) => Promise<SourceModule>): Promise<void>;
  evaluate(): Promise<void>;
}
const { SourceTextModule } = vm as unknown as {
  SourceTextModule: new (text: string, options: { identifier: string; context: vm.Context }) => SourceModule;
};

const context = vm.createContext({ process, URL });
const fixtures = new URL("./fixtures/", import.meta.url).href;
/** What only the runner can find, and imports by an alias. */
const texts: Record<string, string> = {
  [`${fixtures}aliased.js`]: `import { shout } from "@/shouting.js"; import * as all from "@/shouts.js";
    export const functions = { named: (t) => shout(t), whole: (t) => all.aloud(t), none: (t) => t + "?" };`,
};
const modules = new Map<string, SourceModule>();

async function moduleAt(address: string): Promise<SourceModule> {
  const known = modules.get(address);
  if (known) return known;
  const text = texts[address] ?? readFileSync(fileURLToPath(address), "utf8");
  const module = new SourceTextModule(text, { identifier: address, context });
  modules.set(address, module);
  await module.link((specifier, from) => moduleAt(new URL(specifier.replace("@/", fixtures), from.identifier).href));
  await module.evaluate();
  return module;
}

async function load(url: URL): Promise<Record<string, (text: string) => string>> {
  return (await moduleAt(url.href)).namespace as Record<string, (text: string) => string>;
}

const shouting = await load(new URL("./fixtures/shouting.js", import.meta.url));
const shout = (text: string): string => shouting.shout!(text) + shouting.default!(text);
console.log(await new Thread({ target: shout, args: ["a"] }).start().result());

const other = await load(new URL("./fixtures/shouting.js", import.meta.url));
const handsOn = Object.create(null, { shout: { value: other.shout, enumerable: true } }) as typeof other;
console.log(await new Thread({ target: () => handsOn.shout!("b") }).start().result());

// It only hands on what other modules export: nothing in it is written in its file.
const shouts = await load(new URL("./fixtures/shouts.js", import.meta.url));
console.log(await new Thread({ target: () => shouts.shout!("c") + shouts.aloud!("d") }).start().result());

// Which file an alias means only the runner knows; what it gave is known by itself.
const aliased = (await moduleAt(`${fixtures}aliased.js`)).namespace as {
  readonly functions: Readonly<Record<string, (text: string) => string>>;
};
for (const fn of Object.values(aliased.functions))
  console.log(await new Thread({ target: fn, args: ["e"] }).start().result());

// Stacks of errors of the context are shown as the main one says; so are places in them, where the context says nothing.
const part = fileURLToPath(new URL("parts/locks.cjs", import.meta.resolve("#heddle/index.js")));
const wrapper = `(require, module, __filename) => {${readFileSync(part, "utf8")}\n}`;
const module = { exports: {} as { programPosition(file: string, line: number, column: number): string | undefined } };
vm.runInContext(wrapper, context)(createRequire(part), module, part);
const place = module.exports.programPosition;
const before = place("/made.js", 3, 4);
Error.prepareStackTrace = (_, [frame]) => `at (/written.ts:${(frame?.getLineNumber() ?? 0) * 10}:1)`;
console.log(before, place("/made.js", 3, 4));
