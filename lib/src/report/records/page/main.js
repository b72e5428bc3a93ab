// Puts the page together. What is selected is one fact that several parts show.

const app = { model: null, timeline: null, table: null, selected: null };

/** Selects a job everywhere, or with null none. */
function select(job) {
  app.selected = job;
  app.timeline.select(job);
  app.table.select(job);
  showDetails(job);
  byId('announce').textContent = job ? spoken(job) : '';
  try {
    history.replaceState(null, '', job ? `#job=${job.seq}` : location.pathname);
  } catch { /* not in a sandbox */ }
}

/** The same, and brings the timeline into sight. */
function reveal(job) {
  select(job);
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  byId('timeline').scrollIntoView({ behavior: calm ? 'auto' : 'smooth' });
}

function spoken(job) {
  const ran = job.ran === undefined ? '' : `, ${duration(job.ran)}, ${placeOf(job.attempts[job.attempts.length - 1])}`;
  return `Job ${job.seq}, ${visible(job.title)}: ${kinds[job.kind].label.toLowerCase()}${ran}`;
}

function showLegend(model) {
  const colours = new Map();
  for (const job of model.jobs)
    for (const attempt of job.attempts)
      colours.set(attempt.colour, attempt.colour === 'tried' ? 'Tried again' : kinds[job.kind].label);
  byId('legend').append(...[...colours].map(([colour, label]) =>
    el('span', {}, el('i', { class: `dot ${colour}` }), label)));
}

function setTheme(name) {
  document.documentElement.dataset.theme = name;
  byId('theme').textContent = name === 'dark' ? 'Light' : 'Dark';
  byId('theme').setAttribute('aria-label', `Switch to ${name === 'dark' ? 'light' : 'dark'} colours`);
  if (!app.timeline) return;
  app.timeline.readColours();
  app.timeline.drawNow();
}

function listenToTheme() {
  setTheme(document.documentElement.dataset.theme);
  byId('theme').addEventListener('click', () => {
    const name = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
    try { localStorage.setItem('weir-theme', name); } catch { /* not in a sandbox */ }
    setTheme(name);
  });
}

/** On paper: light, and rows without a box to scroll. */
function listenToPrinting() {
  let theme = null;
  addEventListener('beforeprint', () => {
    theme = document.documentElement.dataset.theme;
    setTheme('light');
    app.table.everything = true;
    app.table.update();
  });
  addEventListener('afterprint', () => {
    app.table.everything = false;
    app.table.update();
    setTheme(theme);
  });
}

function selectByAddress() {
  const seq = /^#job=(\d+)$/.exec(location.hash);
  const job = seq && app.model.bySeq.get(Number(seq[1]));
  if (job) reveal(job);
}

function showPage() {
  const model = makeModel(JSON.parse(byId('data').textContent));
  app.model = model;
  addWaits(model);
  addPath(model);
  showHead(model);
  showFailures(model);
  showLegend(model);
  app.timeline = new Timeline(model);
  app.table = new JobTable(model);
  showInsights(model);
  leaveOut('timeline', model.rows.length === 0);
  showDetails(null);
  listenToTimeline(app.timeline);
  listenToTheme();
  listenToPrinting();
  app.timeline.drawNow();
  addEventListener('hashchange', selectByAddress);
  selectByAddress();
  document.documentElement.dataset.ready = 'true';
}

showPage();
