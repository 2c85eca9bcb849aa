// In Airflow's UI this page is a frame of the same origin: it takes the UI's theme, and links to Airflow leave the frame.
const showTheme = () => {
  const theme = localStorage.getItem("theme");
  document.documentElement.dataset.theme = theme === "light" || theme === "dark" ? theme : "system";
};
showTheme();
addEventListener("storage", showTheme);
addEventListener("click", (event) => {
  const link = event.target.closest("a[data-airflow]");
  if (!link || parent === window || event.ctrlKey || event.metaKey || event.shiftKey) return;
  // The frame may not navigate the window around it; a link of that window may.
  event.preventDefault();
  const outside = parent.document.createElement("a");
  outside.href = link.href;
  parent.document.body.append(outside);
  outside.click();
});
