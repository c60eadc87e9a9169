// Handles messages. Our `subscriber.rs` does the same, but has to decode the data first; here JSON.parse
// has already parsed the whole response.

export class Subscriber {
  #read = false;
  #expected = 0;
  #messages = 0;
  #finished = 0;
  #devices = new Map();
  #calls = new Map();
  #unreadable = 0;

  expect(messages, read) {
    this.#read = read;
    this.#expected = messages;
    this.#messages = 0;
    this.#finished = 0;
    this.#devices = new Map();
    this.#calls = new Map();
    this.#unreadable = 0;
  }

  take(message) {
    this.#messages += 1;
    if (this.#read) this.#take(message.data);
    if (this.#messages === this.#expected) {
      this.#finished = performance.timeOrigin + performance.now();
    }
  }

  #take(data) {
    switch (data.messageType) {
      case "DeviceStateChangeMessage":
        for (const device of data.devices) this.#devices.set(device.id, device);
        break;
      case "CallStateChangeMessage":
        if (data.call.state === "Released" || data.call.state === "Completed") {
          this.#calls.delete(data.call.id);
        } else {
          this.#calls.set(data.call.id, data.call);
        }
        break;
      default:
        this.#unreadable += 1;
    }
  }

  report() {
    const devices = [...this.#devices.values()];
    return {
      messages: this.#messages,
      devices: devices.length,
      ready: devices.filter((device) => device.userState?.state === "Ready").length,
      calls: this.#calls.size,
      unreadable: this.#unreadable,
      finished: this.#finished,
      wasmMemory: 0,
    };
  }
}
