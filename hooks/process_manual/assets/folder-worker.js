/* Search when the manual is opened from a folder, by double click. The theme searches in a web
   worker, which browsers refuse to such a page; a hidden frame does the same work. Unlike other
   shims of this kind it writes no script into a page, so the security policy can forbid that. */
"use strict";
(() => {
  if (location.protocol !== "file:") return;
  const setUp = new URL("folder-worker-frame.js", document.currentScript.src).href;

  const load = (inside, address) =>
    new Promise((resolve, reject) => {
      const script = inside.createElement("script");
      script.src = address;
      script.onload = resolve;
      script.onerror = reject;
      inside.body.appendChild(script);
    });

  class FolderWorker extends EventTarget {
    constructor(address) {
      super();
      this.onmessage = null;
      this.onerror = null;
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      this.frame.title = "Search";
      document.body.appendChild(this.frame);
      this.hear = (event) => {
        if (event.source !== this.frame.contentWindow) return;
        const message = new MessageEvent("message", { data: event.data });
        this.dispatchEvent(message);
        if (this.onmessage) this.onmessage(message);
      };
      addEventListener("message", this.hear);
      const inside = this.frame.contentDocument;
      const script = new URL(address, location.href).href;
      this.ready = load(inside, setUp).then(() => load(inside, script));
      this.ready.catch(() => {
        const failed = new ErrorEvent("error", { filename: script });
        this.dispatchEvent(failed);
        if (this.onerror) this.onerror(failed);
      });
    }

    postMessage(data) {
      this.ready.then(() => {
        const copy = structuredClone(data);
        this.frame.contentWindow.dispatchEvent(new MessageEvent("message", { data: copy }));
      });
    }

    terminate() {
      removeEventListener("message", this.hear);
      this.frame.remove();
    }
  }

  window.Worker = FolderWorker;
})();
