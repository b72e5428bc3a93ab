// The critical path: from the job that ended last back to the start, each time to what let a job
// start when it did: the need that ended last, or who had its slot or its pool before it.

/** A start this soon after its cause was not waited for: the run's own overhead. */
const soon = (model) => Math.max(0.003, model.end * 0.0005);

/** The attempt that had the slot before `start`. */
function before(attempts, start) {
  const i = firstIndex(attempts.length, (k) => attempts[k].start >= start);
  return i > 0 ? attempts[i - 1] : null;
}

function slotHolder(model, job) {
  const holder = before(model.slots[job.attempts[0].slot - 1], job.start);
  return holder && holder.job !== job ? { job: holder.job, at: holder.end, how: 'slot' } : null;
}

/** Who gave back units of one of the job's pools last. */
function poolHolder(model, job) {
  let last = null;
  for (const pool of job.pools) {
    const users = model.poolUsers.get(pool);
    let i = firstIndex(users.length, (k) => users[k].end > job.start + 1e-4) - 1;
    if (users[i] === job) --i;
    if (i >= 0 && (!last || users[i].end > last.at))
      last = { job: users[i], at: users[i].end, how: 'pool' };
  }
  return last;
}

/** Jobs that ran, of each pool, by their ends. */
function poolUsers(jobs) {
  const users = new Map();
  for (const job of jobs.filter((each) => each.start !== undefined))
    for (const pool of job.pools) {
      if (!users.has(pool)) users.set(pool, []);
      users.get(pool).push(job);
    }
  for (const list of users.values()) list.sort((a, b) => a.end - b.end);
  return users;
}

/** What let the job start: { job, how }, or null when it just started. */
function cause(model, job) {
  const need = lastNeed(model, job);
  const byNeed = need ? { job: need, at: need.end, how: 'needs' } : null;
  if (job.waits.queued <= soon(model)) return byNeed;
  const pool = job.waits.pool > 0 ? poolHolder(model, job) : null;
  const holders = [pool, slotHolder(model, job)].filter(Boolean);
  const holder = holders.sort((a, b) => b.at - a.at)[0];
  const ready = job.ready === undefined ? job.accepted : job.ready;
  return holder && holder.at >= ready - 1e-4 ? holder : byNeed;
}

/** Steps from the first to the last: { job, how, gap }; how and gap tell of its start. */
function criticalPath(model) {
  let job = null;
  for (const each of model.jobs)
    if (each.start !== undefined && (!job || each.end > job.end)) job = each;
  const steps = [];
  const seen = new Set();
  while (job && !seen.has(job)) {
    seen.add(job);
    const from = job.start === undefined ? null : cause(model, job);
    const since = from ? from.at : 0;
    steps.push({ job, how: from ? from.how : 'start', gap: Math.max((job.start || 0) - since, 0) });
    job = from ? from.job : null;
  }
  return steps.reverse();
}

/** What the run would take with slots and pools to spare: the longest way through needs. */
function needsAlone(model) {
  const ends = new Map();
  let longest = 0;
  for (const job of model.jobs) {  // by seq: needs come first
    let from = 0;
    for (const seq of job.needs) from = Math.max(from, ends.get(seq) || 0);
    const end = from + (job.start === undefined ? 0 : job.end - job.start);
    ends.set(job.seq, end);
    longest = Math.max(longest, end);
  }
  return longest;
}

function addPath(model) {
  model.poolUsers = poolUsers(model.jobs);
  model.path = criticalPath(model);
  model.onPath = new Set(model.path.map((step) => step.job));
  model.needsAlone = needsAlone(model);
}
