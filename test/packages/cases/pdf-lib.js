import { PDFDocument, PDFString } from "pdf-lib";
import { check } from "../check.js";

const doc = await PDFDocument.create();
doc.addPage([100, 100]);

await check({
  item: 2,
  used: async (n) => {
    const made = await PDFDocument.create();
    for (let i = 0; i < n; i++) made.addPage();
    return made.getPageCount();
  },
  captured: (n) => [doc instanceof PDFDocument, doc.getPageCount() + n, doc.getPage(0).getWidth()],
  argument: [doc, (given) => [given instanceof PDFDocument, given.getPage(0).getSize()]],
  result: [(n) => PDFString.of(`page ${n}`), (text) => [text instanceof PDFString, text.asString()]],
  error: () => doc.getForm().getTextField("none"),
});
