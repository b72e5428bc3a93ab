// Failures first: how, the last lines of output, and the command line to run the job again.

/** So many are shown at first; a few more are not worth a button. */
const failuresAtOnce = 5;
const failuresWithoutButton = 8;

function pill(job) {
  return el('span', { class: `pill ${kinds[job.kind].colour}` }, kinds[job.kind].label);
}

/** A command line with its button; what is too long to show says so. */
function commandLine(command) {
  if (!command) return el('p', { class: 'note' }, 'The command line is too long to show.');
  const text = visible(command);
  return el('div', { class: 'command' }, el('code', {}, text), copyButton(command));
}

/** What a job of a manifest executes: its command line is weir's own. */
function whatRuns(job) {
  return job.runs ? el('pre', { class: 'runs', 'aria-label': 'What it runs' }, visible(job.runs)) : null;
}

/** Links to what --results has of it, beside this page. */
function outputLinks(job) {
  const from = app.model.run.results;
  if (from === undefined || job.place === undefined) return [];
  const address = (file) => [...from.split('/'), job.place, file].map(encodeURIComponent).join('/');
  return ['stdout', 'stderr'].map((file) => el('a', { class: 'output', href: address(file) }, file));
}

function outputTail(job) {
  if (!job.tail) return null;
  return el('pre', { class: 'tail', tabindex: '0', 'aria-label': `Last output of ${job.title}` },
    visible(job.tail.replace(/\n+$/, '')));
}

function failureCard(job) {
  const facts = [visible(job.how)];
  if (job.ran !== undefined) facts.push(`ran ${duration(job.ran)}`);
  if (job.tries > 1) facts.push(plural(job.tries, 'attempt'));
  const same = job.command === job.title;
  const title = el('button', { type: 'button', class: same ? 'link title code' : 'link title', on: () => reveal(job) },
    visible(job.title));
  return el('article', { class: `failure ${kinds[job.kind].colour}` },
    el('header', {}, el('h3', {}, title, el('span', { class: 'seq' }, `#${job.seq}`)),
      el('p', { class: 'facts' }, job.kind === 'allowed' ? 'Allowed to fail: ' : null,
        facts.join(', '), same ? copyButton(job.command, 'Copy command') : null)),
    whatRuns(job), outputTail(job), outputLine(job), same ? null : commandLine(job.command));
}

function outputLine(job) {
  const links = outputLinks(job);
  return links.length > 0 ? el('p', { class: 'note' }, 'All of its output: ', links[0], ', ', links[1]) : null;
}

/** Those that failed the run come before those that were allowed to. */
function failuresOf(model) {
  const failed = (kind) => model.jobs.filter((job) => job.kind === kind);
  return [...failed('failed'), ...failed('allowed')];
}

function showFailures(model) {
  const failures = failuresOf(model);
  byId('failures').hidden = failures.length === 0;
  byId('to-failures').hidden = failures.length === 0;
  const list = byId('failure-list');
  let shown = 0;
  const more = el('button', { type: 'button', class: 'more', on: () => addSome(50) });
  const addSome = (some) => {
    list.append(...failures.slice(shown, shown + some).map(failureCard));
    shown = Math.min(shown + some, failures.length);
    more.textContent = `Show more (${count(failures.length - shown)} left)`;
    if (shown < failures.length) list.append(more);
    else more.remove();
  };
  addSome(failures.length <= failuresWithoutButton ? failuresWithoutButton : failuresAtOnce);
}
