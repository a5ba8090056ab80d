import nlp from "compromise";
import { check } from "../check.js";

const text = nlp("The spinner weaves two threads. She walks home.");

await check({
  item: "He walks",
  used: (sentence) => nlp(sentence).sentences().toPastTense().text(),
  captured: () => [text.verbs().out("array"), text.sentences().length],
  argument: [text, (doc) => [doc.text(), doc.nouns().out("array")]],
  result: [(sentence) => nlp(sentence), (doc) => [doc.text(), doc.verbs().out("array")]],
});
