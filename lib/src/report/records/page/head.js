// The head of the page: what ran, and how it went, in one look.

function headline(run) {
  const failed = run.failed - run.may_fail;
  if (run.total === 0) return 'Nothing to run';
  if (failed > 0) return `${count(failed)} of ${plural(run.total, 'job')} failed`;
  const missing = run.cancelled + run.not_started;
  if (missing > 0) return `${count(missing)} of ${plural(run.total, 'job')} did not finish`;
  const good = run.succeeded + run.may_fail + run.skipped;
  if (run.succeeded < good) return `${count(run.succeeded)} of ${plural(run.total, 'job')} succeeded`;
  return run.total === 1 ? 'The job succeeded' : `All ${plural(run.total, 'job')} succeeded`;
}

function mood(run) {
  if (run.failed > run.may_fail) return 'fail';
  return run.cancelled + run.not_started > 0 ? 'warn' : 'ok';
}

function when(run) {
  const date = new Date(run.started);
  const text = date.toLocaleString(undefined, { year: 'numeric', month: 'short', day: 'numeric', hour: 'numeric',
    minute: '2-digit', second: '2-digit', timeZoneName: 'short' });
  return [el('time', { datetime: run.started, title: run.started }, text),
    run.stop ? el('span', { class: 'stopped' }, visible(run.stop)) : null];
}

/** One bar, as long as the page, of jobs by result; and what its colours mean. */
function verdictBar(model) {
  const run = model.run;
  const present = Object.keys(kinds).filter((kind) => countOf(run, kind) > 0);
  const parts = present.map((kind) => el('span', {
    class: `part ${kinds[kind].colour}`, style: { flexGrow: countOf(run, kind) },
  }));
  const words = present.map((kind) => el('li', {},
    el('i', { class: `dot ${kinds[kind].colour}` }),
    el('b', {}, count(countOf(run, kind))), ' ' + kinds[kind].label.toLowerCase()));
  if (run.earlier > 0) words.push(el('li', {}, `${count(run.earlier)} of these in an earlier run`));
  for (const held of run.held ?? []) {
    words.push(el('li', {}, `starts were held up by ${visible(held.such_as)} for ${duration(held.seconds)}, ` +
      `${plural(held.most, 'job')} at once at most`));
  }
  for (const left of run.left ?? []) {
    const job = model.bySeq.get(left.job);
    const whose = job ? ` of ${visible(job.title)} (#${job.seq})` : left.job > 0 ? ` of job ${left.job}` : '';
    words.push(el('li', {}, `left running: process ${left.pid}${whose}: ${visible(left.command)}`));
  }
  const unnamed = (run.left_count ?? 0) - (run.left ?? []).length;
  if (unnamed > 0) words.push(el('li', {}, `and ${count(unnamed)} more left running`));
  return [el('div', { class: 'verdict-bar', 'aria-hidden': 'true' }, ...parts),
    el('ul', { class: 'verdict-words' }, ...words)];
}

function tile(name, value, note) {
  return el('div', { class: 'tile' }, el('dt', {}, name), el('dd', {}, value),
    el('dd', { class: 'note' }, note));
}

/** Share of the slots' time in which jobs ran. */
function busyShare(model) {
  const { times, used } = model.use;
  let sum = 0;
  for (let i = 1; i < times.length; ++i) sum += used[i - 1] * (times[i] - times[i - 1]);
  const slots = model.run.limit || model.slots.length || 1;
  return Math.min(sum / (slots * model.end), 1);
}

function tiles(model) {
  const run = model.run;
  const cpu = run.user + run.system;
  const rate = run.total > 1 ? `${(run.total / Math.max(run.elapsed, 1e-6)).toPrecision(3) * 1} jobs a second` : '';
  return [
    tile('Duration', duration(run.elapsed), rate),
    tile('Slots busy', percent(busyShare(model)),
      run.limit === null ? 'no limit' : `of ${plural(run.limit, 'slot')}`),
    tile('CPU time', duration(cpu), `${(cpu / Math.max(run.elapsed, 1e-6)).toFixed(1)} CPUs on average`),
    tile('Most memory', memory(run, run.rss), 'of one job'),
    tile('Output', bytes(run.bytes), 'stdout and stderr'),
  ];
}

function leftOut(run) {
  return `${plural(run.left_out, 'job')} of ${count(run.total)} have no row here: the page would be ` +
    'too long for a browser. They are counted in the numbers above; what is below shows only the others.';
}

function showHead(model) {
  const run = model.run;
  document.title = `${headline(run)} - weir`;
  byId('when').append(...when(run).filter(Boolean));
  byId('headline').textContent = headline(run);
  byId('summary').dataset.mood = mood(run);
  byId('command').textContent = visible(run.command);
  byId('verdicts').append(...verdictBar(model));
  byId('tiles').append(...tiles(model));
  byId('left-out').hidden = run.left_out === 0;
  if (run.left_out > 0) byId('left-out').textContent = leftOut(run);
  byId('footer').textContent = `Written by weir ${run.version}. This file loads nothing from anywhere.`;
}
