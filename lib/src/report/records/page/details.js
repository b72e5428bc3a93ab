// The selected job: what it waited for, how it ran, what it used.

const causes = {
  needs: { label: 'waited for needs', colour: 'wait-needs' },
  pool: { label: 'waited for a pool', colour: 'wait-pool' },
  slot: { label: 'waited for a slot', colour: 'wait-slot' },
  other: { label: 'with a slot free: hand-over or delay', colour: 'wait-other' },
  backoff: { label: 'between attempts', colour: 'wait-other' },
};

function jobLink(job) {
  return el('button', { type: 'button', class: 'link', on: () => select(job) },
    el('i', { class: `dot ${kinds[job.kind].colour}` }), visible(job.title));
}

function fact(name, ...value) {
  return el('div', {}, el('dt', {}, name), el('dd', {}, ...value));
}

/** Times of the job by what passed meanwhile; what is too short to matter is left out. */
function partsOf(job) {
  const parts = Object.keys(causes).map((cause) => ({ ...causes[cause], took: job.waits[cause] }));
  parts.push({ label: 'ran', colour: kinds[job.kind].colour, took: job.ran || 0 });
  const least = Math.max((job.end - job.accepted) * 0.002, 0.0005);
  return parts.filter((part) => part.took >= least || part.label === 'ran');
}

function wherePart(job, part) {
  if (part === causes.needs.label) {
    const last = lastNeed(app.model, job);
    return last ? [', last for ', jobLink(last)] : [];
  }
  return part === causes.pool.label ? [`: ${job.pools.map(visible).join(', ')}`] : [];
}

function timeBar(job) {
  if (!job.executed) return [];
  const parts = partsOf(job);
  const bar = el('div', { class: 'time-bar', 'aria-hidden': 'true' }, ...parts.map((part) =>
    el('span', { class: `part ${part.colour}`, style: { flexGrow: part.took } })));
  const words = parts.map((part) => el('li', {}, el('i', { class: `dot ${part.colour}` }),
    el('b', {}, duration(part.took)), ' ', part.label, ...wherePart(job, part.label)));
  return [bar, el('ul', { class: 'times' }, ...words)];
}

function attemptList(job) {
  if (job.tries < 2) return null;
  const items = job.attempts.map((attempt) => el('li', {},
    el('i', { class: `dot ${attempt.colour}` }),
    `${visible(attempt.how)}, ${duration(attempt.end - attempt.start)} in ${placeOf(attempt)}`));
  const missing = job.tries - job.attempts.length;
  if (missing > 0) items.push(el('li', { class: 'note' }, `and ${plural(missing, 'attempt')} more`));
  return fact('Attempts', el('ol', { class: 'attempts' }, ...items));
}

const mostLinks = 12;

function jobList(name, jobs, more = 0) {
  if (jobs.length + more === 0) return null;
  const rest = more + Math.max(jobs.length - mostLinks, 0);
  return fact(name, el('ul', { class: 'links' },
    ...jobs.slice(0, mostLinks).map((job) => el('li', {}, jobLink(job))),
    rest > 0 ? el('li', { class: 'note' }, `and ${count(rest)} more`) : null));
}

/** What its control group says: of all processes together. */
function groupMemory({ memory_peak: peak, oom_kills: killed }) {
  return (peak === undefined ? '' : `, ${bytes(peak)} in all its processes together`) +
    (killed ? `, ${count(killed)} killed for memory` : '');
}

function usage(job) {
  if (!job.executed) return null;
  const links = outputLinks(job).flatMap((link) => [', ', link]);
  const share = job.ran > 0 ? ` (${percent(job.cpu / job.ran)} of a CPU)` : '';
  return [
    fact('CPU', `${duration(job.user)} user, ${duration(job.system)} system${share}`),
    fact('Memory', `${memory(app.model.run, job.rss)}${job.rss > (app.model.run.floor || 0) ? ' at most' : ''}${job.claim ? `, ${bytes(job.claim)} claimed` : ''}` + groupMemory(job.cgroup)),
    fact('Output', bytes(job.bytes) + (job.leaked ? ', left open by a process that went on' : ''), ...links),
  ];
}

function timesOfDay(job) {
  if (job.start === undefined) return null;
  const place = placeOf(job.attempts[job.attempts.length - 1]);
  return fact('When', `from ${moment(job.start)} to ${moment(job.end)}, ${place}` +
    (job.weight > 1 ? `, weight ${job.weight}` : '') + (job.gpus ? `, with ${count(job.gpus)} GPU${job.gpus > 1 ? 's' : ''}` : '') + (job.shield ? ', shielded' : ''));
}

function detailsOf(job) {
  const known = job.needs.map((seq) => app.model.bySeq.get(seq)).filter(Boolean);
  const unknown = job.needs.length - known.length + job.moreNeeds;
  return [
    el('header', {}, el('h3', {}, visible(job.title), el('span', { class: 'seq' }, `#${job.seq}`)),
      el('p', { class: 'facts' }, pill(job), ' ', visible(job.how))),
    ...timeBar(job),
    whatRuns(job),
    commandLine(job.command),
    outputTail(job),
    el('dl', { class: 'facts-list' }, ...[attemptList(job), timesOfDay(job), usage(job),
      jobList('Needs', known, unknown),
      jobList('Needed by', app.model.dependents.get(job.seq) || [])].flat().filter(Boolean)),
  ];
}

function showDetails(job) {
  const panel = byId('details');
  if (job) panel.replaceChildren(...detailsOf(job).filter(Boolean));
  else panel.replaceChildren(el('p', { class: 'empty' }, 'Choose a job in the timeline or the table ' +
    'to see what it waited for, what it used, and how to run it again.'));
}
