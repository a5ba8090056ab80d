/** Loads a module as test runners do, in a context of its own, and sends a function that uses its namespace. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as vm from "node:vm";
import { Thread } from "heddle/threading";

/** Only with a flag, so that types leave it out. */
interface SourceModule {
  readonly namespace: object;
  link(linker: () => never): Promise<void>;
  evaluate(): Promise<void>;
}
const { SourceTextModule } = vm as unknown as {
  SourceTextModule: new (text: string, options: { identifier: string; context: vm.Context }) => SourceModule;
};

async function load(url: URL): Promise<Record<string, (text: string) => string>> {
  const text = readFileSync(fileURLToPath(url), "utf8");
  const module = new SourceTextModule(text, { identifier: url.href, context: vm.createContext({}) });
  await module.link(() => {
    throw new Error("it imports nothing");
  });
  await module.evaluate();
  return module.namespace as Record<string, (text: string) => string>;
}

const shouting = await load(new URL("./fixtures/shouting.js", import.meta.url));
const shout = (text: string): string => shouting.shout!(text) + shouting.default!(text);
console.log(await new Thread({ target: shout, args: ["a"] }).start().result());

const other = await load(new URL("./fixtures/shouting.js", import.meta.url));
const handsOn = Object.create(null, { shout: { value: other.shout, enumerable: true } }) as typeof other;
console.log(await new Thread({ target: () => handsOn.shout!("b") }).start().result());
