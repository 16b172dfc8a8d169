/* Runs inside the hidden frame of folder-worker.js, before the theme's search script: gives the
   frame the two functions that a worker has and a window has not. */
"use strict";
window.postMessage = (data) => parent.postMessage(data, "*");
window.importScripts = (...addresses) =>
  addresses.reduce(
    (before, address) =>
      before.then(
        () =>
          new Promise((resolve) => {
            const script = document.createElement("script");
            script.src = address;
            script.onload = resolve;
            document.body.appendChild(script);
          }),
      ),
    Promise.resolve(),
  );
