import { EmptyError, first, firstValueFrom, map, Observable, of, range, toArray } from "rxjs";
import { check } from "../check.js";

const doubled = range(1, 3).pipe(map((n) => n * 2));

await check({
  item: 3,
  used: (n) => firstValueFrom(range(0, n).pipe(toArray())),
  captured: async () => [doubled instanceof Observable, await firstValueFrom(doubled.pipe(toArray()))],
  argument: [doubled, async (given) => [given instanceof Observable, await firstValueFrom(given.pipe(toArray()))]],
  result: [(n) => of(n, n), async (made) => [made instanceof Observable, await firstValueFrom(made.pipe(toArray()))]],
  error: async () => {
    const failed = await firstValueFrom(of().pipe(first())).catch((error) => error);
    if (failed instanceof EmptyError) throw failed;
  },
});
