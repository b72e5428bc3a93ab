// The run as the page knows it: members that rows leave out are put in again here.

/** How a job went, as it is coloured and filtered. In order of what matters. */
const kinds = {
  failed: { label: 'Failed', colour: 'fail' },
  allowed: { label: 'Failed (allowed)', colour: 'warn' },
  cancelled: { label: 'Cancelled', colour: 'idle' },
  skipped: { label: 'Skipped', colour: 'idle' },
  'not started': { label: 'Not started', colour: 'idle' },
  flaky: { label: 'Succeeded on a retry', colour: 'flaky' },
  succeeded: { label: 'Succeeded', colour: 'ok' },
};

function kindOf(row, tries) {
  const verdict = row.verdict || 'succeeded';
  if (verdict === 'failed' && row.may_fail) return 'allowed';
  if (verdict === 'succeeded' && tries > 1) return 'flaky';
  return verdict;
}

function attemptsOf(row, kind) {
  const list = row.attempts || [];
  return list.map(([slot, start, end, how, node], i) => ({
    slot, node: node || '', row: 0, start, end, how: spaced(how || row.how || 'exit 0'), number: i + 1, job: null,
    colour: i + 1 < list.length ? 'tried' : kinds[kind].colour,
  }));
}

function makeJob(row) {
  const tries = row.tries || (row.attempts || []).length;
  const kind = kindOf(row, tries);
  const attempts = attemptsOf(row, kind);
  const job = {
    seq: row.seq, title: row.title, item: row.item, kind, tries, attempts, how: spaced(row.how || 'exit 0'),
    runs: row.runs || '',
    command: row.command === undefined ? row.title : row.command,
    accepted: row.accepted, ready: row.ready, last: row.last || 0,
    needs: row.needs || [], moreNeeds: row.more_needs || 0, pools: row.pools || [],
    weight: row.weight || 1, shield: Boolean(row.shield), leaked: Boolean(row.leaked),
    user: row.user || 0, system: row.system || 0, cpu: (row.user || 0) + (row.system || 0),
    rss: row.rss || 0, bytes: row.bytes || 0, tail: row.tail || '', place: row.place,
    cgroup: row.cgroup || {},
    claim: row.claim, cpus: row.cpus, gpus: row.gpus,
  };
  for (const attempt of attempts) attempt.job = job;
  const ran = attempts.length > 0;
  job.start = ran ? attempts[0].start : undefined;
  job.end = ran ? attempts[attempts.length - 1].end : row.ended;
  job.executed = ran && !row.not_executed;
  job.ran = job.executed ? attempts.reduce((sum, a) => sum + a.end - a.start, 0) : undefined;
  return job;
}

/** Attempts of each slot by start: index 0 is slot 1. */
function bySlot(jobs) {
  const slots = [];
  for (const job of jobs)
    for (const attempt of job.attempts) (slots[attempt.slot - 1] ||= []).push(attempt);
  for (let i = 0; i < slots.length; ++i) (slots[i] ||= []).sort((a, b) => a.start - b.start);
  return slots;
}

/** Rows of the timeline, each with its attempts: slots, or with other machines those of each machine. */
function makeRows(jobs, slots) {
  const attempts = jobs.flatMap((job) => job.attempts);
  const rows = new Map();
  if (attempts.every((attempt) => attempt.node === ''))
    slots.forEach((_, i) => rows.set(`\n${i + 1}`, { node: '', slot: i + 1, attempts: [] }));
  for (const attempt of attempts) {
    const key = `${attempt.node}\n${attempt.slot}`;
    if (!rows.has(key)) rows.set(key, { node: attempt.node, slot: attempt.slot, attempts: [] });
    rows.get(key).attempts.push(attempt);
  }
  const order = (a, b) => (a.node === b.node ? a.slot - b.slot : a.node < b.node ? -1 : 1);
  const sorted = [...rows.values()].sort(order);
  sorted.forEach((row, i) => {
    row.attempts.sort((a, b) => a.start - b.start);
    for (const attempt of row.attempts) attempt.row = i;
  });
  return sorted;
}

/** "slot 3", or "slot 3 on alpha". */
function placeOf(attempt) {
  return `slot ${attempt.slot}${attempt.node ? ` on ${visible(attempt.node)}` : ''}`;
}

/** What all titles begin with, up to the end of a word or of a directory: it tells no job from another. */
function sharedBeginning(titles) {
  if (titles.length < 2) return '';
  let shared = titles[0];
  for (const title of titles) {
    let same = 0;
    while (same < shared.length && shared[same] === title[same]) ++same;
    shared = shared.slice(0, same);
  }
  return shared.slice(0, shared.search(/[^ /=:,'"]*$/));
}

/** For places that are too narrow for the title: the item, or the title without what all begin with. */
function addLabels(jobs) {
  const shared = sharedBeginning(jobs.map((job) => job.title));
  const elided = (title) => shared.length > 4 ? '…' + title.slice(shared.length) : title;
  for (const job of jobs) job.label = job.item || elided(job.title);
}

function makeModel(data) {
  const jobs = data.jobs.map(makeJob).sort((a, b) => a.seq - b.seq);
  addLabels(jobs);
  const bySeq = new Map(jobs.map((job) => [job.seq, job]));
  const dependents = new Map();
  for (const job of jobs)
    for (const seq of job.needs) {
      if (!dependents.has(seq)) dependents.set(seq, []);
      dependents.get(seq).push(job);
    }
  const slots = bySlot(jobs);
  const end = jobs.reduce((last, job) => Math.max(last, job.end || 0), 0);
  return {
    run: data.run, jobs, bySeq, dependents, slots, rows: makeRows(jobs, slots),
    end: data.run.left_out > 0 ? Math.max(end, 1e-6) : Math.max(end, data.run.elapsed, 1e-6),
  };
}

/** Of a process the kernel reports no less memory than weir itself had when it started it. */
function memory(run, size) {
  return run.floor && size > 0 && size <= run.floor ? `under ${bytes(Math.ceil(run.floor / 1048576) * 1048576)}` : bytes(size);
}

/** Jobs of one kind, in all: those without a row, too. */
function countOf(run, kind) {
  switch (kind) {
    case 'failed': return run.failed - run.may_fail;
    case 'allowed': return run.may_fail;
    case 'flaky': return run.retried;
    case 'succeeded': return run.succeeded - run.retried;
    case 'not started': return run.not_started;
    default: return run[kind];
  }
}
