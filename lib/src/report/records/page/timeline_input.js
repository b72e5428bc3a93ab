// Mouse, touch and keyboard of the timeline: each only moves the view or selects a job.

const zoomStep = 1.6;

/** The attempt that ends at or after a time, or the last one. */
function attemptAt(attempts, time) {
  const i = firstIndex(attempts.length, (k) => attempts[k].end >= time);
  return attempts[Math.min(i, attempts.length - 1)];
}

/** The selected job's last attempt, or what is in the middle of the view. */
function current(timeline) {
  const job = timeline.selected;
  if (job && job.attempts.length > 0) return job.attempts[job.attempts.length - 1];
  return null;
}

function firstInView(timeline) {
  const attempts = timeline.attemptsOf(timeline.rows.first);
  return attempts.length > 0 ? attemptAt(attempts, timeline.time.from) : null;
}

/** The job before or after in the same row. */
function stepJob(timeline, by) {
  const here = current(timeline);
  if (!here) return choose(firstInView(timeline));
  const attempts = timeline.attemptsOf(here.row);
  choose(attempts[attempts.indexOf(here) + by]);
}

/** The job at the same time in the next row that has any. */
function stepSlot(timeline, by) {
  const here = current(timeline);
  if (!here) return choose(firstInView(timeline));
  const middle = (here.start + here.end) / 2;
  for (let row = here.row + by; timeline.model.rows[row]; row += by)
    if (timeline.attemptsOf(row).length > 0) return choose(attemptAt(timeline.attemptsOf(row), middle));
}

function choose(attempt) {
  if (attempt) select(attempt.job);
}

function zoom(timeline, factor, at) {
  const here = timeline.selected && timeline.selected.start !== undefined ? timeline.selected : null;
  const middle = here && here.start < timeline.time.to && here.end > timeline.time.from
    ? (here.start + here.end) / 2 : undefined;
  timeline.time.zoom(factor, at === undefined ? middle : at);
  timeline.draw();
}

function pan(timeline, share) {
  timeline.time.pan(timeline.time.span * share);
  timeline.draw();
}

function keyAction(timeline, event) {
  const shifted = event.shiftKey;
  switch (event.key) {
    case 'ArrowLeft': return () => (shifted ? stepJob(timeline, -1) : pan(timeline, -0.15));
    case 'ArrowRight': return () => (shifted ? stepJob(timeline, 1) : pan(timeline, 0.15));
    case 'ArrowUp': return () => stepSlot(timeline, -1);
    case 'ArrowDown': return () => stepSlot(timeline, 1);
    case '+': case '=': return () => zoom(timeline, 1 / zoomStep);
    case '-': case '_': return () => zoom(timeline, zoomStep);
    case '0': case 'Home': return () => showAll(timeline);
    case 'Escape': return timeline.selected ? () => select(null) : null;
    case 'Enter': return () => openDetails(timeline);
    default: return null;
  }
}

function openDetails(timeline) {
  if (!timeline.selected) choose(firstInView(timeline));
  byId('details').focus();
}

function showAll(timeline) {
  timeline.time.all();
  timeline.draw();
}

function listenToKeys(timeline) {
  byId('lanes').addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = keyAction(timeline, event);
    if (!action) return;
    event.preventDefault();
    action();
  });
}

/** The wheel scrolls the page; with Ctrl, or pinched on a touchpad, it zooms; sideways it pans. */
function listenToWheel(timeline) {
  byId('lanes').addEventListener('wheel', (event) => {
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
    if (event.ctrlKey || event.metaKey) zoom(timeline, 1.0025 ** event.deltaY, timeline.timeAt(event.offsetX));
    else if (sideways) pan(timeline, (event.deltaX || event.deltaY) / timeline.width);
    else return;
    event.preventDefault();
  }, { passive: false });
}

function listenToPointer(timeline) {
  const lanes = byId('lanes');
  let drag = null;
  lanes.addEventListener('pointerdown', (event) => {
    if (event.button === 0) drag = { x: event.offsetX, y: event.offsetY, moved: false };
  });
  lanes.addEventListener('pointermove', (event) => {
    if (!drag) return showTip(timeline, event);
    if (!drag.moved && Math.hypot(event.offsetX - drag.x, event.offsetY - drag.y) < 4) return;
    if (!drag.moved) lanes.setPointerCapture(event.pointerId);
    dragTo(timeline, drag, event);
  });
  lanes.addEventListener('pointerup', (event) => {
    if (drag && !drag.moved) choose(timeline.hit(event.offsetX, event.offsetY));
    drag = null;
  });
  lanes.addEventListener('pointercancel', () => { drag = null; });
  lanes.addEventListener('pointerleave', () => { byId('tip').hidden = true; });
  lanes.addEventListener('dblclick', (event) => zoom(timeline, 0.4, timeline.timeAt(event.offsetX)));
}

function dragTo(timeline, drag, event) {
  drag.moved = true;
  byId('tip').hidden = true;
  timeline.time.pan(-((event.offsetX - drag.x) / (timeline.width - gutter)) * timeline.time.span);
  drag.x = event.offsetX;
  const rows = Math.trunc((drag.y - event.offsetY) / timeline.rows.height);
  timeline.rows.scroll(rows);
  drag.y -= rows * timeline.rows.height;
  timeline.draw();
}

function showTip(timeline, event) {
  const tip = byId('tip');
  const attempt = timeline.hit(event.offsetX, event.offsetY);
  tip.hidden = !attempt;
  if (!attempt) return;
  const job = attempt.job;
  const tries = job.tries > 1 ? `, attempt ${attempt.number} of ${job.tries}` : '';
  tip.replaceChildren(el('b', {}, visible(job.title)),
    el('span', {}, `${visible(attempt.how)} after ${duration(attempt.end - attempt.start)}${tries}`));
  const left = Math.min(event.offsetX + 12, timeline.width - tip.offsetWidth - 4);
  Object.assign(tip.style, { left: `${Math.max(left, 0)}px`, top: `${event.offsetY + 16}px` });
}

/** A click or a drag in the overview puts the view there. */
function listenToOverview(timeline) {
  const overview = byId('overview');
  const go = (event) => {
    const at = ((event.offsetX - gutter) / (timeline.width - gutter)) * timeline.model.end;
    timeline.time.moveTo(at - timeline.time.span / 2, timeline.time.span);
    timeline.draw();
  };
  overview.addEventListener('pointerdown', (event) => {
    overview.setPointerCapture(event.pointerId);
    go(event);
  });
  overview.addEventListener('pointermove', (event) => { if (event.buttons === 1) go(event); });
}

function listenToTools(timeline) {
  byId('zoom-in').addEventListener('click', () => zoom(timeline, 1 / zoomStep));
  byId('zoom-out').addEventListener('click', () => zoom(timeline, zoomStep));
  byId('zoom-all').addEventListener('click', () => showAll(timeline));
  byId('previous').addEventListener('click', () => stepJob(timeline, -1));
  byId('next').addEventListener('click', () => stepJob(timeline, 1));
  byId('show-path').addEventListener('click', () => showPath(timeline, !timeline.showsPath));
}

function showPath(timeline, on) {
  timeline.showsPath = on;
  byId('show-path').setAttribute('aria-pressed', on);
  timeline.draw();
}

function listenToTimeline(timeline) {
  listenToKeys(timeline);
  listenToWheel(timeline);
  listenToPointer(timeline);
  listenToOverview(timeline);
  listenToTools(timeline);
  new ResizeObserver(() => timeline.draw()).observe(byId('lanes'));
}
