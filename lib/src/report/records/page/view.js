// What part of the run the timeline shows: pure numbers, no drawing and no input.

class TimeView {
  constructor(end) {
    this.end = end;
    this.shortest = Math.min(end, Math.max(end / 1e6, 20e-6));
    this.all();
  }

  all() {
    this.from = 0;
    this.to = this.end;
  }

  get span() { return this.to - this.from; }
  get isAll() { return this.span >= this.end * 0.9999; }

  /** Keeps `at` where it is. `factor` below 1 shows less. */
  zoom(factor, at = (this.from + this.to) / 2) {
    const span = Math.min(Math.max(this.span * factor, this.shortest), this.end);
    const share = (at - this.from) / this.span;
    this.moveTo(at - span * share, span);
  }

  pan(seconds) {
    this.moveTo(this.from + seconds, this.span);
  }

  moveTo(from, span) {
    this.from = Math.min(Math.max(from, 0), this.end - span);
    this.to = this.from + span;
  }

  /** Shows an interval, with something around it. Changes the scale only where it has to. */
  reveal(from, to) {
    if (to - from > this.span * 0.9) this.moveTo(from - (to - from) * 0.25, Math.min((to - from) * 1.5, this.end));
    else if (from < this.from || to > this.to) this.moveTo((from + to) / 2 - this.span / 2, this.span);
  }
}

/** Steps of 1, 2 or 5 times a power of ten, of minutes and of hours. */
function tickStep(span, most) {
  const wanted = span / Math.max(most, 1);
  const steps = [60, 120, 300, 600, 1800, 3600, 7200, 14400, 43200, 86400];
  if (wanted > 30) return steps.find((step) => step >= wanted) || 86400 * Math.ceil(wanted / 86400);
  const power = 10 ** Math.floor(Math.log10(wanted));
  return [1, 2, 5, 10, 20, 30].map((n) => n * power).find((step) => step >= wanted);
}

/** A time on the axis, as exact as the step asks for. */
function tickLabel(time, step) {
  if (time === 0) return '0';
  if (step >= 60 || (time >= 60 && step >= 1)) return duration(time);
  if (step >= 1) return `${Math.round(time)} s`;
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  if (digits <= 3 && time >= 1) return `${time.toFixed(digits)} s`;
  return `${(time * 1000).toFixed(Math.max(0, digits - 3))} ms`;
}

/** Rows of slots, as high as they may be; those that have no place are scrolled to. */
class RowView {
  constructor(rows) {
    this.rows = Math.max(rows, 1);
    this.height = Math.min(Math.max(Math.floor(460 / this.rows), 7), this.rows <= 8 ? 34 : 28);
    this.visible = Math.min(this.rows, Math.floor(460 / this.height));
    this.first = 0;
  }

  get pixels() { return this.visible * this.height; }

  scroll(rows) {
    this.first = Math.min(Math.max(this.first + rows, 0), this.rows - this.visible);
  }

  reveal(row) {
    if (row < this.first) this.first = row;
    if (row >= this.first + this.visible) this.first = row - this.visible + 1;
  }
}
