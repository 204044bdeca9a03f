// Records a window or tab, and sends each second while the next is recorded: a crash loses seconds, not the recording.
import { Upload } from "./upload.js";

const SECOND = 1000;
const KEYFRAME = 2000;
const CHUNK = 4 * 1024 * 1024;
const WAITS = [1000, 2000, 5000, 10000, 20000];
const KINDS = [
  "video/mp4;codecs=avc1.640028,mp4a.40.2",
  "video/webm;codecs=vp9,opus",
  "video/webm;codecs=vp8,opus",
  "video/webm",
];
const SILENT_KINDS = ["video/mp4;codecs=avc1.640028", "video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm"];

const place = document.querySelector("[data-recorder]");
const part = (name) => document.querySelector(`[data-record-${name}]`);
const done = part("done");

function unable() {
  if (!window.isSecureContext) return "Recording works over https only. Ask the ICT team to set it up, or upload a video file.";
  if (!navigator.mediaDevices?.getDisplayMedia || !window.MediaRecorder) {
    return "This browser can’t record the screen. Use Chrome, Edge or Firefox on a computer, or upload a video file.";
  }
  return "";
}

function words(error) {
  if (error.name === "NotAllowedError") return "Nothing was recorded: the question was closed, or recording isn’t allowed here. Press the button again and choose a window. If no question comes, ask the ICT team to allow screen recording for this site.";
  if (error.name === "NotFoundError") return "No microphone was found. Untick “Record what I say, too”, or plug one in, then try again.";
  if (error.name === "NotReadableError") return "The computer refused to show that window or the microphone. Close other programs that record, then try again.";
  return `Recording didn’t start (${error.name}). Try another window, or upload a video file.`;
}

class Recorder {
  constructor() {
    this.waiting = [];
    this.marks = [];
    this.sending = Promise.resolve();
    part("start").addEventListener("click", () => this.start());
    part("stop").addEventListener("click", () => this.stop());
    part("mark").addEventListener("click", () => this.mark());
    document.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() === "m" && this.running && !event.ctrlKey && !event.metaKey && !event.altKey) this.mark();
    });
    addEventListener("beforeunload", (event) => { if (this.running || this.finishing) event.preventDefault(); });
  }

  fail(text) {
    const line = part("error");
    line.textContent = text;
    line.hidden = !text;
  }

  say(text) {
    part("said").textContent = text;
  }

  async start() {
    this.fail("");
    const microphone = part("microphone").checked;
    try {
      this.stream = await this.streams(microphone);
      await this.begin(microphone);
    } catch (error) {
      for (const track of this.stream?.getTracks() ?? []) track.stop();
      this.fail(error instanceof DOMException ? words(error) : error.message);
    }
  }

  async streams(microphone) {
    const screen = await navigator.mediaDevices.getDisplayMedia({
      video: { frameRate: { ideal: 15, max: 15 } },
      audio: false,
      selfBrowserSurface: "include",
    });
    const [picture] = screen.getVideoTracks();
    picture.contentHint = "text"; // letters stay sharp, at the cost of smooth motion
    picture.addEventListener("ended", () => this.stop());
    if (microphone) {
      try {
        const voice = await navigator.mediaDevices.getUserMedia({ audio: { noiseSuppression: true, echoCancellation: true } });
        for (const track of voice.getAudioTracks()) screen.addTrack(track);
      } catch (error) {
        picture.stop();
        throw error;
      }
    }
    return screen;
  }

  async begin(microphone) {
    const kind = (microphone ? KINDS : SILENT_KINDS).find((one) => MediaRecorder.isTypeSupported(one));
    const ending = kind?.startsWith("video/mp4") ? "mp4" : "webm";
    this.upload = new Upload({
      begin: place.dataset.begin,
      token: done.elements.csrf_token.value,
      name: `${place.dataset.name}.${ending}`,
    });
    await this.upload.open();
    this.recorder = new MediaRecorder(this.stream, {
      mimeType: kind,
      videoBitsPerSecond: 2_500_000,
      audioBitsPerSecond: 64_000,
      videoKeyFrameIntervalDuration: KEYFRAME, // an MP4 is handed out from one whole picture to the next
    });
    this.recorder.addEventListener("dataavailable", (event) => {
      if (event.data.size) this.waiting.push({ blob: event.data, at: this.seconds() });
      this.push();
    });
    this.recorder.addEventListener("stop", () => this.finish());
    this.recorder.addEventListener("error", () => { this.fail("The browser stopped recording. What was recorded so far is kept."); this.stop(); });
    this.began = performance.now();
    this.recorder.start(SECOND);
    this.running = true;
    part("before").hidden = true;
    part("during").hidden = false;
    part("stop").focus();
    this.say("Recording.");
    this.ticking = setInterval(() => this.tick(), 250);
  }

  seconds() {
    return (performance.now() - this.began) / 1000;
  }

  tick() {
    const seconds = Math.floor(this.seconds());
    part("clock").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (seconds >= Number(place.dataset.longest) - 5) {
      this.say("A guide lasts 15 minutes at most, so the recording stopped here.");
      this.stop();
    }
  }

  mark() {
    if (!this.running) return;
    this.marks.push(this.seconds().toFixed(1));
    this.say(`Step ${this.marks.length} marked at ${part("clock").textContent}.`);
  }

  /** Sends what waits, one part after the other. */
  push() {
    this.sending = this.sending.then(() => this.sendOne()).catch((error) => this.lost(error));
  }

  async sendOne() {
    if (!this.waiting.length || this.refused) return;
    const parts = this.waiting.splice(0);
    const base = this.upload.offset;
    const blob = new Blob(parts.map((one) => one.blob));
    for (let tries = 0; this.upload.offset < base + blob.size; tries += 1) {
      try {
        const from = this.upload.offset - base;
        await this.upload.append(blob.slice(from, from + CHUNK));
        part("error").hidden = true;
      } catch (error) {
        if (error.constructor.name === "Refused") throw error;
        this.fail("The server can’t be reached. Recording goes on, and what waits is sent as soon as it answers.");
        await new Promise((resolve) => { setTimeout(resolve, WAITS[Math.min(tries, WAITS.length - 1)]); });
        await this.upload.find().catch(() => { /* still out of reach: the next round waits longer */ });
      }
    }
    part("sent").textContent = `Safe on the server up to ${Math.floor(parts.at(-1).at)} seconds.`;
  }

  lost(error) {
    this.refused = true;
    this.fail(`${error.message} What arrived before is kept.`);
    this.stop();
  }

  stop() {
    if (!this.running) return;
    this.running = false;
    this.finishing = true;
    clearInterval(this.ticking);
    if (this.recorder.state !== "inactive") this.recorder.stop();
    for (const track of this.stream.getTracks()) track.stop();
    part("stop").disabled = part("mark").disabled = true;
    this.say("Stopped. Sending the last seconds.");
  }

  async finish() {
    if (this.running) this.stop();
    this.push();
    await this.sending;
    done.elements.recording.value = this.upload.id;
    done.elements.marks.value = this.marks.join(",");
    this.finishing = false;
    done.submit();
  }
}

const problem = unable();
if (problem) {
  part("unable").textContent = problem;
  part("unable").hidden = false;
} else {
  place.hidden = false;
  new Recorder();
}
