// Keeps the live page current: one stream while the page is seen, questions every 10 s where none arrives.
"use strict";

const SILENT_MS = 10_000; // the server says something every 5 s
const ASK_MS = 10_000;
const AGAIN_MS = 3_000; // between two tries to get a stream
const SUMMARY_MS = 30_000;

const page = document.getElementById("live");
const pause = document.getElementById("pause");
let stream = null;
let heard = performance.now();
let asked = -ASK_MS;
let opened = -AGAIN_MS;
let told = -SUMMARY_MS;
let summarized = "";
let paused = false;
let answers = true; // whether the last question was answered

// A part is replaced as a whole; tables that were open stay open, and the focus stays where it was.
function show(name, html) {
  const part = page.querySelector(`[data-part="${name}"]`);
  if (!part || part.innerHTML === html) return;
  const open = [...part.querySelectorAll("details[open]")].map((one) => one.id);
  const focused = part.contains(document.activeElement) ? focusedIn(part) : null;
  part.innerHTML = html;
  for (const id of open) {
    const details = document.getElementById(id);
    if (details) details.open = true;
  }
  if (focused) focused()?.focus({ preventScroll: true });
}

function focusedIn(part) {
  const element = document.activeElement;
  if (element.id) return () => document.getElementById(element.id);
  const table = element.closest("details")?.id;
  return () => table && document.querySelector(`#${table} > summary`);
}

function seen(id, visible) {
  document.getElementById(id).hidden = !visible;
}

function summarize() {
  const words = page.querySelector("[data-summary]")?.textContent.trim() ?? "";
  if (words === summarized || performance.now() - told < SUMMARY_MS) return;
  if (summarized) document.getElementById("summary").textContent = words;
  summarized = words;
  told = performance.now();
}

function tellState() {
  const silent = performance.now() - heard > SILENT_MS;
  const polls = silent && answers && asked > 0;
  const off = paused || document.hidden;
  seen("paused", paused);
  seen("not-connected", !off && silent && !polls);
  seen("polling", !off && polls);
  page.classList.toggle("cut-off", !off && silent && !polls);
  page.classList.toggle("stands-still", paused);
}

function open() {
  if (stream || paused || document.hidden) return;
  opened = performance.now();
  stream = new EventSource(page.dataset.stream);
  stream.addEventListener("part", (event) => {
    heard = performance.now();
    const { part, html } = JSON.parse(event.data);
    show(part, html);
    tellState();
  });
  stream.onerror = () => {
    // A browser comes again by itself, but not after an answer that is no stream.
    if (stream && stream.readyState === EventSource.CLOSED) close();
  };
}

function close() {
  stream?.close();
  stream = null;
}

async function ask() {
  asked = performance.now();
  try {
    const answer = await fetch(page.dataset.parts, { signal: AbortSignal.timeout(ASK_MS - 1_000) });
    if (answer.status === 401) location.assign(page.dataset.signIn);
    answers = answer.ok;
    if (answer.ok) for (const [name, html] of Object.entries(await answer.json())) show(name, html);
  } catch {
    answers = false;
  }
  tellState();
}

function tick() {
  if (!paused && !document.hidden) {
    const now = performance.now();
    if (now - opened > AGAIN_MS) open();
    if (now - heard > SILENT_MS && now - asked > ASK_MS) ask();
    summarize();
  }
  tellState();
}

pause.addEventListener("click", () => {
  paused = !paused;
  pause.textContent = paused ? pause.dataset.resume : pause.dataset.pause;
  heard = performance.now();
  if (paused) close();
  else open();
  tellState();
});

document.addEventListener("visibilitychange", () => {
  heard = performance.now();
  if (document.hidden) close();
  else open();
});
window.addEventListener("pagehide", close);

pause.hidden = false;
open();
setInterval(tick, 1_000);
