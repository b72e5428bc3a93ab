// The table of all jobs: any column sorts, words and results filter. Only rows in view are elements.

const rowHeight = 36;
const overscan = 8;
const mostOnPaper = 500;
/** Pixels: whatever a style makes of the box, not all rows become elements. */
const highest = 4000;

const ran = (job) => job.executed;
const columns = [
  { id: 'seq', name: '#', value: (j) => j.seq, text: (j) => String(j.seq), right: true, up: true },
  { id: 'title', name: 'Job', value: (j) => j.title, text: null, up: true },
  { id: 'result', name: 'Result', value: (j) => Object.keys(kinds).indexOf(j.kind), text: null, up: true },
  { id: 'start', name: 'Started', value: (j) => j.start, text: (j) => moment(j.start), right: true, up: true },
  { id: 'waited', name: 'Waited', value: (j) => j.waited, text: (j) => duration(j.waited), right: true },
  { id: 'ran', name: 'Ran', value: (j) => j.ran, text: (j) => duration(j.ran), right: true },
  { id: 'cpu', name: 'CPU', value: (j) => (ran(j) ? j.cpu : undefined), text: (j) => duration(j.cpu), right: true },
  { id: 'rss', name: 'Memory', value: (j) => (ran(j) ? j.rss : undefined), text: (j) => memory(app.model.run, j.rss),
    right: true },
  { id: 'bytes', name: 'Output', value: (j) => (ran(j) ? j.bytes : undefined), text: (j) => bytes(j.bytes),
    right: true },
  { id: 'tries', name: 'Tries', value: (j) => j.tries, text: (j) => String(j.tries), right: true },
  { id: 'slot', name: 'Slot', value: (j) => (j.start !== undefined ? j.attempts[j.attempts.length - 1].slot : undefined),
    text: (j) => String(j.attempts[j.attempts.length - 1].slot), right: true, up: true },
];

/** What has no value comes last, whichever the direction; equals stay in the order of the run. */
function sortJobs(jobs, column, descending) {
  const sign = descending ? -1 : 1;
  const compare = (a, b) => {
    if (a === undefined || b === undefined) return (a === undefined) - (b === undefined);
    if (typeof a === 'string') return sign * (a < b ? -1 : a > b ? 1 : 0);
    return sign * (a - b);
  };
  return jobs.map((job) => [column.value(job), job])
    .sort((a, b) => compare(a[0], b[0]) || a[1].seq - b[1].seq).map((pair) => pair[1]);
}

/** All words must occur, in any order. */
function filterJobs(jobs, text, hidden) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (job) => {
    job.words ||= `#${job.seq} ${job.title} ${job.command} ${job.how}`.toLowerCase();
    return words.every((word) => job.words.includes(word));
  };
  return jobs.filter((job) => !hidden.has(job.kind) && (words.length === 0 || matches(job)));
}

class JobTable {
  constructor(model) {
    this.model = model;
    this.box = byId('table-box');
    this.body = byId('table').tBodies[0];
    this.sort = { column: columns[0], descending: false };
    this.hidden = new Set();
    this.selected = null;
    this.everything = false;  // for paper
    this.makeHead();
    this.makeFilters();
    this.box.addEventListener('scroll', () => this.render());
    this.body.addEventListener('keydown', (event) => this.key(event));
    new ResizeObserver(() => this.render()).observe(this.box);
    this.update();
  }

  makeHead() {
    const cells = columns.map((column) =>
      el('th', { scope: 'col', class: column.right ? 'right' : '', 'data-column': column.id },
        el('button', { type: 'button', on: () => this.sortBy(column) }, column.name,
          el('i', { 'aria-hidden': 'true' }))));
    byId('table').tHead.replaceChildren(el('tr', { 'aria-rowindex': '1' }, ...cells));
  }

  sortBy(column) {
    const again = this.sort.column === column;
    this.sort = { column, descending: again ? !this.sort.descending : !column.up };
    this.update();
  }

  makeFilters() {
    byId('filter').addEventListener('input', () => this.update());
    const present = Object.keys(kinds).filter((kind) => this.model.jobs.some((job) => job.kind === kind));
    if (present.length < 2) return;
    byId('verdict-filters').append(...present.map((kind) => this.filterButton(kind)));
  }

  filterButton(kind) {
    const button = el('button', { type: 'button', class: 'chip', 'aria-pressed': 'true', 'data-kind': kind },
      el('i', { class: `dot ${kinds[kind].colour}` }), kinds[kind].label);
    button.addEventListener('click', () => {
      if (!this.hidden.delete(kind)) this.hidden.add(kind);
      button.setAttribute('aria-pressed', !this.hidden.has(kind));
      this.update();
    });
    return button;
  }

  update() {
    const matching = filterJobs(this.model.jobs, byId('filter').value, this.hidden);
    this.jobs = sortJobs(matching, this.sort.column, this.sort.descending);
    for (const th of byId('table').tHead.rows[0].cells) {
      const sorted = th.dataset.column === this.sort.column.id;
      th.setAttribute('aria-sort', !sorted ? 'none' : this.sort.descending ? 'descending' : 'ascending');
    }
    byId('table').setAttribute('aria-rowcount', this.jobs.length + 1);
    const all = this.model.jobs.length;
    const found = this.jobs.length;
    const paper = this.everything && found > mostOnPaper ? `, the first ${mostOnPaper} on paper` : '';
    byId('shown').textContent = (found === all ? '' : `${count(found)} of `) + plural(all, 'job') + paper;
    this.box.scrollTop = 0;
    this.render();
  }

  /** What is in view, and some more; above and below it empty rows keep the height. */
  render() {
    const height = Math.min(this.box.clientHeight, highest);
    const first = this.everything ? 0 : Math.max(Math.floor(this.box.scrollTop / rowHeight) - overscan, 0);
    const last = this.everything ? Math.min(this.jobs.length, mostOnPaper)
      : Math.min(first + Math.ceil(height / rowHeight) + 2 * overscan, this.jobs.length);
    const focused = this.body.contains(document.activeElement)
      ? document.activeElement.closest('tr').dataset.seq : null;
    const inView = Math.ceil(this.box.scrollTop / rowHeight);
    const rows = this.jobs.slice(first, last).map((job, i) => this.row(job, first + i, first + i === inView));
    this.body.replaceChildren(this.space(first), ...rows, this.space(this.jobs.length - last));
    if (this.jobs.length === 0) this.body.replaceChildren(this.nothing());
    if (focused) this.focusRow(focused);
  }

  space(rows) {
    const height = this.everything ? 0 : rows * rowHeight;
    return el('tr', { class: 'space', 'aria-hidden': 'true' },
      el('td', { colspan: columns.length, style: { height: `${height}px` } }));
  }

  nothing() {
    return el('tr', {}, el('td', { colspan: columns.length, class: 'empty' }, 'No job matches.'));
  }

  /** Tab stops at one row, the first in view; arrows go on from there. */
  row(job, index, tabStop) {
    const cells = columns.map((column) => this.cell(job, column, tabStop));
    const row = el('tr', { 'aria-rowindex': index + 2, 'data-seq': job.seq, 'data-index': index,
      'aria-selected': job === this.selected ? 'true' : null }, ...cells);
    row.addEventListener('click', () => select(job));
    return row;
  }

  cell(job, column, tabStop) {
    if (column.id === 'title')
      return el('td', { class: 'job' }, el('button', { type: 'button', class: 'link', title: visible(job.title),
        tabindex: tabStop ? '0' : '-1' }, visible(job.label)));
    if (column.id === 'result')
      return el('td', { class: `result ${kinds[job.kind].colour}`, title: visible(job.how) },
        el('i', { class: `dot ${kinds[job.kind].colour}` }),
        job.kind === 'succeeded' ? 'Succeeded' : resultText(job));
    const known = column.value(job) !== undefined;
    return el('td', { class: column.right ? 'right' : '' }, known ? column.text(job) : '\u2013');
  }

  focusRow(seq) {
    const row = this.body.querySelector(`tr[data-seq="${seq}"] button`);
    if (row) row.focus({ preventScroll: true });
  }

  /** Up and down from row to row, also to those that are not there yet. */
  key(event) {
    const by = { ArrowUp: -1, ArrowDown: 1, PageUp: -12, PageDown: 12 }[event.key];
    const row = event.target.closest('tr');
    if (!by || !row) return;
    event.preventDefault();
    const index = Math.min(Math.max(Number(row.dataset.index) + by, 0), this.jobs.length - 1);
    this.scrollTo(index);
    this.render();
    this.focusRow(this.jobs[index].seq);
  }

  scrollTo(index) {
    const top = index * rowHeight;
    const room = this.box.clientHeight - rowHeight * 2;
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    if (top > this.box.scrollTop + room) this.box.scrollTop = top - room;
  }

  select(job) {
    this.selected = job;
    this.render();
  }
}

function resultText(job) {
  if (job.kind === 'flaky') return `Succeeded, attempt ${job.tries}`;
  if (job.kind === 'failed' || job.kind === 'allowed') return visible(job.how).replace(/^./, (c) => c.toUpperCase());
  return kinds[job.kind].label;
}
