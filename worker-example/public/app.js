import { announce, ask, element, perform, showComputations } from "./call.js";
import { startDocuments } from "./documents.js";
import { startPackages } from "./packages.js";
import { startResponses } from "./responses.js";

async function clear() {
  await ask("/cache", { method: "DELETE" });
  for (const pill of document.querySelectorAll(".pill")) {
    pill.textContent = "cleared";
    if (pill instanceof HTMLElement) pill.dataset.verdict = "cleared";
  }
  announce("Everything is cleared: the next call of each function, and each response, is a miss");
}

startDocuments();
startPackages();
startResponses();
element("clear").addEventListener("click", () => perform(element("clear"), clear));
void showComputations();
