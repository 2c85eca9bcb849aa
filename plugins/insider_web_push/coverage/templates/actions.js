// Buttons of days. Each sends a run to Airflow's public API, in the session of whoever presses it: Airflow asks whether
// that user may, and notes who it was. Airflow shows the page in a frame without allow-modals, where confirm() does
// nothing and answers no; so the question is a dialog of the page. Texts are set as text, never as markup.
// What is sent is JSON, and Airflow takes nothing else: for a foreign site, a browser sends that only if Airflow has said
// before that it may (docs/decisions/0022-buttons-of-the-page.md).
const ASKED_EVERY_MS = 3000;

const link = (text, href, toAirflow) => {
  const made = document.createElement("a");
  made.href = href;
  made.textContent = text;
  made.toggleAttribute("data-airflow", toAirflow);
  return made;
};

const say = (status, isBad, ...parts) => {
  status.classList.toggle("failed", isBad);
  status.replaceChildren(...parts);
};

const whyRefused = async (answer) => {
  if (answer.status === 401) return "You are not logged in any more: log in to Airflow, and open this page again.";
  const body = await answer.json().catch(() => ({}));
  const detail = typeof body.detail === "string" ? body.detail : JSON.stringify(body.detail ?? "");
  if (answer.status === 403) return `Airflow does not let you do this: ${detail}`;
  return `Airflow refused it (${answer.status}): ${detail}`;
};

const decided = (button) =>
  new Promise((resolve) => {
    if (!button.dataset.question) return resolve(true);
    const dialog = document.querySelector("dialog");
    dialog.querySelector("h2").textContent = `${button.textContent}?`;
    dialog.querySelector("#question").textContent = button.dataset.question;
    dialog.querySelector(".cost").textContent = button.dataset.cost;
    dialog.querySelector("[data-answer=yes]").textContent = button.textContent;
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
  });

const stateOf = async (run, state) => {
  if (state !== "running") return state;
  const answer = await fetch(`${run}/hitlDetails?response_received=false`, { credentials: "same-origin" });
  const waits = answer.ok && (await answer.json()).total_entries > 0;
  return waits ? "waiting for approval" : state;
};

const follow = async (runs, dag, id, status) => {
  const run = `${runs}/${encodeURIComponent(id)}`;
  const shown = link(id, `${dag}/runs/${encodeURIComponent(id)}`, true);
  let said = "";
  for (;;) {
    try {
      const answer = await fetch(run, { credentials: "same-origin" });
      if (!answer.ok && answer.status < 500) return say(status, true, "Run ", shown, ` was started. ${await whyRefused(answer)}`);
      const state = answer.ok ? await stateOf(run, (await answer.json()).state) : said;
      if (state !== said) say(status, state === "failed", "Run ", shown, ` is ${state}.`);
      said = state;
    } catch {
      say(status, true, "Run ", shown, " was started; Airflow does not answer now, and is asked again.");
      said = "";
    }
    if (said === "success") return say(status, false, "Run ", shown, " has ended: success. ", link("Show what there is now", location.href, false));
    if (said === "failed") return say(status, true, "Run ", shown, " has failed: the log of its task verify says why, and what to do.");
    await new Promise((done) => setTimeout(done, ASKED_EVERY_MS));
  }
};

const start = async (button) => {
  const status = button.closest("li").querySelector("[role=status]");
  const { runs, dag } = button.closest("[data-runs]").dataset;
  const conf = JSON.parse(button.dataset.conf);
  const note = `Web push coverage: ${button.textContent}`;
  let answer;
  say(status, false, "Sending …");
  try {
    answer = await fetch(runs, {
      method: "POST",
      credentials: "same-origin",
      redirect: "error",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ logical_date: null, conf, note }),
    });
  } catch {
    return say(status, true, "Airflow does not answer. ", link("Look whether the run is there", dag, true), " before you press again.");
  }
  if (!answer.ok) return say(status, true, await whyRefused(answer));
  const { dag_run_id: id } = await answer.json();
  return follow(runs, dag, id, status);
};

addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("button[data-conf]")) button.hidden = false;
});
addEventListener("click", async (event) => {
  const answer = event.target.closest("[data-answer]");
  if (answer) return answer.closest("dialog").close(answer.dataset.answer);
  const button = event.target.closest("button[data-conf]");
  if (!button || button.ariaDisabled === "true") return;
  // Not disabled, which would take the focus away; pressed twice, it must not start two runs.
  button.ariaDisabled = "true";
  if (await decided(button)) await start(button);
  button.ariaDisabled = "false";
});
