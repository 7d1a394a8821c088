// Sends the files of a [data-drop-zone] form one by one, two at a time, each with its own progress.
//
// One request a file: POST to the form's action, multipart, all hidden fields and one file under the
// input's name, with the headers X-CSRF-Token and Accept: application/json.
// Answers: 2xx with {"sentence": "...", "role": "..."} (both may be missing; a page will do too);
// 503 with Retry-After: the file waits and goes again; application/problem+json: its `detail` is shown.
// At the end the regions `data-refresh` are fetched anew, unless somebody is typing in one, and the form
// fires "teczka:uploaded".

const AT_ONCE = 2;
const TRIES = 6;
const DEFAULT_WAIT_S = 5;
const LONGEST_WAIT_S = 120;
const SUMMARY_EVERY_MS = 1000;

const size = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });

function sizeOf(bytes) {
  const units = ["B", "kB", "MB", "GB"];
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < units.length - 1) { value /= 1024; unit += 1; }
  return `${size.format(unit < 2 ? Math.round(value) : value)}\u00a0${units[unit]}`;
}

// Only a problem (RFC 9457) carries a sentence for people; other errors get the form's own.
function sentenceOf(request, refused) {
  const type = request.getResponseHeader("Content-Type") ?? "";
  const answer = type.startsWith("application/problem+json") ? JSON.parse(request.responseText) : {};
  return answer.detail || answer.title || refused.replace("{status}", request.status);
}

class Upload {
  constructor(zone, file) {
    this.zone = zone;
    this.file = file;
    this.tries = 0;
    this.row = zone.template.content.firstElementChild.cloneNode(true);
    const shown = file.name.replace(/\p{Cf}/gu, ""); // marks that turn the reading order hide what a file is
    this.part("name").textContent = shown;
    this.part("size").textContent = sizeOf(file.size);
    this.part("cancel").addEventListener("click", () => this.cancel());
    this.part("retry").addEventListener("click", () => this.again());
    for (const button of this.row.querySelectorAll("button")) {
      button.setAttribute("aria-label", `${button.textContent.trim()} ${shown}`);
    }
    this.show("waiting");
  }

  part(name) { return this.row.querySelector(`[data-upload-${name}]`); }

  show(state) {
    this.state = state;
    this.row.dataset.state = state;
    for (const words of this.row.querySelectorAll("[data-when]")) {
      words.hidden = words.dataset.when !== state;
    }
    this.part("cancel").hidden = !["waiting", "sending", "paused"].includes(state);
    this.part("retry").hidden = !["failed", "cancelled"].includes(state);
  }

  progress(done) {
    this.row.querySelector("progress").value = done;
    this.part("percent").textContent = `${Math.floor(done)}%`;
  }

  send() {
    this.tries += 1;
    this.progress(0);
    this.show("sending");
    const form = new FormData(this.zone.form);
    form.delete(this.zone.input.name);
    form.append(this.zone.input.name, this.file);
    const request = new XMLHttpRequest();
    this.request = request;
    request.open("POST", this.zone.form.action);
    request.setRequestHeader("X-CSRF-Token", form.get("csrf") ?? "");
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) this.progress((100 * event.loaded) / event.total);
    });
    request.upload.addEventListener("load", () => this.show("saving"));
    request.addEventListener("load", () => this.answered());
    request.addEventListener("error", () => this.fail(""));
    request.send(form);
  }

  answered() {
    const { status } = this.request;
    if (status >= 200 && status < 300) this.done();
    else if (status === 503 && this.tries < TRIES) this.pause();
    else this.fail(sentenceOf(this.request, this.zone.form.dataset.refused));
  }

  done() {
    let answer = {};
    try { answer = JSON.parse(this.request.responseText); } catch { /* a page is an answer too */ }
    this.part("answer").textContent = [answer.role, answer.sentence].filter(Boolean).join(" · ");
    this.show("done");
    this.zone.next();
  }

  pause() {
    const asked = Number(this.request.getResponseHeader("Retry-After")) || DEFAULT_WAIT_S;
    this.show("paused");
    this.timer = setTimeout(() => {
      this.show("waiting");
      this.zone.next();
    }, 1000 * Math.min(asked, LONGEST_WAIT_S));
    this.zone.next();
  }

  fail(sentence) {
    if (sentence) this.part("error").textContent = sentence;
    this.show("failed");
    this.zone.list.prepend(this.row);
    this.zone.next();
  }

  cancel() {
    clearTimeout(this.timer);
    const running = this.state === "sending";
    this.show("cancelled");
    if (running) this.request.abort();
    this.zone.next();
  }

  again() {
    this.tries = 0;
    this.show("waiting");
    this.zone.next();
  }
}

class DropZone {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector('input[type="file"]');
    this.template = form.querySelector("[data-upload-template]");
    this.list = form.querySelector("[data-upload-list]");
    this.summary = form.querySelector("[data-upload-summary]");
    this.total = form.querySelector("[data-upload-total]");
    this.uploads = [];
    form.querySelector("[data-upload-submit]").hidden = true;
    form.querySelector("[data-upload-cancel-all]").addEventListener("click", () => this.cancelAll());
    form.querySelector("[data-upload-retry-all]").addEventListener("click", () => this.retryAll());
    this.input.addEventListener("change", () => {
      this.add(this.input.files);
      this.input.value = "";
    });
    this.dragAndDrop(form.querySelector("[data-drop-target]"));
  }

  dragAndDrop(target) {
    const over = (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      target.classList.add("over");
    };
    target.addEventListener("dragenter", over);
    target.addEventListener("dragover", over);
    target.addEventListener("dragleave", (event) => {
      if (!target.contains(event.relatedTarget)) target.classList.remove("over");
    });
    target.addEventListener("drop", (event) => {
      event.preventDefault();
      target.classList.remove("over");
      this.add(event.dataTransfer.files);
    });
  }

  add(files) {
    const uploads = [...files].map((file) => new Upload(this, file));
    if (!uploads.length) return;
    this.uploads.push(...uploads);
    this.list.append(...uploads.map((upload) => upload.row));
    this.form.querySelector("[data-upload-progress]").hidden = false;
    this.next();
  }

  those(...states) { return this.uploads.filter((upload) => states.includes(upload.state)); }

  count(...states) { return this.those(...states).length; }

  get isBusy() { return this.count("waiting", "sending", "saving", "paused") > 0; }

  next() {
    const free = Math.max(AT_ONCE - this.count("sending", "saving"), 0);
    for (const upload of this.those("waiting").slice(0, free)) upload.send();
    if (this.isBusy) this.wasBusy = true;
    else if (this.wasBusy) this.finish();
    this.tell();
  }

  tell() {
    this.teller ??= setTimeout(() => this.told(), this.summary.textContent ? SUMMARY_EVERY_MS : 0);
  }

  told() {
    this.teller = null;
    const failed = this.count("failed");
    const all = this.uploads.length - this.count("cancelled");
    const values = { done: this.count("done"), all, failed };
    const { summary, summaryFailed } = this.form.dataset;
    const sentence = failed ? `${summary} ${summaryFailed}` : summary;
    this.summary.textContent = sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
    this.total.max = Math.max(all, 1);
    this.total.value = values.done;
    this.form.querySelector("[data-upload-cancel-all]").hidden = !this.isBusy;
    this.form.querySelector("[data-upload-retry-all]").hidden = this.isBusy || !failed;
  }

  cancelAll() {
    for (const upload of this.those("waiting")) upload.show("cancelled");
    for (const upload of this.those("sending", "paused")) upload.cancel();
    this.next();
  }

  retryAll() {
    for (const upload of this.those("failed")) {
      upload.tries = 0;
      upload.show("waiting");
    }
    this.next();
  }

  async finish() {
    this.wasBusy = false;
    const detail = { done: this.count("done") };
    this.form.dispatchEvent(new CustomEvent("teczka:uploaded", { bubbles: true, detail }));
    const { refresh } = this.form.dataset;
    if (!refresh || !detail.done) return;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok) return;
    for (const region of refresh.split(",")) {
      const [old, fresh] = [document.querySelector(region), page.querySelector(region)];
      if (!old || !fresh || old.querySelector("details[open] form")) continue;
      old.replaceWith(document.adoptNode(fresh));
      window.htmx?.process(fresh);
    }
  }
}

const zones = new Map();

function enhance() {
  for (const form of document.querySelectorAll("[data-drop-zone]")) {
    if (!zones.has(form)) zones.set(form, new DropZone(form));
  }
}

enhance();
document.addEventListener("htmx:afterSettle", enhance);

addEventListener("beforeunload", (event) => {
  if ([...zones.values()].some((zone) => zone.isBusy)) event.preventDefault();
});
