// Browsers start no worker for a page that was opened from disk. The search then runs in a hidden frame.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.append(frame);
      const inner = frame.contentWindow;
      inner.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
      this.deliver = (data) => inner.dispatchEvent(new inner.MessageEvent("message", { data }));
      this.waiting = [];
      const script = inner.document.createElement("script");
      script.src = url;
      script.onload = () => {
        this.waiting.forEach(this.deliver);
        this.waiting = null;
      };
      inner.document.body.append(script);
    }

    postMessage(data) {
      this.waiting ? this.waiting.push(data) : this.deliver(data);
    }
  };
}
