// Shows only the entries that have every typed word, and only the sections that have such an entry.
const field = document.querySelector("#find");
const articles = [...document.querySelectorAll("article")];
const sections = [...document.querySelectorAll("section")].filter((section) => section.querySelector("article"));
field.closest("p").hidden = false;
field.addEventListener("input", () => {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const article of articles) {
    const text = article.textContent.toLowerCase();
    article.hidden = !words.every((word) => text.includes(word));
  }
  for (const section of sections) {
    section.hidden = ![...section.querySelectorAll("article")].some((article) => !article.hidden);
  }
});
