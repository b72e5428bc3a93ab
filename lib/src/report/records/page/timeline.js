// Draws the timeline: a row for each slot (of each machine), a bar for each attempt. It draws what is in view and
// nothing else, so that a hundred thousand attempts stay as smooth as ten.

const gutterOfSlots = 34;
const gutterOfMachines = 118;
let gutter = gutterOfSlots;
const axisHeight = 26;
const linksDrawn = 60;

class Timeline {
  constructor(model) {
    this.model = model;
    this.time = new TimeView(model.end);
    this.rows = new RowView(model.rows.length);
    gutter = model.rows.some((row) => row.node) ? gutterOfMachines : gutterOfSlots;
    this.selected = null;
    this.showsPath = false;
    this.lanes = byId('lanes-canvas');
    this.overview = byId('overview');
    this.readColours();
  }

  /** Colours are those of the style sheet, whichever theme is on. */
  readColours() {
    const style = getComputedStyle(document.documentElement);
    const names = ['ink', 'muted', 'line', 'row', 'surface', 'accent', 'ok', 'fail', 'warn', 'idle',
      'flaky', 'tried', 'on-bar', 'path'];
    this.colours = Object.fromEntries(names.map((n) => [n, style.getPropertyValue(`--${n}`).trim()]));
    this.font = style.getPropertyValue('--sans');
  }

  /** Once a frame at most, however often it is asked for. */
  draw() {
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => this.drawNow());
  }

  drawNow() {
    this.asked = 0;
    this.width = this.lanes.parentElement.clientWidth;
    this.height = axisHeight + this.rows.pixels + 4;
    const g = this.prepare(this.lanes, this.height);
    this.drawRows(g);
    this.drawAxis(g);
    g.save();
    g.beginPath();
    g.rect(gutter, 0, this.width - gutter, this.height);
    g.clip();
    this.drawBars(g);
    if (this.showsPath) this.drawPath(g);
    if (this.selected) this.drawSelected(g);
    g.restore();
    this.drawOverview();
  }

  prepare(canvas, height) {
    const ratio = window.devicePixelRatio || 1;
    canvas.style.height = `${height}px`;
    canvas.width = Math.round(this.width * ratio);
    canvas.height = Math.round(height * ratio);
    const g = canvas.getContext('2d');
    g.scale(ratio, ratio);
    g.font = `11px ${this.font}`;
    g.textBaseline = 'middle';
    return g;
  }

  x(time) {
    return gutter + ((time - this.time.from) / this.time.span) * (this.width - gutter);
  }

  timeAt(x) {
    return this.time.from + ((x - gutter) / (this.width - gutter)) * this.time.span;
  }

  y(row) {
    return axisHeight + (row - this.rows.first) * this.rows.height;
  }

  isVisible(row) {
    return row >= this.rows.first && row < this.rows.first + this.rows.visible;
  }

  attemptsOf(row) {
    return this.model.rows[row] ? this.model.rows[row].attempts : [];
  }

  drawRows(g) {
    const each = this.rows.height >= 14 ? 1 : 5;
    g.textAlign = 'right';
    for (let i = 0; i < this.rows.visible; ++i) {
      const index = this.rows.first + i;
      const row = this.model.rows[index];
      const y = this.y(index);
      g.fillStyle = this.colours.row;
      if (index % 2 === 0) g.fillRect(gutter, y, this.width - gutter, this.rows.height);
      g.fillStyle = this.colours.muted;
      if (row && (row.slot % each === 0 || this.beginsMachine(index)))
        g.fillText(this.nameOf(row), gutter - 8, y + this.rows.height / 2 + 0.5);
    }
  }

  beginsMachine(index) {
    return index === 0 || this.model.rows[index].node !== this.model.rows[index - 1].node;
  }

  nameOf(row) {
    if (!row.node) return row.slot || '';
    const node = visible(row.node);
    return `${node.length > 13 ? node.slice(0, 12) + '\u2026' : node} ${row.slot}`;
  }

  drawAxis(g) {
    const step = tickStep(this.time.span, (this.width - gutter) / 90);
    g.textAlign = 'center';
    for (let i = Math.ceil(this.time.from / step); i * step <= this.time.to; ++i) {
      const x = Math.round(this.x(i * step)) + 0.5;
      g.fillStyle = this.colours.line;
      g.fillRect(x - 0.5, axisHeight - 5, 1, this.height);
      g.fillStyle = this.colours.muted;
      const label = tickLabel(i * step, step);
      const half = g.measureText(label).width / 2;
      g.fillText(label, Math.min(Math.max(x, gutter + half), this.width - half - 1), 10);
    }
  }

  drawBars(g) {
    g.textAlign = 'left';
    const dim = this.showsPath;
    for (let row = 0; row < this.rows.visible; ++row)
      this.drawSlot(g, this.attemptsOf(this.rows.first + row), dim);
    g.globalAlpha = 1;
  }

  drawSlot(g, attempts, dim) {
    let drawn = -1;  // the last pixel that is taken, by an attempt too short to be seen alone
    for (let i = firstIndex(attempts.length, (k) => attempts[k].end > this.time.from);
      i < attempts.length && attempts[i].start < this.time.to; ++i) {
      const attempt = attempts[i];
      const x = this.x(attempt.start);
      const width = this.x(attempt.end) - x;
      const matters = attempt.colour !== 'ok';
      if (width < 1 && Math.floor(x) === drawn && !matters) continue;
      if (width < 1) drawn = Math.floor(x);
      g.globalAlpha = dim && !this.model.onPath.has(attempt.job) ? 0.25 : 1;
      this.drawBar(g, attempt, x, width);
    }
  }

  drawBar(g, attempt, x, width) {
    const high = this.rows.height;
    const inset = high >= 14 ? 3 : 1;
    const wide = Math.max(width - (width > 4 ? 1 : 0), 1);
    const y = this.y(attempt.row) + inset;
    g.fillStyle = this.colours[attempt.colour];
    g.beginPath();
    g.roundRect(x, y, wide, high - 2 * inset, wide > 6 && high >= 14 ? 3 : 0);
    g.fill();
    if (wide > 34 && high >= 18) this.drawLabel(g, attempt, Math.max(x, gutter), x + wide, y, high - 2 * inset);
  }

  drawLabel(g, attempt, from, to, y, high) {
    const room = to - from - 12;
    if (room < 20) return;
    const title = visible(attempt.job.label);
    const text = attempt.number > 1 || attempt.colour === 'tried' ? `${attempt.number}: ${title}` : title;
    const most = Math.floor(room / 6.2);
    g.fillStyle = this.colours['on-bar'];
    g.fillText(text.length > most ? text.slice(0, Math.max(most - 1, 1)) + '\u2026' : text,
      from + 6, y + high / 2 + 0.5);
  }

  /** From the end of one job to the start of another. */
  drawLink(g, from, to, colour, width = 1) {
    if (!from || !to) return;
    const x0 = this.x(from.end);
    const x1 = this.x(to.start);
    const y0 = this.y(from.row) + this.rows.height / 2;
    const y1 = this.y(to.row) + this.rows.height / 2;
    const bend = Math.max(Math.abs(x1 - x0) / 2, 12);
    const lift = y0 === y1 && x1 - x0 > 24 ? this.rows.height * 0.8 : 0;  // over what is between
    g.strokeStyle = this.colours[colour];
    g.lineWidth = width;
    g.beginPath();
    g.moveTo(x0, y0);
    g.bezierCurveTo(x0 + bend, y0 - lift, x1 - bend, y1 - lift, x1, y1);
    g.stroke();
  }

  drawPath(g) {
    const path = this.model.path;
    for (let i = 1; i < path.length; ++i) {
      const from = path[i - 1].job.attempts;
      const to = path[i].job.attempts;
      if (from.length === 0 || to.length === 0) continue;
      const [end, start] = [from[from.length - 1], to[0]];
      if (start.start < this.time.from || end.end > this.time.to) continue;
      const apart = this.x(start.start) - this.x(end.end);
      if (this.x(start.end) - this.x(end.start) < 4) continue;
      if (start.row !== end.row || apart > 12) this.drawLink(g, end, start, 'path', 1.5);
    }
  }

  drawSelected(g) {
    const job = this.selected;
    const first = job.attempts[0];
    if (!first) return;
    const last = lastNeed(this.model, job);
    for (const seq of job.needs.slice(0, linksDrawn)) {
      const needed = this.model.bySeq.get(seq);
      if (needed && needed !== last) this.drawLink(g, needed.attempts[needed.attempts.length - 1], first, 'muted');
    }
    if (last) this.drawLink(g, last.attempts[last.attempts.length - 1], first, 'accent', 2);
    for (const attempt of job.attempts) this.outline(g, attempt);
  }

  outline(g, attempt) {
    if (!this.isVisible(attempt.row)) return;
    const x = this.x(attempt.start);
    const wide = Math.max(this.x(attempt.end) - x, 3);
    g.strokeStyle = this.colours.ink;
    g.lineWidth = 2;
    g.beginPath();
    g.roundRect(x - 1, this.y(attempt.row) + 1, wide + 1, this.rows.height - 2, 3);
    g.stroke();
  }

  /** The whole run, small: how many slots were busy, and what part is in view. */
  drawOverview() {
    const high = 44;
    const g = this.prepare(this.overview, high);
    const wide = this.width - gutter;
    const at = (time) => gutter + (time / this.model.end) * wide;
    const busy = this.busyAt(Math.max(Math.floor(wide / 2), 1));
    const most = Math.max(this.model.run.limit || 0, ...busy, 1);
    g.fillStyle = this.colours.row;
    g.fillRect(gutter, 0, wide, high);
    g.fillStyle = this.colours.ok;
    g.globalAlpha = 0.55;
    busy.forEach((n, i) => g.fillRect(gutter + i * 2, high - (n / most) * (high - 6), 2, (n / most) * (high - 6)));
    g.globalAlpha = 1;
    g.fillStyle = this.colours.fail;
    for (const job of this.failedJobs()) g.fillRect(at(job.end) - 1, 0, 2, 6);
    if (this.time.isAll) return;
    g.fillStyle = this.colours.surface;
    g.globalAlpha = 0.6;
    g.fillRect(gutter, 0, at(this.time.from) - gutter, high);
    g.fillRect(at(this.time.to), 0, this.width - at(this.time.to), high);
    g.globalAlpha = 1;
    g.strokeStyle = this.colours.accent;
    g.strokeRect(at(this.time.from) + 0.5, 0.5, Math.max(at(this.time.to) - at(this.time.from) - 1, 2), high - 1);
  }

  failedJobs() {
    return this.failed ||= this.model.jobs.filter((job) => job.kind === 'failed' && job.end !== undefined);
  }

  /** Mean weight that ran in each of so many equal parts of the run. */
  busyAt(parts) {
    if (this.busy && this.busy.length === parts) return this.busy;
    const { times, used } = this.model.use;
    const busy = new Array(parts).fill(0);
    const each = this.model.end / parts;
    for (let i = 0; i + 1 < times.length; ++i)
      for (let part = Math.floor(times[i] / each); part < parts && part * each < times[i + 1]; ++part)
        busy[part] += used[i] * (Math.min(times[i + 1], (part + 1) * each) - Math.max(times[i], part * each)) / each;
    return this.busy = busy;
  }

  /** The attempt drawn at a place; the nearest within some pixels. */
  hit(x, y) {
    const row = Math.floor((y - axisHeight) / this.rows.height);
    if (row < 0 || row >= this.rows.visible || x < gutter) return null;
    const attempts = this.attemptsOf(this.rows.first + row);
    const time = this.timeAt(x);
    const near = (4 / (this.width - gutter)) * this.time.span;
    const i = firstIndex(attempts.length, (k) => attempts[k].end >= time);
    const found = [attempts[i], attempts[i - 1]].filter((a) =>
      a && a.start - near <= time && a.end + near >= time);
    return found[0] || null;
  }

  /** Shows a job, wherever it is. */
  select(job) {
    this.selected = job;
    const last = job && job.attempts[job.attempts.length - 1];
    if (last) {
      this.time.reveal(job.start, job.end);
      this.rows.reveal(last.row);
    }
    this.draw();
  }
}
