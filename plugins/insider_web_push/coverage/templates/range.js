// Several days: Shift and a click, or Shift and Enter, on the first and on the last one; Shift and an arrow takes one
// more. Both ends can be typed as well. The page about them is opened by its address, and says what can be started.
const DAY_MS = 86_400_000;
const dayAfter = (day, number) => new Date(Date.parse(day) + number * DAY_MS).toISOString().slice(0, 10);

const choose = (section, from, to) => {
  const [first, last] = [from, to].sort();
  const range = section.querySelector(".range");
  range.querySelector("[name=first]").value = first;
  range.querySelector("[name=last]").value = last;
  for (const cell of section.querySelectorAll("a[data-day]")) {
    cell.classList.toggle("chosen", first <= cell.dataset.day && cell.dataset.day <= last);
  }
  const number = (Date.parse(last) - Date.parse(first)) / DAY_MS + 1;
  range.querySelector("[role=status]").textContent = first === last ? `${first} is chosen; now the second one` : `${number} days are chosen`;
};

const open = (range) => {
  const [first, last] = ["first", "last"].map((name) => range.querySelector(`[name=${name}]`));
  const missing = [first, last].find((field) => !field.value);
  if (missing) return missing.focus();
  location.assign(`${range.dataset.days}?${new URLSearchParams({ first: first.value, last: last.value })}`);
};

addEventListener("DOMContentLoaded", () => {
  for (const range of document.querySelectorAll(".range")) range.hidden = false;
});
addEventListener("click", (event) => {
  const range = event.target.closest(".range");
  if (range && event.target.closest("button")) return open(range);
  const cell = event.target.closest("a[data-day]");
  if (!cell || !event.shiftKey) return;
  event.preventDefault();
  const section = cell.closest("section");
  const { from } = section.dataset;
  choose(section, from ?? cell.dataset.day, cell.dataset.day);
  if (from === undefined) return (section.dataset.from = cell.dataset.day);
  delete section.dataset.from;
  section.querySelector(".range button").focus();
});
addEventListener("keydown", (event) => {
  const range = event.target.closest(".range");
  if (range && event.key === "Enter" && event.target.matches("input")) return open(range);
  const cell = event.target.closest("a[data-day]");
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!cell || !event.shiftKey || !step) return;
  const section = cell.closest("section");
  const next = section.querySelector(`a[data-day="${dayAfter(cell.dataset.day, step)}"]`);
  if (!next) return;
  event.preventDefault();
  section.dataset.from ??= cell.dataset.day;
  choose(section, section.dataset.from, next.dataset.day);
  next.focus();
});
