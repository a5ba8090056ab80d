/** A hook makes objects of its class. */
import { register } from "heddle/pickle";

class Point {
  readonly x = 1;
}
register(Point, { reduce: (point) => point.x, revive: (x: number) => ({ y: x }) }); // refused
