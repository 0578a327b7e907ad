// What a page does besides being read: copying code, opening its contents on a wide screen, and the search.
const WIDE = matchMedia("(min-width: 80rem)");
const COPIED_FOR_MS = 1500;

const contents = document.querySelector(".contents details");
const fitContents = () => contents?.toggleAttribute("open", WIDE.matches);
WIDE.addEventListener("change", fitContents);
fitContents();
contents?.addEventListener("click", (event) => {
  if (event.target.closest("a") !== null && !WIDE.matches) contents.removeAttribute("open");
});

// In a long list, what is read stands where it is seen.
const list = document.querySelector(".pages");
const showCurrent = () => {
  const current = list.querySelector("[aria-current]");
  if (current !== null && current.offsetParent !== null) list.scrollTop = current.offsetTop - list.clientHeight / 2;
};
list.addEventListener("toggle", showCurrent);
showCurrent();

for (const figure of document.querySelectorAll("figure.code")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(figure.querySelector("pre").textContent);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Not allowed";
    }
    setTimeout(() => (button.textContent = "Copy"), COPIED_FOR_MS);
  });
  figure.append(button);
}

// The search is loaded when somebody wants it.
const find = document.querySelector(".find");
const openSearch = async () => (await import("./search.js")).open();
find.hidden = false;
find.addEventListener("click", openSearch);
document.addEventListener("keydown", (event) => {
  const isTyping = event.target instanceof Element && event.target.closest("input, textarea, select") !== null;
  const isSlash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey;
  const isCommand = event.key === "k" && (event.ctrlKey || event.metaKey);
  if (!(isSlash && !isTyping) && !isCommand) return;
  event.preventDefault();
  void openSearch();
});
