import { CsvError } from "csv-parse";
import { parse } from "csv-parse/sync";
import { check } from "../check.js";

const options = { columns: true, cast: (value) => Number(value) };

await check({
  item: "a,b\n1,2\n",
  used: (text) => parse(text, { columns: true }),
  captured: (text) => parse(text, options),
  argument: [{ parse, options }, (given) => [given.parse === parse, given.parse("a\n1", given.options)]],
  result: [
    () => new CsvError("CSV_X", ["not", "so"]),
    (error) => [error instanceof CsvError, error.code, error.message],
  ],
  error: () => parse('a,b\n1,"2\n'),
});
