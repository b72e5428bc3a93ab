// What took long: the critical path, and the jobs with most of something.

const mostListed = 8;
const mostSteps = 14;

const linkWords = {
  start: 'started with the run',
  needs: 'when its need had ended',
  slot: 'when a slot was free',
  pool: 'when a pool was free',
};

/** A row with a bar behind it, as long as its share of the first. */
function ranked(job, value, share, words, note) {
  return el('li', {},
    el('button', { type: 'button', class: 'rank', on: () => reveal(job) },
      el('span', { class: `rank-bar ${kinds[job.kind].colour}`, style: { width: `${Math.max(share * 100, 1)}%` } }),
      el('span', { class: 'rank-name', title: visible(job.title) }, visible(job.label)),
      el('span', { class: 'rank-note' }, note || ''),
      el('span', { class: 'rank-value' }, words(value))));
}

/** The jobs with most, found without sorting all of them. */
function topJobs(jobs, valueOf) {
  const top = [];
  for (const job of jobs) {
    const value = valueOf(job);
    if (!(value > 0) || (top.length === mostListed && value <= top[top.length - 1].value)) continue;
    top.splice(firstIndex(top.length, (k) => top[k].value < value), 0, { job, value });
    top.length = Math.min(top.length, mostListed);
  }
  return top;
}

function showRanking(id, name, jobs, valueOf, words, noteOf = () => '') {
  const top = topJobs(jobs, valueOf);
  byId(id).hidden = top.length === 0;
  byId(id).replaceChildren(el('h3', {}, name), el('ol', { class: 'ranking' },
    ...top.map(({ job, value }) => ranked(job, value, value / top[0].value, words, noteOf(job)))));
}

function mainWait(job) {
  const names = { needs: 'needs', pool: 'pool', slot: 'slot', other: '' };
  const most = Object.keys(names).sort((a, b) => job.waits[b] - job.waits[a])[0];
  return names[most];
}

/** What the path says of the run, in a sentence or two. */
function pathSentence(model) {
  const links = { needs: 0, slot: 0, pool: 0, start: 0 };
  for (const step of model.path) ++links[step.how];
  const by = ['needs', 'slot', 'pool'].filter((how) => links[how] > 0)
    .map((how, i) => `${count(links[how])} ${i === 0 ? 'waited ' : ''}for ${how === 'needs' ? 'a need' : `a ${how}`}`);
  const alone = model.path.length === 1;
  const start = alone ? 'It is a single job' : `${count(model.path.length)} jobs one after the other`;
  const parts = [by.length > 0 ? `${start}; ${by.join(', ')}.` : `${start}.`];
  if (model.run.limit !== null && links.slot + links.pool > 0)
    parts.push(`With unlimited slots and pools, the run would take at least ${duration(model.needsAlone)}` +
      `${model.needsAlone < model.end * 0.98 ? ` instead of ${duration(model.end)}` : ''}.`);
  return parts.join(' ');
}

function pathStep(model, { job, how, gap }) {
  const note = [linkWords[how]];
  if (gap > soon(model)) note.push(how === 'start' ? `after ${duration(gap)}` : `${duration(gap)} later`);
  const at = (time) => `${(time / model.end) * 100}%`;
  const start = job.start === undefined ? job.end : job.start;
  return el('li', {}, el('button', { type: 'button', class: 'step', on: () => reveal(job) },
    el('span', { class: 'rank-name', title: visible(job.title) }, visible(job.label)),
    el('span', { class: 'track' },
      el('i', { class: 'wait', style: { left: at(start - gap), width: at(gap) } }),
      el('i', { class: kinds[job.kind].colour, style: { left: at(start), width: at(job.end - start) } })),
    el('span', { class: 'rank-value' }, duration(job.end - start)),
    el('span', { class: 'rank-note' }, note.join(', '))));
}

/** Of a long path the jobs that took longest, in their order. */
function stepsToShow(path) {
  if (path.length <= mostSteps) return path;
  const took = (step) => step.job.end - (step.job.start || 0);
  const longest = new Set([...path].sort((a, b) => took(b) - took(a)).slice(0, mostSteps));
  return path.filter((step) => longest.has(step));
}

function showPathCard(model) {
  const steps = stepsToShow(model.path);
  // Without needs it would only tell once more who had the slot before whom.
  const needs = model.jobs.some((job) => job.needs.length + job.moreNeeds > 0);
  byId('path').hidden = byId('show-path').hidden = !needs || steps.length < 2;
  if (byId('path').hidden) return;
  const left = model.path.length - steps.length;
  byId('path').replaceChildren(...[el('h3', {}, 'Critical path'),
    el('p', { class: 'note' }, pathSentence(model)),
    el('ol', { class: 'ranking steps' }, ...steps.map((step) => pathStep(model, step))),
    left > 0 ? el('p', { class: 'note' },
      `These are the ${mostSteps} longest; ${count(left)} shorter ones are on the path, too.`) : null,
  ].filter(Boolean));
}

function showInsights(model) {
  showPathCard(model);
  const ran = model.jobs.filter((job) => job.executed);
  showRanking('slowest', 'Slowest', ran, (job) => job.ran, duration,
    (job) => (job.tries > 1 ? plural(job.tries, 'attempt') : ''));
  showRanking('waited', 'Waited longest once ready', ran, (job) => job.waits.queued, duration,
    (job) => mainWait({ waits: { ...job.waits, needs: 0 } }));
  showRanking('busiest', 'Most CPU time', ran, (job) => job.cpu, duration,
    (job) => (job.ran > 0 ? `${percent(job.cpu / job.ran)} of a CPU` : ''));
  showRanking('largest', 'Most memory', ran, (job) => (job.rss > (model.run.floor || 0) ? job.rss : 0), bytes,
    (job) => (job.claim ? `${bytes(job.claim)} claimed` : ''));
  leaveOut('insights', ['path', 'slowest', 'waited', 'busiest', 'largest'].every((id) => byId(id).hidden));
}

/** A section with nothing in it, and the link to it. */
function leaveOut(id, empty) {
  byId(id).hidden = empty;
  document.querySelector(`nav a[href="#${id}"]`).hidden = empty;
}
