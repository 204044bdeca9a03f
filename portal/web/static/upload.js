// Resumable uploads of recordings: 4 MB at a time, with a progress bar, a pause, and a reload in between.
// The form works without it. Upload is for other scripts, too: a recording sends its seconds while it grows.

const CHUNK = 4 * 1024 * 1024;
const LONGEST_WAIT = 30000;
const KEPT = "showhow.upload.";

class Refused extends Error {}

/** One upload. `size` null: the length isn't known before `finish`. */
export class Upload {
  constructor({ begin, token, name, size = null, address = null, id = null }) {
    Object.assign(this, { begin, token, name, size, address, id, offset: 0 });
  }

  /** Open it at the server. Throws Refused with the server's reason. */
  async open() {
    const bytes = new TextEncoder().encode(this.name);
    const name = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    const length = this.size === null ? { "Upload-Defer-Length": "1" } : { "Upload-Length": String(this.size) };
    const answer = await this.send("POST", this.begin, { ...length, "Upload-Metadata": `filename ${name}` });
    this.address = answer.getResponseHeader("Location");
    this.id = answer.getResponseHeader("Showhow-Recording");
  }

  /** Ask how much is there. False when the server doesn't know the upload (any more). */
  async find() {
    const answer = await this.send("HEAD", this.address, {}, null, null, [403, 404]);
    if (answer.status !== 200) return false;
    this.offset = Number(answer.getResponseHeader("Upload-Offset"));
    return true;
  }

  /** Send the bytes that follow; a chunk that came already, or only in part, sets the offset right. */
  async append(blob, progress = null) {
    const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(this.offset) };
    const answer = await this.send("PATCH", this.address, headers, blob, progress, [409]);
    const offset = answer.getResponseHeader("Upload-Offset");
    if (answer.status === 409 && offset === null) throw new Refused(answer.responseText);
    this.offset = Number(offset);
  }

  /** Say that a growing upload has ended. */
  async finish() {
    const headers = {
      "Content-Type": "application/offset+octet-stream",
      "Upload-Offset": String(this.offset),
      "Upload-Length": String(this.offset),
    };
    await this.send("PATCH", this.address, headers, new Blob([]));
  }

  /** Throw away what was sent. */
  async cancel() {
    await this.send("DELETE", this.address, {}, null, null, [403, 404, 409]);
  }

  /** One request. Resolves on 2xx and on the statuses of `also`; Refused on other 4xx and 507; Error when the way failed. */
  send(method, address, headers, body = null, progress = null, also = []) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      this.request = request;
      request.open(method, address);
      request.setRequestHeader("Tus-Resumable", "1.0.0");
      request.setRequestHeader("X-CSRFToken", this.token);
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.timeout = 120000;
      if (progress) request.upload.onprogress = (event) => progress(event.loaded);
      request.onload = () => {
        const { status } = request;
        if ((status >= 200 && status < 300) || also.includes(status)) resolve(request);
        else if ((status >= 400 && status < 500 && status !== 429) || status === 507) reject(new Refused(reason(request)));
        else reject(new Error(`status ${status}`));
      };
      request.onerror = request.ontimeout = request.onabort = () => reject(new Error("no connection"));
      request.send(body);
    });
  }
}

function reason(request) {
  const plain = (request.getResponseHeader("Content-Type") || "").startsWith("text/plain");
  if (plain && request.responseText) return request.responseText;
  return "You may have been signed out. Sign in again in another tab, then reload this page and choose the same file.";
}

function remembered(key) {
  try { return JSON.parse(localStorage.getItem(KEPT + key)); } catch { return null; }
}

function remember(key, value) {
  try {
    if (value === null) localStorage.removeItem(KEPT + key);
    else localStorage.setItem(KEPT + key, JSON.stringify(value));
  } catch { /* private window: an upload then survives a lost connection, but no reload */ }
}

function unfinished() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(KEPT)).map((key) => remembered(key.slice(KEPT.length)));
  } catch { return []; }
}

function words(bytes) {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

class UploadForm {
  constructor(form) {
    this.form = form;
    this.part = (name) => form.querySelector(`[data-upload-${name}]`);
    this.input = form.querySelector("input[type=file]");
    this.paused = false;
    this.part("pause").addEventListener("click", () => this.pause());
    this.part("cancel").addEventListener("click", () => this.cancel());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.start();
    });
    addEventListener("online", () => this.wake?.());
    addEventListener("beforeunload", (event) => { if (this.running) event.preventDefault(); });
    const left = unfinished().filter(Boolean);
    if (left.length) {
      this.show("found", `“${left[0].name}” was not finished: ${left[0].percent || 0} % has arrived. Choose the same file again, and it goes on from there.`);
    }
  }

  show(name, text) {
    const part = this.part(name);
    part.textContent = text;
    part.hidden = !text;
  }

  say(text) {
    if (this.part("said").textContent !== text) this.part("said").textContent = text;
  }

  async start() {
    const file = this.input.files[0];
    this.show("error", "");
    if (!file) {
      this.fail("Choose a video first.");
      return;
    }
    this.key = `${file.name}/${file.size}/${file.lastModified}`;
    this.paused = false;
    this.controls(true);
    const old = remembered(this.key);
    this.upload = new Upload({
      begin: this.form.action, token: this.form.elements.csrf_token.value, name: file.name, size: file.size, ...old,
    });
    try {
      await this.run(file);
    } catch (error) {
      if (error !== "stopped") this.fail(error.message);
    }
  }

  async run(file) {
    const { upload } = this;
    if (!upload.address || !await this.insist(() => upload.find())) {
      upload.offset = 0;
      await this.insist(() => upload.open());
    }
    this.keep(file);
    while (upload.offset < file.size) {
      await this.unpaused();
      this.say(`Uploading “${file.name}”`);
      const from = upload.offset;
      await this.insist(
        () => upload.append(file.slice(upload.offset, upload.offset + CHUNK), (sent) => this.draw(from + sent, file.size)),
        () => upload.find(),
      );
      this.draw(upload.offset, file.size);
      this.keep(file);
    }
    remember(this.key, null);
    this.running = false;
    this.say("All of it has arrived");
    const { next, pages } = this.form.dataset;
    const address = new URL(next || `${pages}${upload.id}/`, location.href);
    if (next) address.searchParams.set("recording", upload.id);
    location.assign(address);
  }

  keep(file) {
    const { address, id, offset } = this.upload;
    remember(this.key, { address, id, name: file.name, percent: Math.floor((offset * 100) / file.size) });
  }

  /** Try until the way is free again, a little more patiently each time; `again` finds out where things stand. */
  async insist(work, again = null) {
    for (let wait = 1000; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof Refused || this.stopped) throw this.stopped ? "stopped" : error;
        if (!this.paused) {
          this.say("The connection is lost. The upload goes on by itself when it is back");
          await this.sleep(wait);
        }
        await this.unpaused();
        if (again) await again().catch(() => {});
      }
    }
  }

  sleep(wait) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, wait);
      this.wake = () => { clearTimeout(timer); resolve(); };
    });
  }

  async unpaused() {
    while (this.paused && !this.stopped) await this.sleep(1e9);
    if (this.stopped) throw "stopped";
  }

  pause() {
    this.paused = !this.paused;
    this.part("pause").textContent = this.paused ? "Go on" : "Pause";
    if (this.paused) {
      this.upload.request?.abort();
      this.say("Paused");
    } else {
      this.say("Going on");
      this.wake?.();
    }
  }

  async cancel() {
    this.stopped = true;
    this.upload.request?.abort();
    this.wake?.();
    remember(this.key, null);
    if (this.upload.address) await this.upload.cancel().catch(() => {});
    this.stopped = false;
    this.controls(false);
    this.show("found", "The upload was stopped, and what had arrived is thrown away.");
    this.input.focus();
  }

  draw(sent, size) {
    const percent = Math.min(100, Math.floor((sent * 100) / size));
    this.part("bar").value = percent;
    this.part("detail").textContent = `${words(Math.min(sent, size))} of ${words(size)}, ${percent} %`;
  }

  controls(running) {
    this.running = running;
    this.part("progress").hidden = !running;
    this.part("choose").hidden = running;
    this.part("start").hidden = running;
    for (const name of ["pause", "cancel"]) this.part(name).hidden = !running;
    this.part("pause").textContent = "Pause";
    this.show("found", "");
    if (running) this.part("pause").focus();
  }

  fail(text) {
    if (this.key) remember(this.key, null);
    this.controls(false);
    this.show("error", text);
    this.input.focus();
  }
}

for (const form of document.querySelectorAll("form[data-upload]")) new UploadForm(form);
