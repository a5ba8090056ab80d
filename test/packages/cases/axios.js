import axios, { AxiosError, AxiosHeaders } from "axios";
import { check } from "../check.js";

const headers = new AxiosHeaders({ "X-Name": "Ada" });
const client = axios.create({ baseURL: "http://localhost:1", headers: { a: "b" } });

await check({
  item: "path",
  used: (path) => axios.getUri({ url: path, params: { a: 1 } }),
  captured: (path) => [client.getUri({ url: path }), client.defaults.headers.a, headers.get("x-name")],
  argument: [headers, (given) => [given instanceof AxiosHeaders, given.toJSON()]],
  result: [(path) => new AxiosHeaders({ path }), (made) => [made instanceof AxiosHeaders, made.get("path")]],
  error: (path) => {
    throw new AxiosError(`no ${path}`, "ERR_NETWORK");
  },
});
