// The queues: who waits for an agent, for how long, and what became of those who called.

import { byId, clock, counted, element, KeyedList, setText } from "./page.js";

export class Queues {
  constructor(centre) {
    this.centre = centre;
    this.rows = new KeyedList(byId("queue-list"), (queue) => queue.number, (queue) => new Row(queue, centre));
  }

  show(changes) {
    if (!changes.has("queues")) return;
    this.rows.show(this.centre.queues);
    this.tick();
  }

  tick() {
    for (const row of this.rows.shown.values()) row.tick();
  }
}

class Row {
  constructor(queue, centre) {
    this.centre = centre;
    const name = element(
      "th",
      { scope: "row", title: `${queue.queue}, behind the routing point ${queue.number}` },
      queue.name,
      element("span", { className: "quiet", textContent: queue.number }),
    );
    this.cells = Array.from({ length: 6 }, () => element("td"));
    this.element = element("tr", { "data-number": queue.number }, name, ...this.cells);
  }

  update(queue) {
    this.queue = queue;
    const [waiting, , ringing, free, inTime, abandoned] = this.cells;
    setText(waiting, counted(queue.waiting));
    waiting.classList.toggle("waits", queue.waiting > 0);
    setText(ringing, counted(queue.ringing));
    setText(free, counted(queue.freeAgents));
    setText(inTime, share(queue.answeredInTime, queue.answered));
    setText(abandoned, counted(queue.abandoned));
  }

  tick() {
    const { waitingSince } = this.queue;
    setText(this.cells[1], waitingSince === undefined ? "–" : clock(this.centre.time() - waitingSince));
  }
}

const share = (some, all) => (all === 0 ? "–" : `${Math.round((100 * some) / all)}%`);
